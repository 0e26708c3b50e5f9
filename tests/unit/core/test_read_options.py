"""`hint`, `comment` and read preferences reach the store with every query that a find makes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from parsepy import Cloud, FindRequest
from parsepy.adapters.storage.base import NO_OPTIONS, Object, Options
from parsepy.adapters.storage.memory import MemoryStorage
from parsepy.core import save as saving
from parsepy.core.context import Context
from parsepy.core.find import find
from parsepy.core.schemas import SchemaRegistry
from parsepy.errors import ParseError
from parsepy.model.find_params import FindParams
from parsepy.model.schema import ClassSchema
from parsepy.model.where import Query, Where
from tests.unit.core.contexts import MASTER, context


class ListeningStorage(MemoryStorage):
    """Keeps the options of every read, with the class."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[str, Mapping[str, Any]]] = []

    async def find(self, schema: ClassSchema, query: Query) -> list[Object]:
        self.asked.append((schema.name, dict(query.options)))
        return await super().find(schema, query)

    async def count(self, schema: ClassSchema, where: Where, options: Options = NO_OPTIONS) -> int:
        self.asked.append((f"count {schema.name}", dict(options)))
        return await super().count(schema, where, options)

    async def explain(self, schema: ClassSchema, query: Query) -> list[Mapping[str, Any]]:
        self.asked.append((f"explain {schema.name}", dict(query.options)))
        return [{"stage": "EOF"}]


async def asking(cloud: Cloud | None = None) -> tuple[Context, ListeningStorage]:
    """A call with the master key on a store that listens, which holds one thing with its owner."""
    ctx = await context(MASTER)
    storage = ListeningStorage()
    schemas = SchemaRegistry(storage)
    await schemas.load()
    app = replace(ctx.app, storage=storage, schemas=schemas, cloud=cloud or Cloud())
    ctx = replace(ctx, app=app, storage=storage)
    owner = await saving.create(ctx, "Owner", {"n": 1})
    pointer = {"__type": "Pointer", "className": "Owner", "objectId": owner.object_id}
    await saving.create(ctx, "Thing", {"owner": pointer, "n": 1})
    storage.asked.clear()
    return ctx, storage


INSIDE = {"owner": {"$inQuery": {"className": "Owner", "where": {"n": 1}}}}
SELECTED = {"n": {"$select": {"query": {"className": "Owner", "where": {"n": 1}}, "key": "n"}}}


async def test_hint_comment_and_preference_go_along_with_find_and_count() -> None:
    ctx, storage = await asking()

    await find(ctx, "Thing", FindParams(hint={"n": 1}, comment="why", read_preference="NEAREST", count=True))

    given = {"hint": {"n": 1}, "comment": "why", "readPreference": "NEAREST"}
    assert storage.asked == [("Thing", given), ("count Thing", given)]


async def test_without_any_the_store_is_told_nothing() -> None:
    ctx, storage = await asking()

    await find(ctx, "Thing", FindParams(count=True))

    assert storage.asked == [("Thing", {}), ("count Thing", {})]


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        (FindParams(read_preference="SECONDARY"), "SECONDARY"),
        (FindParams(include_read_preference="NEAREST"), "NEAREST"),
        (FindParams(read_preference="SECONDARY", include_read_preference="NEAREST"), "NEAREST"),
        (FindParams(subquery_read_preference="NEAREST"), None),
    ],
)
async def test_includes_have_their_own_preference_or_that_of_the_find(params: FindParams, expected: str | None) -> None:
    ctx, storage = await asking()

    await find(ctx, "Thing", replace(params, include=("owner",), comment="of the find alone"))

    assert storage.asked[1] == ("Owner", {"readPreference": expected} if expected else {})


@pytest.mark.parametrize("where", [INSIDE, SELECTED], ids=["inQuery", "select"])
@pytest.mark.parametrize(
    ("params", "expected"),
    [
        (FindParams(read_preference="SECONDARY"), "SECONDARY"),
        (FindParams(subquery_read_preference="NEAREST"), "NEAREST"),
        (FindParams(read_preference="SECONDARY", subquery_read_preference="NEAREST"), "NEAREST"),
        (FindParams(include_read_preference="NEAREST"), None),
    ],
)
async def test_sub_queries_have_their_own_preference_or_that_of_the_find(
    where: dict[str, Any], params: FindParams, expected: str | None
) -> None:
    ctx, storage = await asking()

    await find(ctx, "Thing", replace(params, where=where, hint="only_for_the_find"))

    assert storage.asked[0] == ("Owner", {"readPreference": expected} if expected else {})


async def test_a_sub_query_in_a_sub_query_keeps_the_preference() -> None:
    ctx, storage = await asking()
    inner = {"className": "Thing", "where": INSIDE}

    await find(ctx, "Thing", FindParams(where={"self": {"$inQuery": inner}}, subquery_read_preference="NEAREST"))

    assert storage.asked[:2] == [("Owner", {"readPreference": "NEAREST"}), ("Thing", {"readPreference": "NEAREST"})]


async def test_explain_is_asked_of_the_store_with_everything_else() -> None:
    ctx, storage = await asking()

    found = await find(ctx, "Thing", FindParams(explain="executionStats", hint="n_1", comment="why"))

    assert found.plan == [{"stage": "EOF"}]
    assert storage.asked == [("explain Thing", {"hint": "n_1", "comment": "why", "explain": "executionStats"})]


async def test_an_explained_find_without_rows_has_no_plan_and_counts_all_the_same() -> None:
    ctx, storage = await asking()

    found = await find(ctx, "Thing", FindParams(explain=True, limit=0, count=True))

    assert (found.plan, found.count) == ([], 1)
    assert storage.asked == [("count Thing", {})]


async def test_a_trigger_chooses_the_preferences() -> None:
    cloud = Cloud()

    @cloud.before_find("Thing")
    def choose(request: FindRequest) -> None:
        request.read_preference = "secondary_preferred"
        request.include_read_preference = "NEAREST"

    ctx, storage = await asking(cloud)
    await find(ctx, "Thing", FindParams(include=("owner",)))

    chosen = [("Thing", {"readPreference": "SECONDARY_PREFERRED"}), ("Owner", {"readPreference": "NEAREST"})]
    assert storage.asked == chosen


async def test_a_preference_that_a_trigger_invents_is_refused() -> None:
    cloud = Cloud()

    @cloud.before_find("Thing")
    def choose(request: FindRequest) -> None:
        request.read_preference = "somewhere"

    ctx, _ = await asking(cloud)
    with pytest.raises(ParseError, match="Not supported read preference"):
        await find(ctx, "Thing", FindParams())
