"""5.1, 5.2 Cloud functions: their names, what they are given, and what becomes of their results and errors."""

from __future__ import annotations

from typing import Any

from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
BOUNDARY = "edge"
MULTIPART = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
DATE = {"__type": "Date", "iso": "2020-01-02T03:04:05.678Z"}


def part(name: str, content: str, *, filename: str = "", kind: str = "") -> str:
    """One part of a multipart body."""
    more = f'; filename="{filename}"' if filename else ""
    kind = f"Content-Type: {kind}\r\n" if kind else ""
    return f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{more}\r\n{kind}\r\n{content}\r\n'


@scenario("5.1/define", profile="functions")
async def a_function_is_called_by_its_name(s: Script) -> None:
    await s.post("functions/echo", {"a": 1})
    await s.post("functions/two%20words", {})
    await s.post("functions/later", {"name": "ann"})


@scenario("5.1/define", profile="functions")
async def dots_in_names_are_letters_like_others(s: Script) -> None:
    await s.post("functions/space.of.names", {})


@scenario("5.1/define", profile="functions")
async def names_of_functions_are_exact(s: Script) -> None:
    for name in ("Echo", "echo/", "echo/more", "echo.", ".echo", "space", "space.of", "e", "echo%20"):
        await s.post(f"functions/{name}", {"a": 1})


@scenario("5.1/quoted-names", profile="functions")
async def a_name_with_quotes_is_no_function(s: Script) -> None:
    for name in ("it's", "%22x%22", "%60x%60"):
        await s.post(f"functions/{name}", {})


@scenario("5.2/unknown", profile="functions")
async def an_unknown_function_is_141(s: Script) -> None:
    for name in ("unknown", "__proto__", "constructor", "toString", "unknown.inner", "%C3%A4"):
        await s.post(f"functions/{name}", {"a": 1})
    await s.post("functions/unknown", {}, as_="master")
    await s.post("functions", {})


@scenario("5.2/unknown", profile="functions")
async def a_function_is_called_by_post_only(s: Script) -> None:
    await s.get("functions/echo", params={"a": 1})
    await s.put("functions/echo", {"a": 1})
    await s.delete("functions/echo")
    await s.post("functions/echo", {"_method": "GET", "a": 1})


@scenario("5.2/params", profile="functions")
async def parameters_are_the_body_and_the_query(s: Script) -> None:
    await s.post("functions/echo", {"a": 1, "b": 2}, params={"b": "text", "c": 3})
    await s.post("functions/echo", {}, params={"list": [1, 2], "none": "null", "truth": "true"})
    await s.post("functions/echo?a[b]=1&c[]=x&c[]=y", {"a": 1})
    await s.post("functions/echo", {})
    await s.request("POST", "functions/echo")


@scenario("5.2/params", profile="functions")
async def parameters_of_every_type_come_through(s: Script) -> None:
    await s.post(
        "functions/echo", {"t": "x", "n": 1.5, "w": 2, "f": False, "z": None, "l": [1, [2]], "o": {"a": {"b": 1}}}
    )
    await s.post("functions/echo", {"where": {"a": {"$gt": 1}}, "$b": 1, "a.b": 1, "": 2, "objectId": "x", "ACL": {}})
    await s.post("functions/echo", {"big": 2**53, "small": 1e-7, "minus": -0.0, "float": 2.0})
    await s.post("functions/echo", {"text": "jörg ☃ \u0000 \U0001f600"})


@scenario("5.2/params", profile="functions")
async def a_form_body_gives_texts(s: Script) -> None:
    await s.post("functions/echo", "a=1&b=x&c[]=1", headers=FORM)


@scenario("5.2/params", profile="functions")
async def operations_are_plain_parameters(s: Script) -> None:
    await s.post("functions/echo", {"n": {"__op": "Increment", "amount": 1}, "d": {"__op": "Delete"}})


@scenario("5.2/params", profile="functions")
async def denied_keywords_are_allowed_in_parameters(s: Script) -> None:
    await s.post("functions/echo", {"_bsontype": "Code"})


