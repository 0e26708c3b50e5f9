"""What one evaluation may cost: time, and memory where rows have to be held."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from parsepy.errors import ErrorCode, ParseError

MEGABYTE = 2**20
STAGE_BYTES = 100 * MEGABYTE
"""What a stage may hold at once, counted as BSON would: MongoDB's limit without files on disk."""

VALUE_BYTES = 16 * MEGABYTE
"""How large one document or value may be: MongoDB's limit."""

MAX_DEPTH = 180
"""How deep values may be nested."""

MAX_EXPRESSION_DEPTH = 90
"""How deep expressions and conditions may be nested."""

DEFAULT_SECONDS = 60.0
"""How long an evaluation may take if nobody set `maxTimeMS`."""

_STEPS_BETWEEN_LOOKS = 512
_SCALAR_BYTES = 8
_CONTAINER_BYTES = 12


def refused(message: str) -> ParseError:
    """The refusal of an aggregation."""
    return ParseError(ErrorCode.INVALID_QUERY, message)


@dataclass(slots=True)
class Budget:
    """The time that is left. `stop` may be called from another thread: the evaluation ends at its next step."""

    seconds: float = DEFAULT_SECONDS
    clock: Callable[[], float] = time.monotonic
    _deadline: float = field(init=False)
    _steps: int = field(init=False, default=0)
    _stopped: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        self._deadline = self.clock() + self.seconds

    def step(self) -> None:
        """Count a step of the evaluation. Raises ParseError 102 when the time is over."""
        self._steps += 1
        if self._steps % _STEPS_BETWEEN_LOOKS == 0:
            self.check()

    def check(self) -> None:
        """Raise ParseError 102 if the time is over, or nobody waits for the answer any more."""
        if self._stopped or self.clock() > self._deadline:
            raise refused("operation exceeded time limit")

    def stop(self) -> None:
        """Have the evaluation end."""
        self._stopped = True


class Holding:
    """Counts what a stage holds. `add` raises ParseError 102 when that becomes too much."""

    def __init__(self, stage: str, limit: int = STAGE_BYTES) -> None:
        self._stage = stage
        self._left = limit

    def add(self, value: Any) -> None:
        """Hold one more value."""
        self.add_bytes(size_of(value))

    def add_bytes(self, size: int) -> None:
        """Hold so many bytes more."""
        self._left -= size
        if self._left < 0:
            raise refused(f"{self._stage} exceeded its memory limit of {STAGE_BYTES} bytes")


def size_of(value: Any) -> int:
    """About how many bytes of BSON a value takes. Raises ParseError 102 for more than VALUE_BYTES, or too deep nesting."""
    size = _measured(value, {}, 0) if isinstance(value, dict | list) else _scalar_size(value)
    if size > VALUE_BYTES:
        raise refused(f"a value of the aggregation is larger than {VALUE_BYTES} bytes")
    return size


def measured(value: Any) -> Any:
    """The value itself, if it is not too large. Raises ParseError 102."""
    size_of(value)
    return value


def _measured(value: Any, known: dict[int, int], depth: int) -> int:
    """Parts that occur several times are looked at once: values made of themselves over and over grow without end."""
    if depth > MAX_DEPTH:
        raise refused(f"a value of the aggregation is nested more than {MAX_DEPTH} deep")
    if not isinstance(value, dict | list):
        return _scalar_size(value)
    size = known.get(id(value))
    if size is None:
        parts = value.values() if isinstance(value, dict) else value
        names = sum(map(len, value)) if isinstance(value, dict) else 0
        size = names + sum(_CONTAINER_BYTES + _measured(part, known, depth + 1) for part in parts)
        known[id(value)] = size
    return size


def _scalar_size(value: Any) -> int:
    return len(value) + _SCALAR_BYTES if isinstance(value, str | bytes) else _SCALAR_BYTES
