"""Sending mails from cloud code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from parsepy.cloud import actions


async def send_email(
    *,
    to: str | Sequence[str],
    subject: str,
    text: str | None = None,
    html: str | None = None,
    sender: str | None = None,
) -> None:
    """Send a mail by what the option `emailAdapter` names; without one, only an error is logged.

    `text` and `html` are two forms of the same: one of them is enough. Raises ParseError 125 for addresses that cannot be,
    141 for what is no mail and if it could not be handed over. That it was handed over does not mean that it arrives.
    """
    given: dict[str, Any] = {"to": to, "subject": subject, "text": text, "html": html, "from": sender}
    await actions.current().send_email({key: value for key, value in given.items() if value is not None})
