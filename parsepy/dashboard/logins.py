"""Whether name, password and one-time code belong to a user of the dashboard."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from parsepy.dashboard.attempts import Attempts, Caller
from parsepy.dashboard.config import Dashboard, DashboardUser
from parsepy.dashboard.news import News
from parsepy.dashboard.one_time import OneTimeCodes
from parsepy.settings import client_of
from parsepy.system import passwords

SALTED = 29
"""So many characters of a bcrypt hash say how it was made."""
NO_DIGEST = "F3nNRCqVGCjSkWrGIVQKdAsoF6cUBjm"
MOST_AT_ONCE = 2
"""Each hash keeps a thread busy for a while; requests of the apps need some too."""


@dataclass(frozen=True, slots=True)
class Form:
    """What somebody typed, and from which address."""

    name: str
    password: str = field(repr=False)
    code: str = field(repr=False)
    address: str


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a log-in failed, as the log-in page shows it; with a `code_length` it asks for a one-time code."""

    text: str
    code_length: int | None = None

    def as_flash(self) -> Mapping[str, Any]:
        """What the page reads."""
        return {"text": self.text} if self.code_length is None else {"text": self.text, "otpLength": self.code_length}


WRONG = Failure("Invalid username or password")
INCOMPLETE = Failure("Missing credentials")
WRONG_CODE = "Invalid one-time password."
MISSING_CODE = "Please enter your one-time password."


class Logins:
    """Checks log-ins. `key` is a secret of this dashboard's processes."""

    def __init__(self, dashboard: Dashboard, key: bytes, *, now: Callable[[], float], news: News) -> None:
        self._users = {user.name: user for user in dashboard.users}
        self._has_hashes = dashboard.has_hashed_passwords
        self._nobodys = _nobodys_password(dashboard)
        self._attempts = Attempts(key, now=now, news=news)
        self._codes = OneTimeCodes(key, now=now, news=news)
        self._turns = asyncio.Semaphore(MOST_AT_ONCE)

    async def check(self, form: Form) -> DashboardUser | Failure:
        """The user that may come in, or why not. Takes as long for a name that nobody has."""
        if not form.name or not form.password:
            return INCOMPLETE
        caller = Caller(form.name, client_of(form.address))
        locked = self._attempts.locked_seconds(caller)
        if locked > 0:
            return _locked_out(locked)
        with self._attempts.counting(caller):
            outcome = await self._outcome(form)
        if isinstance(outcome, DashboardUser):
            self._attempts.was_right(caller)
        elif outcome.text != MISSING_CODE:
            self._attempts.was_wrong(caller)
        return outcome

    async def _outcome(self, form: Form) -> DashboardUser | Failure:
        user = self._users.get(form.name)
        known = self._nobodys if user is None else user.password
        if not await self._is_password(form.password, known) or user is None:
            return WRONG
        if user.mfa is None:
            return user
        if not form.code:
            return Failure(MISSING_CODE, user.mfa.digits)
        return user if self._codes.use(user, user.mfa, form.code) else Failure(WRONG_CODE, user.mfa.digits)

    async def _is_password(self, given: str, known: str) -> bool:
        if not self._has_hashes:
            return hmac.compare_digest(_digest(given), _digest(known))
        async with self._turns:
            return await passwords.matches(given, known)


def _nobodys_password(dashboard: Dashboard) -> str:
    """What a name that nobody has is checked against: as slow as the slowest of the users' and never right."""
    if not dashboard.has_hashed_passwords:
        return ""
    slowest = max((user.password for user in dashboard.users), key=lambda known: known[4:6], default="")
    return slowest[:SALTED] + NO_DIGEST


def _digest(password: str) -> bytes:
    """Of one length for all, so that comparing tells nothing of it."""
    return hashlib.sha256(password.encode("utf-8", "replace")).digest()


def _locked_out(seconds: float) -> Failure:
    minutes = math.ceil(seconds / 60)
    return Failure(f"Too many wrong log-ins. Try again in {minutes} minute{'s' if minutes > 1 else ''}.")
