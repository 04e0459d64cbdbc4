"""The pages without scripts: make, watch, look, search, say, compare; and the interface over HTTP."""

import json
import re
from html.parser import HTMLParser

import pytest

VOID = {"meta", "link", "img", "input", "br", "source", "hr"}


class Checked(HTMLParser):
    """Whether a page is well formed, and each field of it has its label."""

    def __init__(self, text):
        super().__init__()
        self.open, self.ids, self.labelled, self.fields = [], [], set(), []
        self.feed(text)
        assert self.open == []
        assert len(self.ids) == len(set(self.ids))
        assert set(self.fields) <= self.labelled, set(self.fields) - self.labelled

    def handle_starttag(self, tag, attrs):
        row = dict(attrs)
        assert not any(name.startswith("on") or name == "style" for name in row), row
        self.ids += [row["id"]] if "id" in row else []
        if tag == "label" and "for" in row:
            self.labelled.add(row["for"])
        if tag in ("input", "select", "textarea") and row.get("type") not in ("hidden", "radio"):
            self.fields.append(row["id"])
        if tag == "script":
            assert row["src"].startswith("/static/")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, tag


def page(browser, address, status=200, **more):
    answer = browser.get(address, **more)
    assert answer.status_code == status, answer.text
    Checked(answer.text)
    return answer.text


@pytest.fixture
def made(studio):
    return studio.generate("dots", "misty sea", seed=7)


def test_a_new_person_makes_a_work_without_scripts(browser, studio, work_off):
    assert 'value="dots"' in page(browser, "/")
    job = browser.post("/make", data={"theme": "misty sea", "medium": "dots"})
    assert job.status_code == 303
    waiting = page(browser, job.headers["location"])
    assert '<meta http-equiv="refresh" content="2">' in waiting and "waits" in waiting
    work_off()
    work = browser.get(job.headers["location"]).headers["location"]
    shown = page(browser, work)
    assert "misty sea" in shown and "stipple" in shown and "Unchanged since it was made" in shown
    assert work in page(browser, "/") and work in page(browser, "/works?words=misty&medium=dots")
    assert work not in page(browser, "/works?words=desert")
    assert "done" in page(browser, "/jobs")


def test_the_form_of_a_verb_comes_from_the_declarations(browser, queue, work_off):
    text = page(browser, "/make/dots/generate?model=stipple")
    assert re.search(r'<input type="number" id="f-option.dots"[^>]*placeholder="5"[^>]*min="1" max="100"', text)
    assert '<option value="sparse">' in text
    filled = {"theme": "sea", "style": "sparse", "seed": "3", "option.dots": "9", "model": "", "novelty": ""}
    job = browser.post("/make/dots/generate", data=filled).headers["location"]
    work_off()
    made = queue.get(job.rpartition("/")[2])
    assert made.ask == {"theme": "sea", "style": "sparse", "seed": 3, "options": {"dots": "9"}}
    assert made.state == "done"


def test_a_work_is_read_made_again_and_leads_to_others(browser, work_off, made):
    digits = made.id.removeprefix("sha256:")
    text = page(browser, f"/works/{made.short_id}")
    assert f"/make/dots/generate?theme_from={digits}" in text and f"/make/dots/analyze?work={digits}" in text
    assert f'value="{digits}"' in page(browser, f"/make/dots/analyze?work={digits}")
    read = browser.post("/make/dots/analyze", data={"work": digits}).headers["location"]
    again = browser.post("/make/dots/replay", data={"work": digits}).headers["location"]
    work_off()
    assert "&#34;count&#34;: 5" in page(browser, read)
    assert "the same work" in page(browser, again)


def test_a_form_is_read_as_utf_8(browser, queue):
    for body in ("theme=江楼&medium=dots".encode(), b"theme=%E6%B1%9F%E6%A5%BC&medium=dots"):
        browser.post("/make", content=body, headers={"content-type": "application/x-www-form-urlencoded"})
    assert [job.ask["theme"] for job in queue.jobs()] == ["江楼", "江楼"]
    assert browser.post("/make", content=b"theme=\xff").status_code == 400
    assert browser.post("/make", content=b"&".join(b"a=1" for _ in range(500))).status_code == 400


