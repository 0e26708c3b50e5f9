"""What both kinds of odd rows share."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime

from tests.compat.dropin.made import Made

ODD = "Odd"
PASSWORD = "an old password"
EXPIRED = datetime(2020, 1, 1, 1, 2, 3, 456_000, UTC)

_SALT_AND_HASH = "04$5.bbvWAs.4RFpByjnidd5eiQQgoI4wx4PRVile.hx.9Ck8Lf9VHQm"
# The three prefixes that implementations of bcrypt have written for one and the same hash of PASSWORD.
HASHES: Mapping[str, str] = {prefix: prefix + _SALT_AND_HASH for prefix in ("$2a$", "$2b$", "$2y$")}


def now() -> datetime:
    """The time, as precise as MongoDB keeps it."""
    time = datetime.now(UTC)
    return time.replace(microsecond=time.microsecond // 1000 * 1000)


def token(made: Made, key: str) -> str:
    """The session token of a user that was written straight into the database."""
    return "r:" + hashlib.md5(made.name(key).encode(), usedforsecurity=False).hexdigest()
