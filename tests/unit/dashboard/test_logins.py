"""Who may come in."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import bcrypt
import pyotp
import pytest

from parsepy.adapters.pubsub.memory import MemoryPubSub
from parsepy.dashboard.config import Dashboard, DashboardUser, Mfa
from parsepy.dashboard.logins import INCOMPLETE, WRONG, Failure, Form, Logins
from tests.unit.dashboard.visiting import ANN, Clock, dashboard

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
EVE = DashboardUser("eve", "secret", Mfa(SECRET, digits=8))
CODES = pyotp.TOTP(SECRET, digits=8)
LONG = "long " * 20


def hashed(password: str) -> str:
    """As cheaply as bcrypt does it."""
    return bcrypt.hashpw(password.encode()[:72], bcrypt.gensalt(4)).decode()


HASHES = Dashboard(
    (), (DashboardUser("ann", hashed("secret")), DashboardUser("bob", hashed(LONG))), has_hashed_passwords=True
)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def logins(clock: Clock, described: Dashboard | None = None) -> Logins:
    return Logins(described or dashboard(ANN, EVE), b"k" * 32, now=clock, news=MemoryPubSub())


def form(name: str, password: str, code: str = "") -> Form:
    return Form(name, password, code, "198.51.100.7")


async def test_the_right_password_lets_in(clock: Clock) -> None:
    assert await logins(clock).check(form("ann", "secret")) == ANN


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("ann", "Secret"),
        ("ann", "secret "),
        ("Ann", "secret"),
        ("nobody", "secret"),
        ("nobody", "\0"),
        ("ann", "\udcff"),
    ],
)
@pytest.mark.parametrize("described", [None, HASHES], ids=["plain", "hashed"])
async def test_all_else_is_wrong_in_the_same_words(
    clock: Clock, described: Dashboard | None, name: str, password: str
) -> None:
    assert await logins(clock, described).check(form(name, password)) == WRONG


@pytest.mark.parametrize(("name", "password"), [("", ""), ("ann", ""), ("", "secret")])
async def test_what_is_incomplete_is_told_so(clock: Clock, name: str, password: str) -> None:
    assert await logins(clock).check(form(name, password)) == INCOMPLETE


@pytest.mark.parametrize(("name", "password"), [("ann", "secret"), ("bob", LONG), ("bob", LONG[:72])])
async def test_hashed_passwords_let_in(clock: Clock, name: str, password: str) -> None:
    outcome = await logins(clock, HASHES).check(form(name, password))

    assert isinstance(outcome, DashboardUser)


async def test_a_hash_is_no_password(clock: Clock) -> None:
    assert await logins(clock, HASHES).check(form("ann", HASHES.users[0].password)) == WRONG


async def test_a_code_is_asked_for_after_the_password(clock: Clock) -> None:
    check = logins(clock).check

    assert await check(form("eve", "secret")) == Failure("Please enter your one-time password.", 8)
    assert await check(form("eve", "wrong", CODES.at(int(clock.now)))) == WRONG


async def test_a_wrong_code_is_refused(clock: Clock) -> None:
    outcome = await logins(clock).check(form("eve", "secret", "00000000"))

    assert outcome == Failure("Invalid one-time password.", 8)


async def test_a_right_code_lets_in_once(clock: Clock) -> None:
    check, code = logins(clock).check, CODES.at(int(clock.now))

    assert await check(form("eve", "secret", code)) == EVE
    assert await check(form("eve", "secret", code)) == Failure("Invalid one-time password.", 8)


async def test_after_five_wrong_ones_even_the_right_is_refused(clock: Clock) -> None:
    check = logins(clock).check
    for _ in range(5):
        await check(form("ann", "wrong"))

    assert await check(form("ann", "secret")) == Failure("Too many wrong log-ins. Try again in 5 minutes.")


async def test_after_the_lock_the_right_one_lets_in(clock: Clock) -> None:
    check = logins(clock).check
    for _ in range(5):
        await check(form("ann", "wrong"))
    clock.now += 300

    assert await check(form("ann", "secret")) == ANN


async def test_wrong_codes_lock_out_even_between_right_passwords(clock: Clock) -> None:
    check = logins(clock).check
    for _ in range(5):
        await check(form("eve", "secret"))
        await check(form("eve", "secret", "00000000"))
    outcome = await check(form("eve", "secret", CODES.at(int(clock.now))))

    assert outcome == Failure("Too many wrong log-ins. Try again in 5 minutes.")


async def test_to_be_asked_for_a_code_is_not_wrong(clock: Clock) -> None:
    check = logins(clock).check
    for _ in range(9):
        await check(form("eve", "secret"))

    assert await check(form("eve", "secret", CODES.at(int(clock.now)))) == EVE


async def test_many_at_once_are_not_more_than_many_in_turn(clock: Clock) -> None:
    check = logins(clock, HASHES).check
    outcomes = await asyncio.gather(*(check(form("ann", f"guess {number}")) for number in range(50)))

    assert outcomes.count(WRONG) == 5


async def test_names_that_nobody_has_are_locked_too(clock: Clock) -> None:
    check = logins(clock).check
    outcomes = [await check(form("nobody", "x")) for _ in range(6)]

    assert [outcome == WRONG for outcome in outcomes] == [True] * 5 + [False]


async def test_a_strangers_password_is_checked_as_slowly_as_the_slowest_hash() -> None:
    slow = DashboardUser("bob", bcrypt.hashpw(b"x", bcrypt.gensalt(5)).decode())
    described = replace(HASHES, users=(HASHES.users[0], slow))
    checked = logins(Clock(), described)._nobodys

    assert (checked[:7], bcrypt.checkpw(b"x", checked.encode())) == ("$2b$05$", False)
