"""1.3 Body envelope: what SDKs put into the body instead of headers."""

from __future__ import annotations

import base64
import json
from typing import Any

from tests.compat.differential.answers import Answer
from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script

TEXT = {"Content-Type": "text/plain"}
BAD_TOKEN = "r:0123456789abcdef0123456789abcdef"


async def send(s: Script, path: str, body: dict[str, Any], method: str = "POST") -> Answer:
    """A request as the JavaScript SDK makes it: JSON as text/plain, no Parse header."""
    return await s.request(method, path, json.dumps({"_ApplicationId": "test", **body}), headers=TEXT, as_="nobody")


@scenario("1.3/only-without-app-id-header")
async def with_the_header_the_envelope_stays_in_the_body(s: Script) -> None:
    name = s.name("Score")
    for key in ("_JavaScriptKey", "_ApplicationId", "_MasterKey", "_SessionToken", "_InstallationId", "_ClientVersion"):
        await s.post(f"classes/{name}", {key: "value"})
        await s.post(f"classes/{name}", {"_method": "GET", key: "value"})


@scenario("1.3/only-without-app-id-header")
async def an_unknown_app_id_header_leaves_the_word_to_the_body(s: Script) -> None:
    name = s.name("Score")
    unknown = {"X-Parse-Application-Id": "unknown"}
    await s.post(f"classes/{name}", {"_ApplicationId": "test", "points": 1}, headers=unknown, as_="nobody")
    await s.post(f"classes/{name}", {"_ApplicationId": "other", "points": 1}, headers=unknown, as_="nobody")


@scenario("1.3/only-without-app-id-header")
async def envelope_keys_are_removed_before_the_object_is_saved(s: Script) -> None:
    name = s.name("Score")
    envelope = {"_JavaScriptKey": "js", "_ClientVersion": "js8.6.0", "_InstallationId": "phone-1", "_noBody": True}
    made = await send(s, f"classes/{name}", {**envelope, "points": 1})
    await s.get(f"classes/{name}/{made.id}")


@scenario("1.3/method")
async def the_method_is_upper_cased_and_dropped_if_no_string(s: Script) -> None:
    name = s.name("Score")
    await s.create("Score", {"points": 1})
    await s.post(f"classes/{name}", {"_method": "get", "keys": "points"})
    for method in (1, None, ["GET"], {"a": 1}, True):
        await s.post(f"classes/{name}", {"_method": method, "points": 2})
    await s.get(f"classes/{name}", params={"keys": "points", "order": "createdAt"})


@scenario("1.3/method")
async def sdk_requests_name_their_verb(s: Script) -> None:
    name = s.name("Score")
    made = (await send(s, f"classes/{name}", {"points": 1})).id
    await send(s, f"classes/{name}/{made}", {"_method": "PUT", "points": 2})
    await send(s, f"classes/{name}/{made}", {"_method": "GET"})
    await send(s, f"classes/{name}/{made}", {"_method": "DELETE"})
    await send(s, f"classes/{name}/{made}", {"_method": "GET"})


@scenario("1.3/no-body")
async def no_body_is_always_dropped(s: Script) -> None:
    name = s.name("Score")
    made = await s.post(f"classes/{name}", {"_noBody": 1, "points": 1})
    await s.get(f"classes/{name}/{made.id}")
    await s.post(f"classes/{name}/{made.id}", {"_noBody": True, "_method": "GET"})


@scenario("1.3/application-id")
async def the_body_names_the_app(s: Script) -> None:
    name = s.name("Score")
    await s.post(f"classes/{name}", {"_ApplicationId": "test", "points": 1}, as_="nobody")
    await s.post(f"classes/{name}", {"_ApplicationId": "unknown", "points": 1}, as_="nobody")
    await s.post(f"classes/{name}", {"_ApplicationId": "", "points": 1}, as_="nobody")
    await s.post(f"classes/{name}", {"points": 1}, as_="nobody")
    await s.put(f"classes/{name}/none", {"_ApplicationId": "test", "points": 1}, as_="nobody")


@scenario("1.3/application-id")
async def an_app_id_that_is_no_string_is_unknown(s: Script) -> None:
    for app_id in (1, True, ["test"], {"test": 1}, None):
        await s.post(f"classes/{s.name('Score')}", {"_ApplicationId": app_id, "points": 1}, as_="nobody")


