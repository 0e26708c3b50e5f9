"""1.8 POST /batch."""

from __future__ import annotations

from typing import Any

from tests.compat.differential.answers import Answer
from tests.compat.differential.registry import scenario
from tests.compat.differential.script import How, Script

Entry = dict[str, Any]


def entry(method: str, path: str, body: Any = None) -> Entry:
    """A batch entry; `path` is relative to the mount path."""
    made = {"method": method, "path": f"/parse/{path}"}
    return made if body is None else {**made, "body": body}


async def batch(s: Script, *entries: Any, how: How | None = None, **more: Any) -> Answer:
    return await s.post("batch", {"requests": list(entries), **more}, **(how or {}))


@scenario("1.8/answer")
async def entries_are_answered_in_order(s: Script) -> None:
    name = s.name("Score")
    made = await s.create("Score", {"points": 1, "name": "ann"})
    await batch(
        s,
        entry("POST", f"classes/{name}", {"points": 2}),
        entry("GET", f"classes/{name}/{made}", {"keys": "name"}),
        entry("PUT", f"classes/{name}/{made}", {"points": {"__op": "Increment", "amount": 5}}),
        entry("GET", f"classes/{name}/noSuchId00"),
        entry("POST", f"classes/{name}", {"points": "text"}),
    )
    await batch(s, entry("DELETE", f"classes/{name}/{made}"))
    await batch(s)


@scenario("1.8/answer")
async def a_batch_of_failures_is_status_200(s: Script) -> None:
    name = s.name("Score")
    await s.create("Score", {"points": 1})
    await batch(
        s,
        entry("PUT", f"classes/{name}/noSuchId00", {"points": 1}),
        entry("DELETE", f"classes/{name}/noSuchId00"),
        entry("POST", "users", {"username": s.name("ann")}),
        entry("POST", f"classes/{name}", {"bad key": 1}),
        entry("POST", "login", {"username": s.name("nobody"), "password": "x"}),
    )


@scenario("1.8/answer")
async def refusals_without_a_code_stand_in_their_entry(s: Script) -> None:
    await batch(s, entry("GET", "schemas"), entry("GET", "serverInfo"), entry("GET", "users/me"))


@scenario("1.8/answer")
async def entries_find_with_their_body_as_the_query(s: Script) -> None:
    name = s.name("Score")
    for points in (1, 2):
        await s.create("Score", {"points": points})
    await batch(
        s,
        entry("GET", f"classes/{name}", {"where": {"points": 2}, "keys": "points"}),
        entry("GET", f"classes/{name}", {"order": "-points", "limit": 1, "count": 1}),
        entry("GET", f"classes/{name}", {"nonsense": 1}),
        entry("POST", f"classes/{name}", {"_method": "GET"}),
    )


@scenario("1.8/batchable", profile="cloud")
async def functions_config_and_users_can_be_batched(s: Script) -> None:
    ann = await s.sign_up("ann")
    await batch(
        s,
        entry("POST", "functions/hello", {"name": "ann"}),
        entry("POST", "functions/nothing", {}),
        entry("GET", "config"),
        entry("PUT", f"users/{ann.id}", {"phone": "1"}),
        how={"as_": ann},
    )
    # Entries run at once: a log-in beside the change may see it or not.
    await batch(s, entry("POST", "login", {"username": ann.username, "password": "secret"}), how={"as_": ann})


@scenario("1.8/shape")
async def requests_must_be_an_array(s: Script) -> None:
    wrong: list[Any] = [None, {}, "text", 1, {"0": {}}]
    for requests in wrong:
        await s.post("batch", {"requests": requests})
    await s.post("batch", {})
    await s.request("POST", "batch")


@scenario("1.8/shape")
async def an_entry_must_have_a_path_that_is_a_string(s: Script) -> None:
    entries: list[Any] = [
        None,
        1,
        "text",
        [],
        {},
        {"method": "GET"},
        {"method": "GET", "path": 1},
        {"method": "GET", "path": None},
        {"method": "GET", "path": ["/parse/config"]},
    ]
    for wrong in entries:
        await batch(s, wrong)


@scenario("1.8/shape")
async def a_body_that_is_no_object_fails_its_entry(s: Script) -> None:
    name = s.name("Score")
    for body in ("text", 1, [], [1], True):
        await batch(s, entry("POST", f"classes/{name}", body))
    await batch(
        s,
        {"method": "POST", "path": f"/parse/classes/{name}", "body": None},
        {"method": "POST", "path": f"/parse/classes/{name}"},
    )


@scenario("1.8/prefix")
async def paths_must_start_with_the_mount_path(s: Script) -> None:
    name = s.name("Score")
    for path in (
        f"/classes/{name}",
        f"classes/{name}",
        f"/other/classes/{name}",
        f"/PARSE/classes/{name}",
        "",
        f"{s.base}/classes/{name}",
    ):
        await batch(s, {"method": "POST", "path": path, "body": {}})


