"""Saves that widen their class. Codes and texts are those of Parse Server 9.10."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from parsepy.core.context import Context
from parsepy.core.schemas import growth as schema_growth
from parsepy.core.transaction import transaction
from parsepy.errors import ParseError
from parsepy.model import apply_ops
from parsepy.model.ops import Add, Op, Relate, Set, Unset
from parsepy.model.principal import ANYBODY, Principal
from parsepy.model.schema import ClassPermissions, ClassSchema, Field, FieldType
from parsepy.model.system_classes import built_in_schema, default_fields
from parsepy.model.where import EVERYTHING, Compare
from tests.unit.core.contexts import MAINTENANCE, MASTER, context, user

ANN = user("ann")
POINT = {"__type": "GeoPoint", "latitude": 1, "longitude": 2}
USER = {"__type": "Pointer", "className": "_User", "objectId": "x"}
CLOSED_FIELDS = ClassPermissions({"update": {"*": True}, "create": {"*": True}, "addField": {}})


def types(raw: dict[str, Any]) -> dict[str, str]:
    columns = schema_growth.columns("Score", apply_ops.parse_ops(raw))
    return {name: str(field) for name, field in columns.items()}


COLUMNS: list[tuple[dict[str, Any], dict[str, str]]] = [
    ({"a": 1, "b": 1.5, "c": "x", "d": True}, {"a": "Number", "b": "Number", "c": "String", "d": "Boolean"}),
    ({"a": [1], "b": {"k": 1}}, {"a": "Array", "b": "Object"}),
    ({"a": USER, "b": POINT}, {"a": "Pointer<_User>", "b": "GeoPoint"}),
    ({"a": {"__type": "Date", "iso": "2020-01-01T00:00:00.000Z"}}, {"a": "Date"}),
    ({"a": None, "b": {"__op": "Delete"}}, {}),
    ({"a": {"__op": "Increment", "amount": 1}, "b": {"__op": "Add", "objects": [1]}}, {"a": "Number", "b": "Array"}),
    ({"a": {"__op": "AddRelation", "objects": [USER]}}, {"a": "Relation<_User>"}),
    ({"o.k": 1, "p.k.l": 1, "arr.0": 1, "gone.k": {"__op": "Delete"}}, {"o": "Object", "p": "Object", "arr": "Array"}),
    ({"sentPerUTCOffset.1": 1}, {"sentPerUTCOffset": "Object"}),
    ({"ACL": {"*": {"read": True}}, "objectId": "x"}, {}),
]


@pytest.mark.parametrize(("raw", "expected"), COLUMNS, ids=str)
def test_values_and_ops_tell_the_types_of_their_columns(raw: dict[str, Any], expected: dict[str, str]) -> None:
    assert types(raw) == expected


BAD_NAMES = {
    **{name: name for name in ("bad name", "_x", "_hashed_password", "className", "length", "9a", "", ".a")},
    "bad name.k": "bad name",
    "_x.k": "_x",
    "a.": "a.",
    "a..b": "a..b",
}


@pytest.mark.parametrize(("path", "told"), BAD_NAMES.items())
@pytest.mark.parametrize("principal", [ANYBODY, MASTER], ids=["client", "master"])
async def test_impossible_names_are_refused(path: str, told: str, principal: Principal) -> None:
    with pytest.raises(ParseError) as refused:
        schema_growth.check_names(await context(principal), [path])

    assert (refused.value.code, refused.value.message) == (105, f"Invalid field name: {told}.")


async def test_the_maintenance_key_may_write_internal_fields() -> None:
    ctx = await context(MAINTENANCE)

    schema_growth.check_names(ctx, ["_failed_login_count", "a"])

    with pytest.raises(ParseError, match="105"):
        schema_growth.check_names(ctx, ["__proto"])


def test_two_points_in_one_save_are_refused() -> None:
    with pytest.raises(ParseError, match="111 there can only be one geopoint field in a class"):
        types({"a": POINT, "b": POINT})


async def test_a_save_makes_its_class() -> None:
    ctx = await context(MASTER)

    schema = await schema_growth.accept(ctx, await schema_growth.planned(ctx, "Score"), {"a": Set(1)}, is_create=True)

    assert schema == await ctx.app.schemas.require("Score")
    assert schema.fields == {**default_fields("Score"), "a": Field(FieldType.NUMBER)}


@pytest.mark.parametrize("name", ["9x", "length", "_Foo", "_Join:a", "_Join:users:_Role"])
async def test_impossible_classes_are_not_made(name: str) -> None:
    with pytest.raises(ParseError, match="107 schema class name does not revalidate"):
        await schema_growth.planned(await context(MASTER), name)


@pytest.mark.parametrize("name", ["_Hooks", "_GlobalConfig", "_GraphQLConfig"])
async def test_nobody_saves_into_the_servers_own_classes(name: str) -> None:
    ctx = await context(MASTER)

    with pytest.raises(ParseError, match=f"103 invalid className: {name}"):
        await schema_growth.accept(ctx, await schema_growth.planned(ctx, name), {}, is_create=True)


async def test_an_update_makes_no_class() -> None:
    ctx = await context(MASTER)
    planned = await schema_growth.planned(ctx, "Score")

    with pytest.raises(ParseError, match="101 Object not found"):
        await schema_growth.accept(ctx, planned, {"a": Set(1)}, is_create=False)

    assert await ctx.app.schemas.find("Score") is None


MISMATCHES: list[tuple[dict[str, Op], str]] = [
    ({"n": Set("1")}, "schema mismatch for Score.n; expected Number but got String"),
    ({"n": Set(USER)}, "schema mismatch for Score.n; expected Number but got Pointer<_User>"),
    ({"n": Add((1,))}, "schema mismatch for Score.n; expected Number but got Array"),
    ({"n": Relate("Team")}, "schema mismatch for Score.n; expected Number but got Relation<Team>"),
    ({"n.k": Set(1)}, "schema mismatch for Score.n; expected Number but got Object"),
    ({"n.0": Set(1)}, "schema mismatch for Score.n; expected Number but got Array"),
]


@pytest.mark.parametrize(("ops", "text"), MISMATCHES, ids=[row[1] for row in MISMATCHES])
async def test_a_value_of_another_type_is_refused(ops: dict[str, Op], text: str) -> None:
    ctx = await context(MASTER)
    schema = await ctx.app.schemas.create(ClassSchema("Score", {"n": Field(FieldType.NUMBER)}))

    with pytest.raises(ParseError) as refused:
        await schema_growth.accept(ctx, schema, ops, is_create=False)

    assert (refused.value.code, refused.value.message) == (111, text)


async def test_saves_at_the_same_time_widen_their_class_together() -> None:
    ctx = await context(MASTER)
    planned = await schema_growth.planned(ctx, "Score")

    await asyncio.gather(
        *(schema_growth.accept(ctx, planned, {f"f{n % 3}": Set(n)}, is_create=True) for n in range(30))
    )

    assert {"f0", "f1", "f2"} <= (await ctx.app.schemas.require("Score")).fields.keys()


async def test_new_fields_need_the_permission_to_add_them() -> None:
    ctx = await context(ANN)
    schema = await ctx.app.schemas.create(ClassSchema("Score", {"a": Field(FieldType.NUMBER)}, CLOSED_FIELDS))

    assert await schema_growth.accept(ctx, schema, {"a": Set(2), "b": Unset()}, is_create=True) == schema
    with pytest.raises(ParseError, match="119 Permission denied"):
        await schema_growth.accept(ctx, schema, {"b": Set(2)}, is_create=True)


async def test_null_in_an_unknown_field_needs_that_permission_too() -> None:
    ctx = await context(ANN)
    schema = await ctx.app.schemas.create(ClassSchema("Score", {}, CLOSED_FIELDS))

    with pytest.raises(ParseError, match="119 Permission denied"):
        schema_growth.addition_constraint(ctx, schema, {"b": Set(None)}, on_create=True)


@pytest.mark.parametrize("path", ["objectId.x", "createdAt.x", "ACL.*"])
def test_nothing_is_set_inside_of_default_columns(path: str) -> None:
    with pytest.raises(ParseError, match=r"111 schema mismatch for Score\.\w+; expected \w+ but got Object"):
        schema_growth.columns("Score", {path: Set(1)})


async def test_new_fields_may_be_limited_to_own_objects() -> None:
    ctx = await context(ANN)
    rules = ClassPermissions({"addField": {"pointerFields": ["owner"]}})
    schema = await ctx.app.schemas.create(ClassSchema("Score", {}, rules))

    mine = schema_growth.addition_constraint(ctx, schema, {"b": Set(1)})

    assert isinstance(mine, Compare)
    assert mine.path == "owner"
    assert schema_growth.addition_constraint(ctx, schema, {"ACL": Set({})}) == EVERYTHING


REQUIRED = ClassSchema(
    "Score",
    {
        "r": Field(FieldType.STRING, required=True),
        "d": Field(FieldType.ARRAY, required=True, default=[1]),
        "o": Field(FieldType.NUMBER, default=0),
    },
)


async def test_defaults_fill_in_what_a_create_leaves_out() -> None:
    ops = schema_growth.completed(await context(), REQUIRED, {"r": Set("x"), "d": Unset()})

    assert ops == {"r": Set("x"), "d": Set([1]), "o": Set(0)}


async def test_a_default_is_not_shared_between_objects() -> None:
    ctx = await context()

    first = schema_growth.completed(ctx, REQUIRED, {"r": Set("x")})["d"]

    assert isinstance(first, Set)
    assert first.value is not REQUIRED.fields["d"].default


@pytest.mark.parametrize("given", [{}, {"r": Set(None)}, {"r": Set("")}, {"r": Unset()}], ids=str)
async def test_required_fields_must_be_there(given: dict[str, Op]) -> None:
    with pytest.raises(ParseError, match="142 r is required"):
        schema_growth.completed(await context(), REQUIRED, given)


@pytest.mark.parametrize("op", [Set(None), Set(""), Unset()], ids=str)
def test_required_fields_cannot_be_emptied(op: Op) -> None:
    schema_growth.check_required(REQUIRED, {"o": Set(None)}, {})

    with pytest.raises(ParseError, match="142 r is required"):
        schema_growth.check_required(REQUIRED, {"r": op}, {})


async def test_null_stays_null_where_a_default_exists() -> None:
    ops = schema_growth.completed(await context(), REQUIRED, {"r": Set("x"), "o": Set(None)})

    assert ops["o"] == Set(None)


async def test_a_role_needs_a_name_and_an_acl() -> None:
    roles = built_in_schema("_Role")

    with pytest.raises(ParseError, match="111 name is required"):
        schema_growth.completed(await context(), roles, {"ACL": Set({})})
    with pytest.raises(ParseError, match="111 ACL is required"):
        schema_growth.completed(await context(), roles, {"name": Set("x")})
    with pytest.raises(ParseError, match="111 name is required"):
        schema_growth.check_required(roles, {"name": Unset()}, {})
    with pytest.raises(ParseError, match="111 ACL is required"):
        schema_growth.check_required(roles, {"ACL": Set({})}, {"ACL": {"__op": "Delete"}})


DEFAULT_ACL: list[tuple[Principal, Any, Any]] = [
    (ANN, {"*": {"read": True}}, {"*": {"read": True}}),
    (ANN, {"currentUser": {"read": True, "write": True}}, {"ann": {"read": True, "write": True}}),
    (ANYBODY, {"currentUser": {"read": True, "write": True}}, {}),
    (ANN, {"*": {"read": True, "write": True}}, None),
]


@pytest.mark.parametrize(("principal", "acl", "expected"), DEFAULT_ACL)
async def test_the_class_gives_its_acl_to_objects_without_one(principal: Principal, acl: Any, expected: Any) -> None:
    schema = replace(built_in_schema("Score"), permissions=ClassPermissions({"ACL": acl}))

    ops = schema_growth.completed(await context(principal), schema, {})

    assert ops == ({} if expected is None else {"ACL": Set(expected)})
    assert schema_growth.completed(await context(principal), schema, {"ACL": Set({})}) == {"ACL": Set({})}


async def save_then_fail(ctx: Context, *, fail: bool) -> None:
    async with transaction(ctx) as inner:
        planned = await schema_growth.planned(inner, "Score")
        await schema_growth.accept(inner, planned, {"a": Set(1)}, is_create=True)
        assert not fail


async def test_a_failed_transaction_leaves_no_class_behind() -> None:
    ctx = await context(MASTER)

    with pytest.raises(AssertionError):
        await save_then_fail(ctx, fail=True)
    assert await ctx.app.schemas.find("Score") is None

    await save_then_fail(ctx, fail=False)
    assert "a" in (await ctx.app.schemas.require("Score")).fields
