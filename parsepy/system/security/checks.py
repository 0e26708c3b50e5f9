"""What a security check is, and what it found."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """What a check found; `none`: it could not be made."""

    SUCCESS = "success"
    FAIL = "fail"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Check:
    """A check with the texts for the case that it fails; `state` never raises."""

    title: str
    warning: str
    solution: str
    state: Callable[[], Awaitable[State]]


@dataclass(frozen=True, slots=True)
class Group:
    """Checks under a common heading."""

    name: str
    checks: tuple[Check, ...]


def setting(title: str, warning: str, solution: str, *, is_safe: bool) -> Check:
    """A check whose outcome is in the settings."""

    async def state() -> State:
        return State.SUCCESS if is_safe else State.FAIL

    return Check(title, warning, solution, state)


LEAST_LENGTH = 14
LEAST_KINDS = 3


def is_strong(secret: str) -> bool:
    """Whether a key or password is long, and made of most kinds of characters: capitals, small letters, digits, others."""
    kinds = (
        any("A" <= char <= "Z" for char in secret),
        any("a" <= char <= "z" for char in secret),
        any("0" <= char <= "9" for char in secret),
        any(not (char.isascii() and (char.isalnum() or char == "_")) for char in secret),
    )
    return len(secret) >= LEAST_LENGTH and sum(kinds) >= LEAST_KINDS
