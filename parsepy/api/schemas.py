"""The schemas routes: classes, their columns, permissions and indexes, for holders of the master key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from parsepy.api.router import Need, Request, Response, Routes
from parsepy.core import access
from parsepy.core.context import Context
from parsepy.core.schemas import changes as schema_changes
from parsepy.core.schemas import missing_class
from parsepy.errors import ErrorCode, ParseError
from parsepy.model import names
from parsepy.model.schema import ClassSchema
from parsepy.model.system_classes import VOLATILE_CLASSES, built_in_schema
from parsepy.model.where import EVERYTHING

routes = Routes()

_NO_CLASS_NAME = 135
_SCHEMA_OPERATION = 255


@routes.get("/schemas", Need.MASTER)
async def list_schemas(ctx: Context, request: Request) -> Response:
    """Every class."""
    return Response({"results": [schema_changes.shown(schema) for schema in await ctx.app.schemas.all()]})


@routes.get("/schemas/:className", Need.MASTER)
async def get_schema(ctx: Context, request: Request) -> Response:
    """One class; the volatile ones are shown although the list leaves them out."""
    name = request.params["className"]
    if name in VOLATILE_CLASSES:
        return Response({**schema_changes.shown(built_in_schema(name)), "classLevelPermissions": {}})
    return Response(schema_changes.shown(await _stored(ctx, name)))


@routes.post("/schemas", Need.MASTER)
async def create_schema(ctx: Context, request: Request) -> Response:
    """Make a class whose name stands in the body."""
    return await _create(ctx, request, request.fields.get("className"))


@routes.post("/schemas/:className", Need.MASTER)
async def create_named_schema(ctx: Context, request: Request) -> Response:
    """Make the class that the path names."""
    name = request.params["className"]
    _check_unlocked(ctx)
    _check_same_name(request.fields, name)
    return await _create(ctx, request, name)


@routes.put("/schemas/:className", Need.MASTER)
async def update_schema(ctx: Context, request: Request) -> Response:
    """Add, change and drop columns and indexes of a class, or replace its permissions."""
    name = request.params["className"]
    _check_unlocked(ctx)
    access.refuse_read_only(ctx, "read-only masterKey isn't allowed to update a schema.")
    _check_same_name(request.fields, name)
    if name in VOLATILE_CLASSES:
        raise missing_class(name)
    schema = await _stored(ctx, name)
    changed = await ctx.app.schemas.alter(schema, schema_changes.change(schema, _read(ctx, request.fields)))
    return Response(schema_changes.shown(changed, ctx.app.settings.protected_fields.get(name)))


@routes.delete("/schemas/:className", Need.MASTER)
async def delete_schema(ctx: Context, request: Request) -> Response:
    """Drop an empty class."""
    access.refuse_read_only(ctx, "read-only masterKey isn't allowed to delete a schema.")
    name = request.params["className"]
    if not names.is_class_name(name):
        raise names.invalid_class_name(name)
    schema = await ctx.app.schemas.find(name)
    if schema is None:
        return Response({})
    count = await ctx.storage.count(schema, EVERYTHING)
    if count:
        message = f"Class {name} is not empty, contains {count} objects, cannot drop schema."
        raise ParseError(_SCHEMA_OPERATION, message)
    await ctx.app.schemas.drop(schema)
    return Response({})


async def _stored(ctx: Context, name: str) -> ClassSchema:
    """A class as the store has it now. Raises ParseError 103."""
    await ctx.app.schemas.refresh()
    found = None if names.is_join_name(name) else await ctx.app.schemas.find(name)
    if found is None:
        raise missing_class(name)
    return found


async def _create(ctx: Context, request: Request, name: Any) -> Response:
    _check_unlocked(ctx)
    access.refuse_read_only(ctx, "read-only masterKey isn't allowed to create a schema.")
    if not name:
        raise ParseError(_NO_CLASS_NAME, f"POST {request.path} needs a class name.")
    if not isinstance(name, str):
        raise names.invalid_class_name(name)
    if name in VOLATILE_CLASSES or await ctx.app.schemas.find(name) is not None:
        raise ParseError(ErrorCode.INVALID_CLASS_NAME, f"Class {name} already exists.")
    created = await ctx.app.schemas.create(schema_changes.new_class(name, _read(ctx, request.fields)))
    return Response(schema_changes.shown(created))


def _read(ctx: Context, body: Mapping[str, Any]) -> schema_changes.SchemaRequest:
    settings = ctx.app.settings
    return schema_changes.read(
        body,
        custom_ids=settings.allow_custom_object_id,
        any_index=settings.database_options.disable_index_field_validation,
    )


def _check_unlocked(ctx: Context) -> None:
    if ctx.app.settings.schema.lock_schemas:
        message = "Cannot perform this operation when schemas options is used."
        raise ParseError(ErrorCode.OPERATION_FORBIDDEN, message, detail="schema.lockSchemas is set")


def _check_same_name(body: Mapping[str, Any], name: str) -> None:
    given = body.get("className")
    if given and given != name:
        raise ParseError(ErrorCode.INVALID_CLASS_NAME, f"Class name mismatch between {given} and {name}.")
