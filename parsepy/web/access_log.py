"""One line for every request: what was asked, what was answered, who asked, and why it was refused."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

import orjson

from parsepy.api.dispatch import Outcome
from parsepy.logs import Sink, timestamp
from parsepy.model.principal import Level, Principal

_KEYS = {
    Level.MASTER: "master key",
    Level.READ_ONLY_MASTER: "read-only master key",
    Level.MAINTENANCE: "maintenance key",
}
NOBODY = "-"


class AccessLog:
    """Writes the lines to the sinks. Query strings, headers and bodies never stand in them: they hold secrets."""

    def __init__(self, sinks: Sequence[Sink], *, as_json: bool = False, worker: int | None = None) -> None:
        self._sinks = sinks
        self._more: dict[str, object] = {} if worker is None else {"worker": worker}
        self._as_json = as_json
        self._second = 0
        self._clock = ""

    def write(self, method: str, target: str, status: int, seconds: float, outcome: Outcome | None) -> None:
        """Log one answered request; `target` is the path without query."""
        line = self._line(method, target, status, seconds * 1000, outcome)
        for sink in self._sinks:
            sink.line(line)

    def _line(self, method: str, target: str, status: int, ms: float, outcome: Outcome | None) -> str:
        who = NOBODY if outcome is None else _caller(outcome.principal)
        note = _on_one_line(outcome.note) if outcome is not None and outcome.note else ""
        if self._as_json:
            more = {**self._more, "reason": note} if note else self._more
            return _json_line(method, target, status, ms, who=who, more=more)
        now = time.time()
        if int(now) != self._second:
            self._second, self._clock = int(now), time.strftime("%H:%M:%S", time.localtime(now))
        line = f"{self._clock} {method:<6} {target} {status} {ms:.1f}ms {who}"
        return f"{line}  {note}" if note else line


def _caller(principal: Principal) -> str:
    user_id = principal.user_id
    if user_id is not None:
        return f"user {user_id}"
    return NOBODY if principal.level is Level.USER else _KEYS[principal.level]


def _json_line(method: str, target: str, status: int, ms: float, *, who: str, more: Mapping[str, object]) -> str:
    told: dict[str, object] = {
        "level": "info",
        "message": f"{method} {target} {status}",
        "timestamp": timestamp(time.time()),
        "method": method,
        "url": target,
        "status": status,
        "ms": round(ms, 2),
        "who": who,
    }
    return orjson.dumps({**told, **more}).decode()


def _on_one_line(text: str) -> str:
    return text if text.isprintable() else "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)
