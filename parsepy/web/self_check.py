"""Asks the server's own URL whether it answers: a wrong `serverURL` shows at the start, not in a client."""

from __future__ import annotations

import logging

import aiohttp

from parsepy.settings import Settings

log = logging.getLogger("parsepy")

TIMEOUT = aiohttp.ClientTimeout(total=5)


async def check_server_url(settings: Settings) -> None:
    """Warn in the log if `serverURL` does not lead here. Nothing is asked without `verifyServerUrl`."""
    if not settings.verify_server_url:
        return
    url = settings.server_url.rstrip("/") + "/health"
    try:
        async with aiohttp.ClientSession(timeout=TIMEOUT) as session, session.get(url) as answer:
            if answer.status == 200:
                return
            problem = f"answered {answer.status}"
    except (TimeoutError, aiohttp.ClientError, ValueError) as exc:
        problem = f"did not answer ({type(exc).__name__})"
    log.warning("serverURL: %s %s. Cloud code and links use this URL: set it to one that leads here.", url, problem)
