"""Taste is learned from a simulated person whose likes are known: it must find them, and say how sure it is.

The person judges works of 16 correlated features by four of them, with the noise that Bradley and Terry assume: of two
works that differ by one standard deviation of appeal they prefer the better one 9 times of 10. Figures in the
tests are means over persons; chance is 0 for a rank correlation and 0.5 for the percentile of the chosen work. The
best of eight has an expected percentile of 8/9 = 0.889 if it is chosen by somebody who knows.
"""

import logging
import math
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from artwright import Artwork
from artwright.core.errors import FormatError, InputError
from artwright.core.feedback.learning import foresee, learn, rank_by_taste
from artwright.core.feedback.portable import MOST_BYTES, pack_taste, unpack_taste
from artwright.core.feedback.store import FeedbackStore
from artwright.core.feedback.taste import Taste, TasteUnknown
from scipy.stats import spearmanr

FEATURES = 16


class Person:
    """Somebody who likes some things, and says so with some noise."""

    def __init__(self, seed, *, curved=False, strength=2.2):
        self.rng = np.random.default_rng(seed)
        self.mixing = np.eye(FEATURES) + 0.3 * self.rng.normal(size=(FEATURES, FEATURES))
        self.weights = np.zeros(FEATURES)
        self.liked = self.rng.choice(FEATURES, 4, replace=False)
        self.weights[self.liked] = self.rng.choice([-1, 1], 4) * self.rng.uniform(0.6, 1.4, 4)
        self.curved, self.strength = curved, strength
        sample = self.draw(4000)
        self.mean, self.sd = sample.mean(0), sample.std(0)
        raw = self._raw(sample)
        self.level, self.spread = raw.mean(), raw.std()

    def draw(self, count):
        return self.rng.normal(size=(count, FEATURES)) @ self.mixing.T

    def _raw(self, works):
        z = (works - self.mean) / self.sd
        return -(z**2) @ np.abs(self.weights) if self.curved else z @ self.weights

    def appeal(self, works):
        return self.strength * (self._raw(works) - self.level) / self.spread

    def preferences(self, count):
        first, second = self.draw(count), self.draw(count)
        wins = self.rng.random(count) < 1 / (1 + np.exp(self.appeal(second) - self.appeal(first)))
        return [(a, b) if w else (b, a) for a, b, w in zip(named(first), named(second), wins, strict=True)]

    def ratings(self, count, thresholds=(-3.0, -1.2, 0.8, 2.8)):
        works = self.draw(count)
        felt = self.appeal(works) + self.rng.logistic(size=count)
        return list(zip(named(works), (1 + np.searchsorted(thresholds, felt)).tolist(), strict=True))


def named(works):
    return [{f"feature {i}": float(v) for i, v in enumerate(row)} for row in works]


def figures(person, taste):
    """(rank correlation, percentile of the best of 8, share of 90% intervals that hold the truth) on new works."""
    works = person.draw(800)
    truth = person.appeal(works)
    mean, sd = np.empty(800), np.empty(800)
    for one in taste.rank(named(works)):
        mean[one.index], sd[one.index] = one.mean, one.sd
    place = truth.argsort().argsort() / 799
    chosen = mean.reshape(100, 8).argmax(1) + 8 * np.arange(100)
    held = np.abs((mean - mean.mean()) - (truth - truth.mean())) < 1.645 * np.maximum(sd, 1e-9)
    return spearmanr(mean, truth)[0], place[chosen].mean(), held.mean()


def means(persons, learned):
    return np.mean([figures(person, learned(person)) for person in persons], axis=0)


@pytest.mark.parametrize(("said", "correlation", "percentile"), [(15, 0.55, 0.72), (40, 0.78, 0.80), (150, 0.92, 0.86)])
def test_preferences_are_recovered_and_the_best_of_eight_beats_chance(said, correlation, percentile):
    found = means([Person(seed) for seed in range(6)], lambda p: learn([], p.preferences(said)))
    assert found[0] >= correlation and found[1] >= percentile and 0.75 <= found[2] <= 1


@pytest.mark.parametrize(("said", "correlation", "percentile"), [(15, 0.50, 0.70), (40, 0.75, 0.79), (150, 0.92, 0.86)])
def test_ratings_are_as_good(said, correlation, percentile):
    found = means([Person(seed) for seed in range(6)], lambda p: learn(p.ratings(said), []))
    assert found[0] >= correlation and found[1] >= percentile and 0.75 <= found[2] <= 1