@scenario("1.3/application-id")
async def a_master_key_header_beside_the_app_id_must_be_right(s: Script) -> None:
    body = {"_ApplicationId": "test", "_method": "GET"}
    for key in ("master", "wrong", "readonly"):
        await s.post(f"classes/{s.name('Score')}", body, headers={"X-Parse-Master-Key": key}, as_="nobody")


@scenario("1.3/javascript-key", profile="client-keys")
async def the_javascript_key_is_the_only_one_with_a_body_form(s: Script) -> None:
    path = f"classes/{s.name('Score')}"
    await send(s, path, {"_method": "GET", "_JavaScriptKey": "js"})
    await send(s, path, {"_method": "GET", "_JavaScriptKey": "wrong"})
    await send(s, path, {"_method": "GET"})
    for key, value in {"_RESTAPIKey": "rest", "_ClientKey": "client", "_WindowsKey": "windows"}.items():
        await send(s, path, {"_method": "GET", key: value})


@scenario("1.3/javascript-key", profile="client-keys")
async def a_client_key_header_works_beside_an_envelope(s: Script) -> None:
    body = {"_ApplicationId": "test", "_method": "GET"}
    for header in ({"X-Parse-REST-API-Key": "rest"}, {"X-Parse-Javascript-Key": "js"}):
        await s.post(f"classes/{s.name('Score')}", body, headers=header, as_="nobody")


@scenario("1.3/string-keys")
async def keys_of_the_envelope_must_be_strings(s: Script) -> None:
    for key in ("_InstallationId", "_SessionToken", "_MasterKey", "_ContentType"):
        for value in (1, True, ["a"], {"a": "b"}):
            await send(s, f"classes/{s.name('Score')}", {"_method": "GET", key: value})


@scenario("1.3/string-keys")
async def empty_keys_of_the_envelope_count_as_absent_or_stay(s: Script) -> None:
    for key in ("_InstallationId", "_SessionToken", "_MasterKey", "_ContentType"):
        for value in ("", None, 0, False):
            await send(s, f"classes/{s.name('Score')}", {"_method": "GET", key: value})


@scenario("1.3/string-keys", profile="cloud")
async def the_body_carries_token_installation_and_master_key(s: Script) -> None:
    ann = await s.sign_up("ann")
    await send(s, "functions/caller", {"_SessionToken": ann.token, "_InstallationId": "phone-1"})
    await send(s, "functions/caller", {"_SessionToken": BAD_TOKEN})
    await send(s, "functions/caller", {"_MasterKey": "master"})
    await send(s, "functions/caller", {"_MasterKey": "readonly"})
    await send(s, "functions/caller", {"_MasterKey": "wrong"})
    await send(s, "functions/caller", {"_MaintenanceKey": "maintenance"})


@scenario("1.3/string-keys", profile="cloud")
async def envelope_keys_do_not_reach_a_function(s: Script) -> None:
    envelope = {"_InstallationId": "phone-1", "_MasterKey": "master", "_JavaScriptKey": "js", "_ContentType": "a/b"}
    await send(s, "functions/echo", {**envelope, "_ClientVersion": "js8.6.0", "_context": {"a": 1}, "x": 1})
    await s.post("functions/echo", {**envelope, "x": 1})


@scenario("1.3/context", profile="cloud")
async def the_body_carries_the_context(s: Script) -> None:
    await send(s, "functions/caller", {"_context": {"a": 1}})
    await send(s, "functions/caller", {"_context": '{"a": [1]}'})
    await send(s, "functions/caller", {"_context": {}})
    await s.post(
        "functions/caller",
        {"_ApplicationId": "test", "_context": {"a": 2}},
        headers={"X-Parse-Cloud-Context": '{"a": 1}'},
        as_="nobody",
    )


@scenario("1.3/context", profile="cloud")
async def a_context_in_the_body_that_is_no_object_is_refused(s: Script) -> None:
    for context in ("{bad", "[]", "1", [], [1], 1, True, "null"):
        await send(s, "functions/caller", {"_context": context})


@scenario("1.3/context", profile="cloud")
async def an_empty_context_in_the_body_stays_a_parameter(s: Script) -> None:
    for context in ("", None, 0, False):
        await send(s, "functions/echo", {"_context": context})


@scenario("1.3/dropped-keys", profile="cloud")
async def client_version_and_revocable_session_are_dropped(s: Script) -> None:
    await send(s, "functions/echo", {"_ClientVersion": "js8.6.0", "_RevocableSession": "1", "x": 1})
    await s.post("functions/echo", {"_ClientVersion": "js8.6.0", "_RevocableSession": "1", "x": 1})


