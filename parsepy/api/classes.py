"""Objects of any class: find, get, create, update, delete; and the built-in classes under their own paths."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from parsepy.api.find_params import find_params, get_params, truthy, where_of
from parsepy.api.router import Handler, Need, Request, Response, Routes
from parsepy.core import aggregate as aggregating
from parsepy.core import delete as deleting
from parsepy.core import find as finding
from parsepy.core import save as saving
from parsepy.core.context import Context
from parsepy.errors import ErrorCode, ParseError
from parsepy.model.aggregation.mapping import stages_of
from parsepy.model.parsing.constraint import as_javascript
from parsepy.model.pipeline import Pipeline
from parsepy.settings.features import QueryDefaults
from parsepy.system import accounts

SHORT_PATHS: Mapping[str, str] = MappingProxyType(
    {"users": "_User", "sessions": "_Session", "roles": "_Role", "installations": "_Installation"}
)
"""Built-in classes that are also served under a path of their own."""

UNBOUNDED = frozenset({"_Installation", "_Audience"})
"""Classes whose lists `maxLimit` does not shorten."""

USERS = "_User"


async def find_objects(ctx: Context, class_name: str, request: Request) -> Response:
    """A list: `{"results": [...]}`, with `count` if asked for."""
    params = find_params(ctx.app.settings, request.arguments, bounded=class_name not in UNBOUNDED)
    found = await finding.find(ctx, class_name, params)
    answer: dict[str, Any] = {"results": found.results if found.plan is None else found.plan}
    if found.count is not None:
        answer["count"] = found.count
    return Response(answer)


async def get_object(ctx: Context, class_name: str, request: Request) -> Response:
    """One object by id; a user who reads himself gets his session token as well."""
    object_id = request.params["id"]
    row = await finding.get(ctx, class_name, object_id, get_params(request.arguments))
    if class_name == USERS and ctx.principal.user_id == object_id and ctx.principal.session_token:
        row["sessionToken"] = ctx.principal.session_token
    return Response(row)


async def create_object(ctx: Context, class_name: str, request: Request) -> Response:
    """A new object: 201 with `Location`; a sign-up with known authData is a login: 200."""
    fields = request.fields
    if class_name == USERS:
        known = await accounts.log_in_with(ctx, fields)
        if known is not None:
            return Response(known.answer, headers={"Location": _location(ctx, class_name, known.object_id)})
    saved = await saving.create(ctx, class_name, fields)
    if not saved.is_create:
        return Response(saved.answer)
    return Response(saved.answer, 201, {"Location": _location(ctx, class_name, saved.object_id)})


async def update_object(ctx: Context, class_name: str, request: Request) -> Response:
    """A change of one object."""
    return Response((await saving.update(ctx, class_name, request.params["id"], request.fields)).answer)


async def delete_object(ctx: Context, class_name: str, request: Request) -> Response:
    """The end of one object."""
    await deleting.delete(ctx, class_name, request.params["id"])
    return Response({})


def _location(ctx: Context, class_name: str, object_id: str) -> str:
    path = "users" if class_name == USERS else f"classes/{class_name}"
    quoted = object_id if object_id.isascii() and object_id.isalnum() else quote(object_id, safe="")
    return f"{ctx.call.server_url}/{path}/{quoted}"


Operation = Callable[[Context, str, Request], Awaitable[Response]]
"""What is done to a class, whichever path names it."""

HANDLERS: tuple[tuple[str, str, Operation], ...] = (
    ("GET", "", find_objects),
    ("GET", "/:id", get_object),
    ("POST", "", create_object),
    ("PUT", "/:id", update_object),
    ("DELETE", "/:id", delete_object),
)


def _routes() -> Routes:
    routes = Routes()
    for method, suffix, operation in HANDLERS:
        routes.add(method, f"/classes/:className{suffix}", Need.CLIENT)(_named(operation))
        for path, class_name in SHORT_PATHS.items():
            routes.add(method, f"/{path}{suffix}", Need.CLIENT)(_fixed(operation, class_name))
    routes.get("/aggregate/:className", Need.MASTER)(aggregate)
    return routes


def _named(operation: Operation) -> Handler:
    async def handle(ctx: Context, request: Request) -> Response:
        return await operation(ctx, request.params["className"], request)

    return handle


def _fixed(operation: Operation, class_name: str) -> Handler:
    async def handle(ctx: Context, request: Request) -> Response:
        return await operation(ctx, class_name, request)

    return handle


async def aggregate(ctx: Context, request: Request) -> Response:
    """The rows of a pipeline, or the different values of a field (`distinct`)."""
    settings = ctx.app.settings
    if ctx.principal.is_read_only and not settings.allow_aggregation_for_read_only_master_key:
        message = "Cannot run an aggregation pipeline when using the readOnlyMasterKey"
        raise ParseError(ErrorCode.OPERATION_FORBIDDEN, message, detail="allowAggregationForReadOnlyMasterKey is off")
    given, class_name = request.arguments, request.params["className"]
    path = given.get("distinct")
    if truthy(path):
        where = where_of(given.get("where"))
        return Response({"results": await finding.distinct(ctx, class_name, as_javascript(path), where)})
    pipeline = _pipeline(given, settings.query)
    return Response({"results": await aggregating.aggregate(ctx, class_name, pipeline)})


_AGGREGATE_OPTIONS = ("hint", "explain", "comment", "readPreference")


def _pipeline(given: Mapping[str, Any], defaults: QueryDefaults) -> Pipeline:
    """The pipeline of a request: under `pipeline`, or a stage in each argument. Raises ParseError 102."""
    options = {name: given[name] for name in _AGGREGATE_OPTIONS if truthy(given.get(name))}
    raw_values, raw_names = given.get("rawValues"), given.get("rawFieldNames")
    flags = {name for name in ("rawValues", "rawFieldNames") if isinstance(given.get(name), bool)}
    rest = {name: value for name, value in given.items() if name not in options and name not in flags}
    return Pipeline(
        stages_of(given["pipeline"] if truthy(given.get("pipeline")) else rest),
        raw_values=raw_values if isinstance(raw_values, bool) else defaults.aggregation_raw_values,
        raw_field_names=raw_names if isinstance(raw_names, bool) else defaults.aggregation_raw_field_names,
        options=options,
    )


routes = _routes()
