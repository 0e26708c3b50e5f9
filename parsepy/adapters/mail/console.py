"""Mails for developers: they are written to the log instead of being sent."""

from __future__ import annotations

import logging

from parsepy.model.mail import Mail

log = logging.getLogger("parsepy.mail")


class ConsoleMailer:
    """Writes every mail to the log, links and codes in it included: not for servers that people use."""

    async def send(self, mail: Mail) -> None:
        """Show the mail."""
        log.info("%s", _shown(mail))


def _shown(mail: Mail) -> str:
    sender = [f"From: {mail.sender}"] if mail.sender else []
    body = mail.text if mail.text is not None else mail.html
    return "\n".join(["mail", *sender, f"To: {', '.join(mail.to)}", f"Subject: {mail.subject}", "", body or ""])
