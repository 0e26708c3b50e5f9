"""Mails for tests: they stay in memory, to be looked at."""

from __future__ import annotations

from collections import deque

from parsepy.model.mail import Mail

MOST_MAILS = 1000


class MemoryMailer:
    """Keeps the newest mails in `sent`, oldest first."""

    def __init__(self, *, most: int = MOST_MAILS) -> None:
        self.sent: deque[Mail] = deque(maxlen=most)

    async def send(self, mail: Mail) -> None:
        """Keep the mail."""
        self.sent.append(mail)
