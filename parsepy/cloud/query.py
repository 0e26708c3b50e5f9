"""Queries of cloud code: conditions, window and form of the results, and asking for them."""

from __future__ import annotations

import copy
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar, Unpack, overload

from parsepy.cloud import actions
from parsepy.cloud.actions import CallOptions, Options
from parsepy.cloud.codec import encode
from parsepy.cloud.conditions import Conditions
from parsepy.cloud.sdk import forms, paging
from parsepy.cloud.sdk.rows import Row
from parsepy.model.find_params import FindParams

if TYPE_CHECKING:
    from parsepy.cloud.objects import ParseObject

T = TypeVar("T", bound="ParseObject")
EVERY_POINTER = "*"
SCORE = "$score"


class Query(Conditions, Generic[T]):
    """Finds objects of one class, named or as a subclass of ParseObject.

    Asks as the caller of the running function or trigger, unless `use_master_key`; without `limit` the server's default
    (100) holds. Methods change the query and return it.
    """

    @overload
    def __init__(self: Query[ParseObject], of: str) -> None: ...

    @overload
    def __init__(self, of: type[T]) -> None: ...

    def __init__(self, of: str | type[T]) -> None:
        super().__init__()
        self.class_name = of if isinstance(of, str) else of.class_name
        self._type: type[Any] = Row.type_of(of) if isinstance(of, str) else of
        self._params = FindParams()

    @classmethod
    def or_(cls, first: Query[T], *others: Query[T]) -> Query[T]:
        """Objects that at least one of the queries finds; only their conditions count."""
        return _combined("$or", (first, *others))

    @classmethod
    def and_(cls, first: Query[T], *others: Query[T]) -> Query[T]:
        """Objects that all of the queries find; only their conditions count."""
        return _combined("$and", (first, *others))

    @classmethod
    def nor(cls, first: Query[T], *others: Query[T]) -> Query[T]:
        """Objects that none of the queries finds; only their conditions count."""
        return _combined("$nor", (first, *others))

    # Window and form

    def limit(self, number: int) -> Self:
        """At most so many results."""
        return self._with(limit=number)

    def skip(self, number: int) -> Self:
        """Leave out the first results."""
        return self._with(skip=number)

    def ascending(self, *keys: str) -> Self:
        """Sort by these keys, the smallest first."""
        return self._with(order=keys)

    def descending(self, *keys: str) -> Self:
        """Sort by these keys, the greatest first."""
        return self._with(order=tuple(f"-{key}" for key in keys))

    def add_ascending(self, *keys: str) -> Self:
        """Sort what the order so far leaves equal, the smallest first."""
        return self._with(order=(*self._params.order, *keys))

    def add_descending(self, *keys: str) -> Self:
        """Sort what the order so far leaves equal, the greatest first."""
        return self._with(order=(*self._params.order, *(f"-{key}" for key in keys)))

    def sort_by_text_score(self) -> Self:
        """Sort the results of `full_text` by how well they fit, and give the score in the field `score`."""
        return self._with(order=(SCORE,), keys=(*(self._params.keys or ()), SCORE))

    def include(self, *paths: str) -> Self:
        """Give the objects at these pointers (`author`, `author.team`) with the results."""
        return self._with(include=(*self._params.include, *paths))

    def include_all(self) -> Self:
        """Give the objects at all pointers with the results."""
        return self.include(EVERY_POINTER)

    def select(self, *keys: str) -> Self:
        """Give only these fields."""
        return self._with(keys=(*(self._params.keys or ()), *keys))

    def exclude(self, *keys: str) -> Self:
        """Leave out these fields."""
        return self._with(exclude_keys=(*self._params.exclude_keys, *keys))

    def hint(self, index: Any) -> Self:
        """The index that the database is to use."""
        return self._with(hint=index)

    def comment(self, text: str) -> Self:
        """A note for the database's log."""
        return self._with(comment=text)

    def read_preference(self, own: str, included: str | None = None, inner: str | None = None) -> Self:
        """Which servers of a replica set are read from: `SECONDARY` and the like, also for includes and sub-queries."""
        return self._with(read_preference=own, include_read_preference=included, subquery_read_preference=inner)

    # Asking

    async def find(self, **options: Unpack[Options]) -> list[T]:
        """The objects that match."""
        rows = await actions.current().find(self.class_name, self.to_params(), CallOptions(**options))
        return self._objects(rows)

    async def find_with_count(self, **options: Unpack[Options]) -> tuple[list[T], int]:
        """The objects that match, and how many there are whatever limit and skip."""
        asked = replace(self.to_params(), count=True)
        rows, count = await actions.current().find_with_count(self.class_name, asked, CallOptions(**options))
        return self._objects(rows), count

    async def find_all(self, *, batch_size: int = 100, **options: Unpack[Options]) -> list[T]:
        """All objects that match, however many the server gives at once."""
        return [each async for each in self.each(batch_size=batch_size, **options)]

    async def first(self, **options: Unpack[Options]) -> T | None:
        """The first object that matches, if any."""
        found = await self.copy().limit(1).find(**options)
        return found[0] if found else None

    async def get(self, object_id: str, **options: Unpack[Options]) -> T:
        """The object with this id, whatever the conditions. Raises ParseError 101 if the caller cannot see it."""
        row = await actions.current().get(self.class_name, object_id, self.to_params(), CallOptions(**options))
        return self._objects([row])[0]

    async def count(self, **options: Unpack[Options]) -> int:
        """How many objects match."""
        return await actions.current().count(self.class_name, self.to_params(), CallOptions(**options))

    async def explain(self, **options: Unpack[Options]) -> Any:
        """How the database would find them, in its own words; with the master key, unless the server lets others ask."""
        asked = replace(self.to_params(), explain=True)
        return await actions.current().explain(self.class_name, asked, CallOptions(**options))

    async def aggregate(self, pipeline: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """The rows that a pipeline makes, with the rights of the server; the conditions of the query come first.

        Rows and values are REST JSON. Raises ParseError 102 for what the database cannot do.
        """
        conditions = [{"$match": copy.deepcopy(self.where)}] if self.where else []
        stages = [*conditions, *(encode(stage) for stage in pipeline)]
        return await actions.current().aggregate(self.class_name, stages, self._params)

    async def distinct(self, path: str) -> list[Any]:
        """The different values at a path, as REST JSON, with the rights of the server."""
        return await actions.current().distinct(self.class_name, path, copy.deepcopy(self.where))

    async def each(self, *, batch_size: int = 100, **options: Unpack[Options]) -> AsyncIterator[T]:
        """The objects that match one after the other, any number of them, in order: `async for score in query.each()`.

        Sorted queries go by the values that rows have when they are reached: one that changes meanwhile may be met twice
        or not at all. Raises ValueError for an order by a path, distance, text score, pointer or list.
        """
        async for batch in self.each_batch(batch_size, **options):
            for found in batch:
                yield found

    def __aiter__(self) -> AsyncIterator[T]:
        """As `each`."""
        return self.each()

    async def each_batch(self, batch_size: int = 100, **options: Unpack[Options]) -> AsyncIterator[list[T]]:
        """As `each`, in lists of at most so many. Ends early where a find trigger leaves nothing of a batch."""
        first = page = paging.first_page(self.to_params(), batch_size)
        left = self._params.limit
        last = None
        while left is None or left > 0:
            asked = page if left is None else replace(page, limit=min(batch_size, left))
            rows = await actions.current().find(self.class_name, asked, CallOptions(**options))
            if not rows:
                return
            if rows[-1]["objectId"] == last:
                raise RuntimeError(f"a find trigger changes what {self.class_name} is sorted by: there is no end to it")
            last = rows[-1]["objectId"]
            left = None if left is None else left - len(rows)
            page = paging.next_page(first, rows[-1])
            yield self._objects(rows)

    # Forms

    def copy(self) -> Query[T]:
        """Another query that asks the same."""
        return Query.from_params(self._type, self.class_name, replace(self._params, where=self.where))

    @classmethod
    def from_params(cls, of: type[T], class_name: str, params: FindParams) -> Query[T]:
        """The query that a client sent."""
        query: Query[T] = cls.__new__(cls)
        query._type = of
        query.class_name, query.where, query._params = class_name, copy.deepcopy(dict(params.where)), params
        return query

    def to_params(self) -> FindParams:
        """The parameters of the find that this query stands for."""
        return replace(self._params, where=copy.deepcopy(self.where))

    def over(self, params: FindParams) -> FindParams:
        """A client's parameters with those of this query in their place; what this query leaves open stays."""
        given = {name: getattr(self._params, name) for name in _CARRIED}
        own = {name: value for name, value in given.items() if value or (name == "limit" and value is not None)}
        return replace(params, where=copy.deepcopy(self.where), **own)

    def as_sub_query(self) -> dict[str, Any]:
        """The REST form inside the conditions of another query."""
        return {"className": self.class_name, "where": copy.deepcopy(self.where)}

    def to_json(self) -> dict[str, Any]:
        """The parameters as a client would send them, without the class."""
        return forms.to_json(self.to_params())

    @classmethod
    def from_json(cls, class_name: str, given: Mapping[str, Any]) -> Query[Any]:
        """The query of parameters as clients send them; `to_json` gives them back. Raises ValueError for unknown ones."""
        return Query.from_params(Row.type_of(class_name), class_name, forms.from_json(given))

    def _objects(self, rows: Iterable[Mapping[str, Any]]) -> list[T]:
        return [self._type.from_json(row, self.class_name) for row in rows]

    def _with(self, **changes: Any) -> Self:
        self._params = replace(self._params, **changes)
        return self


_CARRIED = ("limit", "skip", "include", "keys", "exclude_keys", "order", "explain", "hint", "comment")


def _combined(operator: str, queries: tuple[Query[T], ...]) -> Query[T]:
    """Raises ValueError if the queries are not of one class."""
    first = queries[0]
    if any(query.class_name != first.class_name for query in queries):
        raise ValueError("only queries of one class can be combined")
    where = {operator: [query.where for query in queries]}
    return Query.from_params(first._type, first.class_name, FindParams(where=where))