@scenario("1.8/prefix")
async def the_rest_of_a_path_is_cleaned(s: Script) -> None:
    name = s.name("Score")
    await s.create("Score", {"points": 1})
    for path in (
        f"/parse//classes/{name}",
        f"/parse/x/../classes/{name}",
        f"/parseclasses/{name}",
        f"/parse/classes/{name}/",
        f"/parse/Classes/{name}",
        f"/parse/classes/%53core{s.tag}",
    ):
        await batch(s, {"method": "GET", "path": path, "body": {"keys": "points"}})


@scenario("1.8/prefix")
async def the_prefix_is_that_of_the_batch_itself(s: Script) -> None:
    name = s.name("Score")
    await s.post("/PARSE/batch", {"requests": [{"method": "POST", "path": f"/PARSE/classes/{name}", "body": {}}]})
    await s.post("/PARSE/batch", {"requests": [{"method": "POST", "path": f"/parse/classes/{name}", "body": {}}]})
    await s.post("/parse/batch/", {"requests": []})
    await s.post("/parse/batch?a=1", {"requests": []})
    await s.post("/parse//batch", {"requests": [{"method": "POST", "path": f"/parse/classes/{name}", "body": {}}]})


@scenario("1.8/two-prefixes", profile="public-url")
async def both_prefixes_are_good_when_the_urls_differ(s: Script) -> None:
    name = s.name("Score")
    for path in (
        f"/parse/classes/{name}",
        f"/public/api/classes/{name}",
        f"/other/classes/{name}",
        f"/public/classes/{name}",
    ):
        await batch(s, {"method": "POST", "path": path, "body": {}})


@scenario("1.8/batchable")
async def files_health_and_pages_cannot_be_batched(s: Script) -> None:
    for method, path in (
        ("GET", "health"),
        ("POST", "files/a.txt"),
        ("GET", "files/test/a.txt"),
        ("GET", "apps/test/verify_email"),
        ("GET", "no/such/route"),
    ):
        await batch(s, entry(method, path, {}), how={"as_": "master"})


@scenario("1.8/batchable")
async def a_batch_in_a_batch_is_refused(s: Script) -> None:
    nested = {"requests": [entry("POST", f"classes/{s.name('Score')}", {})]}
    await batch(s, entry("POST", "batch", nested))
    await batch(s, entry("POST", "batch/", nested))
    await batch(s, entry("POST", "x/../batch", nested))
    await batch(s, entry("GET", "batch", nested))
    await batch(s, {"method": "post", "path": "/parse/batch", "body": nested})


@scenario("1.8/method")
async def the_method_must_be_upper_case_and_given(s: Script) -> None:
    path = f"/parse/classes/{s.name('Score')}"
    for method in ("get", "Get", "PATCH", "HEAD", "OPTIONS", "", 1, None, ["GET"]):
        await batch(s, {"method": method, "path": path})
    await batch(s, {"path": path})


@scenario("1.8/unroutable")
async def an_entry_that_cannot_be_routed_fails_the_whole_batch(s: Script) -> None:
    name = s.name("Score")
    await batch(s, entry("GET", "nowhere"), entry("POST", f"classes/{name}", {"points": 1}))
    await s.get(f"classes/{name}", params={"count": 1, "limit": 0})


@scenario("1.8/unroutable")
async def entries_before_one_outside_the_mount_path_do_not_run(s: Script) -> None:
    name = s.name("Score")
    await batch(s, entry("POST", f"classes/{name}", {"points": 1}), {"method": "GET", "path": "/elsewhere"})
    await s.get(f"classes/{name}", params={"count": 1, "limit": 0})


@scenario("1.8/no-query")
async def a_query_string_belongs_to_the_last_segment(s: Script) -> None:
    name = s.name("Score")
    made = await s.create("Score", {"points": 1})
    await batch(s, entry("GET", f"classes/{name}?limit=1"))
    await batch(s, entry("GET", f"classes/{name}/{made}?keys=points"))


