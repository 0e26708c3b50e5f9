"""Webhooks over HTTP, with kept connections."""

from __future__ import annotations

from collections.abc import Mapping

import aiohttp

from parsepy.adapters.webhooks.base import Reply, WebhookError

SECONDS = 20.0
"""How long another server may take for one call, connecting included."""
LONGEST_REPLY = 20 << 20


class HttpWebhooks:
    """One client session; it is opened with the first call, so that apps without webhooks have none."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._timeout = aiohttp.ClientTimeout(total=seconds)
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Let go of all connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        """Send a body and wait for the answer. Raises WebhookError."""
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=self._timeout, cookie_jar=aiohttp.DummyCookieJar())
        try:
            async with self._session.post(url, data=body, headers=headers, allow_redirects=False) as answer:
                return Reply(answer.status, await _bounded(answer))
        except TimeoutError as exc:
            raise WebhookError(f"no answer within {self._timeout.total:g} seconds") from exc
        except (aiohttp.ClientError, ValueError) as exc:
            raise WebhookError(str(exc) or type(exc).__name__) from exc


async def _bounded(answer: aiohttp.ClientResponse) -> bytes:
    content = await answer.content.read(LONGEST_REPLY + 1)
    while len(content) <= LONGEST_REPLY and (piece := await answer.content.read(LONGEST_REPLY + 1)):
        content += piece
    if len(content) > LONGEST_REPLY:
        raise WebhookError("the answer is too long")
    return content
