"""Declares classes for scenarios: through the schema API, with the master key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.compat.differential.answers import Answer
from tests.compat.differential.script import Script

OPEN: Mapping[str, Any] = {
    operation: {"*": True} for operation in ("find", "get", "count", "create", "update", "delete", "addField")
}
USER = {"type": "Pointer", "targetClass": "_User"}
STRING = {"type": "String"}
NUMBER = {"type": "Number"}
ARRAY = {"type": "Array"}
OBJECT = {"type": "Object"}
BOOLEAN = {"type": "Boolean"}
DATE = {"type": "Date"}


async def declare(
    s: Script, base: str, fields: Mapping[str, Any] | None = None, permissions: Mapping[str, Any] | None = None
) -> str:
    """Make the class `s.name(base)`, unrecorded; gives its full name. `permissions` are stored as they are."""
    body: dict[str, Any] = {"className": s.name(base), "fields": dict(fields or {})}
    if permissions is not None:
        body["classLevelPermissions"] = dict(permissions)
    _must_succeed(await s.post("schemas", body, as_="master", record=False))
    return s.name(base)


async def declare_open(s: Script, base: str, fields: Mapping[str, Any], **permissions: Any) -> str:
    """`declare` with every operation open to all but those given: `find={"role:x": True}`."""
    return await declare(s, base, fields, {**OPEN, **permissions})


async def make_role(s: Script, base: str, *, users: list[str] | None = None, roles: list[str] | None = None) -> str:
    """A role `s.name(base)` with these users and child roles (their ids); gives its id."""
    body: dict[str, Any] = {"name": s.name(base), "ACL": {"*": {"read": True}}}
    for key, class_name, ids in (("users", "_User", users), ("roles", "_Role", roles)):
        if ids:
            members = [{"__type": "Pointer", "className": class_name, "objectId": one} for one in ids]
            body[key] = {"__op": "AddRelation", "objects": members}
    return _must_succeed(await s.post("roles", body, as_="master")).id


def _must_succeed(answer: Answer) -> Answer:
    if answer.status >= 400:
        raise LookupError(f"could not prepare: {answer.status} {answer.body}")
    return answer