@scenario("5.2/multipart", profile="functions")
async def a_multipart_body_has_texts_and_files(s: Script) -> None:
    body = part("name", "ann") + part("n", "1") + part("doc", "hello", filename="a.txt", kind="text/plain")
    await s.post("functions/described", f"{body}--{BOUNDARY}--\r\n", headers=MULTIPART)
    await s.post("functions/echo", f"{part('name', 'ann')}--{BOUNDARY}--\r\n", headers=MULTIPART)


@scenario("5.2/multipart", profile="functions")
async def a_broken_multipart_body_is_107(s: Script) -> None:
    await s.post("functions/echo", part("name", "ann"), headers=MULTIPART)
    await s.post("functions/echo", "nonsense", headers={"Content-Type": "multipart/form-data"})


@scenario("5.2/multipart-size", profile="small-uploads")
async def a_multipart_body_may_be_so_large(s: Script) -> None:
    for size in (1500, 2500):
        body = part("doc", "x" * size, filename="a.txt", kind="text/plain")
        await s.post("functions/described", f"{body}--{BOUNDARY}--\r\n", headers=MULTIPART)
    await s.post("functions/echo", f"{part('name', 'x' * 2500)}--{BOUNDARY}--\r\n", headers=MULTIPART)


@scenario("5.2/decoded", profile="functions")
async def dates_files_and_pointers_become_values(s: Script) -> None:
    pointer = {"__type": "Pointer", "className": "Thing", "objectId": "abc"}
    file = {"__type": "File", "name": "a.txt", "url": "https://files.example/a.txt"}
    await s.post("functions/described", {"d": DATE, "p": pointer, "f": file, "l": [DATE, [pointer]], "o": {"in": file}})
    await s.post("functions/echo", {"d": DATE, "p": pointer, "l": [DATE]})


@scenario("5.2/decoded", profile="functions")
async def other_typed_values_stay_plain(s: Script) -> None:
    await s.post(
        "functions/described",
        {
            "point": {"__type": "GeoPoint", "latitude": 1, "longitude": 2},
            "bytes": {"__type": "Bytes", "base64": "YQ=="},
            "polygon": {"__type": "Polygon", "coordinates": [[0, 0], [0, 1], [1, 1]]},
            "object": {"__type": "Object", "className": "Thing", "objectId": "abc", "n": 1},
            "relation": {"__type": "Relation", "className": "Thing"},
            "unknown": {"__type": "Unknown", "a": 1},
        },
    )


@scenario("5.2/request", profile="functions")
async def a_function_is_told_who_calls(s: Script) -> None:
    ann = await s.sign_up("ann", phone="1")
    for who in ("client", ann, "master", "readonly", "maintenance"):
        await s.post("functions/caller", {}, as_=who)


@scenario("5.2/request", profile="functions")
async def a_function_is_told_installation_context_and_headers(s: Script) -> None:
    headers = {"X-Parse-Installation-Id": "phone", "X-Parse-Cloud-Context": '{"a":{"b":1}}', "X-Custom": "mine"}
    await s.post("functions/caller", {}, headers=headers)
    await s.post("functions/caller", {}, headers=headers, as_="master")
    await s.post("functions/caller", {"_context": {"a": 1}, "_ApplicationId": "test"}, as_="nobody")


@scenario("5.2/result", profile="functions")
async def results_are_encoded(s: Script) -> None:
    for what in (
        "null",
        "text",
        "empty",
        "number",
        "whole",
        "false",
        "list",
        "object",
        "date",
        "dates",
        "point",
        "polygon",
        "acl",
        "file",
    ):
        await s.post("functions/give", {"what": what})


@scenario("5.2/result-nothing", profile="functions")
async def a_function_without_a_result(s: Script) -> None:
    await s.post("functions/give", {"what": "nothing"})