def test_files_of_a_work_run_nothing(browser, made):
    file = browser.get(f"/works/{made.short_id}/file.dots")
    assert json.loads(file.text)["title"] == "misty sea" and "sandbox" in file.headers["content-security-policy"]
    small = browser.get(f"/works/{made.short_id}/file.small.webp")
    assert small.headers["content-type"] == "image/webp" and len(small.content) < 20_000
    page(browser, f"/works/{made.short_id}/file.exe", 400)
    page(browser, "/works/abcdef/file.dots", 404)


def test_what_is_said_is_kept_and_shown(browser, studio, made):
    digits = made.id.removeprefix("sha256:")
    assert browser.post(f"/works/{digits}/say", data={"stars": "4", "comment": "quiet"}).status_code == 303
    assert [entry.stars for entry in studio.feedback.ratings()] == [4]
    text = page(browser, f"/works/{digits}")
    assert "4 stars" in text and "quiet" in text
    assert browser.post(f"/works/{digits}/say", data={"stars": "9"}).status_code == 400
    assert browser.post(f"/works/{digits}/say", data={}).status_code == 400


def test_two_works_are_compared_by_their_buttons(browser, studio, made):
    assert "Two works of one medium" in page(browser, "/compare")
    other = studio.generate("dots", "hill", seed=2)
    text = page(browser, "/compare?medium=dots")
    assert 'data-key="1"' in text and 'data-key="2"' in text
    assert browser.post("/compare", data={"better": made.id, "other": other.id}).status_code == 303
    assert [(e.work, e.other) for e in studio.feedback.preferences()] == [(made.id, other.id)]
    assert "Two works of one medium" in page(browser, "/compare?medium=dots")


def test_pages_are_in_chinese_where_they_are_asked_for(browser, made):
    assert "写什么题目" in page(browser, "/", headers={"accept-language": "zh-CN,zh;q=0.9"})
    chosen = browser.get("/works?language=zh")
    assert (
        "作品" in chosen.text and 'lang="zh-Hans"' in chosen.text and "httponly" in chosen.headers["set-cookie"].lower()
    )
    for address in ("/jobs", "/compare", f"/works/{made.short_id}", "/make/dots/generate"):
        assert "创作" in page(browser, address, headers={"cookie": "language=zh"})


def test_progress_is_sent_until_the_end(browser, queue, work_off):
    job = queue.add("dots", "generate", {"theme": "sea", "seed": 1})
    work_off()
    answer = browser.get(f"/jobs/{job.id}/events")
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert json.loads(answer.text.removeprefix("data: ")) == {"state": "done", "share": 1, "note": "", "ahead": 0}
    assert browser.get("/jobs/none/events").status_code == 404


def test_a_job_is_cancelled_from_its_page(browser, queue):
    job = queue.add("dots", "generate", {"theme": "sea"})
    assert browser.post(f"/jobs/{job.id}/cancel").status_code == 303
    assert "cancelled" in page(browser, f"/jobs/{job.id}")


def test_the_first_page_is_small(browser, studio):
    for seed in range(10):
        studio.generate("dots", "sea", seed=seed)
    parts = ["/", "/fonts/garamond.woff2", "/static/studio.css", "/static/studio.js", "/static/seal.svg"]
    small = re.findall(r'src="(/works/[^"]+)"', browser.get("/").text)
    assert len(small) == 8 and sum(len(browser.get(part).content) for part in parts + small) < 150_000


@pytest.mark.parametrize(
    "values, said",
    [
        ({"theme": "", "medium": "dots"}, "holds no word"),
        ({"theme": "sea", "medium": "<b>"}, "no medium &#39;&lt;b&gt;&#39;"),
        ({"theme": "...", "medium": "dots"}, "holds no word"),
        ({"theme": "x" * 3000, "medium": "dots"}, "the argument &#39;theme&#39;"),
    ],
)
def test_bad_input_gets_a_sentence(browser, queue, values, said):
    answer = browser.post("/make", data=values)
    assert answer.status_code in (400, 404) and said in answer.text and "Traceback" not in answer.text
    Checked(answer.text)
    assert queue.jobs() == []


