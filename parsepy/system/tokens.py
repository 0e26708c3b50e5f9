"""Random ids, tokens and names, in the forms that Parse Server gives them."""

from __future__ import annotations

import secrets
import string

ALPHANUMERIC = string.ascii_uppercase + string.ascii_lowercase + string.digits
GENERATED_NAME_LENGTH = 25

_EVEN = 256 - 256 % len(ALPHANUMERIC)
_LETTERS = bytes(ord(ALPHANUMERIC[byte % len(ALPHANUMERIC)]) for byte in range(256))
_SURPLUS = bytes(range(_EVEN, 256))
"""Bytes that would make some letters likelier than others."""


def new_object_id(size: int) -> str:
    """A random id of letters and digits, each as likely as the others."""
    found = b""
    while len(found) < size:
        found += secrets.token_bytes(2 * size).translate(_LETTERS, _SURPLUS)
    return found[:size].decode()


def new_session_token() -> str:
    """`r:` and 32 hexadecimal digits: a revocable session."""
    return f"r:{secrets.token_hex(16)}"


def new_name() -> str:
    """25 letters and digits: usernames of users without one, tokens in mails."""
    return new_object_id(GENERATED_NAME_LENGTH)
