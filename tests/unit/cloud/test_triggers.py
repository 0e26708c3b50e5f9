"""Triggers in the life of objects: what they see, what they change, and what the client is answered."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from parsepy import Cloud, DeleteRequest, FindRequest, ParseError, ParseObject, Query, SaveRequest
from tests.inprocess import Client, started

MASTER = "master"
Start = Callable[..., AbstractAsyncContextManager[Client]]
Change = Callable[[ParseObject], Any]


@pytest.fixture
def start(tmp_path: Path) -> Start:
    @asynccontextmanager
    async def client(cloud: Cloud, **options: Any) -> AsyncIterator[Client]:
        async with started(options, cloud, folder=tmp_path) as found:
            yield found.as_(MASTER)

    return client


def before_save(change: Change) -> Cloud:
    cloud = Cloud()

    @cloud.before_save("S")
    async def trigger(request: SaveRequest) -> None:
        if request.object.get("mode") == "on":
            change(request.object)

    return cloud


def revert(score: ParseObject) -> None:
    score.revert("a")


def rename(score: ParseObject) -> None:
    score.id = "customid01"


CHANGES: list[tuple[str, Change, dict[str, Any], dict[str, Any]]] = [
    ("set", lambda s: s.set("extra", "x"), {"extra": "x"}, {"extra": "x"}),
    ("same", lambda s: s.set("a", s["a"]), {}, {}),
    ("null", lambda s: s.set("a", None), {"a": None}, {"a": None}),
    ("unset", lambda s: s.unset("a"), {"a": {"__op": "Delete"}}, {"a": {"__op": "Delete"}}),
    ("revert", revert, {"a": {"__op": "Delete"}}, {"a": 1}),
    ("increment", lambda s: s.increment("n", 5), {"n": 6}, {"n": 7}),
    ("add", lambda s: s.add("l", "z"), {"l": ["k", "z"]}, {"l": ["k", "w", "z"]}),
    ("in place", lambda s: s["l"].append("z"), {"l": ["k", "z"]}, {"l": ["k", "w", "z"]}),
    ("id", rename, {"objectId": "customid01"}, {}),
]


@pytest.mark.parametrize(("change", "created", "_"), [c[1:] for c in CHANGES], ids=[c[0] for c in CHANGES])
async def test_a_create_answers_with_what_the_trigger_changed(
    start: Start, change: Change, created: dict[str, Any], _: dict[str, Any]
) -> None:
    async with start(before_save(change)) as client:
        answer = await client.post("/classes/S", {"mode": "on", "a": 1, "n": 1, "l": ["k"]})
        stored = (await client.get(f"/classes/S/{answer.body['objectId']}")).body

    told = {name: value for name, value in answer.body.items() if name not in {"objectId", "createdAt"}}
    assert told | {"objectId": answer.body["objectId"]} == {"objectId": answer.body["objectId"]} | created
    for name, value in created.items():
        assert stored.get(name, {"__op": "Delete"}) == value


@pytest.mark.parametrize(("change", "_", "changed"), [c[1:] for c in CHANGES], ids=[c[0] for c in CHANGES])
async def test_an_update_answers_with_what_the_trigger_changed(
    start: Start, change: Change, _: dict[str, Any], changed: dict[str, Any]
) -> None:
    async with start(before_save(change)) as client:
        made = await client.create("S", mode="off", a=1, n=1, l=["k"])
        ops = {"n": {"__op": "Increment", "amount": 1}, "l": {"__op": "Add", "objects": ["w"]}}
        answer = await client.put(f"/classes/S/{made}", {"mode": "on", "a": 2, **ops})
        stored = (await client.get(f"/classes/S/{made}")).body

    assert answer.body.pop("updatedAt")
    assert answer.body == {"n": 2, "l": ["k", "w"]} | changed
    for name, value in changed.items():
        assert stored.get(name, {"__op": "Delete"}) == value


async def test_a_save_trigger_sees_the_changes_and_the_stored_object(start: Start) -> None:
    cloud, seen = Cloud(), []

    @cloud.before_save("S")
    def trigger(request: SaveRequest) -> None:
        subject, before = request.object, request.original
        seen.append((subject.id, subject.is_new, sorted(subject.dirty_keys), before and before["a"], subject["a"]))

    async with start(cloud) as client:
        made = await client.create("S", a=1, o={"x": 1})
        await client.put(f"/classes/S/{made}", {"a": 2, "o.y": 2})

    assert seen == [(None, True, ["a", "o"], None, 1), (made, False, ["a", "o"], 1, 2)]


async def test_dotted_changes_of_the_client_survive_a_trigger(start: Start) -> None:
    async with start(before_save(lambda s: s.set("extra", s["o"]["y"]))) as client:
        made = await client.create("S", mode="on", o={"x": 1, "y": 0})
        await client.put(f"/classes/S/{made}", {"o.y": 5, "o.z": {"__op": "Increment", "amount": 1}})
        stored = (await client.get(f"/classes/S/{made}")).body

    assert (stored["o"], stored["extra"]) == ({"x": 1, "y": 5, "z": 1}, 5)


async def test_a_trigger_sees_the_password_before_it_is_hashed_and_never_the_hash(start: Start) -> None:
    cloud, seen = Cloud(), []

    @cloud.before_save("_User")
    def before(request: SaveRequest) -> None:
        seen.append((request.object.get("password"), [k for k in request.object if k.startswith("_")]))

    @cloud.after_save("_User")
    def after(request: SaveRequest) -> None:
        seen.append((request.object.get("password"), request.object["sessionToken"][:2]))

    async with start(cloud) as client:
        await client.as_("client").sign_up("ann", email="ann@example.com")

    assert seen == [("ann-secret", []), (None, "r:")]


@pytest.mark.parametrize(("exempt", "expected"), [(False, None), (True, "hidden")])
async def test_protected_fields_are_hidden_from_triggers_unless_exempt(
    start: Start, exempt: bool, expected: str | None
) -> None:
    cloud, seen = Cloud(), []

    @cloud.before_save("S")
    def trigger(request: SaveRequest) -> None:
        if request.original:
            seen.append((request.original.get("secret"), request.object.get("secret")))

    protected = {"S": {"*": ["secret"]}}
    async with start(cloud, protectedFields=protected, protectedFieldsTriggerExempt=exempt) as client:
        made = await client.create("S", secret="hidden")
        await client.as_("client").put(f"/classes/S/{made}", {"a": 1})

    assert seen == [(expected, expected)]


@pytest.mark.parametrize(
    ("written", "code"),
    [({"o": {"a.b": 1}}, 121), ({"bad-name": 1}, 105), ({"o": {"constructor": 1}}, 105), ({"a": "text"}, 111)],
    ids=["nested key", "name", "keyword", "type"],
)
async def test_what_a_trigger_writes_is_checked_like_what_a_client_writes(
    start: Start, written: dict[str, Any], code: int
) -> None:
    def write(score: ParseObject) -> None:
        for name, value in written.items():
            score[name] = value

    async with start(before_save(write)) as client:
        await client.create("S", mode="off", a=1)
        answer = await client.post("/classes/S", {"mode": "on"})

    assert answer.code == code


@pytest.mark.parametrize(
    ("returned", "answered"),
    [({"my": "answer"}, {"my": "answer"}), ({}, {}), ("text", None), (None, None)],
    ids=["dict", "empty", "text", "nothing"],
)
async def test_a_dict_from_after_save_replaces_the_answer(start: Start, returned: Any, answered: Any) -> None:
    cloud = Cloud()
    cloud.after_save("S")(lambda request: returned)
    async with start(cloud) as client:
        answer = await client.post("/classes/S", {"a": 1})

    assert answer.status == 201
    assert answer.body == answered or (answered is None and sorted(answer.body) == ["createdAt", "objectId"])


async def test_after_save_may_add_to_the_answer_and_cannot_undo_the_save(start: Start) -> None:
    cloud = Cloud()

    @cloud.after_save("S")
    async def trigger(request: SaveRequest) -> None:
        assert request.object.id
        request.object["extra"] = 1
        if request.object["a"] == 2:
            raise ParseError(101, "too late")

    async with start(cloud) as client:
        first, second = await client.post("/classes/S", {"a": 1}), await client.post("/classes/S", {"a": 2})

    assert first.body["extra"] == 1
    assert (second.status, sorted(second.body)) == (201, ["createdAt", "objectId"])


async def test_with_after_save_the_client_is_told_what_the_server_worked_out(start: Start) -> None:
    cloud = Cloud()
    cloud.after_save("S")(lambda request: None)
    async with start(cloud) as client:
        made = await client.post("/classes/S", {"n": {"__op": "Increment", "amount": 2}, "o": {"x": 1}})
        changed = await client.put(f"/classes/S/{made.body['objectId']}", {"o.y": 2})

    assert made.body["n"] == 2
    assert changed.body["o"] == {"x": 1, "y": 2}


async def test_a_trigger_may_change_relations(start: Start) -> None:
    cloud = Cloud()

    @cloud.before_save("S")
    async def trigger(request: SaveRequest) -> None:
        fan = await ParseObject("Fan").save(use_master_key=True)
        request.object.relation("fans").add(fan)

    @cloud.define("fans")
    async def fans(request: Any) -> int:
        return await Query("Fan").related_to(ParseObject("S", request.params["id"]), "fans").count()

    async with start(cloud) as client:
        made = await client.create("S")
        await client.put(f"/classes/S/{made}", {"a": 1})
        found = (await client.get(f"/classes/S/{made}")).body["fans"]
        count = (await client.post("/functions/fans", {"id": made})).body["result"]

    assert (found, count) == ({"__type": "Relation", "className": "Fan"}, 2)


async def test_deletes_can_be_refused_before_and_fail_after(start: Start) -> None:
    cloud = Cloud()

    @cloud.before_delete("D")
    async def before(request: DeleteRequest) -> None:
        request.context["seen"] = request.object["k"]
        if request.object["k"] == "keep":
            raise ParseError(4242, "stays")

    @cloud.after_delete("D")
    async def after(request: DeleteRequest) -> None:
        assert request.context["seen"] == request.object["k"]
        if request.object["k"] == "bang":
            raise RuntimeError("bang")

    async with start(cloud) as client:
        ids = {k: await client.create("D", k=k) for k in ("keep", "bang", "go")}
        codes = {k: (await client.delete(f"/classes/D/{i}")).code for k, i in ids.items()}
        left = await client.get("/classes/D")

    assert codes == {"keep": 4242, "bang": 141, "go": None}
    assert [row["k"] for row in left.body["results"]] == ["keep"]


Ask = Callable[[FindRequest], Awaitable[Any]]


async def _narrow(request: FindRequest) -> None:
    request.query.greater_than("n", 1)


async def _other(request: FindRequest) -> Query[ParseObject]:
    return Query("F").equal_to("n", 2)


async def _made_up(request: FindRequest) -> list[ParseObject]:
    return [ParseObject("F", n=99)]


async def _single(request: FindRequest) -> ParseObject:
    return ParseObject("F", n=98)


async def _nobody(request: FindRequest) -> list[ParseObject]:
    return []


async def _text(request: FindRequest) -> str:
    return "ignored"


@pytest.mark.parametrize(
    ("ask", "found", "count"),
    [
        (_narrow, [2, 3], 2),
        (_other, [2], 1),
        (_made_up, [99], None),
        (_single, [98], None),
        (_nobody, [], None),
        (_text, [1, 2, 3], 3),
    ],
)
async def test_before_find_decides_what_is_found(start: Start, ask: Ask, found: list[int], count: int | None) -> None:
    cloud = Cloud()
    cloud.before_find("F")(ask)
    async with start(cloud) as client:
        for n in (1, 2, 3):
            await client.create("F", n=n)
        answer = await client.get("/classes/F", count=1, order="n")

    assert [row["n"] for row in answer.body["results"]] == found
    assert answer.body.get("count") == count


async def test_objects_given_by_before_find_still_need_the_callers_rights(start: Start) -> None:
    cloud = Cloud()

    @cloud.before_find("F")
    async def trigger(request: FindRequest) -> Any:
        return await Query("F").find(use_master_key=True) if request.context.get("all") else None

    async with start(cloud) as client:
        await client.create("F", n=1)
        await client.create("F", n=2, ACL={})
        given = '{"all": true}'
        mine = await client.as_(MASTER, X_Parse_Cloud_Context=given).get("/classes/F")
        theirs = await client.as_("client", X_Parse_Cloud_Context=given).get("/classes/F")

    assert [row["n"] for row in mine.body["results"]] == [1, 2]
    assert [row["n"] for row in theirs.body["results"]] == [1]


async def test_before_find_sees_the_query_as_it_was_asked(start: Start) -> None:
    cloud, seen = Cloud(), []

    @cloud.before_find("F")
    def trigger(request: FindRequest) -> None:
        params = request.query.to_params()
        seen.append((request.is_get, request.count, dict(params.where), params.limit, params.order, params.keys))

    async with start(cloud) as client:
        made = await client.create("F", n=1)
        await client.get("/classes/F", where={"n": 1}, limit=5, order="-n", keys="n", count=1)
        await client.get(f"/classes/F/{made}")

    assert seen[0] == (False, True, {"n": 1}, 5, ("-n",), ("n",))
    assert seen[1] == (True, False, {"objectId": made}, None, (), None)


async def test_after_find_changes_what_clients_see(start: Start) -> None:
    cloud = Cloud()

    @cloud.after_find("F")
    async def trigger(request: FindRequest) -> list[ParseObject]:
        for row in request.objects:
            row["seen"] = True
            del row["secret"]
        return request.objects[:1]

    async with start(cloud) as client:
        made = await client.create("F", secret="s")
        await client.create("F")
        pointer = {"__type": "Pointer", "className": "F", "objectId": made}
        await client.create("Holder", f=pointer)
        found = (await client.get("/classes/F")).body["results"]
        held = (await client.get("/classes/Holder", include="f")).body["results"][0]["f"]

    assert [sorted(row) for row in found] == [["className", "createdAt", "objectId", "seen", "updatedAt"]]
    assert (held["seen"], held["__type"], held["className"]) == (True, "Object", "F")


@pytest.mark.parametrize("result", ["text", [3], 7], ids=["text", "list of numbers", "number"])
async def test_a_wrong_result_of_after_find_is_an_error(start: Start, result: Any) -> None:
    cloud = Cloud()
    cloud.after_find("F")(lambda request: result)
    async with start(cloud) as client:
        assert (await client.get("/classes/F")).code == 141


async def test_triggers_of_one_call_share_its_context(start: Start) -> None:
    cloud, seen = Cloud(), []

    @cloud.before_save("S")
    def before(request: SaveRequest) -> None:
        request.context["added"] = 1

    @cloud.after_save("S")
    async def after(request: SaveRequest) -> None:
        seen.append(request.context)
        await ParseObject("Inner").save(context={"own": 1})
        await ParseObject("Inner").save()

    @cloud.before_save("Inner")
    def inner(request: SaveRequest) -> None:
        seen.append(request.context)

    async with start(cloud) as client:
        await client.as_(MASTER, X_Parse_Cloud_Context='{"given": 1}').create("S")

    assert seen == [{"given": 1, "added": 1}, {"own": 1}, {}]


async def test_cloud_code_acts_as_its_caller_unless_it_takes_the_master_key(start: Start) -> None:
    cloud = Cloud()

    @cloud.define("counts")
    async def counts(request: Any) -> list[int]:
        return [await Query("S").count(), await Query("S").count(use_master_key=True)]

    async with start(cloud) as client:
        ann = await client.as_("client").sign_up("ann")
        await client.create("S", ACL=ann.only())
        answers = [(await client.as_(who).post("/functions/counts")).body["result"] for who in ("client", ann.token)]

    assert answers == [[0, 1], [1, 1]]


async def test_objects_of_a_registered_class_come_as_that_class(start: Start) -> None:
    class Score(ParseObject):
        class_name = "S"

        @property
        def doubled(self) -> int:
            return int(self["n"]) * 2

    cloud = Cloud()

    @cloud.before_save(Score)
    def trigger(request: SaveRequest) -> None:
        assert isinstance(request.object, Score)
        request.object["doubled"] = request.object.doubled

    async with start(cloud) as client:
        assert (await client.post("/classes/S", {"n": 2})).body["doubled"] == 4
