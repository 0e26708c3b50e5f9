"""What a client sent for a save: forbidden words, ids and server-set fields are sorted out before anything else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import orjson

from parsepy.core.context import Context
from parsepy.core.rules import Write
from parsepy.core.schemas import mismatch
from parsepy.core.schemas.growth import DELETION, check_names
from parsepy.errors import ErrorCode, ParseError
from parsepy.model import apply_ops, values
from parsepy.model.ops import Op, Set
from parsepy.model.schema import ClassSchema, Field, FieldType
from parsepy.model.texts import is_truthy
from parsepy.settings import DeniedKeyword

TIMES = ("createdAt", "updatedAt")
MAX_DEPTH = 500
_NESTED = frozenset({dict, list})


def checked(ctx: Context, schema: ClassSchema, raw: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of a body that has neither impossible names nor forbidden keywords. Raises ParseError 105 and 107."""
    if not isinstance(raw, Mapping):
        raise ParseError(ErrorCode.INVALID_JSON, "object is not a JSON object")
    check_names(ctx, raw, schema.name)
    check_keywords(ctx, raw)
    check_file_urls(ctx, raw)
    return dict(raw)


def check_file_urls(ctx: Context, data: Any) -> None:
    """Refuse files whose URL names a host that `fileUpload.allowedFileUrlDomains` does not list. Raises ParseError 130."""
    allowed = ctx.app.settings.file_upload.allowed_file_url_domains
    if "*" in allowed:
        return
    for _, value in _entries({"": data}):
        if not isinstance(value, Mapping) or value.get("__type") != "File" or not value.get("url"):
            continue
        host = urlsplit(str(value["url"])).hostname or ""
        if not any(_is_within(host, domain.lower()) for domain in allowed):
            text = f"File URL domain '{host}' is not allowed."
            raise ParseError(ErrorCode.FILE_SAVE_ERROR, text, detail="see the option fileUpload.allowedFileUrlDomains")


def _is_within(host: str, domain: str) -> bool:
    """Whether the host is the domain, or lies below one that begins with `*.`."""
    return host.endswith(domain[1:]) if domain.startswith("*.") else host == domain


def check_keywords(ctx: Context, data: Any) -> None:
    """Refuse keys and values of `requestKeywordDenylist` at any depth. Raises ParseError 105."""
    rules = ctx.app.settings.request_keyword_denylist
    if not rules:
        return
    suspicious = _suspicion(rules)
    if not _has_key(data, suspicious):
        return
    for key, value in _entries(data):
        if suspicious.search(key) is None:
            continue
        for rule in rules:
            if rule.matches(key, value):
                given = {"key": rule.key, "value": rule.value}
                shown = orjson.dumps({name: part for name, part in given.items() if part is not None}).decode()
                raise ParseError(ErrorCode.INVALID_KEY_NAME, f"Prohibited keyword in request data: {shown}.")


def _has_key(data: Any, pattern: re.Pattern[str]) -> bool:
    """Whether a key at any depth matches; elements of arrays have none, which a pattern may match too."""
    search = pattern.search
    if search("") is not None:
        return True
    pending: list[tuple[Any, int]] = [(data, 0)]
    while pending:
        current, depth = pending.pop()
        if depth > MAX_DEPTH:
            raise _too_deep()
        if isinstance(current, Mapping):
            if any(map(search, current)):
                return True
            current = current.values()
        pending.extend((value, depth + 1) for value in current if type(value) in _NESTED)
    return False


@lru_cache(maxsize=64)
def _suspicion(rules: Sequence[DeniedKeyword]) -> re.Pattern[str]:
    """One pattern that finds every key that any rule could mean, so that ordinary keys cost one search."""
    if any(rule.key is None for rule in rules):
        return re.compile("")
    return re.compile("|".join(f"(?:{rule.key})" for rule in rules))


