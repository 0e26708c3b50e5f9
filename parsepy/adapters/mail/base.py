"""The port through which mails leave the server."""

from __future__ import annotations

from typing import Protocol

from parsepy.model.mail import Mail


class MailError(Exception):
    """The mail did not leave; the text is for the log."""


class Mailer(Protocol):
    """Sends mails."""

    async def send(self, mail: Mail) -> None:
        """Hand the mail over to those who deliver it. Raises MailError."""
