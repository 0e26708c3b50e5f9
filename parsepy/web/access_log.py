"""One line for every request: what was asked, what was answered, who asked, and why it was refused."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from parsepy.api.dispatch import Outcome
from parsepy.logs import Sink, app_spoken_for, json_line, timestamp
from parsepy.model.principal import Level, Principal

_KEYS = {
    Level.MASTER: "master key",
    Level.READ_ONLY_MASTER: "read-only master key",
    Level.MAINTENANCE: "maintenance key",
}
NOBODY = "-"


class AccessLog:
    """Writes the lines to the sinks, in the form of each; to some only those of refused requests.

    Query strings, headers and bodies never stand in them: they hold secrets.
    """

    def __init__(self, sinks: Sequence[Sink], *, worker: int | None = None) -> None:
        self._json_sinks = tuple(sink for sink in sinks if sink.is_json)
        self._text_sinks = tuple(sink for sink in sinks if not sink.is_json)
        self._of_all = any(not sink.only_refused for sink in self._json_sinks)
        self._more: dict[str, object] = {} if worker is None else {"worker": worker}
        self._second = 0
        self._clock = ""

    def write(self, method: str, target: str, status: int, seconds: float, outcome: Outcome | None) -> None:
        """Log one answered request; `target` is the path without query."""
        who = NOBODY if outcome is None else _caller(outcome.principal)
        note = _on_one_line(outcome.note) if outcome is not None and outcome.note else ""
        ms = seconds * 1000
        if self._of_all or (note and self._json_sinks):
            more = {**self._more, "reason": note} if note else self._more
            line = _json_line(method, target, status, ms, who=who, more=more)
            for sink in self._json_sinks:
                if note or not sink.only_refused:
                    sink.line(line)
        if self._text_sinks:
            line = self._text_line(method, target, status, ms, who=who)
            for sink in self._text_sinks:
                if note or not sink.only_refused:
                    sink.line(f"{line}  {note}" if note else line)

    def _text_line(self, method: str, target: str, status: int, ms: float, *, who: str) -> str:
        now = time.time()
        if int(now) != self._second:
            self._second, self._clock = int(now), time.strftime("%H:%M:%S", time.localtime(now))
        return f"{self._clock} {method:<6} {target} {status} {ms:.1f}ms {who}"


def _caller(principal: Principal) -> str:
    user_id = principal.user_id
    if user_id is not None:
        return f"user {user_id}"
    return NOBODY if principal.level is Level.USER else _KEYS[principal.level]


def _json_line(method: str, target: str, status: int, ms: float, *, who: str, more: Mapping[str, object]) -> str:
    reason = more.get("reason")
    told: dict[str, object] = {
        "level": "warn" if reason else "info",
        "message": f"{method} {target} {status} {who}: {reason}" if reason else f"{method} {target} {status}",
        "timestamp": timestamp(time.time()),
        "method": method,
        "url": target,
        "status": status,
        "ms": round(ms, 2),
        "who": who,
        **more,
    }
    if app_id := app_spoken_for():
        told["app"] = app_id
    return json_line(told)


def _on_one_line(text: str) -> str:
    return text if text.isprintable() else "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)
