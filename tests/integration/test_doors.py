"""Whatever way in somebody takes, what is hidden from him stays hidden: every door times every guard."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import orjson
import pytest

from tests.inprocess import Answer, Client, User

WORD = "hunter2"
OPEN = {"*": True}
ALL_OPEN = dict.fromkeys(("find", "get", "count", "create", "update", "delete", "addField"), OPEN)
GUARDS = ("acl", "clp", "protected", "pointer")


class Scene:
    """An object with a secret word, and objects that lead to it."""

    def __init__(self, client: Client, owner: User) -> None:
        self.master = client.as_("master")
        self.owner = owner
        self.id = ""
        self.holder = ""
        self.group = ""

    async def build(self, guard: str) -> None:
        """Store everything, then put the guard up."""
        fields: dict[str, Any] = {"word": WORD, "tag": "found", "owner": self.owner.pointer}
        if guard == "acl":
            fields["ACL"] = self.owner.only()
        self.id = await self.master.create("Secret", **fields)
        self.holder = await self.master.create("Holder", secret=self.pointer(), tag="found")
        added = {"__op": "AddRelation", "objects": [self.pointer()]}
        self.group = await self.master.create("Group", members=added)
        permissions = {
            "clp": {**ALL_OPEN, "find": {}, "get": {}, "count": {}},
            "protected": {**ALL_OPEN, "protectedFields": {"*": ["word"]}},
            "pointer": {**ALL_OPEN, "find": {}, "get": {}, "count": {}, "readUserFields": ["owner"]},
        }
        if guard in permissions:
            answer = await self.master.put("/schemas/Secret", {"classLevelPermissions": permissions[guard]})
            assert answer.status == 200, answer

    def pointer(self) -> dict[str, str]:
        """A pointer to the object."""
        return {"__type": "Pointer", "className": "Secret", "objectId": self.id}

    def told(self, answer: Answer) -> bool:
        """Whether the answer gives the word away."""
        return WORD in orjson.dumps(answer.body).decode()


Door = Callable[[Client, Scene], Awaitable[Answer]]


async def _find(who: Client, scene: Scene) -> Answer:
    return await who.get("/classes/Secret")


async def _get(who: Client, scene: Scene) -> Answer:
    return await who.get(f"/classes/Secret/{scene.id}")


async def _find_by_id(who: Client, scene: Scene) -> Answer:
    return await who.get("/classes/Secret", where={"objectId": scene.id})


async def _include(who: Client, scene: Scene) -> Answer:
    return await who.get("/classes/Holder", include="secret")


async def _include_all(who: Client, scene: Scene) -> Answer:
    return await who.get("/classes/Holder", includeAll="true")


async def _keys(who: Client, scene: Scene) -> Answer:
    return await who.get("/classes/Holder", keys="secret.word")


async def _related(who: Client, scene: Scene) -> Answer:
    group = {"__type": "Pointer", "className": "Group", "objectId": scene.group}
    return await who.get("/classes/Secret", where={"$relatedTo": {"object": group, "key": "members"}})


async def _redirect(who: Client, scene: Scene) -> Answer:
    return await who.get("/classes/Group", redirectClassNameForKey="members")


async def _batch(who: Client, scene: Scene) -> Answer:
    return await who.post("/batch", {"requests": [{"method": "GET", "path": f"/parse/classes/Secret/{scene.id}"}]})


async def _override(who: Client, scene: Scene) -> Answer:
    return await who.post("/classes/Secret", {"_method": "GET", "limit": 10})


async def _update(who: Client, scene: Scene) -> Answer:
    return await who.put(f"/classes/Secret/{scene.id}", {"tag": "x"})


READING: tuple[Door, ...] = (
    _find, _get, _find_by_id, _include, _include_all, _keys, _related, _redirect, _batch, _override, _update,
)  # fmt: skip

BY_WORD = {"word": WORD}


async def _asked(who: Client, scene: Scene) -> Answer:
    return await who.get("/classes/Secret", where=BY_WORD)


async def _asked_within_or(who: Client, scene: Scene) -> Answer:
    return await who.get("/classes/Secret", where={"$or": [{"$and": [BY_WORD]}, {"tag": "no"}]})


async def _asked_by_pattern(who: Client, scene: Scene) -> Answer:
    return await who.get("/classes/Secret", where={"word": {"$regex": "^hun"}})


async def _counted(who: Client, scene: Scene) -> Answer:
    return await who.get("/classes/Secret", where=BY_WORD, count=1, limit=0)


async def _in_query(who: Client, scene: Scene) -> Answer:
    where = {"secret": {"$inQuery": {"className": "Secret", "where": BY_WORD}}}
    return await who.get("/classes/Holder", where=where)


async def _select(who: Client, scene: Scene) -> Answer:
    query = {"className": "Secret", "where": BY_WORD}
    return await who.get("/classes/Holder", where={"tag": {"$select": {"query": query, "key": "tag"}}})


async def _select_word(who: Client, scene: Scene) -> Answer:
    query = {"className": "Secret", "where": {}}
    return await who.get("/classes/Holder", where={"tag": {"$dontSelect": {"query": query, "key": "word"}}, "tag2": 1})


ASKING: tuple[Door, ...] = (
    _asked, _asked_within_or, _asked_by_pattern, _counted, _in_query, _select, _select_word,
)  # fmt: skip


@pytest.fixture(params=GUARDS)
async def scene(request: pytest.FixtureRequest, client: Client, ann: User) -> Scene:
    """The scene with one of the guards up."""
    built = Scene(client, ann)
    await built.build(request.param)
    return built


@pytest.mark.parametrize("door", READING, ids=lambda door: door.__name__.strip("_"))
@pytest.mark.parametrize("signed_in", [True, False], ids=["stranger", "nobody"])
async def test_no_door_shows_what_is_hidden(
    client: Client, bob: User, scene: Scene, door: Door, signed_in: bool
) -> None:
    answer = await door(client.as_(bob.token) if signed_in else client, scene)

    assert not scene.told(answer), answer
    assert answer.status < 500


@pytest.mark.parametrize("door", ASKING, ids=lambda door: door.__name__.strip("_"))
async def test_no_question_is_answered_about_what_is_hidden(
    client: Client, bob: User, scene: Scene, door: Door
) -> None:
    answer = await door(client.as_(bob.token), scene)

    assert answer.status in {400, 404} or (answer.body["results"] == [] and not answer.body.get("count")), answer


@pytest.mark.parametrize("door", [_find, _get, _find_by_id, _include, _related, _batch], ids=lambda door: door.__name__)
async def test_the_owner_and_the_master_key_see_it(client: Client, ann: User, scene: Scene, door: Door) -> None:
    assert scene.told(await door(client.as_("master"), scene))


async def test_hidden_fields_cannot_be_sorted_by(client: Client, ann: User, bob: User) -> None:
    scene = Scene(client, ann)
    await scene.build("protected")

    assert (await client.as_(bob.token).get("/classes/Secret", order="word")).code == 119
    assert (await client.as_(bob.token).get("/classes/Secret", order="-word")).code == 119
