"""People who share a studio: nobody reads, changes or infers what is another's, in any route and any role."""

import itertools
import re

import pytest
from artwright.core.errors import InputError, UnknownName, UsageError
from artwright.plugins.web.accounts import passwords
from artwright.plugins.web.accounts import people as accounts
from artwright.plugins.web.accounts.people import People, Quota, TooMany

PASSWORD = "correct horse battery"
NAMES = {"ann": "maker", "bob": "maker", "eve": "viewer", "root": "admin"}


@pytest.fixture
def people(studio, monkeypatch):
    monkeypatch.setattr(passwords, "_N", 2)  # as hard as it is needs a third of a second each
    people = People(studio.home)
    for name, role in NAMES.items():
        people.add(name, PASSWORD, role=role)
    return people


@pytest.fixture
def shared(studio, queue, people):
    """Name -> a browser, signed in; "" for one that is not."""
    pytest.importorskip("starlette", reason="needs starlette: pip install 'artwright[web]'")
    from artwright.plugins.web.site.app import make_app
    from starlette.testclient import TestClient

    app = make_app(studio, queue, people=people)
    found = {name: TestClient(app, base_url="http://127.0.0.1", follow_redirects=False) for name in ("", *NAMES)}
    for name in NAMES:
        assert found[name].post("/enter", data={"name": name, "password": PASSWORD}).status_code == 303
    return found


@pytest.fixture
def work_off_all(studio, queue):
    from artwright.plugins.web.asking.studios import Studios
    from artwright.plugins.web.jobs.worker import do_job

    studios = Studios(studio)

    def run():
        while (job := queue.take("here")) is not None:
            do_job(studios.of(job.person), queue, job)

    return run


def addresses(browser, work, job):
    """(method, address) of every route, with the id of somebody's work and job put in."""
    names = {
        "{medium}": "dots",
        "{operation}": "generate",
        "{suffix}": ".dots",
        "{face}": "garamond",
        "{name}": "tones",
    }
    for route in browser.app._app.routes:
        for id_ in [job if "job" in route.path else work]:
            path = route.path.replace("{id}", id_)
            for name, value in names.items():
                path = path.replace(name, value)
            for method in sorted((getattr(route, "methods", None) or {"GET"}) - {"HEAD"}):
                yield method, path


OPEN = ("/enter", "/leave", "/fonts/garamond.woff2", "/static")


def test_nobody_reads_changes_or_infers_what_is_anothers(shared, queue, work_off_all):
    location = shared["ann"].post("/make", data={"theme": "annsecret sea", "medium": "dots"}).headers["location"]
    work_off_all()
    job = location.rpartition("/")[2]
    work = queue.get(job).result["work"].removeprefix("sha256:")
    assert "annsecret" in shared["ann"].get(f"/works/{work}").text
    before = queue.get(job)
    checked = 0
    for (method, path), name in itertools.product(list(addresses(shared[""], work, job)), ("", "bob", "eve", "root")):
        if path in OPEN:
            continue
        values = {"stars": "1", "comment": "x", "better": work, "other": work, "theme_from": work, "work": work}
        answer = shared[name].request(method, path, data=values if method == "POST" else None)
        assert "annsecret" not in answer.text, (name, method, path)
        if name == "":
            assert answer.status_code in (303, 401) and answer.headers.get("location", "/enter").startswith("/enter"), (
                path
            )
        elif work in path or job in path:
            assert answer.status_code in (403, 404), (name, method, path, answer.status_code)
        checked += 1
    assert checked > 80 and queue.get(job) == before
    for name in ("bob", "eve", "root"):
        for address in ("/", "/works", "/works?words=sea", "/jobs", "/compare?medium=dots"):
            assert work not in shared[name].get(address).text and "annsecret" not in shared[name].get(address).text


def test_what_is_not_mine_is_as_unknown_as_what_is_not_there(shared, queue, work_off_all):
    location = shared["ann"].post("/make", data={"theme": "sea", "medium": "dots"}).headers["location"]
    work_off_all()
    job = queue.get(location.rpartition("/")[2])
    work, none = job.result["work"].removeprefix("sha256:"), "0" * 64
    for address in ("/works/{}", "/works/{}/file.dots", "/works/{}/file.small.webp", "/api/v1/works/{}"):
        hers, nothing = (shared["bob"].get(address.format(one)) for one in (work, none))
        assert hers.status_code == nothing.status_code == 404
        assert hers.text.replace(work, none) == nothing.text
    hers, nothing = (shared["bob"].get(f"/api/v1/jobs/{one}") for one in (job.id, "0" * 16))
    assert (hers.status_code, hers.text.replace(job.id, "0" * 16)) == (nothing.status_code, nothing.text)


def test_roles_do_what_they_may(shared, queue):
    asked = {"theme": "sea", "medium": "dots"}
    assert shared["eve"].get("/").status_code == 200
    assert shared["eve"].post("/make", data=asked).status_code == 403
    assert shared["ann"].get("/people").status_code == 403 and shared["ann"].get("/metrics").status_code == 403
    text = shared["root"].get("/people").text
    assert "ann" in text and "signed in" in text and "artwright_jobs" in shared["root"].get("/metrics").text
    assert queue.jobs() == []