@scenario("1.3/binary-file-body")
async def a_file_comes_as_base64_in_an_envelope(s: Script) -> None:
    ann = await s.sign_up("ann")
    text = base64.b64encode(b"hello").decode()
    body = {"_SessionToken": ann.token, "_ContentType": "text/plain", "base64": text}
    saved = await send(s, "files/a.txt", body)
    await s.get(f"/parse/files/test/{saved['name']}", as_="nobody")


@scenario("1.3/binary-file-body")
async def a_file_envelope_with_wrong_types_is_refused(s: Script) -> None:
    for wrong in (1, ["aGVsbG8="], {"a": 1}, True):
        await send(s, "files/a.txt", {"_MasterKey": "master", "_ContentType": "text/plain", "base64": wrong})
    await s.post("files/a.txt", b"\x00\x01 no json", headers=TEXT, as_="nobody")
    await s.post("files/a.txt", json.dumps({"base64": "aGVsbG8="}), headers=TEXT, as_="nobody")
    await send(s, "files/a.txt", {"_MasterKey": "master", "_ContentType": 1, "base64": "aGVsbG8="})


@scenario("1.3/get-by-override")
async def the_query_comes_from_the_body(s: Script) -> None:
    name = s.name("Score")
    for points in (1, 2, 3):
        await s.create("Score", {"points": points})
    await send(s, f"classes/{name}", {"_method": "GET", "where": {"points": {"$gt": 1}}, "order": "-points"})
    await send(s, f"classes/{name}", {"_method": "GET", "limit": 1, "skip": 1, "order": "points", "keys": "points"})
    await send(s, f"classes/{name}", {"_method": "GET", "limit": 0, "count": 1})
    await send(s, f"classes/{name}", {"_method": "GET", "limit": "1", "where": '{"points": 2}'})


@scenario("1.3/get-by-override")
async def the_query_of_the_url_overrides_the_body(s: Script) -> None:
    name = s.name("Score")
    for points in (1, 2):
        await s.create("Score", {"points": points})
    body = {"_method": "GET", "where": {"points": 1}, "keys": "points"}
    await s.post(f"classes/{name}", body, params={"where": {"points": 2}})
    await s.post(f"classes/{name}", body, params={"order": "points"})


@scenario("1.3/get-by-override")
async def an_unknown_query_parameter_in_the_body_is_refused(s: Script) -> None:
    name = s.name("Score")
    await send(s, f"classes/{name}", {"_method": "GET", "nonsense": 1})
    await s.post(f"classes/{name}", {"_method": "GET", "nonsense": 1})
    await send(s, "users/me", {"_method": "GET"})


@scenario("1.3/query-values")
async def query_values_are_json_where_they_parse(s: Script) -> None:
    name = s.name("Score")
    await s.create("Score", {"points": 1, "name": "ann"})
    await s.create("Score", {"points": 2, "name": "bob"})
    await s.get(f"classes/{name}", params={"where": '{"name":"ann"}', "limit": "1", "keys": "name"})
    await s.get(f"classes/{name}", params={"where": "{bad", "limit": "1"})
    await s.get(f"classes/{name}", params={"order": "-points", "keys": "points"})
    await s.get(f"classes/{name}", params={"order": '"-points"', "keys": '"points"'})


@scenario("1.3/query-values")
async def nested_query_syntax_works(s: Script) -> None:
    name = s.name("Score")
    await s.create("Score", {"points": 1, "name": "ann"})
    await s.create("Score", {"points": 2, "name": "bob"})
    await s.get(f"classes/{name}?where[name]=ann&keys=name")
    await s.get(f"classes/{name}?where[points]=2&keys=name")
    await s.get(f"classes/{name}?where[points][$gt]=1&keys=name")
    await s.get(f"classes/{name}?keys=name&keys=points&order=points")
    await s.get(f"classes/{name}?limit=1&limit=2&order=points")


@scenario("1.3/query-values")
async def odd_query_strings_are_read_as_far_as_they_go(s: Script) -> None:
    name = s.name("Score")
    await s.create("Score", {"points": 1})
    for query in ("", "&", "=", "limit", "limit=", "where=", "where=null", "where=1", "where=%22a%22", "keys="):
        await s.get(f"classes/{name}?{query}")
