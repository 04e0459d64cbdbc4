"""Models behind an endpoint: the package, the protocol and the sockets are real, the endpoint is on loopback."""

from __future__ import annotations

import json
import threading

import pytest
from chat_server import Chat, plain, refuse, serve, stream

openai = pytest.importorskip("openai", reason="needs openai: pip install 'artwright[remote]'")
KEY = "sk-very-secret-0123456789"
HAIKU = "Quiet morning rain\nfalls upon the empty street\nand the sparrows wake."
LONG = "Quiet morning rain today\nfalls upon the empty street\nand the sparrows wake."
WUJUE = "白日依山尽，黄河入海流。\n欲穷千里目，更上一层楼。"
ASKED = ("literature", "generate", "rain", "-m", "openai:poem-1", "--seed", "7")


@pytest.fixture
def pauses(monkeypatch):
    """How long it was waited before each new try; no time passes."""
    waited = []
    monkeypatch.setattr("time.sleep", lambda seconds: waited.append(seconds) if seconds > 0.05 else None)
    return waited


@pytest.fixture
def ask(call, monkeypatch, pauses):
    """(what the command came to, the endpoint) for some answers."""
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)

    def run(*answers, options=("--form", "haiku"), arguments=ASKED):
        chat = Chat(*answers)
        with serve(chat) as address:
            done = call(*arguments, *options, "--base-url", address)
        assert KEY not in done.text + done.err
        return done, chat

    return run


def test_a_form_that_is_kept_at_once_is_told_so(ask):
    done, chat = ask(HAIKU, options=("--form", "haiku", "--json"))
    row = json.loads(done.text)
    assert all(line in done.text for line in HAIKU.splitlines())
    provenance = row["provenance"]
    assert provenance["model"] == "openai:poem-1" and provenance["notes"]["tries"] == 1
    assert not {"base_url", "timeout_s"} & set(provenance["options"]) and "127.0.0.1" not in done.text
    assert provenance["remarks"] == ["'openai:poem-1' was asked over a network, once"]
    body = chat.asked[0]
    assert body["model"] == "poem-1" and body["stream"] and body["seed"] == 7
    assert "Line 2 is 7 syllables." in body["messages"][0]["content"] and chat.keys == [f"Bearer {KEY}"]


def test_faults_are_named_and_mended(ask):
    done, chat = ask("Here it is:\n" + LONG, HAIKU, options=("--form", "haiku", "--json"))
    assert json.loads(done.text)["provenance"]["notes"]["tries"] == 2
    talk = chat.asked[1]["messages"]
    assert [turn["role"] for turn in talk] == ["user", "assistant", "user"]
    assert talk[1]["content"] == LONG and "line 1" in talk[2]["content"]


def test_a_form_that_is_never_kept_is_an_error_with_the_number_of_tries(ask):
    done, chat = ask(LONG, options=("--form", "haiku", "--tries", "3"))
    assert done.code == 1 and len(done.errors) == 1 and len(chat.asked) == 3
    assert "was asked 3 times and never kept the form; nearest it came with: line 1" in done.err


def test_chinese_verse_and_its_faults(ask):
    done, chat = ask(
        "白日依山尽，黄河入海流。",
        WUJUE,
        arguments=("literature", "generate", "登楼", "-m", "openai:m"),
        options=("--form", "wujue"),
    )
    assert done.code == 0 and "黄河入海流" in done.text and len(chat.asked) == 2
    assert "wujue has 4 lines of 5 characters" in chat.asked[1]["messages"][-1]["content"]


@pytest.mark.parametrize(("rhyme", "code"), [("尤", 0), ("真", 1)])
def test_a_chinese_rhyme_is_asked_for_and_checked(ask, rhyme, code):
    options = ("--form", "wujue", "--rhyme", rhyme, "--tries", "1")
    done, chat = ask(WUJUE, arguments=("literature", "generate", "登楼", "-m", "openai:m"), options=options)
    assert done.code == code and f"押{rhyme}韵" in chat.asked[0]["messages"][0]["content"], done.err
    assert code == 0 or "押的是尤韵，不是真韵" in done.err


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        (("--keywords", "thunder"), "the word 'thunder' is missing"),
        (("--acrostic", "ABC"), "line 1 does not begin with 'A'"),
        (("--keep", "3:and the sparrows sleep."), "line 3 is not 'and the sparrows sleep.'"),
    ],
)
def test_what_is_asked_besides_is_checked_too(ask, options, fault):
    done, _ = ask(HAIKU, options=("--form", "haiku", "--tries", "1", *options))
    assert done.code == 1 and fault in done.err