@scenario("1.8/outer-caller")
async def entries_are_done_as_the_caller_of_the_batch(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    name = s.name("Score")
    made = await s.create("Score", {"points": 1, "ACL": {ann.id: {"read": True, "write": True}}}, as_=ann)
    for who in (ann, bob, "client", "master", "readonly", "maintenance"):
        await batch(
            s,
            entry("GET", f"classes/{name}/{made}", {"keys": "points"}),
            entry("PUT", f"classes/{name}/{made}", {"name": "ann"}),
            how={"as_": who},
        )


@scenario("1.8/outer-caller")
async def keys_in_an_entry_do_not_count(s: Script) -> None:
    ann = await s.sign_up("ann")
    name = s.name("Score")
    made = await s.create("Score", {"points": 1, "ACL": {}}, as_="master")
    for more in ({"headers": {"X-Parse-Master-Key": "master"}}, {"master": True}, {"sessionToken": ann.token}):
        await batch(s, {**entry("GET", f"classes/{name}/{made}"), **more})
    await batch(s, entry("GET", f"classes/{name}/{made}", {"_MasterKey": "master"}))


@scenario("1.8/outer-caller", profile="cloud")
async def context_installation_and_token_reach_the_functions_of_a_batch(s: Script) -> None:
    ann = await s.sign_up("ann")
    headers = {"X-Parse-Cloud-Context": '{"a":1}', "X-Parse-Installation-Id": "phone-1"}
    await batch(s, entry("POST", "functions/caller", {}), how={"as_": ann, "headers": headers})
    await batch(s, entry("POST", "functions/caller", {}), how={"as_": "master"})
    await batch(s, entry("POST", "functions/caller", {}), how={"as_": "readonly"})


@scenario("1.8/outer-caller")
async def a_batch_with_a_bad_token_is_refused_as_a_whole(s: Script) -> None:
    await batch(s, entry("GET", "config"), how={"as_": "r:0123456789abcdef0123456789abcdef"})
    await batch(s, how={"as_": "nobody"})


@scenario("1.8/outer-caller")
async def a_login_in_a_batch_forgets_nothing_of_the_outer_token(s: Script) -> None:
    ann = await s.sign_up("ann")
    await batch(s, entry("POST", "logout", {}), how={"as_": ann})
    await s.get("users/me", as_=ann)


@scenario("1.8/limit", profile="limited-batch")
async def too_many_entries_are_refused_but_for_the_master_key(s: Script) -> None:
    entries = [entry("POST", f"classes/{s.name('Score')}", {}) for _ in range(3)]
    await batch(s, *entries[:2])
    await batch(s, *entries)
    await batch(s, *entries, {"path": 1})
    for who in ("master", "maintenance", "readonly"):
        await batch(s, *entries, how={"as_": who})


@scenario("1.8/limit")
async def a_batch_may_be_long_without_a_limit(s: Script) -> None:
    name = s.name("Score")
    await batch(
        s, *[entry("POST", f"classes/{name}", {"points": number}) for number in range(60)], how={"record": False}
    )
    await s.get(f"classes/{name}", params={"count": 1, "limit": 0})


@scenario("1.8/allow-list", "1.14/batch-and-health", profile="allow-list")
async def every_entry_passes_the_allow_list(s: Script) -> None:
    opened, closed = s.name("Open"), s.name("Closed")
    await batch(s, entry("POST", f"classes/{opened}", {}))
    await batch(s, entry("POST", f"classes/{opened}", {}), entry("POST", f"classes/{closed}", {}))
    await s.get(f"classes/{opened}", params={"count": 1, "limit": 0})
    await batch(s, entry("POST", f"classes/{closed}", {}), how={"as_": "master"})
    await batch(s, entry("POST", f"x/../classes/{closed}", {}))


@scenario("1.8/transaction", reference_store="postgres")
async def a_transaction_answers_as_a_batch_does(s: Script) -> None:
    name = s.name("Score")
    made = await s.create("Score", {"points": 1})
    await batch(
        s,
        entry("POST", f"classes/{name}", {"points": 2}),
        entry("PUT", f"classes/{name}/{made}", {"points": 5}),
        transaction=True,
    )
    await s.get(f"classes/{name}", params={"order": "points", "keys": "points"})
    await batch(s, transaction=True)


@scenario("1.8/transaction", reference_store="postgres")
async def an_error_undoes_a_transaction(s: Script) -> None:
    name = s.name("Score")
    made = await s.create("Score", {"points": 1})
    await batch(
        s,
        entry("POST", f"classes/{name}", {"points": 2}),
        entry("PUT", f"classes/{name}/{made}", {"points": 5}),
        entry("PUT", f"classes/{name}/noSuchId00", {"points": 5}),
        transaction=True,
    )
    await s.get(f"classes/{name}", params={"order": "points", "keys": "points"})


@scenario("1.8/transaction", reference_store="postgres")
async def only_true_makes_a_transaction(s: Script) -> None:
    name = s.name("Score")
    await s.create("Score", {"points": 1})
    wrongs: list[Any] = ["true", 1, {}, False, None]
    for wrong in wrongs:
        await batch(
            s,
            entry("POST", f"classes/{name}", {"points": 2}),
            entry("PUT", f"classes/{name}/noSuchId00", {"points": 5}),
            transaction=wrong,
        )
    await s.get(f"classes/{name}", params={"count": 1, "limit": 0})


@scenario("1.8/transaction", reference_store="postgres")
async def the_shape_of_a_transaction_is_checked_first(s: Script) -> None:
    await s.create("Score", {"points": 1})
    await batch(s, {"path": 1}, transaction=True)
    await batch(s, {"method": "GET", "path": "/elsewhere"}, transaction=True)
    await batch(s, entry("POST", "batch", {"requests": []}), transaction=True)
