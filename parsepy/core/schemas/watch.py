"""What runs beside the requests so that the known classes stay those of the store."""

from __future__ import annotations

import asyncio
import logging
import time

from parsepy.adapters.storage.base import Storage, StorageError
from parsepy.core.schemas.registry import SchemaRegistry

log = logging.getLogger(__name__)

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 15.0
GAP_SECONDS = 1.0
"""After so long a watch that was begun is there; what happened before that, nobody saw."""
STEADY_SECONDS = 60.0
"""A watch that lasted for this long is no sign of lasting trouble when it ends."""


async def refreshing(schemas: SchemaRegistry) -> None:
    """Read the classes in the background whenever it is time, whatever goes wrong in between."""
    while True:
        try:
            await schemas.keep_fresh()
        except Exception:
            log.exception("The classes could not be read again")
            await asyncio.sleep(FIRST_PAUSE)


async def watching(storage: Storage, schemas: SchemaRegistry, *, first_pause: float = FIRST_PAUSE) -> None:
    """Expire the classes whenever the store tells of a change; a lost watch is begun anew, later from time to time.

    What happened while nobody watched is unknown: the classes expire at every loss, and once more when the new watch is
    there; their time to live counts anyway.
    """
    pause = first_pause
    told = ""
    while True:
        began = time.monotonic()
        after_gap = asyncio.get_running_loop().call_later(GAP_SECONDS, schemas.expire)
        try:
            await storage.watch_classes(schemas.expire)
        except StorageError as exc:
            if str(exc) != told:
                log.warning("Schema changes of other servers are not seen at once, the watch is lost: %s", exc)
            told = str(exc)
        except Exception:
            log.exception("The watch for schema changes failed")
        finally:
            after_gap.cancel()
        schemas.expire()
        if time.monotonic() - began > STEADY_SECONDS:
            pause, told = first_pause, ""
        await asyncio.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)