def test_prose_goes_on_from_an_opening(ask):
    page = "The rain had begun.\n\n" + "It fell on the roofs of the town and did not end. " * 4
    done, chat = ask(page, options=("--form", "prose", "--length", "40", "--opening", "The rain had begun."))
    assert done.code == 0 and done.text.count("The rain had begun.") == 1
    assert "Begin with these words" in chat.asked[0]["messages"][0]["content"]
    short, _ = ask("Rain.", options=("--form", "prose", "--length", "40"))
    assert short.code == 1 and "wrote 1 words where 40 were asked for" in short.err


def test_a_busy_endpoint_is_asked_again_when_it_says(ask, pauses):
    done, chat = ask(refuse(429, "slow down", Retry_After="3"), refuse(500), refuse(503), HAIKU)
    assert done.code == 0 and len(chat.asked) == 4
    assert pauses[0] == 3.0 and all(0.3 < pause <= 8 for pause in pauses[1:]) and len(pauses) == 3


def test_an_answer_that_breaks_off_is_asked_for_again(ask):
    done, chat = ask(stream(HAIKU[:20], cut=True), HAIKU)
    assert done.code == 0 and len(chat.asked) == 2 and "sparrows" in done.text
    done, chat = ask(stream(HAIKU[:20], cut=True))
    assert done.code == 1 and len(done.errors) == 1 and "broke off 3 times" in done.err


def test_an_answer_cut_at_its_limit_is_read_as_it_is(ask):
    done, _ = ask(stream(HAIKU[:30], ending="length"), options=("--form", "haiku", "--tries", "1"))
    assert done.code == 1 and "lines, 3 in a haiku" in done.err


def test_an_endpoint_that_falls_silent_is_left(ask):
    end = threading.Event()
    done, _ = ask(stream(HAIKU[:10], stall=end), options=("--form", "haiku", "--timeout-s", "0.3"))
    end.set()
    assert done.code == 1 and len(done.errors) == 1 and "was silent for too long; --timeout-s" in done.err


@pytest.mark.parametrize(
    ("answer", "code", "told"),
    [
        (refuse(401, f"Incorrect API key provided: {KEY}"), 2, "refused the key: OPENAI_API_KEY is for"),
        (refuse(403), 2, "keyring set artwright 127.0.0.1"),
        (refuse(404, "model 'poem-1' not found"), 2, "has no model 'poem-1'"),
        (refuse(429, f"quota of {KEY}"), 1, "after 4 pauses: "),
        (refuse(400, "bad"), 1, "refused with 400"),
        (refuse(500), 1, "refused with 500"),
        (plain(b"<html>hello</html>"), 1, "does not speak OpenAI's protocol"),
        (plain(b'{"response": "hello"}', "application/json"), 1, "does not speak OpenAI's protocol"),
        (plain(b"data: {not json\n\n", "text/event-stream"), 1, "does not speak OpenAI's protocol"),
        (plain(b'data: {"choices": "x"}\n\n', "text/event-stream"), 1, "does not speak OpenAI's protocol"),
        (stream("", ending="content_filter"), 1, "filter ended the answer"),
    ],
)
def test_what_goes_wrong_is_one_line(ask, answer, code, told):
    done, _ = ask(answer)
    assert (done.code, len(done.errors)) == (code, 1), done.err
    assert told in done.err


def test_what_an_endpoint_does_not_take_is_left_out(ask):
    done, chat = ask(refuse(400, "Unsupported parameter: 'max_tokens'"), refuse(400, "seed is not known"), HAIKU)
    assert done.code == 0 and "seed" not in chat.asked[-1] and "temperature" in chat.asked[-1]


@pytest.mark.parametrize("address", ["ftp://x/v1", "nonsense", "http://me:secret-word@127.0.0.1/v1", "http://"])
def test_an_address_that_is_none_is_refused(call, address):
    done = call(*ASKED, "--base-url", address)
    assert done.code == 2 and len(done.errors) == 1 and "is not the address of an endpoint" in done.err
    assert "secret-word" not in done.err


def test_nobody_there(call, pauses):
    done = call(*ASKED, "--base-url", "http://127.0.0.1:9/v1")
    assert done.code == 1 and len(done.errors) == 1 and "cannot be reached" in done.err and len(pauses) == 4


def test_the_environments_key_goes_to_the_environments_endpoint_alone(monkeypatch):
    from artwright.plugins.literature.models.remote.endpoint import _find_key

    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    assert _find_key("api.openai.com") == _find_key("localhost") == KEY and _find_key("elsewhere.example") == ""
    monkeypatch.setenv("OPENAI_BASE_URL", "https://elsewhere.example/v1")
    assert _find_key("elsewhere.example") == KEY and _find_key("api.openai.com") == ""