def test_ratings_and_preferences_add_up():
    persons = [Person(seed) for seed in range(6)]
    alone = means(persons, lambda p: learn(p.ratings(20), []))
    both = means(persons, lambda p: learn(p.ratings(20), p.preferences(20)))
    assert both[0] > alone[0] + 0.03 and both[1] > alone[1]


def test_a_liking_for_the_middle_is_found():
    persons = [Person(seed, curved=True) for seed in range(4)]
    assert means(persons, lambda p: learn([], p.preferences(300)))[1] >= 0.78
    assert means(persons, lambda p: learn(p.ratings(300), []))[1] >= 0.80


def test_strict_and_generous_raters_are_heard_alike():
    persons = [Person(seed) for seed in range(4)]
    strict = means(persons, lambda p: learn(p.ratings(60, thresholds=(0.5, 1.5, 3.0, 5.0)), []))
    generous = means(persons, lambda p: learn(p.ratings(60, thresholds=(-6.0, -4.0, -2.5, -0.5)), []))
    assert min(strict[0], generous[0]) >= 0.75


def test_what_is_said_to_be_liked_is_what_is_liked():
    person = Person(3)
    leanings = learn([], person.preferences(300)).leanings(4)
    assert {one.feature for one in leanings} == {f"feature {i}" for i in person.liked}
    for one in leanings:
        true = person.weights[int(one.feature.split()[1])]
        assert math.copysign(1, one.weight) == math.copysign(1, true) and abs(one.weight) > one.weight_sd


def test_chances_are_calibrated():
    said, happened = [], []
    for seed in range(6):
        person = Person(seed)
        taste = learn([], person.preferences(60))
        for better, worse in person.preferences(300):
            said.append(taste.probability(better, worse))
            happened.append(1)
            said.append(taste.probability(worse, better))
            happened.append(0)
    said, happened = np.array(said), np.array(happened)
    for low in (0.5, 0.6, 0.7, 0.8, 0.9):
        part = (said >= low) & (said < low + 0.1)
        assert abs(happened[part].mean() - said[part].mean()) < 0.09
    assert np.mean((said - happened) ** 2) < 0.19  # 0.25 for one who knows nothing


def test_more_said_makes_it_surer():
    person = Person(1)
    preferences = person.preferences(200)
    works = named(person.draw(50))
    ranked = [learn([], preferences[:n]).rank(works) for n in (10, 50, 200)]
    doubt = [np.mean([one.sd for one in ranks]) / np.std([one.mean for one in ranks]) for ranks in ranked]
    assert doubt[0] > doubt[1] > doubt[2]


def test_one_who_answers_by_chance_is_not_believed():
    rng = np.random.default_rng(0)
    person = Person(0)
    random = [(a, b) if rng.random() < 0.5 else (b, a) for a, b in person.preferences(150)]
    taste = learn([], random)
    pairs = person.preferences(100)
    assert np.mean([abs(taste.probability(a, b) - 0.5) for a, b in pairs]) < 0.12


def test_foresight_is_honest():
    persons = [Person(seed) for seed in range(4)]
    sure, chance = np.mean([foresee(p.ratings(40), p.preferences(40)) for p in persons]), []
    rng = np.random.default_rng(0)
    for person in persons:
        chance.append(foresee([], [(a, b) if rng.random() < 0.5 else (b, a) for a, b in person.preferences(80)]))
    assert sure >= 0.70 and 0.38 <= np.mean(chance) <= 0.62
    assert foresee([], persons[0].preferences(5)) is None and foresee([], []) is None


def test_questions_chosen_well_teach_more_than_chance():
    gain = []
    for seed in range(6):
        asked, drawn = Person(seed), Person(seed)
        start = asked.preferences(6)
        pool = asked.draw(60)
        shown, said = named(pool), list(start)
        for _ in range(14):
            taste = learn([], said)
            one, other = taste.ask(shown)
            wins = asked.rng.random() < 1 / (1 + np.exp(asked.appeal(pool[other]) - asked.appeal(pool[one])))
            said.append((shown[one], shown[other]) if wins else (shown[other], shown[one]))
        by_chance = learn([], start + drawn.preferences(14))
        gain.append(figures(asked, learn([], said))[0] - figures(asked, by_chance)[0])
    assert np.mean(gain) > 0
    with pytest.raises(InputError, match="two works or more"):
        taste.ask(shown[:1])


