"""Access control lists: their stored form and whom they let read or write."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from parsepy.errors import ErrorCode, ParseError
from parsepy.model.texts import is_truthy

ACTIONS = ("read", "write")


def normalised(acl: Any) -> dict[str, Any] | None:
    """The stored form of a client's ACL: true flags only; None is public, `{}` is nobody but the master key.

    An entry that is no object grants nothing, so the op `Delete` gives `{}`. Raises ParseError 123 for what is no object at
    all, a null entry, and an unsaved user (`*unresolved`); 121 for entities with `$` or `.`.
    """
    if acl is None:
        return None
    if not isinstance(acl, Mapping) or "*unresolved" in acl:
        raise _invalid()
    if any("$" in entity or "." in entity for entity in acl):
        raise ParseError(ErrorCode.INVALID_NESTED_KEY, "Nested keys should not contain the '$' or '.' characters")
    stored = {entity: _flags(grants) for entity, grants in acl.items()}
    return {entity: flags for entity, flags in stored.items() if flags}


def _flags(grants: Any) -> dict[str, bool]:
    if grants is None:
        raise _invalid()
    if not isinstance(grants, Mapping):
        return {}
    return {action: True for action in ACTIONS if is_truthy(grants.get(action))}


def _invalid() -> ParseError:
    return ParseError(ErrorCode.INVALID_ACL, "Invalid ACL.")


def granted(acl: Mapping[str, Any] | None, action: str) -> frozenset[str] | None:
    """The ids and roles that may do `action`; None means everybody."""
    if acl is None:
        return None
    return frozenset(entity for entity, grants in acl.items() if grants.get(action))


def reads(acl: Mapping[str, Any] | None) -> frozenset[str] | None:
    """Who may read; None means everybody."""
    return granted(acl, "read")


def writes(acl: Mapping[str, Any] | None) -> frozenset[str] | None:
    """Who may write; None means everybody."""
    return granted(acl, "write")


def permits(row: Mapping[str, Any], action: str, keys: frozenset[str]) -> bool:
    """Whether the row's ACL lets the owner of one of `keys` do `action`; `*` counts only if it is among them."""
    acl = row.get("ACL")
    if acl is None:
        return True
    return any(action in acl[key] for key in keys if key in acl)
