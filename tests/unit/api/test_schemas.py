"""The schemas and purge routes. Bodies, codes and texts are those of Parse Server 9.10."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from parsepy.api import purge, schemas
from parsepy.api.router import Request, Router
from parsepy.core.context import Context
from parsepy.errors import ParseError
from parsepy.model.principal import Principal
from parsepy.settings import DefinedSchema
from tests.unit.core.contexts import MASTER, READ_ONLY, by, context

ROUTER = Router((*schemas.routes, *purge.routes))
OPEN = {
    "ACL": {"*": {"read": True, "write": True}},
    **{key: {"*": True} for key in ("find", "count", "get", "create", "update", "delete", "addField")},
    "protectedFields": {"*": []},
}
PLAIN = {
    "objectId": {"type": "String"},
    "createdAt": {"type": "Date"},
    "updatedAt": {"type": "Date"},
    "ACL": {"type": "ACL"},
}


@pytest.fixture
async def ctx() -> Context:
    return await context(MASTER)


async def call(ctx: Context, method: str, path: str, body: Any = None) -> Any:
    match = ROUTER.match(method, path)
    assert match is not None
    request = Request(method, path, match.params, body={} if body is None else body)
    return (await match.route.handler(ctx, request)).body


async def refused(ctx: Context, method: str, path: str, body: Any = None) -> tuple[int, str]:
    with pytest.raises(ParseError) as refusal:
        await call(ctx, method, path, body)
    return int(refusal.value.code), refusal.value.message


async def test_a_class_is_made_shown_and_listed(ctx: Context) -> None:
    expected = {"className": "A", "fields": {**PLAIN, "a": {"type": "Number"}}, "classLevelPermissions": OPEN}

    made = await call(ctx, "POST", "/schemas", {"className": "A", "fields": {"a": {"type": "Number"}}})

    assert made == expected
    assert await call(ctx, "GET", "/schemas/A") == expected
    listed = (await call(ctx, "GET", "/schemas"))["results"]
    assert [schema["className"] for schema in listed] == ["_User", "_Role", "A"]


async def test_a_class_may_be_named_in_the_path(ctx: Context) -> None:
    assert (await call(ctx, "POST", "/schemas/A"))["fields"] == PLAIN


NAMES: list[tuple[str, Any, int, str]] = [
    ("/schemas", {}, 135, "POST /schemas needs a class name."),
    ("/schemas/_User", {}, 103, "Class _User already exists."),
    ("/schemas/_JobStatus", {}, 103, "Class _JobStatus already exists."),
    ("/schemas/A2", {"className": "B"}, 103, "Class name mismatch between B and A2."),
    ("/schemas/A2", {"className": 5}, 103, "Class name mismatch between 5 and A2."),
]


@pytest.mark.parametrize(("path", "body", "code", "text"), NAMES)
async def test_a_class_needs_a_name_of_its_own(ctx: Context, path: str, body: Any, code: int, text: str) -> None:
    assert await refused(ctx, "POST", path, body) == (code, text)


@pytest.mark.parametrize("name", [5, "9x", "_Foo"])
async def test_a_class_needs_a_possible_name(ctx: Context, name: Any) -> None:
    code, text = await refused(ctx, "POST", "/schemas", {"className": name})

    assert code == 103
    assert text.startswith(f"Invalid classname: {name}, classnames can only have")


@pytest.mark.parametrize("name", ["Nope", "_Session", "_Join:users:_Role", "9x"])
async def test_a_missing_class_is_named(ctx: Context, name: str) -> None:
    missing = (103, f"Class {name} does not exist.")

    assert await refused(ctx, "GET", f"/schemas/{name}") == missing
    assert await refused(ctx, "PUT", f"/schemas/{name}") == missing


async def test_volatile_classes_are_shown_but_not_changed(ctx: Context) -> None:
    shown = await call(ctx, "GET", "/schemas/_JobStatus")

    assert (shown["fields"]["jobName"], shown["classLevelPermissions"]) == ({"type": "String"}, {})
    assert await refused(ctx, "PUT", "/schemas/_JobStatus") == (103, "Class _JobStatus does not exist.")


async def test_a_class_is_changed(ctx: Context) -> None:
    await call(ctx, "POST", "/schemas/A", {"fields": {"a": {"type": "Number"}}})
    change = {
        "fields": {"a": {"__op": "Delete"}, "b": {"type": "String", "required": True, "defaultValue": "x"}},
        "indexes": {"ib": {"b": 1}},
        "classLevelPermissions": {"find": {"*": True}},
    }

    changed = await call(ctx, "PUT", "/schemas/A", change)

    assert changed["fields"] == {**PLAIN, "b": {"type": "String", "required": True, "defaultValue": "x"}}
    assert changed["indexes"] == {"_id_": {"_id": 1}, "ib": {"b": 1}}
    assert (changed["classLevelPermissions"]["find"], changed["classLevelPermissions"]["get"]) == ({"*": True}, {})
    assert await call(ctx, "GET", "/schemas/A") == changed


async def test_the_servers_protected_fields_show_in_the_answer_to_a_change_only(ctx: Context) -> None:
    changed = await call(ctx, "PUT", "/schemas/_User", {"fields": {"nick": {"type": "String"}}})

    assert changed["classLevelPermissions"]["protectedFields"] == {"*": ["email"]}
    assert (await call(ctx, "GET", "/schemas/_User"))["classLevelPermissions"] == OPEN


async def test_only_an_empty_class_is_dropped(ctx: Context) -> None:
    await call(ctx, "POST", "/schemas/A")
    await ctx.storage.insert(await ctx.app.schemas.require("A"), [{"objectId": "x"}])
    text = "Class A is not empty, contains 1 objects, cannot drop schema."
    assert await refused(ctx, "DELETE", "/schemas/A") == (255, text)

    assert await call(ctx, "DELETE", "/purge/A") == {}
    assert await call(ctx, "DELETE", "/schemas/A") == {}

    assert await refused(ctx, "GET", "/schemas/A") == (103, "Class A does not exist.")


async def test_dropping_and_emptying_what_is_not_there_is_fine(ctx: Context) -> None:
    assert await call(ctx, "DELETE", "/schemas/Missing") == {}
    assert await call(ctx, "DELETE", "/purge/Missing") == {}
    assert (await refused(ctx, "DELETE", "/schemas/9x"))[0] == 103


@pytest.mark.parametrize("body", [{"fields": {"a": {"type": "String"}}}, None])
async def test_locked_schemas_are_neither_made_nor_changed(body: Any) -> None:
    ctx = await context(MASTER, schema=DefinedSchema(lock_schemas=True))
    locked = (119, "Cannot perform this operation when schemas options is used.")

    assert await refused(ctx, "POST", "/schemas/A", body) == locked
    assert await refused(ctx, "PUT", "/schemas/_User", body) == locked
    assert await call(ctx, "DELETE", "/schemas/A") == {}


WRITES = [("POST", "/schemas/A"), ("PUT", "/schemas/_User"), ("DELETE", "/schemas/_Role"), ("DELETE", "/purge/_User")]


@pytest.mark.parametrize(("method", "path"), WRITES)
async def test_the_read_only_key_changes_no_schema(ctx: Context, method: str, path: str) -> None:
    assert await refused(by(ctx, READ_ONLY), method, path) == (119, "Permission denied")
    assert len((await call(by(ctx, READ_ONLY), "GET", "/schemas"))["results"]) == 2


def test_every_route_needs_the_master_key() -> None:
    assert {str(route.need) for route in ROUTER.routes} == {"master"}


async def test_any_text_may_be_a_users_id_where_clients_choose_ids() -> None:
    clp = {"classLevelPermissions": {"find": {"a@b.c": True}}}
    ctx = await context(MASTER, allow_custom_object_id=True)

    assert (await call(ctx, "POST", "/schemas/A", clp))["classLevelPermissions"]["find"] == {"a@b.c": True}
    text = "'a@b.c' is not a valid key for class level permissions"
    assert await refused(await context(Principal(MASTER.level)), "POST", "/schemas/A", clp) == (107, text)


@pytest.mark.parametrize("part", ["fields", "indexes", "classLevelPermissions"])
async def test_parts_of_an_impossible_form_are_refused(ctx: Context, part: str) -> None:
    assert (await refused(ctx, "POST", "/schemas/A", {part: 5}))[0] == 107
    assert (await refused(ctx, "PUT", "/schemas/_User", {part: True}))[0] == 107


async def test_a_change_within_another_app_of_the_process_stays_there(ctx: Context) -> None:
    other = await context(MASTER)

    await call(ctx, "POST", "/schemas/A")

    assert await refused(replace(other, cloud_context={}), "GET", "/schemas/A") == (103, "Class A does not exist.")
