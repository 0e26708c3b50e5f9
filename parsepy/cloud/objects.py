"""Parse objects as cloud code sees them: Python values, with a record of what was changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Self, TypeVar, Unpack, cast

from parsepy.cloud import actions
from parsepy.cloud.actions import CallOptions, Options
from parsepy.cloud.codec import Seen
from parsepy.cloud.codec import decode as decode
from parsepy.cloud.sdk import fields as declared
from parsepy.cloud.sdk import many
from parsepy.cloud.sdk.holder import Holder, time_of
from parsepy.cloud.sdk.relation import Relation as Relation
from parsepy.cloud.sdk.rows import Row
from parsepy.cloud.sdk.state import State
from parsepy.cloud.types import ACL
from parsepy.errors import ParseError
from parsepy.model.find_params import FindParams
from parsepy.model.ops import Ops

T = TypeVar("T", bound="ParseObject")


class ParseObject(Holder, built_in=""):
    """One object of a class. `obj["x"]` reads and sets fields, `del obj["x"]` removes one; `save()` stores the changes.

    A subclass stands for one class, and its annotated attributes for fields:
    `class Score(ParseObject): player_name: str; points: int = 0` (on the wire `playerName`, see `field`).
    Lists, dicts and ACLs that were read may be changed in place: that counts as setting the field.
    """

    def __init_subclass__(cls, *, built_in: str | None = None) -> None:
        super().__init_subclass__(built_in=built_in)
        cls.class_name = cls.class_name or cls.__name__
        declared.declare(cls, ParseObject)

    def __init__(self, class_name: str = "", object_id: str | None = None, **fields: Any) -> None:
        """A new object with these fields, or with `object_id` a stand-in for a stored one (see `fetch`)."""
        self._begin(class_name or type(self).class_name, {"objectId": object_id})
        if not self.class_name:
            raise ValueError('name the class: ParseObject("Score"), or use a subclass')
        for name, value in (declared.defaults(type(self)) | fields if self.is_new else fields).items():
            self.set(declared.key_of(type(self), name), value)

    def _begin(self, class_name: str, row: Mapping[str, Any], ops: Ops | None = None) -> None:
        self.class_name = class_name
        self._state = State(row, ops)

    @classmethod
    def from_json(
        cls, row: Mapping[str, Any], class_name: str = "", ops: Ops | None = None, *, existed: bool | None = None
    ) -> Self:
        """An object as it came from the server; `ops` are changes that are under way.

        `ParseObject.from_json` gives a `User`, `Role`, `Session` or `Installation` for an object of that class.
        """
        name = row.get("className") or class_name or cls.class_name
        kind = cast("type[Self]", Row.type_of(name)) if cls is ParseObject else cls
        found = kind.__new__(kind)
        found._begin(name, row, ops)
        if existed is not None:
            found._state.existed = existed
        return found

    @classmethod
    def create_without_data(cls, object_id: str, class_name: str = "") -> Self:
        """A stand-in for a stored object, whose fields are not there before it is fetched."""
        return cls.from_json({"objectId": object_id}, class_name)

    @classmethod
    def of(cls, other: ParseObject) -> Self:
        """The same object seen as this type: what is changed through one is changed for both.

        Raises TypeError if it is of another class.
        """
        if other.class_name != cls.class_name:
            raise TypeError(f"a {other.class_name} is no {cls.__name__}")
        view = cls.__new__(cls)
        view.class_name, view._state = other.class_name, other._state
        return view

    def clone(self) -> Self:
        """A new object, not saved, with the same fields."""
        twin = type(self).from_json({}, self.class_name)
        for name in self.keys():
            twin.set(name, self[name])
        return twin

    def new_instance(self) -> Self:
        """The same object without its unsaved changes; what is changed in one stays unknown to the other."""
        return type(self).from_json({**self._state.stored, "objectId": self.id}, self.class_name)

    # What it is

    @property
    def acl_name(self) -> str | None:
        """What an ACL calls it."""
        return self.id

    @property
    def existed(self) -> bool:
        """Whether it was there before it was last saved or read: in afterSave False for a new object."""
        return self._state.existed

    @property
    def is_data_available(self) -> bool:
        """Whether there are fields, not just an id."""
        return bool(self._state.stored or self._state.dirty_keys())

    @property
    def created_at(self) -> datetime | None:
        """When the object was stored first (UTC)."""
        return time_of(self._state.stored.get("createdAt"))

    @property
    def updated_at(self) -> datetime | None:
        """When the object was stored last (UTC)."""
        return time_of(self._state.stored.get("updatedAt"))

    @property
    def acl(self) -> ACL | None:
        """Who may read and write it; None is everybody."""
        found = self.get("ACL")
        return found if isinstance(found, ACL) else None

    @acl.setter
    def acl(self, acl: ACL) -> None:
        self.set("ACL", acl)

    def validate(self) -> None:
        """For subclasses: refuse to be saved, by raising. Runs before a save, before anything is sent."""

    def is_valid(self) -> bool:
        """Whether `validate` lets it pass."""
        try:
            self.validate()
        except (ParseError, ValueError):
            return False
        return True

    # Acting: as the caller, unless the options say otherwise

    async def save(
        self, fields: Mapping[str, Any] | None = None, *, cascade_save: bool = True, **options: Unpack[Options]
    ) -> Self:
        """Store the changes, and before them those of the objects and files that fields lead to (not with `cascade_save` off).

        `fields` are set first. `context` is what the triggers of this save find in `request.context`.
        """
        self.set(fields or {})
        if cascade_save:
            await many.save_leaves([self], options)
        await self._save(CallOptions(**options))
        return self

    async def _save(self, options: CallOptions) -> None:
        self.validate()
        sent = self.changes() | ({"objectId": self.id} if self.is_new and self.id else {})
        stored_id = None if self.is_new else self.id
        self._state.saved(await actions.current().save(self.class_name, stored_id, sent, options))

    async def destroy(self, **options: Unpack[Options]) -> None:
        """Delete the stored object."""
        await actions.current().delete(self.class_name, self._known_id(), CallOptions(**options))

    async def fetch(self, *include: str, **options: Unpack[Options]) -> Self:
        """Read the stored object and forget changes; `include` names pointers to be read with it."""
        params = FindParams(include=include)
        row = await actions.current().get(self.class_name, self._known_id(), params, CallOptions(**options))
        self._state.read(row)
        return self

    async def exists(self, **options: Unpack[Options]) -> bool:
        """Whether it is stored, as far as one may see."""
        if self.id is None:
            return False
        params = FindParams(where={"objectId": self.id}, limit=1, keys=("objectId",))
        return bool(await actions.current().find(self.class_name, params, CallOptions(**options)))

    @staticmethod
    async def save_all(
        objects: Iterable[T], *, batch_size: int = 20, transaction: bool = False, **options: Unpack[Options]
    ) -> list[T]:
        """Save objects and what they lead to, `batch_size` at a time; with `transaction` all or none.

        All of a batch are tried, then the first error is raised. Raises ValueError for new objects that point to each other.
        """
        return await many.save_all(list(objects), batch_size, options, transaction=transaction)

    @staticmethod
    async def destroy_all(
        objects: Iterable[T], *, batch_size: int = 20, transaction: bool = False, **options: Unpack[Options]
    ) -> list[T]:
        """Delete stored objects, `batch_size` at a time; with `transaction` all or none. Errors as in `save_all`."""
        return await many.destroy_all(list(objects), batch_size, options, transaction=transaction)

    @staticmethod
    async def fetch_all(
        objects: Iterable[T], *include: str, if_needed: bool = False, **options: Unpack[Options]
    ) -> list[T]:
        """Read stored objects of one class anew, with `if_needed` only those without fields.

        Raises ParseError 101 if one is not there, before any is changed.
        """
        return await many.fetch_all(list(objects), include, options, if_needed=if_needed)

    # As a value

    def encoded(self, *, full: bool = False, seen: Seen = frozenset()) -> Any:
        """A pointer; with `full` the whole object, unless it has unsaved changes, no fields or is being written."""
        is_whole = full and self._identity not in seen and bool(self._state.stored) and not self._state.dirty_keys()
        if self.id and not is_whole:
            return {"__type": "Pointer", "className": self.class_name, "objectId": self.id}
        if not full:
            raise ValueError(f"cannot point to a {self.class_name} that is not saved")
        fields = {} if self._identity in seen else self._written(seen | {self._identity})
        return {**fields, "__type": "Object", "className": self.class_name}

    def __eq__(self, other: object) -> bool:
        """Two objects are equal if they stand for the same stored object, whatever their fields."""
        if self is other:
            return True
        return isinstance(other, ParseObject) and self.id is not None and self._identity == other._identity

    def __hash__(self) -> int:
        if self.id is None:
            raise TypeError(f"a {self.class_name} that is not saved has no hash")
        return hash(self._identity)

    def __repr__(self) -> str:
        return f"<{self.class_name} {self.id or 'new'}>"

    def _known_id(self) -> str:
        if self.id is None:
            raise ValueError(f"this {self.class_name} is not saved")
        return self.id
