"""The webhooks port: how a call of a function or trigger reaches another server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


class WebhookError(Exception):
    """The other server could not be reached, or did not answer in time; the text is for the log and for clients."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the other server answered."""

    status: int
    body: bytes


class Webhooks(Protocol):
    """Sends requests to other servers. Redirects are not followed."""

    async def close(self) -> None:
        """Let go of all connections."""

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        """Send a body and wait for the answer. Raises WebhookError."""
