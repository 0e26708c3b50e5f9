"""A mail as cloud code and the server itself send it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from parsepy.errors import ErrorCode, ParseError

MOST_RECIPIENTS = 100
LONGEST_LINE = 998
"""Characters of a subject or an address, as mail servers take them."""
LONGEST_TEXT = 1_000_000
"""Characters of each form of the text."""


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail. At least one of `text` and `html` is there; without `sender` the adapter names its own."""

    to: tuple[str, ...]
    subject: str
    text: str | None = None
    html: str | None = None
    sender: str | None = None


def mail_of(fields: Mapping[str, Any]) -> Mail:
    """The mail of `{to, subject, text, html, from}`; `to` is an address or a list of them.

    Raises ParseError 125 for addresses that cannot be, 141 for what is no mail.
    """
    to = fields.get("to")
    addresses = [to] if isinstance(to, str) else to
    if not isinstance(addresses, Sequence) or not 0 < len(addresses) <= MOST_RECIPIENTS:
        raise ParseError(ErrorCode.INVALID_EMAIL_ADDRESS, f"A mail needs 1 to {MOST_RECIPIENTS} recipients.")
    text, html = _text(fields, "text"), _text(fields, "html")
    if not text and not html:
        raise _refusal("A mail needs a text, an html form, or both.")
    sender = fields.get("from")
    return Mail(
        tuple(_address(address) for address in addresses),
        _line(fields.get("subject"), "subject"),
        text,
        html,
        None if sender is None else _address(sender),
    )


def _address(value: Any) -> str:
    if not isinstance(value, str) or "@" not in value.strip("@ ") or _is_no_line(value):
        raise ParseError(ErrorCode.INVALID_EMAIL_ADDRESS, "Email address format is invalid.")
    return value.strip()


def _line(value: Any, name: str) -> str:
    if not isinstance(value, str) or not value.strip() or _is_no_line(value):
        raise _refusal(f"A mail needs a {name} of one line with at most {LONGEST_LINE} characters.")
    return value


def _is_no_line(text: str) -> bool:
    """A line break in a header would begin another header."""
    return len(text) > LONGEST_LINE or not text.isprintable()


def _text(fields: Mapping[str, Any], name: str) -> str | None:
    value = fields.get(name)
    if value is not None and (not isinstance(value, str) or len(value) > LONGEST_TEXT):
        raise _refusal(f"The {name} of a mail is a text of at most {LONGEST_TEXT} characters.")
    return value


def _refusal(message: str) -> ParseError:
    return ParseError(ErrorCode.SCRIPT_FAILED, message)
