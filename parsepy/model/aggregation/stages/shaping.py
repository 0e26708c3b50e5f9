"""Stages that give each document another shape: `$project`, `$addFields`, `$unset`, `$replaceRoot`, `$unwind`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from parsepy.errors import ParseError
from parsepy.model.aggregation import paths
from parsepy.model.aggregation.budget import refused
from parsepy.model.aggregation.expressions.compiler import Compiler, Expression, Scope
from parsepy.model.aggregation.stages.base import Builder, Plan, Run, Stage, an_object
from parsepy.model.aggregation.values import MISSING, Document, is_nothing, is_number, type_name

_INCLUDED = "included"

Node = dict[str, Any]
"""A projection by name: _INCLUDED, an expression, or another node for what lies below."""


def _project(spec: Any, plan: Plan) -> Stage:
    with _named("$project"):
        return _projected(spec, plan)


@contextmanager
def _named(stage: str) -> Iterator[None]:
    """Names the stage whose specification is refused, in MongoDB's words."""
    try:
        yield
    except ParseError as exc:
        raise refused(f"Invalid {stage} :: caused by :: {exc.message}") from exc


def _projected(spec: Any, plan: Plan) -> Stage:
    fields = _flat(an_object("$project", spec), "")
    if not fields:
        raise refused("projection specification must have at least one field")
    excluded = [name for name, value in fields.items() if _is_flag(value) and not value]
    others = [name for name in fields if name not in excluded]
    if not others or (others == ["_id"] and _is_flag(fields["_id"]) and excluded != []):
        return _exclusion(excluded)
    if [name for name in excluded if name != "_id"]:
        raise refused(f"Cannot do exclusion on field {excluded[0]} in inclusion projection")
    if "_id" not in fields:
        fields = {"_id": True, **fields}
    tree = _tree({name: value for name, value in fields.items() if name not in excluded}, plan.compiler)
    return _each(lambda scope: _included(scope.current, tree, scope))


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool) or is_number(value)


