"""The writes of one object that may have to be recorded, each in the steps that recording needs apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from types import MappingProxyType
from typing import Literal

from parsepy.adapters.storage.base import Object, Storage
from parsepy.core.live.changes import Stored
from parsepy.model.ops import Op
from parsepy.model.record import record
from parsepy.model.schema import ClassSchema
from parsepy.model.where import EVERYTHING, Where

Kind = Literal["create", "update", "delete"]
NO_OPS: Mapping[str, Op] = MappingProxyType({})


@record(frozen=True, slots=True)
class Action:
    """What is to be written. `target` is the object's id, `where` finds it, as far as the caller may write it.

    `row` is the new object of a create, `ops` are those of an update, `before` is the object as somebody has read it.
    """

    schema: ClassSchema
    kind: Kind
    target: str
    where: Where = EVERYTHING
    ops: Mapping[str, Op] = field(default_factory=dict)
    row: Object | None = None
    before: Object | None = None

    async def look(self, storage: Storage) -> Object | None:
        """The object as it is now; inside a transaction it stays so until its end, where transactions take turns."""
        return None if self.kind == "create" else await storage.update(self.schema, self.where, NO_OPS)

    async def carry_out(self, storage: Storage, before: Object | None) -> Stored | None:
        """Write. None if there is nothing to be written to, or the caller may not."""
        if self.row is not None:
            await storage.insert(self.schema, [self.row])
            return Stored(None, self.row)
        if self.kind == "delete":
            return Stored(before, None) if await storage.delete(self.schema, self.where) else None
        after = await storage.update(self.schema, self.where, self.ops)
        return None if after is None else Stored(before, after, is_told=before is None)

    async def carry_out_seen(self, storage: Storage) -> Stored | None:
        """Look and write; the state before is the very one that was changed, in a transaction of a store that takes turns."""
        before = await self.look(storage)
        if before is None and self.kind != "create":
            return None
        return await self.carry_out(storage, before)
