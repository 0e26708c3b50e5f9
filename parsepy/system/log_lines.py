"""The latest lines of the log for who holds the master key: read from the log files of this machine."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

from parsepy.core.context import App
from parsepy.errors import ErrorCode, ParseError
from parsepy.logs.levels import OURS
from parsepy.logs.reading import Line, Span, search

CACHE = "log lines"
AT_ONCE = 2
"""So many searches run in a process at the same time; others wait for their turn."""

_NO_FILES = "Querying logs is not supported with this adapter"


def new_turns() -> asyncio.Semaphore:
    """What searches of one app wait for."""
    return asyncio.Semaphore(AT_ONCE)


async def lines(app: App, span: Span) -> list[Line]:
    """The lines of the span, each with `timestamp`, `level` and `message`; a traceback stands in the message, too.

    Raises ParseError 115 if there are no log files.
    """
    folder = app.settings.logs_folder
    if folder is None:
        raise ParseError(ErrorCode.PUSH_MISCONFIGURED, _NO_FILES, detail="logsFolder is null: there are no log files")
    for handler in logging.getLogger(OURS[0]).handlers:
        handler.flush()
    turns: asyncio.Semaphore = app.caches[CACHE]
    async with turns:
        found = await asyncio.to_thread(search, Path(folder), span)
    return [_shown(line) for line in found]


def _shown(line: Line) -> Line:
    shown = {name: value for name, value in line.items() if name not in {"app", "stack"}}
    if isinstance(stack := line.get("stack"), str):
        shown["message"] = f"{line.get('message', '')}\n{stack}"
    return shown
