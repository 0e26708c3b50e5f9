"""What a save tells the client: only what it cannot know, and nothing that it may not read."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from parsepy.adapters.storage.base import Object
from parsepy.core import access
from parsepy.core.context import Context
from parsepy.core.file_urls import with_file_urls
from parsepy.core.rules import Write
from parsepy.model import acl, values
from parsepy.model.names import root
from parsepy.model.ops import Add, AddUnique, Increment, Ops, Relate, Remove

NEVER_TOLD = frozenset({"password"})
COMPUTED = (Increment, Add, AddUnique, Remove)


def changed_fields(admitted: Ops, hooked: Ops) -> set[str]:
    """Names that a trigger set, unset or gave another value."""
    if hooked is admitted:
        return set()
    touched = {name for name, op in hooked.items() if (given := admitted.get(name)) is not op and given != op}
    return touched | (admitted.keys() - hooked.keys())


def computed_fields(ops: Ops) -> set[str]:
    """Names whose new value depends on the stored one."""
    return {name for name, op in ops.items() if isinstance(op, COMPUTED)}


def told(ctx: Context, write: Write, after: Object, changed: Iterable[str]) -> Object:
    """The values of the changed fields as the caller may see them; a field that is gone appears as a Delete op.

    A caller who may not read the object learns nothing of what was stored.
    """
    names = [name for name in changed if name not in NEVER_TOLD and not isinstance(write.ops.get(name), Relate)]
    if not names or not _may_read(ctx, write, after):
        return {}
    answer: Object = {}
    for name in names:
        found = values.read_path(after, name)
        if found is values.MISSING or found is None:
            if isinstance(write.ops.get(name), COMPUTED):
                continue
            found = {"__op": "Delete"} if found is values.MISSING else None
        _put(answer, *_shown_at(after, name, found))
    if not ctx.app.settings.protected_fields_save_response_exempt:
        answer = access.presenter(ctx, write.schema)({"objectId": write.object_id, **answer})
        answer.pop("objectId", None)
    return with_file_urls(ctx, {name: value for name, value in answer.items() if not name.startswith("_")})


def with_extra(answer: Object, extra: Object) -> Object:
    """The answer with what a class's rules add to it; MISSING takes a field out."""
    merged = answer | extra
    return {name: value for name, value in merged.items() if value is not values.MISSING}


def replaced_by(given: Any, answer: Object, kept: Collection[str]) -> Any:
    """The answer that a trigger gave instead (None for none), with what must be in it all the same."""
    if given is None:
        return answer
    if not isinstance(given, dict):
        return given
    return given | {name: answer[name] for name in kept if name in answer}


def _may_read(ctx: Context, write: Write, after: Object) -> bool:
    if ctx.principal.bypasses_permissions or write.is_create:
        return True
    return acl.permits(after, "read", ctx.principal.keys)


def _shown_at(after: Object, path: str, value: Any) -> tuple[str, Any]:
    """The path and value that tell of a change; one inside an array is told by the whole array."""
    field = root(path)
    whole = after.get(field)
    if field != path and isinstance(whole, list):
        return field, values.copied(whole)
    return path, values.copied(value)


def _put(answer: Object, path: str, value: Any) -> None:
    """Set a dotted path, making the objects on the way."""
    *parents, last = path.split(".")
    for name in parents:
        answer = answer.setdefault(name, {})
    answer[last] = value
