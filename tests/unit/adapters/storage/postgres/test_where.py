"""What conditions become: SQL that indexes serve, that holds no value of a client, and that says when it is not exact."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsepy.adapters.storage.base import InvalidQueryError
from parsepy.adapters.storage.postgres.columns import TableShape, column_type, quoted
from parsepy.adapters.storage.postgres.order import Ordering, compile_order, distinct_column
from parsepy.adapters.storage.postgres.where import Condition, compile_where, predicate
from parsepy.model.schema import ClassSchema, Field, FieldType, Index, SchemaChange
from parsepy.model.system_classes import built_in_schema, join_schema
from parsepy.model.where import (
    All,
    And,
    Compare,
    ContainedBy,
    Exists,
    In,
    Intersects,
    Near,
    Nor,
    Or,
    Order,
    Permits,
    Query,
    Regex,
    RelatedTo,
    Text,
    Where,
    WithinBox,
    WithinPolygon,
)

from ..conftest import THINGS
from .things_table import COLUMNS, SHAPE

DATE = {"__type": "Date", "iso": "2026-01-02T03:04:05.678Z"}
POINTER = {"__type": "Pointer", "className": "Team", "objectId": "t"}
FILE = {"__type": "File", "name": "f"}
POINT = {"__type": "GeoPoint", "latitude": 1, "longitude": 2}
BINARY = TableShape(COLUMNS, has_nulls=True, is_binary=True)
PLAIN = TableShape({name: type_ for name, type_ in COLUMNS.items() if not name.startswith("_parsepy")})


def compiled(where: Where, shape: TableShape = SHAPE, schema: ClassSchema = THINGS) -> Condition:
    return compile_where(where, schema, shape)


def named(wheres: list[Where]) -> list[str]:
    return [f"{at} {type(where).__name__}" for at, where in enumerate(wheres)]


SHAPES: list[tuple[Where, str, tuple[Any, ...]]] = [
    (Compare("objectId", "$eq", "x"), '"objectId" = $1::text', ("x",)),
    (Compare("s", "$eq", "x"), '"s" = $1::text', ("x",)),
    (Compare("s", "$gt", "x"), '"s" COLLATE "C" > $1::text', ("x",)),
    (Compare("n", "$lte", 2), '"n" <= $1::float8', (2.0,)),
    (Compare("b", "$eq", True), '"b" = $1::bool', (True,)),
    (Compare("createdAt", "$gt", DATE), '"createdAt" > $1::text::timestamptz', (DATE["iso"],)),
    (Compare("p", "$eq", POINTER), '"p" = $1::text', ("t",)),
    (Compare("f", "$eq", FILE), '"f" = $1::text', ("f",)),
    (Compare("s", "$ne", "x"), '("s" = $1::text) IS NOT TRUE', ("x",)),
    (Compare("s", "$eq", None), '"s" IS NULL', ()),
    (In("s", ("x", "y", 1)), '"s" = ANY($1::text[])', (["x", "y"],)),
    (In("p", (POINTER, {**POINTER, "className": "Other"})), '"p" = ANY($1::text[])', (["t"],)),
    (Compare("a", "$eq", "x"), '"a" @> $1::text::jsonb', ('["x"]',)),
    (
        In("a", ("x", 'y"')),
        '("a" ?| $1::text[]) AND ("a" @? $2::text::jsonpath)',
        (["x", 'y"'], '$[*] ? (@ == "x" || @ == "y\\"")'),
    ),
    (All("a", ("x", 1)), '"a" @> $1::text::jsonb', ('["x",1]',)),
    (Regex("s", "^ab"), 'starts_with("s", $1::text)', ("ab",)),
    (Regex("s", "^ab$"), '"s" = ANY($1::text[])', (["ab", "ab\n"],)),
    (Regex("s", r"a\.b"), 'strpos("s", $1::text) > 0', ("a.b",)),
    (Regex("s", "^a[bc]+", "i"), '"s" IS NOT NULL', ()),
    (Regex("s", "a.c"), '"s" COLLATE "C" ~ $1::text', ("a[^\n]c",)),
    (Permits("read", frozenset("*u")), '"_rperm" IS NULL OR "_rperm" && $1::text[]', (["*", "u"],)),
    (Permits("write", frozenset("u")), '"_wperm" IS NULL OR "_wperm" && $1::text[]', (["u"],)),
    (Compare("_rperm", "$eq", "u"), '"_rperm" && $1::text[]', (["u"],)),
    (Exists("s", True), '("s" IS NOT NULL) OR ($1::text = ANY("_parsepy_nulls"))', ("s",)),
]


@pytest.mark.parametrize(("where", "sql", "args"), SHAPES, ids=named([where for where, _, _ in SHAPES]))
def test_usual_conditions_are_plain_sql_that_indexes_serve(where: Where, sql: str, args: tuple[Any, ...]) -> None:
    found = compiled(where)

    assert (found.sql, found.args) == (sql, args)


NOTHING: list[Where] = [
    Compare("s", "$eq", 1),
    Compare("n", "$eq", "1"),
    Compare("n", "$eq", True),
    Compare("n", "$gt", "1"),
    Compare("d", "$eq", DATE["iso"]),
    Compare("d", "$eq", {"__type": "Date", "iso": "2026-02-30T00:00:00.000Z"}),
    Compare("p", "$eq", {**POINTER, "className": "Other"}),
    Compare("p", "$eq", "t"),
    Compare("g", "$eq", DATE),
    Compare("s", "$eq", "a\0b"),
    Compare("a", "$eq", "a\0b"),
    Compare("s.k", "$eq", 1),
    Compare("nope", "$eq", 1),
    Compare("s", "$gt", None),
    In("s", ()),
    In("n", ("x", True)),
    All("a", ()),
    Regex("n", "1"),
    Near("s", 1, 2),
    Or(()),
    And((Compare("s", "$eq", 1), Compare("s", "$eq", "x"))),
]


@pytest.mark.parametrize("where", NOTHING, ids=named(NOTHING))
def test_what_no_row_can_meet_costs_nothing(where: Where) -> None:
    assert compiled(where) == Condition("FALSE")
    assert compiled(Nor((where,))) == Condition("TRUE")


EXACT: list[Where] = [
    Compare("o.k", "$eq", 1),
    Compare("o.k.l", "$gte", "x"),
    Compare("o.k.0", "$ne", None),
    Compare("o", "$eq", {"k": 1}),
    Compare("a.k", "$eq", POINTER),
    Compare("a", "$gt", DATE),
    Compare("g", "$eq", POINT),
    Compare("s", "$gt", "a\0b"),
    In("o.k", (1, "x", None, POINTER), negated=True),
    Exists("o.k.l", False),
    ContainedBy("a", (1, POINTER)),
    Regex("a", "^x"),
    Regex("s", "^(?:ab|cd)+$", "i"),
    Regex("p", "^Team"),
    Near("g", 1, 2, 0.5),
    WithinBox("g", (0, 0), (1, 1)),
    WithinPolygon("g", ((0, 0), (1, 1), (0, 1))),
    Nor((Or((Compare("s", "$eq", "a"), Compare("o.k", "$lt", 2))),)),
]
INEXACT: list[Where] = [
    Compare("o.k", "$gt", {"l": 1}),
    Compare("o.iso", "$eq", "x"),
    Compare("p", "$lt", POINTER),
    Compare("poly", "$eq", {"__type": "Polygon", "coordinates": []}),
    Compare("ACL.u", "$eq", None),
    Regex("s", "a{2}"),
    Regex("s", "(?=a)"),
    Regex("s", "^a", "m"),
    Near("a", 1, 2),
    Intersects("poly", 1, 2),
    Text("s", "run"),
    Compare("a.o'; --", "$eq", 1),
    Nor((Compare("o.iso", "$eq", "x"),)),
]


@pytest.mark.parametrize("where", EXACT, ids=named(EXACT))
def test_postgresql_answers_exactly(where: Where) -> None:
    assert compiled(where).is_exact


@pytest.mark.parametrize("where", INEXACT, ids=named(INEXACT))
def test_the_matcher_has_the_last_word(where: Where) -> None:
    assert not compiled(where).is_exact


TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1)


@given(first=TEXT, second=TEXT)
def test_equal_shapes_have_equal_sql(first: str, second: str) -> None:
    def shape(text: str) -> Where:
        pointer = {**POINTER, "objectId": text}
        inner = (Compare("s", "$gt", text), In("a", (text,)), Compare("p", "$eq", pointer), Compare("o.k", "$eq", text))
        return And((Or(inner), Permits("read", frozenset({text})), Exists("t", True)))

    assert compiled(shape(first)).sql == compiled(shape(second)).sql


@given(path=TEXT, value=st.sampled_from([1, "x", None, POINTER, [1]]), operator=st.sampled_from(["$eq", "$ne", "$gt"]))
def test_no_path_gets_out_of_its_quotes(path: str, value: Any, operator: Any) -> None:
    found = compiled(And((Compare(f"o.{path}", operator, value), Exists(f"a.{path}", True))))

    assert all(part.replace("_", "a").isalnum() for part in path.split(".")) or path not in found.sql.replace('"', "")


def test_names_are_quoted() -> None:
    assert quoted('a"; DROP TABLE "b') == '"a""; DROP TABLE ""b"'


def test_parameters_are_counted_from_the_first() -> None:
    where = And((Compare("s", "$eq", "a"), Compare("n", "$eq", 1)))

    assert compile_where(where, THINGS, SHAPE, first=7).sql == '("s" = $7::text) AND ("n" = $8::float8)'


@pytest.mark.parametrize("value", ["\ud800", ["\ud800"], {"k": "\ud800"}])
@pytest.mark.parametrize("path", ["s", "a", "o.k"])
def test_what_is_no_text_is_refused(path: str, value: Any) -> None:
    if path == "s" and not isinstance(value, str):
        assert compiled(Compare(path, "$eq", value)) == Condition("FALSE")
        return
    with pytest.raises(InvalidQueryError):
        compiled(Compare(path, "$eq", value))


@pytest.mark.parametrize("path", ["s", "n", "a", "o.k", "nope"])
def test_malformed_patterns_are_refused_everywhere(path: str) -> None:
    with pytest.raises(InvalidQueryError):
        compiled(Regex(path, "(a"))
    with pytest.raises(InvalidQueryError):
        predicate(Regex(path, "(a"), THINGS)


def test_unresolved_nodes_are_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="RelatedTo was not resolved"):
        compiled(RelatedTo(POINTER, "x"))


def test_what_is_nested_or_listed_beyond_reason_is_left_to_the_matcher() -> None:
    deep: Where = Compare("s", "$eq", "x")
    for _ in range(60):
        deep = Or((And((deep, Compare("n", "$eq", 1))), Compare("n", "$eq", 2)))
    wide = Or(tuple(Compare("s", "$eq", str(at)) for at in range(30_000)))

    assert compiled(deep).is_exact is False
    assert compiled(wide) == Condition("TRUE", is_exact=False)


def test_columns_that_the_table_lacks_are_missing_everywhere() -> None:
    shape = TableShape({"objectId": "text"})

    assert compiled(Compare("s", "$eq", None), shape) == Condition("TRUE")
    assert compiled(Exists("s", True), shape) == Condition("FALSE")
    assert compiled(Permits("read", frozenset("u")), shape) == Condition("TRUE")


def test_columns_of_another_type_than_the_schema_has_are_left_to_the_matcher() -> None:
    shape = TableShape({**COLUMNS, "s": "integer"})

    assert compiled(Compare("s", "$eq", "x"), shape) == Condition("TRUE", is_exact=False)


def test_ids_of_pairs_are_put_together() -> None:
    schema = join_schema("_Role", "users")
    shape = TableShape(dict.fromkeys(("relatedId", "owningId"), "character varying(120)"))

    assert compiled(Compare("objectId", "$eq", "a:b"), shape, schema).sql == (
        '("owningId" || \':\' || "relatedId") = $1::text'
    )
    assert compiled(Compare("owningId", "$eq", "a"), shape, schema).sql == '"owningId" = $1::text'


def test_nulls_are_asked_for_only_where_a_table_keeps_them() -> None:
    assert compiled(Exists("s", True), PLAIN).sql == '"s" IS NOT NULL'


def test_ids_at_providers_are_found_by_the_index_of_parse_server() -> None:
    schema = built_in_schema("_User")
    shape = TableShape({name: type_ for name, field in schema.fields.items() if (type_ := column_type(field))})

    found = compiled(Compare("authData.facebook.id", "$eq", "7"), shape, schema)

    assert found.sql.startswith("((\"authData\" -> 'facebook' ->> 'id') = $1::text) AND ")
    assert found.args[0] == "7"


@pytest.mark.parametrize("name", ["ann", "a.b+c@x.com", "É"])
def test_names_without_capitals_are_found_by_the_index_on_lower_case(name: str) -> None:
    change = SchemaChange(add_indexes={"i": Index("i", {"s": 1}, case_insensitive=True)})

    found = compiled(Regex("s", f"^\\Q{name}\\E$", "i"), schema=THINGS.applied(change))

    assert found.sql.startswith('(lower("s") = ANY(ARRAY[lower($1::text), lower($2::text)])) AND ')
    assert found.args[:2] == (name, f"{name}\n")


def test_starts_of_texts_are_ranges_where_texts_sort_by_bytes() -> None:
    found = compiled(Regex("s", "^ab*c"), BINARY)

    assert found.sql.startswith('("s" >= $1::text AND "s" < $2::text) AND ')
    assert found.args[:2] == ("a", "b")


ORDERS: list[tuple[Query, Ordering | None]] = [
    (Query(), Ordering('"createdAt", "_parsepy_seq"')),
    (Query(order=(Order("createdAt", True),)), Ordering('"createdAt" DESC, "_parsepy_seq"')),
    (Query(order=(Order("n"), Order("objectId"), Order("s"))), Ordering('"n" NULLS FIRST, "objectId" COLLATE "C"')),
    (Query(order=(Order("n"),)), Ordering('"n" NULLS FIRST, "createdAt", "_parsepy_seq"')),
    (Query(order=(Order("s", True),)), Ordering('"s" COLLATE "C" DESC NULLS LAST, "createdAt", "_parsepy_seq"')),
    (Query(order=(Order("nope"), Order("s.k"))), Ordering('"createdAt", "_parsepy_seq"')),
    (Query(order=(Order("a"),)), None),
    (Query(order=(Order("o.k"),)), None),
    (Query(order=(Order("$score"),)), None),
    (Query(Near("a", 1, 2)), None),
    (Query(And((Near("nope", 1, 2),)), (Order("n"),)), None),
]


@pytest.mark.parametrize(("query", "ordering"), ORDERS, ids=map(str, range(len(ORDERS))))
def test_orders_are_those_of_the_model_or_left_to_it(query: Query, ordering: Ordering | None) -> None:
    assert compile_order(query, THINGS, SHAPE) == ordering


def test_tables_that_were_not_made_here_have_no_order_of_creation() -> None:
    assert compile_order(Query(), THINGS, PLAIN) == Ordering("")


def test_distances_sort_with_parameters_of_their_own() -> None:
    found = compile_order(Query(Near("g", 1, 2), (Order("n"),)), THINGS, SHAPE, first=5)

    assert found is not None
    assert found.args == (1.0, 1.0, 2.0)
    assert "$5::float8" in found.sql
    assert '"n"' not in found.sql


def test_plain_columns_give_their_different_values_themselves() -> None:
    pointers = {"p": Field(FieldType.POINTER, "Team")}
    schema = ClassSchema("C", {**THINGS.fields, **pointers})

    assert [path for path in ("s", "n", "d", "p", "a", "o.k", "nope") if distinct_column(path, schema, SHAPE)] == [
        *["s", "n", "d", "p"]
    ]
