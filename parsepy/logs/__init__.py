"""The log: where its lines go, in which form, for how long files are kept, and how they are read again."""

from __future__ import annotations

from parsepy.logs.forms import (
    JsonForm,
    TextForm,
    app_spoken_for,
    json_line,
    speak_for,
    speaking_for,
    timestamp,
)
from parsepy.logs.levels import LEVELS, NAMES, NOTHING, OURS, level_of
from parsepy.logs.outlets import logging_to
from parsepy.logs.sinks import Console, DailyFile, Sink

__all__ = [
    "LEVELS",
    "NAMES",
    "NOTHING",
    "OURS",
    "Console",
    "DailyFile",
    "JsonForm",
    "Sink",
    "TextForm",
    "app_spoken_for",
    "json_line",
    "level_of",
    "logging_to",
    "speak_for",
    "speaking_for",
    "timestamp",
]