@pytest.mark.parametrize(
    "address, status",
    [
        ("/nothing", 404), ("/works/zzzz", 404), ("/works/..%2f..%2fetc%2fpasswd", 404), ("/make/dots/paint", 404),
        ("/make/ink/generate", 404), ("/jobs/none", 404), ("/works?medium=ink", 404), ("/works?page=x", 400),
        ("/compare?medium=dots&skip=-1", 400), ("/make/dots/train", 404), ("/static/../app.py", 404), ("/fonts/serif.woff2", 404),
    ],
)  # fmt: skip
def test_what_is_not_there_gets_a_page(browser, address, status):
    assert browser.get(address).status_code == status
    assert browser.request("PUT", "/").status_code == 405


# ------------------------------------------------------------------ over HTTP


def test_a_job_over_http_is_asked_once_under_a_key(browser, work_off):
    body = {"medium": "dots", "operation": "generate", "ask": {"theme": "sea", "options": {"dots": 4}}}
    first = browser.post("/api/v1/jobs", json=body, headers={"Idempotency-Key": "k1"})
    again = browser.post("/api/v1/jobs", json=body, headers={"Idempotency-Key": "k1"})
    assert first.status_code == 202 and first.json()["id"] == again.json()["id"]
    work_off()
    job = browser.get(first.headers["location"]).json()
    assert job["state"] == "done"
    work = browser.get(f"/api/v1/works/{job['result']['work']}").json()
    assert work["options"] == {"dots": 4} and work["seed"] == job["ask"]["seed"]
    assert [row["id"] for row in browser.get("/api/v1/works?limit=1").json()["works"]] == [work["id"]]
    assert browser.get(f"/api/v1/works/{work['short_id']}/file.dots").json()["title"] == "sea"
    assert browser.delete(first.headers["location"]).json()["state"] == "done"
    assert 'artwright_jobs{state="done"} 1' in browser.get("/metrics").text


def test_what_there_is_is_told_over_http(browser):
    assert [row["medium"] for row in browser.get("/api/v1/media").json()["media"]] == ["dots"]
    row = browser.get("/api/v1/media/dots/models").json()["models"][0]
    assert row["options"]["properties"]["dots"]["maximum"] == 100
    told = browser.get("/api/v1/openapi.json").json()
    assert set(told["paths"]["/api/v1/jobs/{id}"]) == {"get", "delete"}
    assert "seed" in told["components"]["schemas"]["Generate"]["properties"]
    for name in re.findall(r'"#/components/schemas/(\w+)"', json.dumps(told)):
        assert name in told["components"]["schemas"]


@pytest.mark.parametrize(
    "body, said",
    [
        ({"medium": "dots"}, "'operation' are texts"),
        ({"medium": "dots", "operation": "paint"}, "no operation 'paint'"),
        ({"medium": "dots", "operation": "generate", "ask": {"theme": "sea", "seed": -1}}, "the argument 'seed'"),
        ({"medium": "dots", "operation": "generate", "ask": {"theme": "sea", "options": {"dots": 0}}}, "option 'dots'"),
        (
            {"medium": "dots", "operation": "generate", "ask": {"theme": "sea", "model": "hf:/etc"}},
            "no model 'hf:/etc'",
        ),
        (
            {"medium": "dots", "operation": "restore", "ask": {"work": "abcd"}},
            "no model of medium 'dots' does 'restore'",
        ),
        ({"medium": "dots", "operation": "generate", "colour": 1}, "no field 'colour'"),
    ],
)
def test_bad_input_over_http_gets_a_field_and_a_sentence(browser, body, said):
    answer = browser.post("/api/v1/jobs", json=body)
    assert answer.status_code == 400 and said in answer.json()["error"] and "\n" not in answer.json()["error"]


def test_a_full_queue_says_when_to_ask_again(browser, monkeypatch):
    from artwright.plugins.web.jobs import queue as queues

    monkeypatch.setattr(queues, "MOST_WAITING", 0)
    answer = browser.post("/api/v1/jobs", json={"medium": "dots", "operation": "generate", "ask": {"theme": "sea"}})
    assert answer.status_code == 503 and answer.headers["retry-after"] == "30"
