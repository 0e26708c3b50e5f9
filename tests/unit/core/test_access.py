"""Who may do what: class-level permissions, closed classes, ACLs, limits. Codes and texts are those of Parse Server 9.10."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from parsepy.core import access, permissions
from parsepy.core.context import Context
from parsepy.core.rules import Operation
from parsepy.errors import ParseError
from parsepy.model.find_params import FindParams
from parsepy.model.principal import ANYBODY, Principal
from parsepy.model.schema import ClassPermissions, ClassSchema
from parsepy.model.system_classes import built_in_schema
from parsepy.model.where import EVERYTHING, NOTHING, And, Compare, Or, Permits, Where
from parsepy.settings import RequestComplexity
from tests.unit.core.contexts import MAINTENANCE, MASTER, READ_ONLY, by, context, user

ANN = user("ann", "Admins")
TO_ANN = {"__type": "Pointer", "className": "_User", "objectId": "ann"}
MINE = Compare("owner", "$eq", TO_ANN)
SHARED = Compare("team", "$eq", TO_ANN)
EVERY: tuple[Operation, ...] = ("find", "get", "count", "create", "update", "delete", "addField")


def closed_to(rules: dict[str, Any]) -> ClassSchema:
    return replace(built_in_schema("Score"), permissions=ClassPermissions(rules))


async def decision(principal: Principal, rules: dict[str, Any], operation: Operation = "find") -> Where:
    return await access.may(await context(principal), closed_to(rules), operation)


async def refusal(principal: Principal, rules: dict[str, Any], operation: Operation = "find") -> ParseError:
    with pytest.raises(ParseError) as refused:
        await decision(principal, rules, operation)
    return refused.value


@pytest.mark.parametrize("operation", EVERY)
async def test_a_class_without_permissions_is_open(operation: Operation) -> None:
    assert await access.may(await context(), built_in_schema("Score"), operation) == EVERYTHING


@pytest.mark.parametrize("operation", EVERY)
async def test_stored_permissions_close_what_they_do_not_name(operation: Operation) -> None:
    refused = await refusal(ANN, {}, operation)

    assert (refused.code, refused.message) == (119, "Permission denied")
    assert refused.detail == f"Permission denied for action {operation} on class Score."


@pytest.mark.parametrize("entity", ["*", "ann", "role:Admins"])
async def test_everybody_a_role_or_a_user_may_be_allowed(entity: str) -> None:
    assert await decision(ANN, {"find": {entity: True}}) == EVERYTHING


@pytest.mark.parametrize("entity", ["bob", "role:Others"])
async def test_what_others_may_is_of_no_use(entity: str) -> None:
    assert (await refusal(ANN, {"find": {entity: True}})).code == 119


@pytest.mark.parametrize("principal", [MASTER, READ_ONLY, MAINTENANCE], ids=lambda principal: str(principal.level))
async def test_permissions_do_not_bind_the_servers_keys(principal: Principal) -> None:
    assert await decision(principal, {}) == EVERYTHING


@pytest.mark.parametrize("operation", ["find", "get", "count", "create", "update", "delete"])
async def test_signed_in_users_may_be_asked_for(operation: Operation) -> None:
    rules = {str(operation): {"requiresAuthentication": True}}

    assert await decision(ANN, rules, operation) == EVERYTHING
    assert (await refusal(ANYBODY, rules, operation)).code == 101


@pytest.mark.parametrize("operation", ["find", "get", "count", "update", "delete", "addField"])
async def test_pointer_permissions_limit_to_own_objects(operation: Operation) -> None:
    rules = {str(operation): {"pointerFields": ["owner"]}}

    assert await decision(ANN, rules, operation) == MINE
    assert await decision(ANYBODY, rules, operation) == NOTHING


async def test_one_of_several_pointers_is_enough() -> None:
    rules = {"find": {"pointerFields": ["owner", "team"]}, "readUserFields": ["team"]}

    assert await decision(ANN, rules) == Or((MINE, SHARED))


async def test_reading_and_writing_users_are_listed_apart() -> None:
    rules = {"readUserFields": ["owner"], "writeUserFields": ["team"]}

    assert [await decision(ANN, rules, operation) for operation in EVERY if operation != "create"] == [
        MINE,
        MINE,
        MINE,
        SHARED,
        SHARED,
        SHARED,
    ]


async def test_pointers_never_allow_a_create() -> None:
    rules = {"create": {"pointerFields": ["owner"]}, "writeUserFields": ["owner"]}

    assert (await refusal(ANN, rules, "create")).code == 119


async def test_pointers_allow_new_fields_in_updates_only() -> None:
    ctx, schema = await context(ANN), closed_to({"addField": {"pointerFields": ["owner"]}})

    assert permissions.may(ctx, schema, "addField") == MINE
    with pytest.raises(ParseError):
        permissions.may(ctx, schema, "addField", on_create=True)


async def test_a_user_who_is_allowed_anyway_is_not_limited_by_pointers() -> None:
    assert await decision(ANN, {"find": {"ann": True, "pointerFields": ["owner"]}}) == EVERYTHING


async def test_asking_for_any_user_does_not_lift_the_limit_by_pointers() -> None:
    assert await decision(ANN, {"find": {"requiresAuthentication": True, "pointerFields": ["owner"]}}) == MINE


async def test_the_reason_is_told_where_errors_are_not_sanitized() -> None:
    ctx = await context(enable_sanitized_error_response=False)

    with pytest.raises(ParseError, match="119 Permission denied for action find on class Score"):
        await access.may(ctx, closed_to({}), "find")
    with pytest.raises(ParseError, match="101 Permission denied, user needs to be authenticated"):
        await access.may(ctx, closed_to({"find": {"requiresAuthentication": True}}), "find")


CLOSED: list[tuple[str, Operation]] = [
    ("_Hooks", "find"),
    ("_GlobalConfig", "get"),
    ("_JobStatus", "create"),
    ("_Audience", "update"),
    ("_Join:users:_Role", "find"),
    ("_Join:users:_Role", "create"),
    ("_Installation", "find"),
    ("_Installation", "delete"),
]


@pytest.mark.parametrize(("class_name", "operation"), CLOSED)
async def test_clients_are_kept_out_of_the_servers_classes(class_name: str, operation: Operation) -> None:
    ctx = await context(ANN)

    with pytest.raises(ParseError) as refused:
        access.admit_class(ctx, class_name, operation)

    assert refused.value.code == 119
    assert f"allowed to perform the {operation} operation on the" in refused.value.detail
    access.admit_class(by(ctx, MASTER), class_name, operation)


@pytest.mark.parametrize("operation", ["get", "create", "update"])
async def test_clients_may_keep_their_installation(operation: Operation) -> None:
    ctx = await context()

    access.admit_class(ctx, "_Installation", operation)

    assert not ctx.principal.bypasses_permissions


@pytest.mark.parametrize("operation", ["create", "update", "delete"])
async def test_the_read_only_master_key_writes_nothing(operation: Operation) -> None:
    with pytest.raises(ParseError, match="119 Permission denied"):
        access.admit_class(await context(READ_ONLY), "Score", operation)


async def test_clients_may_not_reach_for_classes_that_are_not_there() -> None:
    ctx = await context()

    with pytest.raises(ParseError) as refused:
        access.admit_missing_class(ctx, "Score")

    assert refused.value.code == 119
    assert "allowClientClassCreation" in refused.value.detail
    access.admit_missing_class(ctx, "_Session")
    access.admit_missing_class(by(ctx, MASTER), "Score")
    access.admit_missing_class(await context(allow_client_class_creation=True), "Score")


async def test_a_user_cannot_be_called_like_a_role() -> None:
    ctx = await context(MASTER)

    with pytest.raises(ParseError, match="119"):
        access.admit_object_id(ctx, "_User", "role:Admins")
    access.admit_object_id(ctx, "Score", "role:Admins")


async def test_acls_bind_clients_only() -> None:
    ctx = await context(ANN)

    assert access.restrict(ctx, MINE, "read") == And((MINE, Permits("read", frozenset({"*", "ann", "role:Admins"}))))
    assert access.restrict(by(ctx, MASTER), MINE, "write") == MINE


def nested(depth: int) -> dict[str, Any]:
    where: dict[str, Any] = {"a": 1}
    for _ in range(depth):
        where = {"p": {"$inQuery": {"className": "C", "where": where}}}
    return where


TOO_COMPLEX: list[tuple[dict[str, Any], FindParams, str]] = [
    ({"include_depth": 1}, FindParams(include=("a.b",)), "Include depth of 2 exceeds maximum allowed depth of 1"),
    (
        {"include_count": 1},
        FindParams(include=("a", "b")),
        "Number of include fields (2) exceeds maximum allowed (1)",
    ),
    (
        {"subquery_depth": 1},
        FindParams(where={"$or": [nested(2)]}),
        "Subquery nesting depth exceeds maximum allowed depth of 1",
    ),
    (
        {"subquery_depth": 3},
        FindParams(where=nested(2000)),
        "Subquery nesting depth exceeds maximum allowed depth of 3",
    ),
]


@pytest.mark.parametrize(("limits", "params", "text"), TOO_COMPLEX, ids=[row[2] for row in TOO_COMPLEX])
async def test_too_complex_finds_are_refused(limits: dict[str, Any], params: FindParams, text: str) -> None:
    ctx = await context(request_complexity=RequestComplexity(**limits))

    with pytest.raises(ParseError) as refused:
        access.check_complexity(ctx, params)

    assert (refused.value.code, refused.value.message) == (102, text)
    access.check_complexity(by(ctx, MASTER), params)


async def test_limits_are_on_by_default_and_can_be_switched_off() -> None:
    params = FindParams(where=nested(11), include=("a.b.c.d.e.f.g.h.i.j.k",))

    with pytest.raises(ParseError):
        access.check_complexity(await context(), params)
    off = await context(request_complexity=RequestComplexity(include_depth=-1, subquery_depth=-1))
    access.check_complexity(off, params)

    assert off.app.settings.request_complexity.include_count == 100


async def parsed(principal: Principal, where: dict[str, Any]) -> Where:
    ctx: Context = await context(principal)
    return access.parsed_where(ctx, built_in_schema("_User"), where)


@pytest.mark.parametrize("key", ["_perishable_token", "_hashed_password", "_session_token", "_foo", "bad name"])
async def test_clients_cannot_ask_for_internal_fields(key: str) -> None:
    with pytest.raises(ParseError) as refused:
        await parsed(ANN, {"$or": [{key: "x"}]})

    assert (refused.value.code, refused.value.message) == (105, f"Invalid key name: {key}")


async def test_the_master_key_may_ask_for_internal_fields_but_not_for_passwords() -> None:
    assert await parsed(MASTER, {"_perishable_token": "x"}) == Compare("_perishable_token", "$eq", "x")
    with pytest.raises(ParseError, match="105 Invalid key name: _hashed_password"):
        await parsed(MASTER, {"_hashed_password": "x"})
    with pytest.raises(ParseError, match="105 Invalid key name: _foo"):
        await parsed(MASTER, {"_foo": "x"})


async def test_everybody_may_ask_who_reads() -> None:
    assert await parsed(ANYBODY, {"_rperm": "*"}) == Compare("_rperm", "$eq", "*")
