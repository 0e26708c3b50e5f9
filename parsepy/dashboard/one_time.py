"""One-time codes by time (RFC 6238), each good for one log-in."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from typing import Any

import pyotp

from parsepy.dashboard.config import DashboardUser, Mfa
from parsepy.dashboard.news import News

DIGESTS: Mapping[str, Callable[..., Any]] = {
    "SHA1": hashlib.sha1,
    "SHA224": hashlib.sha224,
    "SHA256": hashlib.sha256,
    "SHA384": hashlib.sha384,
    "SHA512": hashlib.sha512,
    "SHA3-224": hashlib.sha3_224,
    "SHA3-256": hashlib.sha3_256,
    "SHA3-384": hashlib.sha3_384,
    "SHA3-512": hashlib.sha3_512,
}
"""What `Mfa.algorithm` may be."""
LEAST_BYTES = 20
WINDOW = (0, -1, 1)
"""The code of now, and those before and after it: clocks differ, and people type slowly."""


class OneTimeCodes:
    """Checks codes, and refuses those that were used, in any process."""

    def __init__(self, key: bytes, *, now: Callable[[], float], news: News) -> None:
        self._now = now
        self._news = news
        self._channel = f"dashboard-codes-{key.hex()[:16]}"
        self._last_used: dict[str, int] = {}
        news.subscribe(self._channel, self._heard)

    def use(self, user: DashboardUser, mfa: Mfa, code: str) -> bool:
        """Whether the code is right and new; then it is used up, and all before it."""
        step = self._step(mfa, code)
        if step is None or step <= self._last_used.get(user.name, -1):
            return False
        self._news.publish(self._channel, json.dumps([user.name, step]).encode())
        return True

    def _step(self, mfa: Mfa, code: str) -> int | None:
        """Which period the code belongs to, counted since 1970."""
        codes = pyotp.TOTP(
            _lengthened(mfa.secret), digits=mfa.digits, digest=DIGESTS[mfa.algorithm], interval=mfa.period
        )
        current = int(self._now() // mfa.period)
        given = "".join(code.split()).encode("utf-8", "replace")
        matching = [step for step in WINDOW if hmac.compare_digest(codes.generate_otp(current + step).encode(), given)]
        return current + matching[0] if matching else None

    def _heard(self, message: bytes) -> None:
        name, step = json.loads(message)
        self._last_used[name] = max(step, self._last_used.get(name, -1))


def _lengthened(secret: str) -> str:
    """The same secret with zeros behind it, which HMAC adds anyway (RFC 2104): the library refuses short ones.

    Authenticator apps and the original take 80 bits, too.
    """
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    return base64.b32encode(key.ljust(LEAST_BYTES, b"\0")).decode()
