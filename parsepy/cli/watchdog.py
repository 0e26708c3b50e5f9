"""The watchdog of a worker: a thread that notices when cloud code holds the event loop, which then cannot speak for itself."""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from parsepy.cloud.standing import Standing, standing
from parsepy.web.tally import Share

log = logging.getLogger("parsepy")

TURN_SECONDS = 0.1
LOOK_SECONDS = 0.2
TELL_SECONDS = 1.0
"""A loop that is held for longer is told in the log, and others take over its connections."""

Give = Callable[[], int]


class Watchdog:
    """Sees whether the loop turns. Time in which this thread itself could not run is not held against cloud code.

    `share` is where supervisor and other workers read about it; `give` passes connections on, from this thread.
    """

    def __init__(self, share: Share | None = None, give: Give | None = None, *, is_worn: Callable[[], bool]) -> None:
        self._share = share
        self._give = give
        self._is_worn = is_worn
        self._turns = 0
        self._seen = 0
        self._held = 0.0
        self._told: Standing | None = None
        self._has_given = False

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Watch the running loop, which must be this thread's, while the block lasts."""
        self._loop = asyncio.get_running_loop()
        self._subject = threading.get_ident()
        ended = threading.Event()
        self._turn()
        if self._share is not None:
            # Who is blocked before the first look is to be seen, too.
            self._share.looked(0.0, is_worn=False)
        threading.Thread(target=self._watch, args=(ended,), name="watchdog", daemon=True).start()
        try:
            yield
        finally:
            ended.set()
            self._timer.cancel()

    def _turn(self) -> None:
        self._turns += 1
        if self._share is not None:
            self._share.turned()
        self._timer = self._loop.call_later(TURN_SECONDS, self._turn)

    def _watch(self, ended: threading.Event) -> None:
        before = time.monotonic()
        while not ended.wait(LOOK_SECONDS):
            now = time.monotonic()
            self.look(min(now - before, 2 * LOOK_SECONDS))
            before = now

    def look(self, seconds: float) -> None:
        """See how it is after so many seconds."""
        if self._turns != self._seen:
            self._seen = self._turns
            self._free()
        else:
            self._held += seconds
        if self._share is not None:
            self._share.looked(self._held, is_worn=self._is_worn())
        if self._held >= TELL_SECONDS:
            self._tell()
            self._hand_over()

    def _free(self) -> None:
        if self._told is not None:
            log.warning("The event loop is free again after %.1f s in %s", self._held, self._told.place)
        self._held, self._told, self._has_given = 0.0, None, False

    def _tell(self) -> None:
        if self._told is None:
            frame = sys._current_frames().get(self._subject)
            if frame is not None:
                self._told = standing(frame)
                log.warning(
                    "%s holds the event loop: nothing else runs meanwhile\n%s", self._told.place, self._told.stack
                )

    def _hand_over(self) -> None:
        if self._share is None or self._give is None or not self._share.is_to_give():
            return
        if not self._has_given:
            self._has_given = True
            if count := self._give():
                log.info("Connections that go to another worker: %d", count)
        self._share.given()
