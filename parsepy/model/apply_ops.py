"""What a save does to fields: reading `__op` values from JSON and carrying operations out on objects."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from parsepy.errors import ErrorCode, ParseError
from parsepy.model import acl
from parsepy.model.ops import Add, AddUnique, Increment, Op, Ops, Relate, Remove, Set, SetOnInsert, Unset
from parsepy.model.order import identity
from parsepy.model.paths import is_position
from parsepy.model.values import MAX_DEPTH, copied, is_number, normalised, number
from parsepy.model.where import And, Compare, In, Where

MAX_PADDING = 10_000
"""How far behind the end of an array a position may be set."""


_ABSENT = object()


class InvalidOperationError(ParseError):
    """An operation does not fit the stored value; the text says why and shows no stored value."""

    def __init__(self, message: str) -> None:
        super().__init__(ErrorCode.INCORRECT_TYPE, message)


def parse_ops(raw: Mapping[str, Any], *, creating: bool = False) -> Ops:
    """A client's JSON as operations by field or dotted path; a literal relation becomes a `Relate` without changes.

    A null ACL is left out: it changes nothing. Raises ParseError 107, 108, 111, 121, 123; `creating` picks the texts that
    the server answers to a create.
    """
    ops: dict[str, Op] = {}
    for key, value in raw.items():
        if key == "ACL":
            stored = acl.normalised(value)
            ops |= {} if stored is None else {key: Set(stored)}
        else:
            ops[key] = _parse_op(value, creating)
    return ops


def _parse_op(value: Any, creating: bool) -> Op:
    if type(value) is not dict and not isinstance(value, Mapping):
        return Set(normalised(value))
    if value.get("__type") == "Relation":
        return Relate(str(normalised(value)["className"]))
    if not value.get("__op"):
        return Set(normalised(value))
    name = value["__op"]
    reader = _OPERATIONS.get(name) if isinstance(name, str) else None
    if reader is None:
        raise ParseError(ErrorCode.COMMAND_UNAVAILABLE, f"The {name} operator is not supported yet.")
    return reader(value, creating)


def _unset(value: Mapping[str, Any], creating: bool) -> Op:
    return Unset()


def _increment(value: Mapping[str, Any], creating: bool) -> Op:
    amount = value.get("amount")
    if not is_number(amount):
        raise _malformed("objects to add must be an array" if creating else "incrementing must provide a number")
    return Increment(number(amount))  # type: ignore[arg-type]  # checked above


def _array(make: Callable[[tuple[Any, ...]], Op], verb: str) -> Callable[[Mapping[str, Any], bool], Op]:
    def read(value: Mapping[str, Any], creating: bool) -> Op:
        objects = value.get("objects")
        if not isinstance(objects, list):
            raise _malformed(f"objects to {'add' if creating else verb} must be an array")
        return make(tuple(normalised(objects)))

    return read


def _relation(value: Mapping[str, Any], creating: bool) -> Relate:
    adding = value["__op"] == "AddRelation"
    objects = value.get("objects")
    if not isinstance(objects, list) or not objects:
        raise _malformed(f"objects to {'add' if adding else 'remove'} must be an array")
    pointers = [normalised(pointer) for pointer in objects]
    if not all(isinstance(pointer, dict) and pointer.get("__type") == "Pointer" for pointer in pointers):
        raise _malformed("a relation holds pointers only")
    names = {pointer["className"] for pointer in pointers}
    if len(names) > 1:
        raise ParseError(ErrorCode.INCORRECT_TYPE, "a relation holds objects of one class only")
    ids = tuple(dict.fromkeys(str(pointer["objectId"]) for pointer in pointers))
    return Relate(str(names.pop()), add=ids if adding else (), remove=() if adding else ids)


def _batch(value: Mapping[str, Any], creating: bool) -> Op:
    entries = value.get("ops")
    if not isinstance(entries, list) or not entries:
        raise _malformed("ops must be an array")
    merged = _relation_entry(entries[0], creating)
    for entry in entries[1:]:
        merged = _merged(merged, _relation_entry(entry, creating))
    return merged


def _relation_entry(entry: Any, creating: bool) -> Relate:
    if not isinstance(entry, Mapping) or entry.get("__op") not in {"AddRelation", "RemoveRelation"}:
        raise ParseError(ErrorCode.COMMAND_UNAVAILABLE, "The Batch operator is not supported yet.")
    return _relation(entry, creating)


def _merged(first: Relate, second: Relate) -> Relate:
    if first.class_name != second.class_name:
        raise ParseError(ErrorCode.INCORRECT_TYPE, "a relation holds objects of one class only")
    add = [id_ for id_ in first.add if id_ not in second.remove]
    remove = [id_ for id_ in first.remove if id_ not in second.add]
    return Relate(
        first.class_name,
        add=tuple(dict.fromkeys([*add, *second.add])),
        remove=tuple(dict.fromkeys([*remove, *second.remove])),
    )


def _malformed(message: str) -> ParseError:
    return ParseError(ErrorCode.INVALID_JSON, message)


_OPERATIONS: Mapping[str, Callable[[Mapping[str, Any], bool], Op]] = {
    "Delete": _unset,
    "Increment": _increment,
    "Add": _array(Add, "add"),
    "AddUnique": _array(AddUnique, "add"),
    "Remove": _array(Remove, "remove"),
    "AddRelation": _relation,
    "RemoveRelation": _relation,
    "Batch": _batch,
}


def apply(row: dict[str, Any], ops: Ops) -> None:
    """Carry the operations out on a stored object, in place. Raises InvalidOperationError; the row is then half changed.

    Dotted keys go into objects and, by position, into arrays; what is missing or null on the way is made. Null counts as
    missing for every operation on numbers and arrays.
    """
    for path, op in ops.items():
        _apply_one(row, path, op)


def new_object(ops: Ops) -> dict[str, Any]:
    """The object that a create with these operations stores: lists are taken as sent, even by `AddUnique`.

    Raises InvalidOperationError.
    """
    row: dict[str, Any] = {}
    for path, op in ops.items():
        match op:
            case Set(value) if "." not in path:
                row[path] = copied(value)
            case AddUnique(objects):
                _apply_one(row, path, Set(list(objects)))
            case Remove():
                _apply_one(row, path, Set([]))
            case SetOnInsert(value):
                _apply_one(row, path, Set(value))
            case _:
                _apply_one(row, path, op)
    return row


def upserted(where: Where, ops: Ops) -> dict[str, Any]:
    """The object that an upsert inserts: the equalities of `where`, then the operations. Raises InvalidOperationError."""
    row: dict[str, Any] = {}
    for path, value in _equalities(where):
        _apply_one(row, path, Set(value))
    for path, op in ops.items():
        _apply_one(row, path, Set(op.value) if isinstance(op, SetOnInsert) else op)
    return row


def _equalities(where: Where) -> list[tuple[str, Any]]:
    match where:
        case And(nodes):
            return [pair for node in nodes for pair in _equalities(node)]
        case Compare(path, "$eq", value) | In(path, (value,), negated=False):
            return [(path, value)]
        case _:
            return []


def _apply_one(row: dict[str, Any], path: str, op: Op) -> None:
    match op:
        case SetOnInsert():
            return
        case Relate():
            raise InvalidOperationError(f"{path}: relations are not stored in objects")
        case Unset():
            _remove_at(row, path)
            return
    if "." not in path:
        _put(row, path, _changed(path, row.get(path, _ABSENT), op))
        return
    holder, segment = _holder(row, path, make=not isinstance(op, Remove))
    if isinstance(holder, list):
        _put_item(holder, path, segment, op)
    elif holder is not None:
        _put(holder, segment, _changed(path, holder.get(segment, _ABSENT), op))


def _put(holder: dict[str, Any], name: str, value: Any) -> None:
    if value is not _ABSENT:
        holder[name] = value


def _put_item(holder: list[Any], path: str, segment: str, op: Op) -> None:
    position = _position(holder, path, segment)
    value = _changed(path, holder[position] if position < len(holder) else _ABSENT, op)
    if value is not _ABSENT:
        _put_at(holder, position, value)


def _put_at(holder: list[Any], position: int, value: Any) -> None:
    """Store the value itself, behind as many nulls as it takes."""
    holder.extend([None] * (position + 1 - len(holder)))
    holder[position] = value


def _position(holder: list[Any], path: str, segment: str) -> int:
    if not is_position(segment) or len(segment) > 9:
        raise InvalidOperationError(f"{path}: cannot create field {segment!r} in an array")
    position = int(segment)
    if position > len(holder) + MAX_PADDING:
        raise InvalidOperationError(f"{path}: the position lies too far behind the end of the array")
    return position


def _holder(row: dict[str, Any], path: str, *, make: bool) -> tuple[dict[str, Any] | list[Any] | None, str]:
    """The object or array that holds the last segment of a path; with `make` what is missing is created."""
    *way, last = path.split(".")
    if len(way) >= MAX_DEPTH:
        raise InvalidOperationError(f"values may be nested {MAX_DEPTH} deep")
    holder: Any = row
    for at, segment in enumerate(way):
        following = way[at + 1] if at + 1 < len(way) else last
        inner = _inner(holder, path, segment)
        absent = inner is _ABSENT or inner is None
        if absent and not make:
            return None, last
        if absent:
            inner = [] if at == 0 and is_position(following) else {}
            _store_in(holder, path, segment, inner)
        if not isinstance(inner, dict | list) or (isinstance(inner, dict) and "__type" in inner):
            raise InvalidOperationError(f"{path}: cannot create field {following!r} in a {_name(inner)}")
        holder = inner
    return holder, last


def _inner(holder: Any, path: str, segment: str) -> Any:
    if isinstance(holder, dict):
        return holder.get(segment, _ABSENT)
    position = _position(holder, path, segment)
    return holder[position] if position < len(holder) else _ABSENT


def _store_in(holder: Any, path: str, segment: str, value: Any) -> None:
    if isinstance(holder, dict):
        holder[segment] = value
    else:
        _put_at(holder, _position(holder, path, segment), value)


def _remove_at(row: dict[str, Any], path: str) -> None:
    *way, last = path.split(".")
    holder: Any = row
    for segment in way:
        if isinstance(holder, list) and (not is_position(segment) or len(segment) > 9):
            return
        holder = _inner(holder, path, segment) if isinstance(holder, dict | list) else _ABSENT
        if holder is _ABSENT or (isinstance(holder, dict) and "__type" in holder):
            return
    if isinstance(holder, dict):
        holder.pop(last, None)
    elif isinstance(holder, list) and is_position(last) and len(last) <= 9 and int(last) < len(holder):
        holder[int(last)] = None


def _changed(path: str, old: Any, op: Op) -> Any:
    match op:
        case Set(value):
            return copied(value)
        case Increment(amount):
            return _incremented(path, old, amount)
        case Add(objects):
            return [*_list(path, old), *copied(list(objects))]
        case AddUnique(objects):
            return _united(_list(path, old), objects)
        case Remove(objects):
            return old if old is _ABSENT or old is None else _without(_list(path, old), objects)
        case _:
            raise InvalidOperationError(f"{path}: not an operation on a value")


def _incremented(path: str, old: Any, amount: float) -> int | float:
    if old is _ABSENT or old is None:
        return amount
    if not is_number(old):
        raise InvalidOperationError(f"{path}: cannot increment a {_name(old)}")
    try:
        return number(old + amount)
    except ParseError as exc:
        raise InvalidOperationError(f"{path}: number out of range") from exc


def _list(path: str, old: Any) -> list[Any]:
    if old is _ABSENT or old is None:
        return []
    if not isinstance(old, list):
        raise InvalidOperationError(f"{path}: must be an array but is a {_name(old)}")
    return old


def _united(old: list[Any], objects: tuple[Any, ...]) -> list[Any]:
    seen = {identity(item) for item in old}
    united = list(old)
    for item in objects:
        if identity(item) not in seen:
            seen.add(identity(item))
            united.append(copied(item))
    return united


def _without(old: list[Any], objects: tuple[Any, ...]) -> list[Any]:
    unwanted = {identity(item) for item in objects}
    return [item for item in old if identity(item) not in unwanted]


def _name(value: Any) -> str:
    if isinstance(value, dict):
        return str(value.get("__type", "Object"))
    return {type(None): "null", bool: "Boolean", str: "String", list: "Array"}.get(type(value), "Number")
