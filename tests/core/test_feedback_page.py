"""A page on which works are compared: offline, whole, and what it gives is what `import` takes."""

import json
import re
from datetime import UTC, datetime

import numpy as np
import pytest
from artwright import Artwork
from artwright.core.errors import InputError
from artwright.core.feedback.learning import learn
from artwright.core.feedback.page import render_page
from artwright.core.feedback.pairing import choose_pairs
from artwright.core.feedback.store import FeedbackStore
from PIL import Image


class Dots:
    """A medium whose works are greys."""

    name, writes = "dots", (".png",)

    def features(self, work):
        return {"light": work.payload / 255}

    def preview(self, work, *, width=640):
        return Image.new("L", (width, 8), work.payload)

    def html(self, work, files):
        return f'<figure><img src="{files[".png"]}" alt="</script>{work.title}"></figure>'


def greys(count):
    return [Artwork(medium="dots", payload=10 * i, id=f"sha256:{i:064x}", title=f"<{i}> $x") for i in range(count)]


def data_of(page):
    return json.loads(re.search(r'<script id="data" type="application/json">(.*?)</script>', page, re.S)[1])


def test_a_page_is_whole_and_asks_nobody(tmp_path):
    page = render_page(greys(6), Dots(), user="ann ⅓ </script>", pairs=8)
    data = data_of(page)
    assert "http" not in page.replace("http-equiv", "") and "default-src 'none'" in page
    assert len(data["works"]) == 6 and len(data["pairs"]) == 8 and data["works"][1]["title"] == "<1> $x"
    assert all(one["html"].startswith('<figure><img src="data:image/jpeg;base64,') for one in data["works"])


def test_what_the_page_gives_is_imported(tmp_path):
    data = data_of(render_page(greys(3), Dots(), user="ann", pairs=3))
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    a, b = (data["works"][i]["id"] for i in data["pairs"][0])
    said = [
        {"kind": "preference", "user": data["user"], "work": a, "other": b, "created": now},
        {"kind": "comment", "user": data["user"], "work": b, "text": "[line 3] dull", "created": now},
    ]
    lines = [data["heading"], *(one["line"] for one in data["works"]), *map(json.dumps, said)]
    store = FeedbackStore(tmp_path)
    assert store.import_(lines)["new"] == 2 and store.import_(lines)["new"] == 0
    assert store.preferences(user="ann")[0].work == a and len(store.features("dots")) == 3
    store.close()


@pytest.mark.parametrize(("count", "said"), [(1, "2 to 60 works; 1 were"), (61, "2 to 60 works; 61 were")])
def test_too_few_and_too_many_works_are_told(count, said):
    with pytest.raises(InputError, match=said):
        render_page(greys(count), Dots(), user="ann", pairs=3)


def test_pairs_differ_and_no_work_is_shown_too_often():
    works = [{"x": float(i), "y": float(i * i % 7)} for i in range(10)]
    pairs = choose_pairs(works, 20, seed=1)
    assert len({frozenset(p) for p in pairs}) == 20 == len(pairs) and pairs == choose_pairs(works, 20, seed=1)
    assert np.bincount(np.array(pairs).ravel()).max() <= 5
    assert len(choose_pairs(works[:3], 20)) == 3
    told = learn([], [({"x": 9.0 - i % 3, "y": i % 2}, {"x": i % 3, "y": i % 2}) for i in range(12)])
    chosen = choose_pairs(works, 5, taste=told)
    gain = told.information(works, np.array([sorted(p) for p in chosen]))
    assert gain.mean() > told.information(works, np.array([sorted(p) for p in pairs])).mean()
