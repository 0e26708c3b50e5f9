"""3.2 $regex and $options."""

from __future__ import annotations

from tests.compat.differential.questions import ask, ask_v, save_all, save_values, some
from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script


async def texts(s: Script) -> None:
    await save_values(s, "Thing", "abc", "ABC", "a.c", "line\nabc", "", "é", "a b", "x+y", None)


@scenario("3.2/regex")
async def a_regex_finds_anywhere_unless_anchored(s: Script) -> None:
    await texts(s)
    for pattern in ("b", "^a", "c$", "^abc$", "", "a.c", "a\\.c", "[ab]{2}", "^$", "b|y", "(ab)c", "\\d", "^\\w+$"):
        await ask_v(s, "Thing", {"$regex": pattern})


@scenario("3.2/regex")
async def options_change_the_meaning(s: Script) -> None:
    await texts(s)
    await ask_v(s, "Thing", {"$regex": "abc", "$options": "i"}, {"$regex": "^abc", "$options": "m"})
    await ask_v(s, "Thing", {"$regex": "line.abc", "$options": "s"}, {"$regex": "line.abc"})
    await ask_v(s, "Thing", {"$regex": "a b c", "$options": "x"}, {"$regex": "ABC$", "$options": "im"})
    await ask_v(s, "Thing", {"$regex": "abc", "$options": "ii"})


@scenario("3.2/regex")
async def options_that_are_none_are_refused(s: Script) -> None:
    await texts(s)
    for options in some("g", "iz", "I", "i m", 1, True, None, [], {"a": 1}):
        await ask_v(s, "Thing", {"$regex": "a", "$options": options})


@scenario("3.2/regex")
async def empty_options_are_none(s: Script) -> None:
    await texts(s)
    await ask_v(s, "Thing", {"$regex": "abc", "$options": ""})


@scenario("3.2/regex")
async def options_without_a_regex(s: Script) -> None:
    await texts(s)
    await ask_v(s, "Thing", {"$options": "i"}, {"$options": "g"}, {"$options": "i", "$exists": True})


@scenario("3.2/regex")
async def the_option_u_is_accepted(s: Script) -> None:
    await save_values(s, "Thing", "abc")
    await ask_v(s, "Thing", {"$regex": "abc", "$options": "u"}, {"$regex": "ABC", "$options": "iu"})


@scenario("3.2/regex")
async def quoted_text_is_literal(s: Script) -> None:
    await texts(s)
    for pattern in ("\\Qa.c\\E", "^\\Qx+\\E", "\\Qb\\E$", "\\Qa\\E.\\Qc\\E", "\\Qabc", "\\Q\\E", "^\\QABC\\E$"):
        await ask_v(s, "Thing", {"$regex": pattern})
    await ask_v(s, "Thing", {"$regex": "^\\QABC\\E", "$options": "i"})


@scenario("3.2/regex")
async def quoted_text_may_hold_the_end_mark_as_sdks_send_it(s: Script) -> None:
    await save_values(s, "Thing", "a\\Eb", "ab", "a")
    await ask_v(s, "Thing", {"$regex": "\\Qa\\E\\\\E\\Qb\\E"}, {"$regex": "^\\Qa\\E\\\\E\\Qb\\E$"})


@scenario("3.2/regex")
async def a_regex_that_is_no_text_is_refused(s: Script) -> None:
    await texts(s)
    for pattern in some(1, None, True, [], {}, {"a": 1}):
        await ask_v(s, "Thing", {"$regex": pattern})


@scenario("3.2/regex")
async def a_broken_pattern_is_refused(s: Script) -> None:
    await texts(s)
    for pattern in ("(", "[a", "*", "a{2,1}", "(?<n>a", "\\"):
        await ask_v(s, "Thing", {"$regex": pattern})


@scenario("3.2/regex")
async def a_regex_beside_other_operators(s: Script) -> None:
    await texts(s)
    await ask_v(s, "Thing", {"$regex": "b", "$exists": True}, {"$regex": "b", "$bad": 1}, {"$regex": "b", "$in": 1})


@scenario("3.2/regex")
async def a_regex_and_other_operators_must_all_hold(s: Script) -> None:
    await texts(s)
    await ask_v(
        s, "Thing", {"$regex": "b", "$ne": "abc"}, {"$regex": "a", "$lt": "a"}, {"$regex": "b", "$in": ["abc", "x"]}
    )


@scenario("3.2/regex", real_mongo=True)
async def a_regex_finds_no_other_types(s: Script) -> None:
    await save_all(s, "Thing", [{"v": 1, "b": True, "o": {"k": "abc"}}, {"v": 12, "b": None}, {}])
    await ask(s, "Thing", {"v": {"$regex": "1"}}, {"b": {"$regex": "true"}}, {"o": {"$regex": "a"}})


@scenario("3.2/regex")
async def a_regex_reaches_into_objects(s: Script) -> None:
    await save_all(s, "Thing", [{"o": {"k": "abc"}}, {"o": {"k": "b"}}, {}])
    await ask(s, "Thing", {"o.k": {"$regex": "^ab"}}, {"o.k": {"$regex": ""}}, {"never": {"$regex": ""}})


@scenario("3.2/regex")
async def a_regex_on_ids(s: Script) -> None:
    first, _ = await save_all(s, "Thing", [{}, {}])
    for pattern in (f"^{first}$", "^.{10}$", "-"):
        await ask(s, "Thing", {"objectId": {"$regex": pattern}})


@scenario("3.2/regex")
async def patterns_may_look_around_and_back(s: Script) -> None:
    await save_values(s, "Thing", "aa", "ab", "ba")
    for pattern in ("(a)\\1", "a(?=b)", "a(?!b)", "(?<=b)a", "(?i)AB", "(?:ab)", "a+?", "a{1,2}$", "\\bab\\b"):
        await ask_v(s, "Thing", {"$regex": pattern})


@scenario("3.2/regex")
async def a_regex_inside_of_not_and_in_is_no_operator(s: Script) -> None:
    await texts(s)
    pattern = {"$regex": "a"}
    await ask_v(s, "Thing", {"$not": pattern}, {"$in": [pattern]}, {"$ne": pattern}, {"$eq": pattern})


@scenario("3.2/regex-switch", profile="strict-queries")
async def regexes_can_be_switched_off_for_clients(s: Script) -> None:
    await texts(s)
    await ask_v(s, "Thing", {"$regex": "a"}, {"$regex": 1})
    await ask(s, "Thing", {"$or": [{"v": {"$regex": "a"}}]}, {"never": {"$regex": "a"}})
    await ask(s, "Thing", {"v": {"$regex": "^a"}}, as_="master")


@scenario("3.2/regex-switch", profile="strict-queries")
async def regexes_in_all_are_switched_off_too(s: Script) -> None:
    await save_values(s, "Thing", ["ab"], ["b"])
    await ask_v(s, "Thing", {"$all": [{"$regex": "^\\Qa\\E"}]})


@scenario("3.2/regex-switch", profile="strict-queries")
async def regexes_in_subqueries_are_switched_off_too(s: Script) -> None:
    await texts(s)
    inner = {"className": s.name("Thing"), "where": {"v": {"$regex": "a"}}}
    await ask(s, "Thing", {"v": {"$select": {"query": inner, "key": "v"}}}, {"p": {"$inQuery": inner}})
    await ask(s, "Thing", {"v": {"$select": {"query": inner, "key": "v"}}}, as_="master")
