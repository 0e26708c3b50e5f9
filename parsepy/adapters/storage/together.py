"""Work that many callers want at the same time: one does it, the others wait for it, and all go on in the same tick."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from parsepy.adapters.storage.base import StorageUnavailableError


@dataclass(slots=True)
class _Work:
    """Work under way: whether anybody waits for it, its end, and the failure of the store that it ended with."""

    ended: asyncio.Event = field(default_factory=asyncio.Event)
    is_awaited: bool = False
    lost: StorageUnavailableError | None = None


class Together:
    """What is under way, by name. A lock would let those who wait go one by one, so that their writes could not be joined."""

    def __init__(self) -> None:
        self._under_way: dict[str, _Work] = {}

    async def waited(self, name: str) -> bool:
        """Wait for the work of that name; False, at once, if there is none: then it is the caller's to do.

        Raises StorageUnavailableError if the work ended with that: who waited need not find it out again.
        """
        work = self._under_way.get(name)
        if work is None:
            return False
        work.is_awaited = True
        await work.ended.wait()
        if work.lost is not None:
            raise StorageUnavailableError(str(work.lost)) from work.lost
        return True

    @asynccontextmanager
    async def working(self, name: str) -> AsyncIterator[None]:
        """Do the work of that name, which nobody else does now."""
        work = self._under_way[name] = _Work()
        try:
            yield
        except StorageUnavailableError as exc:
            work.lost = exc
            raise
        finally:
            del self._under_way[name]
            own = asyncio.Event()
            asyncio.get_running_loop().call_soon(_in_turn, own, work.ended)
        if work.is_awaited:
            await own.wait()


def _in_turn(first: asyncio.Event, second: asyncio.Event) -> None:
    """Wake all in one turn of the loop: who did the work before those who waited, as they came."""
    first.set()
    second.set()
