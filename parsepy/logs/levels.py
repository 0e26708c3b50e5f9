"""The levels of the log by Parse Server's names, and the loggers whose records are ours."""

from __future__ import annotations

import logging

from parsepy.settings import Settings

NOTHING = logging.CRITICAL + 1
"""A level that no record reaches."""

LEVELS = {
    "error": logging.ERROR,
    "warn": logging.WARNING,
    "info": logging.INFO,
    "verbose": 15,
    "debug": logging.DEBUG,
    "silly": 5,
    "silent": logging.CRITICAL + 10,
}
NAMES = {
    logging.CRITICAL: "error",
    logging.ERROR: "error",
    logging.WARNING: "warn",
    logging.INFO: "info",
    15: "verbose",
}
OURS = ("parsepy", "aiohttp", "asyncio")


def level_of(settings: Settings) -> int:
    """The lowest level that is logged."""
    if settings.log_level:
        return LEVELS[settings.log_level]
    return LEVELS["verbose"] if settings.verbose else LEVELS["info"]
