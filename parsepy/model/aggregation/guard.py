"""Keeping credentials out of pipelines: what finds never show, renamed fields and joined classes must not show either."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from parsepy.model.aggregation.budget import MAX_EXPRESSION_DEPTH, refused

Document = dict[str, Any]

SECRET_KEYS = frozenset(
    {"_hashed_password", "_password_history", "_session_token", "_perishable_token", "_email_verify_token"}
)
"""Keys of user documents that no pipeline sees: not hashes of passwords, nor what resets one."""

_SECRETIVE = "_User"
_FIRST_STAGES = frozenset({"$geoNear", "$indexStats", "$collStats", "$planCacheStats", "$search", "$searchMeta"})


def without_secrets(class_name: str, document: Document) -> Document:
    """A document as pipelines see it."""
    if not _is_secretive(class_name) or SECRET_KEYS.isdisjoint(document):
        return document
    return {key: value for key, value in document.items() if key not in SECRET_KEYS}


def _is_secretive(collection: str) -> bool:
    """Whether users are in it; a server may put a prefix before the names of all collections."""
    return collection.endswith(_SECRETIVE)


def guarded(class_name: str, stages: Sequence[Document]) -> list[Document]:
    """The stages for a database that evaluates them itself, with some between that take the secret keys away.

    Collections are named like classes. Raises ParseError 102 for pipelines that are nested too deep.
    """
    return _guarded(class_name, stages, 0)


def _guarded(class_name: str, stages: Sequence[Any], depth: int) -> list[Any]:
    if depth > MAX_EXPRESSION_DEPTH:
        raise refused(f"pipelines are nested more than {MAX_EXPRESSION_DEPTH} deep")
    inner = [part for stage in stages for part in _stage(stage, depth)]
    if not _is_secretive(class_name):
        return inner
    at = 1 if inner and _must_be_first(inner[0]) else 0
    return [*inner[:at], _removal(""), *inner[at:]]


def _must_be_first(stage: Any) -> bool:
    if not isinstance(stage, dict):
        return False
    conditions = stage.get("$match")
    return not _FIRST_STAGES.isdisjoint(stage) or (isinstance(conditions, dict) and "$text" in conditions)


def _removal(prefix: str) -> Document:
    return {"$unset": [prefix + key for key in sorted(SECRET_KEYS)]}


def _stage(stage: Any, depth: int) -> list[Any]:
    """A stage as it is to run, and what must follow it."""
    match stage:
        case {"$lookup": {"from": str() as name, "pipeline": list() as inner} as spec}:
            return [{"$lookup": {**spec, "pipeline": _guarded(name, inner, depth + 1)}}]
        case {"$lookup": {"from": str() as name, "as": str() as target}} if _is_secretive(name):
            return [stage, _removal(f"{target}.")]
        case {"$graphLookup": {"from": str() as name, "as": str() as target}} if _is_secretive(name):
            return [stage, _removal(f"{target}.")]
        case {"$unionWith": str() as name} if _is_secretive(name):
            return [{"$unionWith": {"coll": name, "pipeline": [_removal("")]}}]
        case {"$unionWith": {"coll": str() as name} as spec}:
            return [{"$unionWith": {**spec, "pipeline": _guarded(name, spec.get("pipeline") or [], depth + 1)}}]
        case {"$facet": dict() as parts}:
            return [{"$facet": {name: _facet(part, depth) for name, part in parts.items()}}]
        case _:
            return [stage]


def _facet(part: Any, depth: int) -> Any:
    return _guarded("", part, depth + 1) if isinstance(part, list) else part
