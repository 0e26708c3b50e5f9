"""Sending mails for cloud code."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from parsepy.adapters.mail.base import MailError
from parsepy.core.context import App
from parsepy.errors import ErrorCode, ParseError
from parsepy.model.mail import mail_of

log = logging.getLogger(__name__)


async def send(app: App, fields: Mapping[str, Any]) -> None:
    """Send the mail of `{to, subject, text, html, from}`; without anything that sends mails, only log that.

    Raises ParseError: 125 and 141 for what is no mail, 141 if it could not be handed over.
    """
    if app.mailer is None:
        log.error("Failed to send email because no mail adapter is configured for Parse Server.")
        return
    mail = mail_of(fields)
    try:
        await app.mailer.send(mail)
    except MailError as exc:
        raise ParseError(ErrorCode.SCRIPT_FAILED, "The mail could not be sent.", detail=str(exc)) from exc
