"""One-time codes are right for a while, and once."""

from __future__ import annotations

import pyotp
import pytest

from parsepy.adapters.pubsub.memory import MemoryPubSub
from parsepy.dashboard.config import DashboardUser, Mfa
from parsepy.dashboard.one_time import DIGESTS, OneTimeCodes
from tests.unit.dashboard.visiting import Clock

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
MFA = Mfa(SECRET)
ANN = DashboardUser("ann", "secret", MFA)
KEY = b"k" * 32
CODES = pyotp.TOTP(SECRET)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def codes(clock: Clock) -> OneTimeCodes:
    return OneTimeCodes(KEY, now=clock, news=MemoryPubSub())


@pytest.mark.parametrize("late", [-30, 0, 30])
def test_codes_of_now_and_of_the_periods_beside_are_right(codes: OneTimeCodes, clock: Clock, late: int) -> None:
    assert codes.use(ANN, MFA, CODES.at(int(clock.now) + late))


@pytest.mark.parametrize("late", [-60, 60])
def test_codes_of_other_periods_are_wrong(codes: OneTimeCodes, clock: Clock, late: int) -> None:
    assert not codes.use(ANN, MFA, CODES.at(int(clock.now) + late))


@pytest.mark.parametrize("code", ["", "000000", "1", "abcdef", "٣٣٣٣٣٣", "0" * 1000, "\udcff"])
def test_what_is_no_code_is_wrong(codes: OneTimeCodes, code: str) -> None:
    assert not codes.use(ANN, MFA, code)


def test_people_may_type_a_space(codes: OneTimeCodes, clock: Clock) -> None:
    code = CODES.at(int(clock.now))

    assert codes.use(ANN, MFA, f" {code[:3]} {code[3:]}")


def test_a_code_is_good_once(codes: OneTimeCodes, clock: Clock) -> None:
    code = CODES.at(int(clock.now))

    assert [codes.use(ANN, MFA, code) for _ in range(2)] == [True, False]


def test_an_earlier_code_is_used_up_with_a_later_one(codes: OneTimeCodes, clock: Clock) -> None:
    codes.use(ANN, MFA, CODES.at(int(clock.now)))

    assert not codes.use(ANN, MFA, CODES.at(int(clock.now) - 30))


def test_the_next_code_is_good_again(codes: OneTimeCodes, clock: Clock) -> None:
    codes.use(ANN, MFA, CODES.at(int(clock.now)))
    clock.now += 30

    assert codes.use(ANN, MFA, CODES.at(int(clock.now)))


def test_other_users_codes_are_their_own(codes: OneTimeCodes, clock: Clock) -> None:
    code = CODES.at(int(clock.now))

    assert [codes.use(DashboardUser(name, "x", MFA), MFA, code) for name in ("ann", "bob")] == [True, True]


def test_other_processes_refuse_a_used_code(clock: Clock) -> None:
    news = MemoryPubSub()
    here, there = (OneTimeCodes(KEY, now=clock, news=news) for _ in range(2))
    code = CODES.at(int(clock.now))

    assert [here.use(ANN, MFA, code), there.use(ANN, MFA, code)] == [True, False]


@pytest.mark.parametrize("algorithm", DIGESTS)
def test_every_algorithm_and_length_works(codes: OneTimeCodes, clock: Clock, algorithm: str) -> None:
    mfa = Mfa(SECRET, digits=8, algorithm=algorithm, period=60)
    theirs = pyotp.TOTP(SECRET, digits=8, digest=DIGESTS[algorithm], interval=60)

    assert codes.use(ANN, mfa, theirs.at(int(clock.now)))


@pytest.mark.parametrize(("step", "code"), [(1, "996554"), (2, "602287")])
def test_short_secrets_are_as_good_as_for_the_original(codes: OneTimeCodes, clock: Clock, step: int, code: str) -> None:
    clock.now = 30.0 * step

    assert codes.use(ANN, Mfa("JBSWY3DPEHPK3PXP"), code)