def _flat(spec: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """Paths with what is asked of them; objects without operators are paths written another way."""
    found: dict[str, Any] = {}
    for name, value in spec.items():
        if not name or name.startswith("$"):
            raise refused(f"FieldPath field names may not start with '$' or be empty: '{name}'")
        if isinstance(value, dict) and not any(part.startswith("$") for part in value):
            if not value:
                raise refused("an empty object is not a valid value. Found empty object at path " + prefix + name)
            found |= _flat(value, f"{prefix}{name}.")
        else:
            found[prefix + name] = value
    return found


def _exclusion(names: list[str]) -> Stage:
    split = [paths.split(name) for name in names]

    def without(scope: Scope) -> Document:
        document = scope.current
        for path in split:
            document = paths.removed(document, path)
        return document  # type: ignore[no-any-return]  # a document stays one

    return _each(without)


def _tree(fields: Mapping[str, Any], compiler: Compiler) -> Node:
    root: Node = {}
    for path, value in fields.items():
        *names, last = paths.split(path)
        node = root
        for name in names:
            node = node.setdefault(name, {})
            if not isinstance(node, dict):
                raise _collision(path)
        if last in node:
            raise _collision(path)
        node[last] = _INCLUDED if _is_flag(value) else compiler(value)
    return root


def _collision(path: str) -> Exception:
    return refused(f"Path collision at {path}")


def _included(document: Document, node: Node, scope: Scope) -> Document:
    found: Document = {}
    for name, value in document.items():
        wanted = node.get(name)
        if wanted is _INCLUDED:
            found[name] = value
        elif isinstance(wanted, dict):
            inner = _inside(value, wanted, scope)
            if inner is not MISSING:
                found[name] = inner
    for name, wanted in node.items():
        if isinstance(wanted, dict):
            if name not in document and _computes(wanted):
                found[name] = _included({}, wanted, scope)
        elif wanted is not _INCLUDED:
            value = wanted(scope)
            found.pop(name, None)
            if value is not MISSING:
                found[name] = value
    return {"_id": found.pop("_id"), **found} if "_id" in found else found


def _inside(value: Any, node: Node, scope: Scope) -> Any:
    if isinstance(value, dict):
        return _included(value, node, scope)
    if isinstance(value, list):
        items = (_inside(item, node, scope) for item in value)
        return [item for item in items if item is not MISSING]
    return _included({}, node, scope) if _computes(node) else MISSING


def _computes(node: Node) -> bool:
    return any(_computes(part) if isinstance(part, dict) else part is not _INCLUDED for part in node.values())


def _each(change: Callable[[Scope], Document]) -> Stage:
    def stage(documents: Iterator[Document], run: Run) -> Iterator[Document]:
        return (change(run.scope(document)) for document in documents)

    return stage


def _add_fields(spec: Any, plan: Plan) -> Stage:
    with _named("$addFields"):
        return _added(spec, plan)


def _added(spec: Any, plan: Plan) -> Stage:
    fields = _flat(an_object("$addFields", spec), "")
    if not fields:
        raise refused("specification must have at least one field")
    compiled: list[tuple[tuple[str, ...], Expression]] = [
        (paths.split(path), plan.compiler(value)) for path, value in fields.items()
    ]

    def change(scope: Scope) -> Document:
        document = scope.current
        for names, expression in compiled:
            document = paths.written(document, names, expression(scope))
        return document  # type: ignore[no-any-return]  # a document stays one

    return _each(change)


def _unset(spec: Any, plan: Plan) -> Stage:
    names = [spec] if isinstance(spec, str) else spec
    if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
        raise refused("$unset specification must be a string or an array of strings")
    return _exclusion(names)


def _replace_root(spec: Any, plan: Plan) -> Stage:
    fields = an_object("$replaceRoot", spec)
    if list(fields) != ["newRoot"]:
        raise refused("$replaceRoot takes exactly newRoot")
    return _replace_with(fields["newRoot"], plan)


def _replace_with(spec: Any, plan: Plan) -> Stage:
    expression = plan.compiler(spec)

    def change(scope: Scope) -> Document:
        document = expression(scope)
        if not isinstance(document, dict):
            raise refused(f"'newRoot' expression must evaluate to an object, but was of type: {type_name(document)}")
        return document

    return _each(change)


def _unwind(spec: Any, plan: Plan) -> Stage:
    fields = {"path": spec} if isinstance(spec, str) else an_object("$unwind", spec)
    for name in fields:
        if name not in {"path", "includeArrayIndex", "preserveNullAndEmptyArrays"}:
            raise refused(f"unrecognized option to $unwind stage: {name}")
    path, index = fields.get("path"), fields.get("includeArrayIndex")
    if not isinstance(path, str) or not path.startswith("$"):
        raise refused(f"path option to $unwind stage should be prefixed with a '$': {path}")
    if index is not None and (not isinstance(index, str) or not index or index.startswith("$")):
        raise refused(f"includeArrayIndex option to $unwind stage should be a name without '$': {index}")
    preserve = fields.get("preserveNullAndEmptyArrays", False)
    if not isinstance(preserve, bool):
        raise refused("expected a boolean for the preserveNullAndEmptyArrays option to $unwind stage")
    names, index_names = paths.split(path[1:]), paths.split(index) if index else ()

    def stage(documents: Iterator[Document], run: Run) -> Iterator[Document]:
        for document in documents:
            for item, at in _items(document, names, preserve=preserve):
                run.budget.step()
                made = document if item is document else paths.written(document, names, item)
                yield paths.written(made, index_names, at) if index_names else made

    return stage


def _items(document: Document, names: tuple[str, ...], *, preserve: bool) -> Iterator[tuple[Any, int | None]]:
    """What takes the place of the array, with its position; the document itself where nothing is to change."""
    value: Any = document
    for name in names:
        value = value.get(name, MISSING) if isinstance(value, dict) else MISSING
    if isinstance(value, list) and value:
        yield from ((item, at) for at, item in enumerate(value))
    elif isinstance(value, list):
        yield from [(MISSING, None)] if preserve else []
    elif not is_nothing(value) or preserve:
        yield document, None


BUILDERS: Mapping[str, Builder] = {
    "$project": _project,
    "$addFields": _add_fields,
    "$set": _add_fields,
    "$unset": _unset,
    "$replaceRoot": _replace_root,
    "$replaceWith": _replace_with,
    "$unwind": _unwind,
}