def test_the_same_words_teach_the_same():
    preferences = Person(5).preferences(30)
    works = named(Person(6).draw(10))
    assert learn([], preferences).rank(works) == learn([], preferences).rank(works)


@pytest.mark.parametrize(
    ("rated", "preferred", "said"),
    [
        ([], [], "0 ratings and 0 preferences are too few to learn a taste from; 5 are needed"),
        ([({"x": 1.0}, 3)] * 4, [], "4 ratings and 0 preferences are too few"),
        ([({"x": float(i)}, 3) for i in range(9)], [], "all 9 ratings are the same"),
        ([({"x": 1.0}, 1 + i % 5) for i in range(9)], [], "do not differ in any feature"),
        ([({}, 1 + i % 5) for i in range(9)], [], "do not differ in any feature"),
        ([], [({"x": 1.0}, {"y": 2.0})] * 9, "do not differ in any feature"),
    ],
)
def test_too_little_is_told_politely(rated, preferred, said):
    with pytest.raises(TasteUnknown, match=said) as caught:
        learn(rated, preferred)
    assert "\n" not in str(caught.value) and caught.value.exit_code == 2


def test_odd_figures_do_no_harm():
    rng = np.random.default_rng(0)
    rated = [
        (
            {"huge": 1e12 * rng.normal(), "tiny": 1e-9 * rng.normal(), "constant": 7.0, "flag": float(i % 2)},
            5 if i % 2 else 1,
        )
        for i in range(40)
    ]
    taste = learn(rated, [])
    assert "constant" not in taste.names and taste.leanings(1)[0].feature == "flag"
    best = taste.rank(
        [
            {"huge": 1e30, "tiny": 0.0, "flag": 0.0, "constant": 7.0},
            {"huge": 0.0, "tiny": 0.0, "flag": 1.0, "constant": 7.0},
        ]
    )
    assert best[0].index == 1 and all(math.isfinite(one.mean) and one.sd >= 0 for one in best) and taste.rank([]) == []
    with pytest.raises(InputError, match="lacks the feature"):
        taste.rank([{"flag": 1.0}])


def test_only_extreme_stars_and_contradictions_are_learned_from():
    extreme = [({"x": float(i)}, 5 if i > 10 else 1) for i in range(20)]
    assert [one.index for one in learn(extreme, []).rank([{"x": 0.0}, {"x": 19.0}])] == [1, 0]
    a, b = {"x": 0.0}, {"x": 1.0}
    undecided = learn([], [(a, b), (b, a)] * 10)
    assert abs(undecided.probability(a, b) - 0.5) < 0.01 and isinstance(undecided, Taste)


class Light:
    """A medium whose features are those its works carry."""

    name = "painting"

    def features(self, work):
        return work.payload


