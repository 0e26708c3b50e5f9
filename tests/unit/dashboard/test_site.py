"""What visitors are answered."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from parsepy.adapters.pubsub.memory import MemoryPubSub
from parsepy.dashboard.bundle import FOLDER, PLACE_VARIABLE, PUBLIC
from parsepy.dashboard.config import Dashboard, Mfa
from parsepy.dashboard.site import CONFIG, Site
from parsepy.dashboard.visits import GUARDING
from tests.unit.dashboard.visiting import ANN, HOST, SCRIPT, Browser, Clock, bundle, dashboard, site, visit

OPEN = dashboard()
GUARDED = dashboard(ANN)
ELSEWHERE = "198.51.100.7"
PAGES = (
    "",
    "apps",
    "apps/app/browser/Score?x=1",
    "login",
    "logout",
    CONFIG,
    "appicons/a.png",
    "nothing",
    "%ff",
    "\udcff",
)


class Recorder(MemoryPubSub):
    """Writes down what processes tell each other."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[bytes] = []

    def publish(self, channel: str, message: bytes) -> None:
        """Tell it."""
        self.messages.append(message)
        super().publish(channel, message)


@pytest.fixture
def browser(tmp_path: Path) -> Browser:
    """Of a dashboard with users."""
    return Browser(site(tmp_path, GUARDED))


@pytest.mark.parametrize("path", [*PAGES, SCRIPT])
@pytest.mark.parametrize("described", [OPEN, GUARDED], ids=["open", "guarded"])
async def test_every_answer_is_guarded(tmp_path: Path, described: Dashboard, path: str) -> None:
    page = await site(tmp_path, described).answer(visit(path))

    assert GUARDING.keys() <= page.headers.keys()
    assert path == SCRIPT or page.headers.get("Cache-Control", "no-store") == "no-store"


@pytest.mark.parametrize("path", [*PAGES, SCRIPT])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "OPTIONS"])
async def test_strangers_from_elsewhere_are_refused_everywhere(tmp_path: Path, method: str, path: str) -> None:
    answers = [
        await site(tmp_path, described).answer(visit(path, method=method, peer=ELSEWHERE))
        for described in (OPEN, GUARDED)
    ]

    assert [page.status for page in answers] == [403, 403]
    assert not [page for page in answers if b"master" in page.body]


async def test_the_reason_is_told_to_scripts_and_people(tmp_path: Path) -> None:
    here = site(tmp_path, OPEN)
    config, page = [await here.answer(visit(path, peer=ELSEWHERE)) for path in (CONFIG, "apps")]

    assert json.loads(config.body) == {
        "success": False,
        "error": "Configure a user to access Parse Dashboard remotely",
    }
    assert b"Configure a user to access Parse Dashboard remotely." in page.body


@pytest.mark.parametrize("path", ["", "apps", "apps/app/migrations", "apps/app/dashboard_ajax/available_devices"])
async def test_without_users_pages_are_the_index(tmp_path: Path, path: str) -> None:
    page = await site(tmp_path, OPEN).answer(visit(path))

    assert (page.status, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert b'<script src="/dashboard/bundles/dashboard.bundle.js">' in page.body


async def test_without_users_the_apps_are_told(tmp_path: Path) -> None:
    page = await site(tmp_path, OPEN).answer(visit(CONFIG))

    assert [app["masterKey"] for app in json.loads(page.body)["apps"]] == ["master"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Referer": "https://evil.example/dashboard/apps", "Sec-Fetch-Site": "same-origin"},
    ],
    ids=str,
)
async def test_without_users_pages_of_others_are_told_nothing(tmp_path: Path, headers: dict[str, str]) -> None:
    page = await site(tmp_path, OPEN).answer(visit(CONFIG, headers=headers))

    assert (page.status, b"master" in page.body) == (403, False)


async def test_the_own_page_is_told(tmp_path: Path) -> None:
    headers = {"Sec-Fetch-Site": "same-origin", "Referer": f"http://{HOST}/dashboard/apps"}
    page = await site(tmp_path, OPEN).answer(visit(CONFIG, headers=headers))

    assert page.status == 200


@pytest.mark.parametrize("accepted", ["gzip", "br, gzip;q=0.5", "*"])
async def test_files_are_sent_compressed_to_who_takes_that(tmp_path: Path, accepted: str) -> None:
    page = await site(tmp_path, OPEN).answer(visit(SCRIPT, headers={"Accept-Encoding": accepted}))

    assert (page.headers.get("Content-Encoding"), page.headers["Vary"]) == ("gzip", "Accept-Encoding")