def _entries(data: Any) -> Iterator[tuple[str, Any]]:
    """Every key and value of nested JSON, without recursion."""
    pending: list[tuple[Any, int]] = [(dict(data) if isinstance(data, Mapping) else data, 0)]
    while pending:
        current, depth = pending.pop()
        if depth > MAX_DEPTH:
            raise _too_deep()
        children: Any = current.items() if isinstance(current, dict) else (("", element) for element in current)
        for key, value in children:
            yield key, value
            if isinstance(value, (dict, list)):
                pending.append((value, depth + 1))


def _too_deep() -> ParseError:
    return ParseError(ErrorCode.INVALID_JSON, f"JSON is nested deeper than {MAX_DEPTH} levels")


def new_object_id(ctx: Context, schema: ClassSchema, sent: dict[str, Any]) -> str:
    """The id of a new object: the client's if it sent one, with `allowCustomObjectId`, else a random one.

    Takes it out of `sent`. Raises ParseError 104, 105, 111.
    """
    settings = ctx.app.settings
    if not settings.allow_custom_object_id:
        for name in ("objectId", "id"):
            if sent.get(name):
                raise ParseError(ErrorCode.INVALID_KEY_NAME, f"{name} is an invalid field name.")
        sent.pop("objectId", None)
        return ctx.app.new_id(settings.object_id_size)
    if "objectId" not in sent:
        return ctx.app.new_id(settings.object_id_size)
    given = sent.pop("objectId")
    if not is_truthy(given):
        raise ParseError(ErrorCode.MISSING_OBJECT_ID, "objectId must not be empty, null or undefined")
    if not isinstance(given, str):
        found = values.field_of(values.normalised(given)) or Field(FieldType.OBJECT)
        raise mismatch(schema.name, "objectId", Field(FieldType.STRING), found)
    return given


def create_ops(ctx: Context, schema: ClassSchema, sent: Mapping[str, Any]) -> dict[str, Op]:
    """The ops of a create; times of a client are dropped, those of the maintenance key are kept.

    Raises ParseError 111 for times that are no dates, 142 for an update before the creation.
    """
    _check_times(schema, sent)
    ops = dict(apply_ops.parse_ops(_without_times(sent), creating=True))
    if not ctx.principal.is_maintenance or not sent.get("createdAt"):
        return ops
    created = values.date_of(sent["createdAt"])
    updated = values.date_of(sent["updatedAt"]) if sent.get("updatedAt") else created
    if updated < created:
        raise ParseError(ErrorCode.VALIDATION_ERROR, "updatedAt cannot occur before createdAt")
    return ops | {"createdAt": Set(values.iso(created)), "updatedAt": Set(values.iso(updated))}


def _without_times(sent: Mapping[str, Any]) -> Mapping[str, Any]:
    if sent.keys().isdisjoint(TIMES):
        return sent
    return {name: value for name, value in sent.items() if name not in TIMES}


def update_ops(ctx: Context, schema: ClassSchema, sent: Mapping[str, Any]) -> dict[str, Op]:
    """The ops of an update; ids and times in the body are not the client's to change. Raises ParseError 111."""
    _check_times(schema, sent)
    return dict(apply_ops.parse_ops({n: v for n, v in sent.items() if n not in {*TIMES, "objectId"}}))


def _check_times(schema: ClassSchema, sent: Mapping[str, Any]) -> None:
    if sent.keys().isdisjoint(TIMES):
        return
    for name in TIMES:
        found = values.field_of(values.normalised(sent[name])) if name in sent and sent[name] != DELETION else None
        if found is not None and found.type is not FieldType.DATE:
            raise mismatch(schema.name, name, Field(FieldType.DATE), found)


def check_hooked(ctx: Context, admitted: Write, hooked: Write) -> None:
    """The same rules for what a trigger wrote. Raises ParseError 105."""
    if hooked is admitted:
        return
    check_keywords(ctx, {name: op.value for name, op in hooked.ops.items() if isinstance(op, Set)})
