"""What callers may not see: protected fields (as Parse Server 9.10 decides), private and internal ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from parsepy.adapters.storage.base import Object
from parsepy.core import access
from parsepy.core.context import App, Context
from parsepy.core.rules import ClassRules
from parsepy.errors import ParseError
from parsepy.model.principal import ANYBODY, Principal
from parsepy.model.schema import ClassPermissions, ClassSchema
from parsepy.model.system_classes import built_in_schema
from tests.unit.core.contexts import MAINTENANCE, MASTER, by, context, user

CAT, DAN = user("cat", "Admins"), user("dan")
USERS = built_in_schema("_User")


def pointer(object_id: str, class_name: str = "_User") -> dict[str, str]:
    return {"__type": "Pointer", "className": class_name, "objectId": object_id}


ROW: Object = {"objectId": "o", "a": 1, "s": 1, "t": 1, "p": pointer("cat"), "l": [1, pointer("dan")]}
SECRET_USER: Object = {
    "objectId": "cat",
    "username": "cat",
    "email": "cat@example.com",
    "authData": {"github": {"id": "1"}},
    "_hashed_password": "$2b$",
    "password": "never stored",
    "sessionToken": "r:1",
    "_perishable_token": "p",
    "_failed_login_count": 3,
}


def protecting(lists: Mapping[str, list[str]]) -> ClassSchema:
    return replace(built_in_schema("Score"), permissions=ClassPermissions({"protectedFields": lists}))


# The lists, and the fields of ROW among s, t, a that nobody, cat and dan see.
LISTS: list[tuple[dict[str, list[str]], str, str, str]] = [
    ({"*": ["s", "t"]}, "a", "a", "a"),
    ({"*": ["s", "t"], "authenticated": ["s"]}, "a", "at", "at"),
    ({"authenticated": ["s"]}, "ast", "at", "at"),
    ({"userField:p": ["s"]}, "ast", "ast", "ast"),
    ({"*": ["s", "t"], "userField:p": ["s"]}, "a", "at", "a"),
    ({"*": ["s", "t"], "userField:p": []}, "a", "ast", "a"),
    ({"*": ["s"], "userField:p": ["t"], "userField:l": ["s"]}, "at", "ast", "at"),
    ({"cat": ["s"]}, "ast", "at", "ast"),
    ({"*": ["s", "t"], "cat": ["a", "s"]}, "a", "at", "a"),
    ({"*": ["s", "t"], "role:Admins": ["t"]}, "a", "as", "a"),
    ({}, "ast", "ast", "ast"),
]


@pytest.mark.parametrize(("lists", "nobody", "cat", "dan"), LISTS, ids=[str(row[0]) for row in LISTS])
async def test_what_every_list_names_is_hidden(lists: Mapping[str, list[str]], nobody: str, cat: str, dan: str) -> None:
    ctx = await context()

    seen = [access.present(by(ctx, who), protecting(lists), ROW) for who in (ANYBODY, CAT, DAN)]

    assert ["".join(sorted(set(row) & set("ast"))) for row in seen] == [nobody, cat, dan]


@pytest.mark.parametrize("principal", [MASTER, MAINTENANCE], ids=lambda principal: str(principal.level))
async def test_the_servers_keys_see_protected_fields(principal: Principal) -> None:
    assert access.present(await context(principal), protecting({"*": ["s"]}), ROW) == ROW


async def test_a_pointer_to_something_else_with_the_same_id_opens_nothing() -> None:
    row = ROW | {"p": pointer("cat", "Team")}

    seen = access.present(await context(CAT), protecting({"*": ["s"], "userField:p": []}), row)

    assert "s" not in seen


async def test_the_servers_lists_are_added_to_those_of_the_class() -> None:
    ctx = await context(protected_fields={"Score": {"*": ("t",)}})

    assert access.protected_fields(ctx, protecting({"*": ["s"]})).always == {"s", "t"}
    assert access.protected_fields(ctx, built_in_schema("Score")).always == {"t"}


async def test_a_stored_row_is_not_changed_by_presenting_it() -> None:
    row = dict(SECRET_USER)

    access.present(await context(), USERS, row)

    assert row == SECRET_USER


VIEWS: list[tuple[Principal, set[str]]] = [
    (ANYBODY, {"objectId", "username"}),
    (DAN, {"objectId", "username"}),
    (CAT, {"objectId", "username", "email", "authData"}),
    (MASTER, {"objectId", "username", "email", "authData"}),
    (MAINTENANCE, {"objectId", "username", "email", "authData", "_perishable_token", "_failed_login_count"}),
]


@pytest.mark.parametrize(("principal", "seen"), VIEWS)
async def test_of_a_user_everybody_sees_what_is_his_to_see(principal: Principal, seen: set[str]) -> None:
    assert set(access.present(await context(principal), USERS, SECRET_USER)) == seen


async def test_owners_may_be_bound_by_protected_fields_too() -> None:
    ctx = await context(CAT, protected_fields_owner_exempt=False)

    assert set(access.present(ctx, USERS, SECRET_USER)) == {"objectId", "username", "authData"}


async def test_secrets_stay_secret_even_without_the_rules_of_users() -> None:
    ctx = await context(CAT)
    bare = replace(ctx, app=replace(ctx.app, rules={}))

    assert set(access.present(bare, USERS, SECRET_USER)) == {"objectId", "username"}


async def test_inside_other_objects_nobody_but_the_master_key_sees_private_fields() -> None:
    ctx, row = await context(CAT), {"objectId": "cat", "authData": {}}

    assert access.without_private(ctx, "_User", row) == {"objectId": "cat"}
    assert access.without_private(by(ctx, MASTER), "_User", row) == row
    assert access.without_private(ctx, "Score", row) == row


class Hiding(ClassRules):
    """A class with a field of its own to hide, and a view of its rows."""

    hidden = frozenset({"s"})

    def present(self, ctx: Context, row: Object) -> Object:
        row["seen"] = True
        return row


async def test_a_class_may_hide_fields_and_shape_its_rows() -> None:
    ctx = await context(MASTER)
    app: App = replace(ctx.app, rules={"Score": Hiding()})

    seen = access.present(replace(ctx, app=app), built_in_schema("Score"), ROW)

    assert "s" not in seen
    assert seen["seen"] is True
    assert "s" in access.present(replace(ctx, app=app, principal=MAINTENANCE), built_in_schema("Score"), ROW)


async def test_dates_of_internal_fields_go_out_as_texts() -> None:
    date = {"__type": "Date", "iso": "2020-01-01T00:00:00.000Z"}
    row = {"objectId": "cat", "born": date, "_account_lockout_expires_at": date}

    shown = access.present(await context(MAINTENANCE), USERS, row)

    assert shown == {"objectId": "cat", "born": date, "_account_lockout_expires_at": "2020-01-01T00:00:00.000Z"}


async def test_a_field_of_an_ordinary_class_may_have_any_name() -> None:
    row = {"objectId": "o", "authData": {}, "sessionToken": "x", "password": "y"}

    assert access.present(await context(), built_in_schema("Score"), row) == row


QUERIES: list[tuple[dict[str, Any], tuple[str, ...]]] = [
    ({"email": "x"}, ()),
    ({"$or": [{"username": "a"}, {"$and": [{"email": {"$regex": "x"}}]}]}, ()),
    ({"email.x": "x"}, ()),
    ({"authData.github.id": "1"}, ()),
    ({"objectId": {"$in": ["cat"]}, "email": "x"}, ()),
    ({"objectId": "dan", "email": "x"}, ()),
    ({}, ("email",)),
    ({}, ("username", "-email")),
    ({}, ("email.x",)),
    ({}, ("authData",)),
]


@pytest.mark.parametrize(("where", "order"), QUERIES, ids=str)
async def test_nothing_is_found_out_by_searching(where: dict[str, Any], order: tuple[str, ...]) -> None:
    ctx = await context(CAT)

    with pytest.raises(ParseError) as refused:
        access.refuse_protected(ctx, USERS, where, order)

    assert (refused.value.code, refused.value.message) == (119, "Permission denied")
    access.refuse_protected(by(ctx, MASTER), USERS, where, order)


async def test_deep_conditions_are_searched_without_recursion() -> None:
    where: dict[str, Any] = {"email": "x"}
    for _ in range(5000):
        where = {"$or": [where]}

    with pytest.raises(ParseError, match="119"):
        access.refuse_protected(await context(), USERS, where)


async def test_a_user_may_search_for_himself_by_everything() -> None:
    ctx = await context(CAT)
    mine = {"objectId": "cat", "email": "x", "authData.github.id": "1"}

    access.refuse_protected(ctx, USERS, mine)

    with pytest.raises(ParseError, match="119"):
        access.refuse_protected(await context(CAT, protected_fields_owner_exempt=False), USERS, mine)


async def test_a_logical_operator_needs_a_list() -> None:
    ctx = await context(enable_sanitized_error_response=False)

    with pytest.raises(ParseError, match=r"102 \$or must be an array"):
        access.refuse_protected(ctx, USERS, {"$or": {"email": "x"}})


async def test_the_field_is_named_where_errors_are_not_sanitized() -> None:
    ctx = await context(enable_sanitized_error_response=False)

    with pytest.raises(ParseError, match="119 This user is not allowed to query email on class _User"):
        access.refuse_protected(ctx, USERS, {"email": "x"})
    with pytest.raises(ParseError, match="119 This user is not allowed to sort by email on class _User"):
        access.refuse_protected(ctx, USERS, {}, ("-email",))
