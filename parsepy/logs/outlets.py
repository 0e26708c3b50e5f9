"""The log of a process: which sinks it has, by its settings."""

from __future__ import annotations

import contextlib
import logging
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TextIO

from parsepy.logs.files import ERRORS, INFO, REQUESTS
from parsepy.logs.forms import JsonForm, TextForm
from parsepy.logs.levels import NOTHING, OURS, level_of
from parsepy.logs.secrets import redaction
from parsepy.logs.sinks import Console, DailyFile, Sink
from parsepy.settings import Settings


@contextlib.contextmanager
def logging_to(
    settings: Settings,
    stream: TextIO = sys.stdout,
    *,
    worker: int | None = None,
    apps: Sequence[Settings] = (),
) -> Iterator[list[Sink]]:
    """Send the log where the settings say, as long as the block lasts; gives the sinks that take request lines.

    `worker` is the number of this process among several that write to the same places. `apps` are those that it
    serves, if there are several: secrets of none of them get into the log. Files hold JSON, one object a line; only that
    of requests has the lines of the console.
    """
    level = level_of(settings)
    redact = redaction(apps or [settings])
    as_json = JsonForm(worker, redact)
    shown = as_json if settings.json_logs else TextForm(redact)
    sinks: list[Sink] = []
    if not settings.silent:
        sinks.append(Console(stream, level, shown))
    errors: list[Sink] = []
    requests: list[Sink] = []
    if settings.logs_folder is not None:
        file = partial(DailyFile, Path(settings.logs_folder), keep=settings.max_log_files)
        sinks.append(file(INFO, level, as_json, only_refused=True, told=sys.stderr.write))
        errors.append(file(ERRORS, logging.ERROR, as_json))
        requests.append(file(REQUESTS, level, shown))
    with _installed([*sinks, *errors], level), _short_records():
        try:
            yield [*sinks, *requests]
        finally:
            for sink in requests:
                sink.close()


@contextlib.contextmanager
def _installed(sinks: list[Sink], level: int) -> Iterator[None]:
    """Let our loggers write to the sinks, and to nothing else."""
    loggers = [logging.getLogger(name) for name in OURS]
    for logger in loggers:
        logger.setLevel(_threshold(logger.name, level) if sinks else NOTHING)
        logger.handlers = [*sinks]
        logger.propagate = False
    try:
        yield
    finally:
        for logger in loggers:
            logger.handlers = []
            logger.propagate = True
        for sink in sinks:
            sink.close()


def _threshold(name: str, level: int) -> int:
    """Below this a logger does not even make a record."""
    return min(level, logging.WARNING) if name == "parsepy" else logging.WARNING


@contextlib.contextmanager
def _short_records() -> Iterator[None]:
    """Leave out of records what no form here shows: a third of their cost (see "Optimization" in Python's logging)."""
    needless = {"_srcfile": None, "logThreads": False, "logProcesses": False, "logMultiprocessing": False}
    before = {name: getattr(logging, name) for name in needless}
    for name, value in needless.items():
        setattr(logging, name, value)
    try:
        yield
    finally:
        for name, value in before.items():
            setattr(logging, name, value)
