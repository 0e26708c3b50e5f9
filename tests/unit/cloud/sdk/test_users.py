"""Users, roles, sessions and installations: types of their own, and who acts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from parsepy import (
    ACL,
    Cloud,
    FunctionRequest,
    Installation,
    LoginRequest,
    ParseError,
    ParseObject,
    Query,
    Role,
    Session,
    User,
)
from parsepy.model.principal import MASTER
from tests.inprocess import Client, started
from tests.unit.cloud.sdk.conftest import calling


def community() -> Cloud:
    cloud = Cloud()

    @cloud.define("me")
    async def me(request: FunctionRequest) -> Any:
        user = User.current()
        assert user == request.user
        assert request.user is None or isinstance(request.user, User)
        session = await Session.current() if user else None
        return [user and user.username, user and user.is_current, session and session.user == user]

    @cloud.define("secret")
    async def secret(request: FunctionRequest) -> int:
        return await Query("Secret").count(session_token=request.params.get("token"))

    @cloud.define("leave")
    async def leave(request: FunctionRequest) -> None:
        await User.log_out()

    @cloud.define("kind")
    async def kind(request: FunctionRequest) -> str:
        return type(request.params["who"]).__name__

    @cloud.before_login
    async def keep_out(request: LoginRequest) -> None:
        if request.object.get("banned"):
            raise ParseError(119, "Banned.")

    return cloud


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[Client]:
    async with started({}, community(), folder=tmp_path) as opened:
        yield opened


async def test_the_caller_is_a_user_with_a_session(client: Client) -> None:
    ann = await client.sign_up("ann")

    assert await client.as_(ann).run("me") == ["ann", True, True]
    assert await client.run("me") == [None, None, None]


async def test_signing_up_stores_a_user_without_a_session(client: Client) -> None:
    with calling(client):
        ann = await User(username="ann", password="secret").sign_up({"score": 1})
        with pytest.raises(ParseError, match="202"):
            await User(username="ann", password="secret").sign_up()
        with pytest.raises(ValueError, match="signed up already"):
            await ann.sign_up()

    assert (ann.is_new, ann.authenticated, ann["score"]) == (False, False, 1)


async def test_logging_in_opens_a_session_that_acts_for_its_owner(client: Client) -> None:
    ann = await client.sign_up("ann")
    await client.as_("master").create("Secret", ACL=ann.only())
    with calling(client):
        user = await User.log_in("ann", "ann-secret")
        assert await Query("Secret").count() == 0
        assert await Query("Secret").count(session_token=user.session_token) == 1
        assert await User.become(user.session_token or "") == user
        await User.log_out(session_token=user.session_token)
        with pytest.raises(ParseError, match="209"):
            await Query("Secret").count(session_token=user.session_token)

    assert await client.run("secret", token=ann.token) == 1


@pytest.mark.parametrize("password", ["wrong", "ann-secret"])
async def test_a_login_is_refused_as_that_of_a_client(client: Client, password: str) -> None:
    ann = await client.sign_up("ann", banned=True)
    with calling(client, MASTER):
        assert (await User.log_in_as(ann.id)).username == "ann"
    with calling(client), pytest.raises(ParseError) as refused:
        await User.log_in("ann", password)

    assert refused.value.code == (119 if password == "ann-secret" else 101)


async def test_a_password_is_checked_without_a_session(client: Client) -> None:
    await client.sign_up("ann")
    with calling(client):
        user = await User.verify_password("ann", "ann-secret")
        with pytest.raises(ParseError, match="101 Invalid"):
            await User.verify_password("ann", "wrong")

    assert (user.username, user.authenticated) == ("ann", False)


async def test_logging_out_ends_the_session_of_the_caller(client: Client) -> None:
    ann = await client.sign_up("ann")
    await client.as_(ann).run("leave")

    assert (await client.as_(ann).get("/users/me")).code == 209


async def test_another_service_is_linked_and_unlinked(client: Client) -> None:
    with calling(client, MASTER):
        guest = await User.log_in_with("anonymous", {"id": "11111111-1111-1111-1111-111111111111"})
        again = await User.log_in_with("anonymous", {"id": "11111111-1111-1111-1111-111111111111"})
        assert (guest == again, guest.authenticated, again.authenticated) == (True, False, True)
        assert (await Query(User).get(guest.id or "")).is_linked("anonymous")
        await guest.unlink_from("anonymous")
        assert not (await Query(User).get(guest.id or "")).is_linked("anonymous")


async def test_a_role_has_members_and_stands_in_acls(client: Client) -> None:
    ann, bob = await client.sign_up("ann"), await client.sign_up("bob")
    with calling(client, MASTER):
        role = Role("Admins", ACL())
        role.users.add(User(object_id=ann.id))
        await role.save()
        note = await ParseObject("Note", ACL=ACL.only(role)).save()
        assert [user.username for user in await role.users.query().find()] == ["ann"]

    assert (note.acl or ACL()).to_json() == {"role:Admins": {"read": True, "write": True}}
    assert [len(await client.as_(who).find("Note")) for who in (ann, bob)] == [1, 0]


async def test_objects_of_built_in_classes_have_types_of_their_own(client: Client) -> None:
    pointer = {"__type": "Pointer", "className": "_Role", "objectId": "r1"}
    installed = await client.as_("master").create("_Installation", deviceType="ios", installationId="i1")
    with calling(client, MASTER):
        found = await Query("_Installation").get(installed)
        assert isinstance(found, Installation)

    assert await client.run("kind", who=pointer) == "Role"
    assert (found.device_type, found.installation_id, found.channels) == ("ios", "i1", [])