def test_keys_of_programs_have_a_scope_and_an_end(shared, people):
    browser, body = shared[""], {"medium": "dots", "operation": "generate", "ask": {"theme": "sea"}}
    make, read = people.add_key("ann"), people.add_key("ann", scope="read")
    over = people.add_key("ann", days=-1)

    def ask(key):
        return browser.post("/api/v1/jobs", json=body, headers={"authorization": f"Bearer {key}"}).status_code

    assert [ask(key) for key in (make, read, over, "aw_wrong", "")] == [202, 403, 401, 401, 401]
    assert browser.get("/api/v1/works", headers={"authorization": f"Bearer {read}"}).status_code == 200
    told = browser.get("/api/v1/works", headers={"authorization": "Bearer aw_wrong"})
    assert told.json() == {"error": "sign in"} and told.headers["www-authenticate"] == "Bearer"
    session = shared["ann"].cookies["session"]  # a session is no key
    assert ask(session) == 401
    with pytest.raises(UnknownName, match="no person 'nobody'"):
        people.add_key("nobody")


def test_a_session_ends(shared, people):
    cookie = shared["ann"].cookies["session"]
    assert shared["ann"].post("/leave").status_code == 303
    assert shared[""].get("/", headers={"cookie": f"session={cookie}"}).status_code == 303
    people.remove("bob")
    assert shared["bob"].get("/").status_code == 303


def test_the_cookie_of_a_session_is_for_this_site_alone(shared, studio, queue, people):
    from artwright.plugins.web.site.app import make_app
    from starlette.testclient import TestClient

    app = make_app(studio, queue, people=people, hosts={"studio.example"}, is_secure=True)
    browser = TestClient(app, base_url="https://studio.example", follow_redirects=False)
    answer = browser.post("/enter", data={"name": "ann", "password": PASSWORD})
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=lax" in cookie and "secure" in cookie


@pytest.mark.parametrize(
    "place", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:x", "/a\r\nx: y"]
)
def test_signing_in_leads_nowhere_else(shared, place):
    answer = shared[""].post("/enter", data={"name": "ann", "password": PASSWORD, "next": place})
    assert answer.headers["location"] == "/"


def test_guessing_is_slow_and_told_nothing(shared):
    texts = set()
    for number in range(accounts.MOST_FAILURES):
        name = "ann" if number % 2 else "nobody"
        answer = shared[""].post("/enter", data={"name": name, "password": f"guess {number}"})
        assert answer.status_code == 401
        texts.add(answer.text)
    assert len(texts) == 1
    answer = shared[""].post("/enter", data={"name": "ann", "password": PASSWORD})
    assert answer.status_code == 429 and 0 < int(answer.headers["retry-after"]) <= accounts.FAILURES_S


def test_quotas_are_kept(studio, queue, people, work_off_all):
    pytest.importorskip("starlette")
    from artwright.plugins.web.asking.studios import Studios
    from artwright.plugins.web.site.app import Site
    from artwright.plugins.web.site.asking import ask_job

    def site(**quota):
        visitor = accounts.Person(name="ann", role="maker", quota=Quota(**quota))
        return Site(studios=Studios(studio), queue=queue, people=people, visitor=visitor)

    ask_job(site(works=1), "dots", "generate", {"theme": "sea"})
    with pytest.raises(TooMany, match="you asked for 1 works today"):
        ask_job(site(works=1), "dots", "generate", {"theme": "sea"})
    work_off_all()
    with pytest.raises(TooMany, match="minutes today, and may 0"):
        ask_job(site(minutes=0), "dots", "generate", {"theme": "sea"})
    with pytest.raises(TooMany, match="MB, and may 0"):
        ask_job(site(megabytes=0), "dots", "generate", {"theme": "sea"})
    assert len(queue.jobs()) == 1


def test_the_log_holds_no_words_and_no_secrets(shared, people, studio):
    shared["ann"].post("/make", data={"theme": "annsecret sea", "medium": "dots"})
    key = people.add_key("ann")
    text = str(people.log())
    assert "asked" in text and "dots generate" in text and "annsecret" not in text and PASSWORD not in text
    kept = b"".join(file.read_bytes() for file in studio.home.glob("people.sqlite3*"))
    assert PASSWORD.encode() not in kept and key.encode() not in kept and key[8:].encode() not in kept
    assert shared["ann"].cookies["session"].encode() not in kept
    assert studio.home.joinpath("people.sqlite3").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "name, password, role, error",
    [
        ("../x", PASSWORD, "maker", InputError), ("", PASSWORD, "maker", InputError), ("ann", PASSWORD, "maker", UsageError),
        ("new", "short", "maker", InputError), ("new", PASSWORD, "king", UnknownName), ("Ann", PASSWORD, "maker", InputError),
    ],
)  # fmt: skip
def test_bad_accounts_are_refused(people, name, password, role, error):
    with pytest.raises(error):
        people.add(name, password, role=role)


def test_passwords_are_kept_as_hashes_of_their_own(monkeypatch):
    monkeypatch.setattr(passwords, "_N", 2)
    one, two = passwords.hash_password(PASSWORD), passwords.hash_password(PASSWORD)
    assert one != two and re.fullmatch(r"scrypt\$2\$8\$3\$[0-9a-f]{32}\$[0-9a-f]{128}", one)
    assert passwords.check_password(PASSWORD, one) and not passwords.check_password(PASSWORD + " ", one)
    assert not passwords.check_password("", None)


def test_a_studio_that_others_reach_needs_accounts(studio, people):
    from artwright.plugins.web.serving import check

    with pytest.raises(InputError, match="needs --accounts"):
        check(studio, 8080, name="studio.example")
    for name in NAMES:
        people.remove(name)
    with pytest.raises(InputError, match="nobody has an account yet"):
        check(studio, 8080, accounts=True)