@pytest.mark.parametrize("accepted", ["", "br", "gzip;q=0", "identity", "gzip; q=0.0"])
async def test_files_are_sent_as_they_are_to_others(tmp_path: Path, accepted: str) -> None:
    page = await site(tmp_path, OPEN).answer(visit(SCRIPT, headers={"Accept-Encoding": accepted}))

    assert (page.headers.get("Content-Encoding"), page.body) == (None, (tmp_path / SCRIPT).read_bytes())


async def test_a_known_file_is_not_sent_again(tmp_path: Path) -> None:
    here = site(tmp_path, OPEN)
    tag = (await here.answer(visit(SCRIPT))).headers["ETag"]
    page = await here.answer(visit(SCRIPT, headers={"If-None-Match": f'"other", {tag}'}))

    assert (page.status, page.body, page.headers["ETag"]) == (304, b"", tag)


async def test_strangers_may_load_the_files_of_the_log_in_page(browser: Browser) -> None:
    assert (await browser.get(SCRIPT)).status == 200


async def test_strangers_are_asked_to_log_in(browser: Browser) -> None:
    page = await browser.get("apps/app?x=1")

    assert (page.status, page.headers["Location"]) == (302, "/dashboard/login?redirect=/apps/app%3Fx%3D1")


async def test_strangers_are_told_nothing(browser: Browser) -> None:
    page = await browser.get(CONFIG)

    assert (page.status, page.body) == (401, b"Unauthorized")


async def test_users_log_in(browser: Browser) -> None:
    page = await browser.log_in("ann", "secret")
    index, config = await browser.get("apps"), await browser.get(CONFIG)

    assert (page.status, page.headers["Location"]) == (302, "/dashboard/apps")
    assert (index.status, index.headers["username"], config.status) == (200, "ann", 200)


async def test_the_session_is_another_after_the_log_in(browser: Browser) -> None:
    await browser.get("login")
    before = browser.cookie
    await browser.log_in("ann", "secret")
    after, browser.cookie = browser.cookie, before

    assert before != after
    assert (await browser.get(CONFIG)).status == 401


async def test_a_wrong_password_is_told_once(browser: Browser) -> None:
    page = await browser.log_in("ann", "wrong", redirect="/apps/app")
    told = [b"Invalid username or password" in (await browser.get("login")).body for _ in range(2)]

    assert (page.headers["Location"], told) == ("/dashboard/login?redirect=/apps/app", [True, False])


@pytest.mark.parametrize("token", ["", "made up", "\udcff"])
async def test_a_form_of_another_page_is_refused(browser: Browser, token: str) -> None:
    await browser.get("login")
    page = await browser.post(
        "login", {"username": "ann", "password": "secret", "_csrf": token.encode(errors="replace").decode()}
    )

    assert (page.status, (await browser.get(CONFIG)).status) == (403, 401)


async def test_scripts_send_the_token_in_a_header(browser: Browser) -> None:
    await browser.get("login")
    form = {"username": "ann", "password": "secret", "_csrf": ""}
    page = await browser.post("login", form, **{"X-CSRF-Token": browser.token})

    assert page.status == 302


async def test_a_form_may_be_json(browser: Browser) -> None:
    await browser.get("login")
    form = {"username": "ann", "password": "secret", "_csrf": browser.token, "redirect": ["/apps"]}
    asked = visit(
        "login",
        method="POST",
        headers={"Content-Type": "application/json", "Cookie": browser.cookie},
        body=json.dumps(form).encode(),
    )

    assert (await browser.site.answer(asked)).headers["Location"] == "/dashboard/apps"


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b"[" * 9000),
        ("application/json", b"[1]"),
        ("application/json", b"{"),
        ("text/plain", b"a=b"),
        ("application/x-www-form-urlencoded", b"\xff=%ff&" * 100),
        ("application/x-www-form-urlencoded", b"\xff"),
    ],
)
async def test_a_body_of_another_form_is_refused(browser: Browser, kind: str, body: bytes) -> None:
    await browser.get("login")
    asked = visit("login", method="POST", headers={"Content-Type": kind, "Cookie": browser.cookie}, body=body)

    assert (await browser.site.answer(asked)).status == 403


async def test_a_long_body_is_refused(browser: Browser) -> None:
    assert (await browser.post("login", {"username": "x" * 70_000})).status == 413


