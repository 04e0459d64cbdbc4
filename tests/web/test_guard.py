"""What a stranger may try: another host, another site's page, long bodies, code in every field."""

import json

import pytest

CODE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


def routes(browser):
    """(method, path) of every address, with names put in."""
    app = browser.app._app
    names = {"{medium}": "dots", "{operation}": "generate", "{id}": "abcd1234", "{suffix}": ".dots", "{name}": "tones"}
    for route in app.routes:
        path = route.path
        for name, value in names.items():
            path = path.replace(name, value)
        for method in sorted((getattr(route, "methods", None) or {"GET"}) - {"HEAD"}):
            yield method, path


def test_every_answer_tells_the_browser_what_it_may_not_do(browser):
    found = list(routes(browser))
    assert len(found) > 20
    for method, path in found:
        headers = browser.request(method, path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'self'" in policy or "default-src 'none'" in policy, path
        assert "unsafe-inline" not in policy or "sandbox" in policy, path
        assert headers["x-content-type-options"] == "nosniff" and headers["referrer-policy"], path


def test_a_name_of_somebody_else_is_not_answered(browser):
    for host in ("evil.example", "127.0.0.1.evil.example", "", "evil.example:8080", "[", "127.0.0.1@evil.example"):
        assert browser.get("/", headers={"host": host}).status_code == 421, host
    for host in ("127.0.0.1:8080", "localhost", "[::1]:80"):
        assert browser.get("/", headers={"host": host}).status_code == 200, host


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_a_page_of_another_site_changes_nothing(browser, queue, headers):
    for method, path in routes(browser):
        if method != "GET":
            answer = browser.request(method, path, headers=headers, data={"theme": "sea", "medium": "dots"})
            assert answer.status_code == 403, path
    assert queue.jobs() == []


def test_a_page_of_this_site_does(browser):
    headers = {"origin": "http://127.0.0.1", "sec-fetch-site": "same-origin"}
    assert browser.post("/make", data={"theme": "sea", "medium": "dots"}, headers=headers).status_code == 303


def test_bodies_have_a_limit_whatever_they_say(browser):
    assert browser.post("/make", content=b"x" * (2 << 20)).status_code == 413

    def parts():  # without a length
        for _ in range(40):
            yield b"x" * 65_536

    assert browser.post("/make", content=parts()).status_code == 413
    assert browser.post("/make", content=b"x", headers={"content-length": "-5"}).status_code == 413


def test_a_slow_body_is_not_waited_for(browser, monkeypatch):
    import anyio
    from artwright.plugins.web.site import guard

    monkeypatch.setattr(guard, "_SLOWEST_S", 0.05)
    sent = []

    async def receive():
        await anyio.sleep(10)

    async def send(message):
        sent.append(message)

    headers = [(b"host", b"127.0.0.1")]
    scope = {"type": "http", "method": "POST", "path": "/make", "headers": headers}
    anyio.run(browser.app, scope, receive, send)
    assert sent[0]["status"] == 408


@pytest.mark.parametrize("body", [b"{", b"[]", b"1", b"[" * 100_000, b"\xff"])
def test_what_is_no_json_is_told(browser, body):
    answer = browser.post("/api/v1/jobs", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 400 and answer.json()["error"]


def test_other_types_of_bodies_are_refused(browser):
    answer = browser.post("/make", content=b"<a/>", headers={"content-type": "text/xml"})
    assert answer.status_code == 400 and "is not read" in answer.text


def test_code_in_any_field_stays_text(browser, studio, queue, work_off):
    work = studio.generate("dots", f"sea {CODE}", seed=1)
    studio.feedback.comment(work, CODE)
    queue.add("dots", "generate", {"theme": CODE})
    bad = queue.add(CODE, "generate", {"theme": "sea"})
    queue.cancel(bad.id)
    digits = work.id.removeprefix("sha256:")
    addresses = [
        "/", "/works", "/jobs", f"/works/{digits}", f"/jobs/{bad.id}", "/compare?medium=dots",
        f"/works?words={CODE}", f"/works?medium={CODE}", f"/make/dots/generate?theme={CODE}&style={CODE}&option.dots={CODE}",
        f"/make/{CODE}/generate", f"/make/dots/{CODE}", f"/works/{CODE}", f"/jobs/{CODE}", f"/make/dots/generate?model={CODE}",
    ]  # fmt: skip
    for address in addresses:
        text = browser.get(address).text
        assert "<script>alert" not in text and "<img src=x" not in text, address
    for field in (
        "theme",
        "style",
        "model",
        "region",
        "seed",
        "option.dots",
        "option." + CODE,
        "sources",
        "theme_from",
    ):
        answer = browser.post("/make/dots/generate", data={"theme": "sea", field: CODE})
        assert "<script>alert" not in answer.text, field


def test_an_option_is_no_way_out(browser):
    """Fields that no form has do not reach the studio."""
    body = {"medium": "dots", "operation": "generate", "ask": {"theme": "sea", "home": "/tmp", "force": True}}
    assert browser.post("/api/v1/jobs", json=body).status_code == 400
    assert "no argument" in json.dumps(browser.post("/api/v1/jobs", json=body).json())