def test_a_work_is_kept_without_key_and_address_and_is_never_asked_for_again_by_its_manifest(
    ask, call, tmp_path, monkeypatch
):
    done, chat = ask(HAIKU, options=("--form", "haiku", "--output", "rain.md"))
    assert done.code == 0
    for file in [tmp_path / "rain.md", *(p for p in tmp_path.rglob("*") if p.is_file())]:
        assert KEY.encode() not in file.read_bytes() and b"127.0.0.1" not in file.read_bytes()
    asked = len(chat.asked)
    again = call("replay", "rain.md", "--output", "again.md")
    assert again.code == 2 and len(again.errors) == 1 and "never done for a manifest" in again.err
    assert len(chat.asked) == asked


def test_an_endpoints_model_may_have_a_short_name_and_be_the_default(ask, call):
    assert call("models", "add", "far", "openai:poem-1").code == 0
    assert "literature: generate" in call("models", "show", "far").text
    assert call("models", "default", "literature:en", "far").code == 0
    done, chat = ask(HAIKU, arguments=("literature", "generate", "rain"), options=("--form", "haiku"))
    assert done.code == 0 and chat.asked[0]["model"] == "poem-1"


def answered(ask, tmp_path, text, *answers, verb=("restore",), options=(), name="text.md"):
    file = tmp_path / name
    file.write_text(text, "utf-8")
    arguments = ("literature", *verb, file, "-m", "openai:m", "--seed", "1", "--json")
    return ask(*answers, arguments=arguments, options=options)


def test_gaps_are_filled_and_nothing_else_is_changed(ask, tmp_path):
    text = "Quiet morning ____,\nfalls upon the empty street\nand the ____ wake."
    changed = HAIKU.replace("empty", "narrow")
    done, chat = answered(ask, tmp_path, text, "Here it is:\n" + HAIKU, changed, HAIKU.replace("wake.", "wake!"))
    row = json.loads(done.text)
    notes = row["provenance"]["notes"]
    assert notes["filled"] == ["rain", "sparrows"] and notes["gaps"] == 2 and notes["tries"] == 3
    assert row["text"].splitlines()[-3:] == [
        "Quiet morning rain,",
        "falls upon the empty street",
        "and the sparrows wake.",
    ]
    assert "4 lines came where the text has 3" in chat.asked[1]["messages"][-1]["content"]
    assert "line 2 must stay as it is" in chat.asked[2]["messages"][-1]["content"]


def test_chinese_gaps(ask, tmp_path):
    done, chat = answered(ask, tmp_path, "白日依山尽，黄□入海流。\n欲穷千里目，更上一层□。", WUJUE)
    assert json.loads(done.text)["provenance"]["notes"]["filled"] == ["河", "楼"]
    assert "黄□入海流" in chat.asked[0]["messages"][0]["content"]
    done, _ = answered(ask, tmp_path, WUJUE, WUJUE)
    assert done.code and "has no gap" in done.err


def test_a_text_is_made_anew_and_what_was_kept_is_measured(ask, tmp_path):
    text = "The rain came down upon the street, and one sparrow woke."
    done, chat = answered(ask, tmp_path, text, HAIKU, verb=("transfer-style",), options=("--style", "haiku"))
    notes = json.loads(done.text)["provenance"]["notes"]
    assert notes["kept_share"] > 0.4 and {"rain", "street"} <= set(notes["kept_words"]) and notes["tries"] == 1
    asked = chat.asked[0]["messages"][0]["content"]
    assert asked.startswith("Here is a text:\nThe rain came down") and "Line 2 is 7 syllables." in asked


def test_ideas_of_all_kinds(ask):
    answers = ["Rain\nStreet", "1. one line", "- an image\n- another", "A plot.\nB plot.", "C plot.\nD plot."]
    arguments = ("literature", "inspire", "rain", "-m", "openai:m", "--count", "8", "--json")
    done, chat = ask(answers[0], answers[1], "x\ny", *answers[2:4], arguments=arguments, options=())
    ideas = json.loads(done.text)["ideas"]
    assert [idea["kind"] for idea in ideas] == ["title", "first line", "image", "plot"] * 2
    assert ideas[2]["text"] == "an image" and len(chat.asked) == 5
    assert "1 lines came where 2 were asked for" in chat.asked[2]["messages"][-1]["content"]


def test_options_that_do_nothing_for_a_verb_are_refused(ask, tmp_path):
    done, chat = answered(ask, tmp_path, "a ____ b", "a c b", options=("-o", "acrostic", "RAIN"))
    assert done.code and "does nothing for a text restored by an endpoint's model" in done.err and not chat.asked
