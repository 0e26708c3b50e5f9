"""3.2 Full-text search. The reference runs on PostgreSQL."""

from __future__ import annotations

from typing import Any

from tests.compat.differential.questions import ask, find, save_all, some
from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script


async def articles(s: Script) -> None:
    texts = ("coffee shop", "the coffee is cold", "coffees and teas", "Coffee Coffee coffee", "tea time", "", None)
    await save_all(s, "Article", [*({"subject": text} for text in texts), {}])


def search(**parts: Any) -> dict[str, Any]:
    return {"subject": {"$text": {"$search": {f"${name}": value for name, value in parts.items()}}}}


@scenario("3.2/text", reference_store="postgres")
async def a_word_is_searched(s: Script) -> None:
    await articles(s)
    for term in ("coffee", "tea", "shop", "water", "COFFEE", "cold"):
        await ask(s, "Article", search(term=term))


@scenario("3.2/text", reference_store="postgres")
async def words_are_searched_by_their_stem(s: Script) -> None:
    await save_all(
        s, "Article", [{"subject": text} for text in ("running fast", "he runs", "a runner", "cats", "a cat")]
    )
    for term in ("run", "cat", "cats", "running"):
        await ask(s, "Article", search(term=term, language="english"))


@scenario("3.2/text", reference_store="postgres")
async def a_search_beside_other_conditions(s: Script) -> None:
    await articles(s)
    await ask(s, "Article", {**search(term="coffee"), "n": {"$gt": 0}}, {"$or": [search(term="tea"), {"n": 0}]})
    await ask(s, "Article", search(term="coffee"), count=1, limit=1)


@scenario("3.2/text", reference_store="postgres")
async def results_can_be_ordered_by_score_which_is_a_field_then(s: Script) -> None:
    await save_all(s, "Article", [{"subject": text} for text in ("tea and a coffee", "tea", "coffee coffee coffee")])
    await find(s, "Article", where=search(term="coffee"), order="$score", keys="n,$score")
    await find(s, "Article", where=search(term="tea"), keys="$score", order="n")


@scenario("3.2/text", reference_store="postgres")
async def an_order_by_score_alone(s: Script) -> None:
    await save_all(s, "Article", [{"subject": text} for text in ("tea and a coffee", "tea", "coffee coffee coffee")])
    await find(s, "Article", where=search(term="coffee"), order="$score", keys="n")


@scenario("3.2/text", reference_store="postgres")
async def the_score_is_no_field_unless_asked_for(s: Script) -> None:
    await save_all(s, "Article", [{"subject": "tea"}, {"subject": "coffee"}])
    await find(s, "Article", where=search(term="coffee"), keys="n")


@scenario("3.2/text", reference_store="postgres")
async def a_score_without_a_search(s: Script) -> None:
    await articles(s)
    await find(s, "Article", order="$score,n", keys="n", limit=2)
    await find(s, "Article", order="n", keys="$score", limit=1)


@scenario("3.2/text", reference_store="postgres")
async def wrong_types_in_a_search_are_refused(s: Script) -> None:
    await articles(s)
    await ask(
        s, "Article", *({"subject": {"$text": value}} for value in (1, "x", {}, {"$search": 1}, {"$search": "x"}))
    )
    await ask(s, "Article", search(), *(search(term=value) for value in some(1, None, {}, True)))


@scenario("3.2/text", reference_store="postgres")
async def wrong_types_in_the_options_of_a_search_are_refused(s: Script) -> None:
    await articles(s)
    await ask(s, "Article", *(search(term="coffee", language=value) for value in some(1, {}, True)))
    await ask(s, "Article", *(search(term="coffee", caseSensitive=value) for value in some(1, "x", {})))
    await ask(s, "Article", *(search(term="coffee", diacriticSensitive=value) for value in some(1, "x", {})))


@scenario("3.2/text", reference_store="postgres")
async def letter_case_counts_if_asked(s: Script) -> None:
    await articles(s)
    await ask(s, "Article", search(term="Coffee", caseSensitive=False), search(term="Coffee", caseSensitive=True))


@scenario("3.2/text", reference_store="postgres")
async def accents_count_if_asked(s: Script) -> None:
    await save_all(s, "Article", [{"subject": "cafe"}, {"subject": "café"}])
    await ask(s, "Article", search(term="cafe", diacriticSensitive=True), search(term="cafe", diacriticSensitive=False))


@scenario("3.2/text", reference_store="postgres")
async def an_empty_search_text(s: Script) -> None:
    await articles(s)
    await ask(s, "Article", search(term=""), {"subject": {"$text": {}}})
