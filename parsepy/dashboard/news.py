"""What the processes of one server tell each other of their dashboard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class News(Protocol):
    """Carries short messages to all who listen, in this process at once and in others soon.

    A process that starts later does not hear what was said before.
    """

    def publish(self, channel: str, message: bytes) -> None:
        """Tell all who listen to the channel, here and elsewhere."""

    def subscribe(self, channel: str, callback: Callable[[bytes], None]) -> None:
        """Hear what is said on the channel, by this process too."""
