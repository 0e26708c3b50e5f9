"""How a client joins those who are told by the log of changes: from a place in it, from a snapshot, or from now on."""

from __future__ import annotations

from dataclasses import dataclass, replace

from parsepy.core.live import change_log, switches
from parsepy.core.live.change_log import PAGE, Position, position_of
from parsepy.errors import ErrorCode, ParseError
from parsepy.livequery import notices, snapshots
from parsepy.livequery.following import Follower
from parsepy.livequery.messages import Subscribe
from parsepy.livequery.numbered import NumberedHub
from parsepy.livequery.tail import Tail


@dataclass(frozen=True, slots=True)
class Start:
    """Where a client begins. `is_lost`: not where it asked to; `with_snapshot`: it is sent its results first."""

    at: Position
    is_lost: bool = False
    with_snapshot: bool = False

    @property
    def cursor(self) -> str | None:
        """What is answered at once: where to come back to if nothing more arrives. A snapshot names its own place."""
        return None if self.with_snapshot else str(self.at)


async def begin(tail: Tail | None, message: Subscribe) -> Start:
    """Have the changes of the class kept, and find out where the client begins. Raises ParseError, StorageError."""
    live = tail.app.live if tail is not None else None
    if tail is None or live is None or not live.is_live(message.class_name):
        text = f"Changes of the class {message.class_name} are not kept: resume and snapshot are not available."
        raise ParseError(ErrorCode.OPERATION_FORBIDDEN, text)
    since = await switches.switch_on(tail.app, message.class_name)
    end = await tail.start()
    if not message.resume:
        return Start(end, with_snapshot=message.snapshot)
    place = position_of(message.resume)
    is_known = place is not None and place.epoch == end.epoch and since <= place.number <= end.number
    if place is not None and is_known and await change_log.keeps(tail.app.storage, place.number):
        return Start(place)
    return Start(end, is_lost=True, with_snapshot=message.snapshot)


async def join(tail: Tail, follower: Follower, message: Subscribe, start: Start) -> None:
    """Tell the follower what he has missed, and from then on what comes. Raises ParseError, StorageError."""
    async with tail.alone(follower) as hub:
        at = start.at
        if start.is_lost:
            follower.outlet.send(notices.resync(follower, at))
        if start.with_snapshot:
            at = await snapshots.send(hub.context(follower.identity), follower, message, at)
        at = await _told(tail, hub, follower, at, paced=True)
        async with tail.at_its_end():
            await _told(tail, hub, follower, at, paced=False)
            await tail.add(follower)


async def _told(tail: Tail, hub: NumberedHub, follower: Follower, at: Position, *, paced: bool) -> Position:
    """Tell the follower alone what is behind a place, as far as the others have been told; how far that is."""
    storage = tail.app.storage
    while at.number < (end := tail.position).number:
        entries = await change_log.page(storage, at, until=end.number, class_name=follower.class_name)
        if not await change_log.keeps(storage, at.number):
            follower.outlet.send(notices.resync(follower, end))
            return end
        for entry in entries:
            await tail.tell(hub, entry, (follower,))
        at = replace(at, number=entries[-1].number) if len(entries) == PAGE else end
        if paced:
            await follower.outlet.drained()
    return at