@scenario("5.2/result-objects", profile="functions")
async def objects_in_results_are_whole(s: Script) -> None:
    owner = await s.create("Owner", {"name": "ann"})
    name = s.name("Thing")
    await s.post("functions/made", {"className": name, "fields": {"n": 1, "tags": ["a"], "in": {"b": 1}}})
    await s.create("Thing", {"n": 2, "owner": s.pointer("Owner", owner)})
    await s.post("functions/found", {"className": name})
    await s.post("functions/found", {"className": name, "include": "owner"})
    await s.post("functions/pointed", {"id": "abc"})


@scenario("5.2/result-objects", profile="functions")
async def objects_inside_of_results_are_whole(s: Script) -> None:
    await s.create("Thing", {"n": 1, "at": DATE, "where": {"__type": "GeoPoint", "latitude": 1, "longitude": 2}})
    await s.post("functions/nested", {"className": s.name("Thing")})


@scenario("5.2/result-objects", profile="functions")
async def an_object_with_an_acl_goes_out_with_it(s: Script) -> None:
    await s.create("Thing", {"n": 1, "ACL": {"*": {"read": True}, "role:x": {"write": True}}}, as_="master")
    await s.post("functions/found", {"className": s.name("Thing")})


@scenario("5.2/errors", profile="functions")
async def an_error_has_its_own_code_and_text(s: Script) -> None:
    for code in (101, 141, 1, 119, 209, 4242, 0, -1):
        await s.post("functions/raise", {"how": "parse", "code": code, "message": f"own {code}"})


@scenario("5.2/errors", profile="functions")
async def any_other_exception_is_141(s: Script) -> None:
    await s.post("functions/raise", {"how": "plain", "message": "it broke"})
    await s.post("functions/raise", {"how": "plain", "message": "it broke\nin two lines"})
    await s.post("functions/raise", {"how": "parse", "code": 142, "message": ""})


@scenario("5.2/errors", profile="functions")
async def an_exception_without_a_text_is_141(s: Script) -> None:
    await s.post("functions/raise", {"how": "empty"})


@scenario("5.2/errors", profile="functions")
async def errors_of_the_database_reach_the_client(s: Script) -> None:
    await s.post("functions/missing", {"className": s.name("Thing")})
    await s.post("functions/found", {"className": "bad-name"})
    await s.post("functions/removed", {"className": s.name("Thing"), "id": "noSuchId00"})
    await s.post("functions/made", {"className": s.name("Thing"), "fields": {"bad-name": 1}})


@scenario("5.2/acting", profile="functions")
async def a_function_saves_changes_and_deletes(s: Script) -> None:
    name = s.name("Thing")
    made = await s.create("Thing", {"n": 1, "tags": ["a"], "old": "x", "kept": True})
    await s.post("functions/changed", {"className": name, "id": made})
    await s.get(f"classes/{name}/{made}")
    await s.post("functions/removed", {"className": name, "id": made})
    await s.get(f"classes/{name}/{made}")


@scenario("5.2/acting", profile="functions")
async def a_function_reads_with_the_rights_it_is_given(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    for acl in ({}, {ann.id: {"read": True}}, {"*": {"read": True}}):
        await s.create("Thing", {"ACL": acl}, as_="master")
    for who in ("client", ann, bob, "master"):
        await s.post("functions/readable", {"className": s.name("Thing")}, as_=who)


@scenario("5.1/run", profile="functions")
async def a_function_calls_another(s: Script) -> None:
    await s.post("functions/outer", {"value": [1, {"a": DATE}]})
    await s.post("functions/outerFails", {})


@scenario("5.2/batch", profile="functions")
async def functions_are_called_in_a_batch(s: Script) -> None:
    calls = [("echo", {"a": 1}), ("unknown", {}), ("raise", {"how": "plain", "message": "it broke"})]
    requests: list[dict[str, Any]] = [
        {"method": "POST", "path": f"/parse/functions/{name}", "body": body} for name, body in calls
    ]
    await s.post("batch", {"requests": requests})
    await s.post("batch", {"requests": requests[:1]}, as_="master")
