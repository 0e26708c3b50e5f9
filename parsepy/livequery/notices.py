"""What only those are sent who asked to catch up: snapshots, and that something was missed for good."""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from parsepy.adapters.storage.base import Object
from parsepy.core.live.change_log import Position
from parsepy.livequery.following import Follower


def resync(follower: Follower, at: Position) -> bytes:
    """Changes before this place are no longer known: the client must find its objects anew. All later ones are told."""
    return orjson.dumps({"op": "resync", **follower.head, "cursor": str(at)})


def snapshot(follower: Follower, objects: Sequence[Object], at: Position | None) -> bytes:
    """A piece of the results as they were at a place, which the last piece names."""
    place = {} if at is None else {"cursor": str(at)}
    return orjson.dumps({"op": "snapshot", **follower.head, "objects": list(objects), **place})
