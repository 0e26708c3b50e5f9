"""Changes of an object that are not saved yet: how one follows another, and their form on the wire."""

from __future__ import annotations

from typing import Any

from parsepy.model import apply_ops
from parsepy.model.ops import Add, AddUnique, Increment, Op, Relate, Remove, Set, SetOnInsert, Unset

MISSING = object()


def merged(previous: Op | None, op: Op) -> Op:
    """One op with the effect of both. Raises ValueError for a pair that no single op stands for."""
    match previous, op:
        case (None, _) | (_, Set() | Unset()):
            return op
        case Set(value), _:
            return Set(applied(value, op))
        case Unset(), _:
            return Set(applied(MISSING, op))
        case Increment(first), Increment(second):
            return Increment(first + second)
        case Add(first), Add(second):
            return Add((*first, *second))
        case AddUnique(first), AddUnique(second):
            return AddUnique((*first, *(value for value in second if value not in first)))
        case Remove(first), Remove(second):
            return Remove((*first, *second))
        case Relate(), Relate():
            return _related(previous, op)
        case _:
            raise ValueError(f"Cannot merge {type(op).__name__} Op with the previous Op")


def _related(previous: Relate, op: Relate) -> Relate:
    if previous.class_name != op.class_name:
        raise ValueError(f"a relation holds objects of one class: {previous.class_name}, not {op.class_name}")
    add = dict.fromkeys((*(i for i in previous.add if i not in op.remove), *op.add))
    remove = dict.fromkeys((*(i for i in previous.remove if i not in op.add), *op.remove))
    return Relate(op.class_name, tuple(add), tuple(remove))


def applied(value: Any, op: Op) -> Any:
    """The value after the op; `MISSING` stands for none, before and after."""
    row = {} if value is MISSING else {"value": value}
    if not isinstance(op, Relate | SetOnInsert):
        apply_ops.apply(row, {"value": op})
    return row.get("value", MISSING)


def to_json(op: Op) -> Any:
    """What a client would send for the op: the plain value of a Set, else `{"__op": ...}`."""
    match op:
        case Set(value):
            return value
        case Unset():
            return {"__op": "Delete"}
        case Increment(amount):
            return {"__op": "Increment", "amount": amount}
        case Add(objects) | AddUnique(objects) | Remove(objects):
            return {"__op": type(op).__name__, "objects": list(objects)}
        case Relate():
            return _relation_json(op)
        case SetOnInsert(value):
            return {"__op": "SetOnInsert", "value": value}


def _relation_json(op: Relate) -> dict[str, Any]:
    halves = [
        {"__op": name, "objects": [_pointer(op.class_name, object_id) for object_id in ids]}
        for name, ids in (("AddRelation", op.add), ("RemoveRelation", op.remove))
        if ids
    ]
    return halves[0] if len(halves) == 1 else {"__op": "Batch", "ops": halves}


def _pointer(class_name: str, object_id: str) -> dict[str, str]:
    return {"__type": "Pointer", "className": class_name, "objectId": object_id}
