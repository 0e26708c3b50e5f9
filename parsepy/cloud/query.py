"""Queries of cloud code: conditions, window and form of the results, and asking for them."""

from __future__ import annotations

import copy
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Generic, Self, TypeVar, overload

from parsepy.cloud import actions
from parsepy.cloud.actions import CallOptions
from parsepy.cloud.codec import encode
from parsepy.cloud.conditions import Conditions
from parsepy.cloud.objects import ParseObject
from parsepy.model.find_params import FindParams

T = TypeVar("T", bound=ParseObject)
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
        self._type: type[Any] = ParseObject if isinstance(of, str) else of
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

    # Asking

    async def find(self, *, use_master_key: bool = False, context: Mapping[str, Any] | None = None) -> list[T]:
        """The objects that match."""
        options = CallOptions(use_master_key, context)
        rows = await actions.current().find(self.class_name, self.to_params(), options)
        return [self._type.from_json(row, self.class_name) for row in rows]

    async def first(self, *, use_master_key: bool = False, context: Mapping[str, Any] | None = None) -> T | None:
        """The first object that matches, if any."""
        found = await self.copy().limit(1).find(use_master_key=use_master_key, context=context)
        return found[0] if found else None

    async def get(self, object_id: str, *, use_master_key: bool = False, context: Mapping[str, Any] | None = None) -> T:
        """The object with this id, whatever the conditions. Raises ParseError 101 if the caller cannot see it."""
        options = CallOptions(use_master_key, context)
        row = await actions.current().get(self.class_name, object_id, self.to_params(), options)
        found: T = self._type.from_json(row, self.class_name)
        return found

    async def count(self, *, use_master_key: bool = False, context: Mapping[str, Any] | None = None) -> int:
        """How many objects match."""
        return await actions.current().count(self.class_name, self.to_params(), CallOptions(use_master_key, context))

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

    async def each(
        self, *, batch_size: int = 100, use_master_key: bool = False, context: Mapping[str, Any] | None = None
    ) -> AsyncIterator[T]:
        """All objects that match, read in batches: `async for score in query.each()`.

        Raises ValueError for a query with order, skip or limit.
        """
        if self._params.order or self._params.skip or self._params.limit is not None:
            raise ValueError("each() goes through all objects: order, skip and limit do not apply")
        batch = self.copy().ascending("objectId").limit(batch_size)
        while found := await batch.find(use_master_key=use_master_key, context=context):
            for each in found:
                yield each
            if len(found) < batch_size:
                return
            batch.greater_than("objectId", found[-1].id)

    # Forms

    def copy(self) -> Query[T]:
        """Another query that asks the same."""
        twin: Query[T] = Query(self._type)
        twin.class_name, twin.where, twin._params = self.class_name, copy.deepcopy(self.where), self._params
        return twin

    @classmethod
    def from_params(cls, of: type[T], class_name: str, params: FindParams) -> Query[T]:
        """The query that a client sent."""
        query: Query[T] = Query(of)
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

    def _with(self, **changes: Any) -> Self:
        self._params = replace(self._params, **changes)
        return self


_CARRIED = ("limit", "skip", "include", "keys", "exclude_keys", "order", "explain", "hint", "comment")


def _combined(operator: str, queries: tuple[Query[T], ...]) -> Query[T]:
    """Raises ValueError if the queries are not of one class."""
    first = queries[0]
    if any(query.class_name != first.class_name for query in queries):
        raise ValueError("only queries of one class can be combined")
    combined: Query[T] = Query(first._type)
    combined.class_name = first.class_name
    combined.where = {operator: [copy.deepcopy(query.where) for query in queries]}
    return combined
