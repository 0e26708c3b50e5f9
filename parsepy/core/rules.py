"""What a built-in class may add to the life of its objects, and the save that is handed through those steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Any, Literal

from parsepy.adapters.storage.base import Object
from parsepy.errors import ErrorCode, ParseError
from parsepy.model.ops import Op
from parsepy.model.record import record
from parsepy.model.schema import ClassSchema
from parsepy.model.where import Where

if TYPE_CHECKING:
    from parsepy.core.context import Context

Operation = Literal["find", "get", "count", "create", "update", "delete", "addField"]


@record(frozen=True, slots=True)
class Write:
    """A save under way. `before` is the stored object of an update, where something needs it; None for a create.

    `sent` is what the client sent (REST values and ops); what the steps add or change beyond it goes back in the answer.
    `notes` carries values between a class's own steps (say, the plain password's fate), by that class's names.
    """

    schema: ClassSchema
    object_id: str
    ops: Mapping[str, Op]
    sent: Mapping[str, Any] = field(default_factory=dict)
    before: Object | None = None
    notes: Mapping[str, Any] = field(default_factory=dict)
    is_create: bool = True

    def to(self, schema: ClassSchema, ops: Mapping[str, Op]) -> Write:
        """The same save into the class as it is now, with these ops."""
        return Write(schema, self.object_id, ops, self.sent, self.before, self.notes, self.is_create)


class ClassRules:
    """The rules of one class; as it stands, those of an ordinary class: nothing is added.

    `hidden` names fields that only the maintenance key sees. All hooks run as the caller of `ctx`.
    """

    hidden: frozenset[str] = frozenset()
    reads_before: bool = False
    """Whether the steps of an update need the stored object in `Write.before`."""
    kept_in_answers: frozenset[str] = frozenset()
    """What `completed` adds to an answer though a trigger replaced it."""
    reads_deleted: bool = False
    """Whether an object is read as the caller finds it before it is deleted."""

    def admit_operation(self, ctx: Context, operation: Operation) -> None:
        """Refuse an operation on the class as a whole (raises ParseError)."""

    async def scope(self, ctx: Context, where: Where) -> Where:
        """Narrow what the caller may reach at all (own sessions, say). Called for every read, update and delete."""
        return where

    def admit_target(self, ctx: Context, operation: Operation, object_id: str) -> None:
        """Refuse an update or delete of one object before anything is read (raises ParseError)."""

    def admit_sent(self, ctx: Context, sent: Mapping[str, Any], *, is_create: bool) -> None:
        """Refuse a body for what it lacks, before anything in it is parsed (raises ParseError)."""

    async def admit(self, ctx: Context, write: Write) -> Write:
        """Check and complete what the client sent, before beforeSave triggers see it."""
        return write

    async def seal(self, ctx: Context, write: Write) -> Write:
        """Turn the save into what is stored (hash a password, say), after beforeSave triggers and type checks."""
        return write

    async def completed(self, ctx: Context, write: Write, after: Object) -> Object:
        """Do what follows a stored save; gives fields to add to the answer (or to take out: MISSING)."""
        return {}

    async def deleted(self, ctx: Context, before: Object) -> None:
        """Do what follows a delete."""

    async def emptied(self, ctx: Context) -> None:
        """Do what follows the deletion of all objects."""

    def unreachable(self, ctx: Context, text: str = "Object not found.") -> ParseError:
        """What is told of an object that is not there or that the caller may not write: the same for both."""
        return ParseError(ErrorCode.OBJECT_NOT_FOUND, text)

    def duplicate(self, ctx: Context, field: str) -> ParseError:
        """What a client is told when a unique index refused its write."""
        return ParseError(ErrorCode.DUPLICATE_VALUE, "A duplicate value for a field with unique values was provided")

    def owns(self, ctx: Context, row: Object) -> bool:
        """Whether the caller sees the row's protected fields because it is about himself."""
        return False

    def present(self, ctx: Context, row: Object) -> Object:
        """The row as this caller may see it, beyond the rules that hold for every class. May change its argument."""
        return row