def test_taste_comes_from_the_store_of_one_person(tmp_path, caplog):
    now = [datetime(2026, 1, 1, tzinfo=UTC)]

    def clock():
        now[0] += timedelta(seconds=1)
        return now[0]

    store = FeedbackStore(tmp_path, clock=clock)
    works = [
        Artwork(medium="painting", payload={"light": i / 10, "noise": (i * 7 % 11) / 11}, id=f"sha256:{i:064x}")
        for i in range(11)
    ]
    assert rank_by_taste(store, Light(), works, user="ann") is None and not list(tmp_path.iterdir())
    store.rate(works[0], 3, user="ann")  # without features, as a file of an older version: it does not count
    for i in range(1, 11):
        store.rate(works[i], 1 + i // 3 if i < 10 else 5, user="ann", features=works[i].payload)
    for i in range(9):
        store.prefer(works[i], works[i + 1], user="ben", features=works[i].payload, other_features=works[i + 1].payload)
    ann, ben = store.taste("painting", user="ann"), store.taste("painting", user="ben")
    assert (ann.ratings, ann.preferences, ben.ratings, ben.preferences) == (11, 0, 0, 9)
    two = [works[1], works[9]]
    assert rank_by_taste(store, Light(), two, user="ann") == [1, 0] and rank_by_taste(
        store, Light(), two, user="ben"
    ) == [0, 1]
    cleo = store.taste("painting", user="cleo")  # nothing was said yet: what the others like
    assert (cleo.others, cleo.ratings, cleo.preferences) == (2, 0, 0)
    with pytest.raises(TasteUnknown, match="the taste of 'ann' in dance is not known yet: 0 ratings"):
        store.taste("dance", user="ann")
    with pytest.raises(TasteUnknown, match="in music"):
        store.taste("music", user="ann")
    (tmp_path / "feedback.sqlite3").write_bytes(b"broken" * 1000)
    with caplog.at_level(logging.WARNING, logger="artwright"):
        assert (
            rank_by_taste(FeedbackStore(tmp_path), Light(), works, user="ann") is None
        )  # a broken store must not cost the works
    assert "not ranked by taste" in caplog.text


def test_a_new_person_begins_with_what_all_like_and_one_who_differs_is_heard():
    crowd = Person(5)
    usual = learn([], crowd.preferences(200))
    alike, alone = [], []
    for seed in range(6):
        one = Person(5)
        one.rng = np.random.default_rng(100 + seed)
        said, test = one.preferences(8), one.draw(300)
        alike.append(spearmanr(learn([], said, usual=usual).appeal(named(test)), one.appeal(test)).statistic)
        alone.append(spearmanr(learn([], said).appeal(named(test)), one.appeal(test)).statistic)
    assert np.mean(alike) > 0.85 > np.mean(alone) + 0.1
    other = Person(6)
    said, test = other.preferences(60), other.draw(300)
    begun, own = (
        spearmanr(learn([], said, usual=u).appeal(named(test)), other.appeal(test)).statistic for u in (usual, None)
    )
    assert begun > own - 0.05


def test_reasons_are_the_features_that_speak_for_a_work_each_with_one_that_shows_it():
    person = Person(1)
    taste, works = learn([], person.preferences(150)), named(person.draw(12))
    best = works[taste.rank(works)[0].index]
    reasons = taste.because(best, works)
    assert 1 <= len(reasons) <= 3 and all(one.part > 0 for one in reasons)
    assert {int(one.feature.removeprefix("feature ")) for one in reasons} & set(person.liked.tolist())
    for one in reasons:
        assert one.shown_by is None or 0 <= one.shown_by < len(works)


def test_to_find_a_good_work_good_ones_are_asked_about():
    person = Person(2)
    taste, works = learn([], person.preferences(40)), named(person.draw(40))
    places = {ranked.index: place for place, ranked in enumerate(taste.rank(works))}
    found, known = taste.ask(works, "find"), taste.ask(works, "know")
    assert max(places[i] for i in found) < 10 and min(places[i] for i in found) <= 1
    assert found != known and taste.ask(works[:2], "find") == (0, 1)


def test_a_taste_fits_on_a_small_page_and_comes_back(tmp_path):
    person = Person(3)
    taste = learn([], person.preferences(150))
    text = pack_taste(taste, "painting")
    again, test = unpack_taste(text, "painting"), person.draw(300)
    assert len(text.encode()) <= MOST_BYTES
    assert spearmanr(taste.appeal(named(test)), again.appeal(named(test))).statistic > 0.98
    store = FeedbackStore(tmp_path)
    path = store.bring_taste(text, "painting", user="ann")
    assert store.taste("painting", user="ann").to_dict()["preferences"] == 150 and path.exists()
    for wrong, said in (
        (text.replace('"artwright-taste":1', '"artwright-taste":9'), "does not begin"),
        ("{", "not a taste"),
        ("[1]", "not a taste"),
        (text.replace("painting", "music"), "a taste in 'music'"),
        ('{"artwright-taste":1,"medium":"painting","said":[1,1],"features":[["x",0,0,1,1,1,1]]}', "not above 0"),
        ('{"artwright-taste":1,"medium":"painting","said":[1,1],"features":[]}', "six numbers"),
    ):
        with pytest.raises(FormatError, match=said):
            store.bring_taste(wrong, "painting", user="ben")
    with pytest.raises(TasteUnknown):
        store.taste("music", user="ben")
