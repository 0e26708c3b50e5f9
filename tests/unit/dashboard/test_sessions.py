"""Cookies that nobody can make, and that end."""

from __future__ import annotations

from dataclasses import replace

import pytest

from parsepy.adapters.pubsub.memory import MemoryPubSub
from parsepy.dashboard.config import Dashboard, DashboardUser, Mfa
from parsepy.dashboard.sessions import LONGEST_SECONDS, Session, Sessions, signing_key
from tests.unit.dashboard.visiting import ANN, APP, Clock, dashboard

KEY = b"k" * 32


@pytest.fixture
def clock() -> Clock:
    return Clock()


def sessions(clock: Clock, described: Dashboard | None = None, key: bytes = KEY) -> Sessions:
    """Of a process of its own."""
    return Sessions(described or dashboard(ANN), key, now=clock, news=MemoryPubSub())


def sent(known: Sessions, session: Session) -> dict[str, str]:
    """The headers with which a browser sends the session back."""
    return {"Cookie": known.cookie(session, is_secure=False).partition(";")[0]}


def test_a_session_is_known_again(clock: Clock) -> None:
    known = sessions(clock)
    session = replace(known.begin(ANN), flash={"text": "Hello"})

    assert known.of(sent(known, session)) == session


def test_other_processes_know_it(clock: Clock) -> None:
    here = sessions(clock)
    session = here.begin(ANN)
    there = sessions(clock)

    assert there.user_of(there.of(sent(here, session))) == ANN


def test_another_key_makes_other_sessions(clock: Clock) -> None:
    here = sessions(clock)

    assert sessions(clock, key=b"other" * 8).of(sent(here, here.begin(ANN))) is None


@pytest.mark.parametrize("value", ["", ".", "a.b", "e30.", "ä.ö", "\udcff.\udcff", "=" * 5000, "a" * 5000 + ".b"])
def test_made_up_cookies_are_none(clock: Clock, value: str) -> None:
    assert sessions(clock).of({"Cookie": f"parse_dash={value}"}) is None


def test_changed_cookies_are_none(clock: Clock) -> None:
    known = sessions(clock)
    cookie = sent(known, known.begin(ANN))["Cookie"]
    changed = [
        cookie[:at] + ("A" if cookie[at] != "A" else "B") + cookie[at + 1 :] for at in range(11, len(cookie) - 1)
    ]

    assert [known.of({"Cookie": one}) for one in changed] == [None] * len(changed)


def test_a_cookie_of_another_dashboard_stands_in_no_ones_way(clock: Clock) -> None:
    known = sessions(clock)
    session = known.begin(ANN)
    cookie = f"a=b; parse_dash=s%3Aother.signature; {sent(known, session)['Cookie']}; c=d"

    assert known.of({"Cookie": cookie}) == session


def test_an_ended_session_is_known_nowhere(clock: Clock) -> None:
    news = MemoryPubSub()
    here, there = (Sessions(dashboard(ANN), KEY, now=clock, news=news) for _ in range(2))
    session = here.begin(ANN)
    here.end(session)

    assert [known.of(sent(here, session)) for known in (here, there)] == [None, None]


@pytest.mark.parametrize(("seconds", "lifetime"), [(60.0, 60.0), (None, LONGEST_SECONDS)])
def test_a_session_ends_with_its_time(clock: Clock, seconds: float | None, lifetime: float) -> None:
    known = sessions(clock, replace(dashboard(ANN), session_seconds=seconds))
    headers = sent(known, known.begin(ANN))
    clock.now += lifetime - 1
    before = known.of(headers)
    clock.now += 1

    assert (before is not None, known.of(headers)) == (True, None)


@pytest.mark.parametrize(
    "changed",
    [replace(ANN, password="another"), replace(ANN, mfa=Mfa("JBSWY3DPEHPK3PXP")), replace(ANN, name="bob")],
    ids=["password", "codes", "name"],
)
def test_a_user_configured_anew_logs_in_anew(clock: Clock, changed: DashboardUser) -> None:
    before = sessions(clock)
    headers = sent(before, before.begin(ANN))
    after = sessions(clock, replace(dashboard(ANN), users=(changed,)))

    assert after.user_of(after.of(headers)) is None


def test_other_rights_need_no_new_login(clock: Clock) -> None:
    before = sessions(clock)
    headers = sent(before, before.begin(ANN))
    reading = replace(ANN, is_read_only=True)
    after = sessions(clock, dashboard(reading))

    assert after.user_of(after.of(headers)) == reading


def test_visitors_are_nobody_before_they_log_in(clock: Clock) -> None:
    known = sessions(clock)

    assert known.user_of(known.begin()) is None


def test_the_cookie_is_kept_from_scripts_other_sites_and_other_paths(clock: Clock) -> None:
    known = sessions(clock)

    assert known.cookie(known.begin(), is_secure=False).split("; ")[1:] == [
        "Path=/dashboard/",
        "HttpOnly",
        "SameSite=Lax",
    ]


def test_over_https_the_cookie_goes_over_https_only(clock: Clock) -> None:
    known = sessions(clock)

    assert known.cookie(known.begin(), is_secure=True).endswith("; Secure")


def test_the_cookie_ends_when_the_session_does(clock: Clock) -> None:
    known = sessions(clock, replace(dashboard(ANN), session_seconds=60.0))
    session = known.begin()
    clock.now += 20

    assert "Max-Age=40" in known.cookie(session, is_secure=False)


def test_the_key_follows_from_the_master_keys_unless_a_secret_is_chosen() -> None:
    plain = Dashboard((APP,))
    chosen = replace(plain, cookie_secret=b"chosen")
    keys = {signing_key(one) for one in (plain, replace(plain, apps=(replace(APP, master_key="new"),)), chosen)}

    assert len(keys) == 3
    assert signing_key(replace(chosen, apps=())) == signing_key(chosen)