async def test_after_the_log_out_the_cookie_is_worth_nothing(browser: Browser) -> None:
    await browser.log_in("ann", "secret")
    cookie = browser.cookie
    page = await browser.get("logout")
    browser.cookie = cookie

    assert (page.headers["Location"], (await browser.get(CONFIG)).status) == ("/dashboard/login", 401)


async def test_strangers_who_log_out_are_not_remembered(tmp_path: Path) -> None:
    news = Recorder()
    browser = Browser(site(tmp_path, GUARDED, news=news))
    await browser.get("login")
    await browser.get("logout")

    assert news.messages == []


async def test_who_logs_in_again_leaves_the_session_before(browser: Browser) -> None:
    await browser.log_in("ann", "secret")
    before, token = browser.cookie, browser.token
    await browser.get("apps")
    await browser.post("login", {"username": "ann", "password": "secret"})
    after, browser.cookie = browser.cookie, before

    assert (after != before, token != browser.token, (await browser.get(CONFIG)).status) == (True, True, 401)


async def test_other_processes_know_of_log_in_and_log_out(tmp_path: Path) -> None:
    news, clock = MemoryPubSub(), Clock()
    here, there = (site(tmp_path, GUARDED, clock=clock, news=news) for _ in range(2))
    browser = Browser(here)
    await browser.log_in("ann", "secret")
    cookie, elsewhere = browser.cookie, Browser(there, browser.cookie)
    known = (await elsewhere.get(CONFIG)).status
    await browser.get("logout")
    elsewhere.cookie = cookie

    assert (known, (await elsewhere.get(CONFIG)).status) == (200, 401)


async def test_too_many_wrong_ones_are_told_so(browser: Browser) -> None:
    for _ in range(5):
        await browser.log_in("ann", "wrong")
    await browser.log_in("ann", "secret")

    assert b"Too many wrong log-ins. Try again in 5 minutes." in (await browser.get("login")).body


async def test_the_log_in_page_asks_for_a_code(tmp_path: Path) -> None:
    user = replace(ANN, mfa=Mfa("JBSWY3DPEHPK3PXP", digits=7))
    browser = Browser(site(tmp_path, dashboard(user)))
    await browser.log_in("ann", "secret")

    assert b'{"text": "Please enter your one-time password.", "otpLength": 7}' in (await browser.get("login")).body


@pytest.mark.parametrize(
    ("query", "location"),
    [("", "apps"), ("?redirect=/apps/app", "apps/app"), ("?redirect=//evil.example", "apps")],
)
async def test_who_is_logged_in_is_led_on(browser: Browser, query: str, location: str) -> None:
    await browser.log_in("ann", "secret")

    assert (await browser.get(f"login{query}")).headers["Location"] == f"/dashboard/{location}"


async def test_a_reader_of_an_app_without_a_key_for_that_is_told_so(tmp_path: Path) -> None:
    keyless = replace(GUARDED.apps[0], read_only_master_key="")
    described = dashboard(replace(ANN, is_read_only=True), apps=[keyless])
    browser = Browser(site(tmp_path, described))
    await browser.log_in("ann", "secret")
    page = await browser.get(CONFIG)

    assert (page.status, b"readOnlyMasterKey" in page.body, b'"master"' in page.body) == (403, True, False)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [("PUT", "apps", "GET, HEAD"), ("POST", "apps", "GET, HEAD"), ("DELETE", "login", "GET, HEAD, POST")],
)
async def test_other_methods_are_refused(browser: Browser, method: str, path: str, allowed: str) -> None:
    page = await browser.site.answer(visit(path, method=method))

    assert (page.status, page.headers["Allow"]) == (405, allowed)


async def test_a_name_that_no_header_can_carry_does_no_harm(tmp_path: Path) -> None:
    browser = Browser(site(tmp_path, dashboard(replace(ANN, name="Änn\r\nX: y"))))
    await browser.log_in("Änn\r\nX: y", "secret")

    assert (await browser.get()).headers["username"] == "?nn??X: y"


async def test_without_files_the_page_says_how_to_get_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(PLACE_VARIABLE, str(tmp_path))
    page = await Site(OPEN, None, now=Clock(), news=MemoryPubSub()).answer(visit())

    assert (page.status, b"parsepy dashboard install" in page.body) == (503, True)


async def test_files_that_are_installed_later_are_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(PLACE_VARIABLE, str(tmp_path))
    here = Site(OPEN, None, now=Clock(), news=MemoryPubSub())
    before = await here.answer(visit())
    bundle(tmp_path / FOLDER / PUBLIC)

    assert (before.status, (await here.answer(visit())).status) == (503, 200)
