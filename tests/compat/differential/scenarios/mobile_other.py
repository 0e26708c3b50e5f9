"""Config, functions, analytics, installations, files, health and error answers as the mobile SDKs meet them."""

from __future__ import annotations

from typing import Any

from tests.compat.differential.mobile_forms import Ios, Swift, device_id
from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"


def installation(s: Script, device: str = "phone") -> dict[str, Any]:
    """The row that the iOS SDK saves for its device."""
    return {
        "deviceType": "ios",
        "installationId": device_id(s, device),
        "deviceToken": (device_id(s, device) + device_id(s, "token")).replace("-", ""),
        "badge": 0,
        "timeZone": "Europe/Vienna",
        "appName": "Scores",
        "appVersion": "7",
        "appIdentifier": "com.example.scores",
        "parseVersion": "6.1.1",
        "localeIdentifier": "de-AT",
        "channels": ["news", "scores"],
    }


@scenario("mobile-5/config", profile="mobile", serial=True)
async def the_config_is_read_by_clients_and_written_by_the_master_key(s: Script) -> None:
    await Ios(s).command("GET", "config")
    await Swift(s, master=True).request("PUT", "config", {"params": {"limit": 3, "url": "https://a.example/b"}})
    await Swift(s).request("PUT", "config", {"params": {"limit": 4}})
    await Swift(s).request("GET", "config")
    clear = {key: {"__op": "Delete"} for key in ("limit", "url")}
    await Swift(s, master=True).request("PUT", "config", {"params": clear})
    await Ios(s).command("GET", "config")


@scenario("mobile-5/function", profile="mobile")
async def functions_take_parameters_or_no_body(s: Script) -> None:
    await Ios(s).command("POST", "functions/greet", {"name": "ann"})
    await Ios(s).command("POST", "functions/greet")
    await Swift(s).request("POST", "functions/greet", {"name": "ann"})
    await Swift(s).request("POST", "functions/greet")
    await Ios(s).command("POST", "functions/nothing")


@scenario("mobile-5/function", profile="mobile")
async def errors_of_functions_have_their_code(s: Script) -> None:
    for name in ("refuse", "break", "unknown"):
        await Ios(s).command("POST", f"functions/{name}", {})
        await Swift(s).request("POST", f"functions/{name}", {})


@scenario("mobile-5/function", profile="mobile")
async def objects_from_functions_have_type_and_class(s: Script) -> None:
    await Ios(s).create("Score", {"points": 1, "at": {"__type": "Date", "iso": "2020-01-02T03:04:05.678Z"}})
    await Ios(s).command("POST", "functions/first", {"className": s.name("Score")})
    await Ios(s).command("POST", "functions/first", {"className": s.name("Missing")})


@scenario("mobile-5/function", profile="mobile")
async def parameters_keep_their_types(s: Script) -> None:
    params = {"n": 1, "f": 1.5, "t": "a", "l": [1, [2]], "m": {"a": None}, "b": True, "z": None}
    await Ios(s).command("POST", "functions/caller", params)
    await Swift(s).request("POST", "functions/caller", params)


@scenario("mobile-5/analytics", profile="mobile")
async def analytics_events_are_answered_by_an_empty_object(s: Script) -> None:
    at = {"__type": "Date", "iso": "2020-01-02T03:04:05.678Z"}
    await Ios(s).command("POST", "events/AppOpened", {"at": at, "push_hash": "0123"})
    await Ios(s).command("POST", "events/purchase", {"at": at, "dimensions": {"price": "1"}})
    await Swift(s).request("POST", "events/AppOpened", {"at": at})
    await Swift(s).request("POST", "events/purchase", {"at": at, "dimensions": {"price": "1"}})


@scenario("mobile-5/installation", profile="mobile")
async def ios_saves_its_installation(s: Script) -> None:
    made = await Ios(s).command("POST", "classes/_Installation", installation(s))
    path = f"classes/_Installation/{made.id}"
    await Ios(s).command("PUT", path, {"badge": 3, "channels": {"__op": "AddUnique", "objects": ["goals"]}})
    await Ios(s).command("PUT", path, {"badge": {"__op": "Increment", "amount": 1}})
    await Ios(s).command("GET", path)


@scenario("mobile-5/installation", profile="mobile")
async def swift_saves_its_installation(s: Script) -> None:
    made = await Swift(s).request("POST", "installations", installation(s))
    await Swift(s).request("PUT", f"installations/{made.id}", {"badge": 3, "localeIdentifier": "en-GB"})
    await Swift(s).request("GET", f"installations/{made.id}")


@scenario("mobile-5/installation", profile="mobile")
async def a_missing_installation_is_not_found(s: Script) -> None:
    await Ios(s).command("PUT", "classes/_Installation/noSuchId00", {"badge": 1})
    await Swift(s).request("PUT", "installations/noSuchId00", {"badge": 1})
    await Ios(s).command("GET", "classes/_Installation/noSuchId00")


@scenario("mobile-5/installation", profile="mobile")
async def clients_may_not_query_installations(s: Script) -> None:
    ann = await Ios(s).sign_up()
    await Ios(s, ann.token).command("GET", "classes/_Installation", {"where": {"deviceType": "ios"}})
    await Swift(s, ann.token).request("GET", "installations", params={"limit": 100, "skip": 0})


@scenario("mobile-5/file-upload", profile="mobile")
async def files_are_uploaded_raw(s: Script) -> None:
    ann = await Ios(s).sign_up()
    headers = Ios(s, ann.token).headers("files", has_body=False)
    for name, kind in (("a.txt", "text/plain"), ("a.jpg", "image/jpeg"), ("a.txt", "")):
        typed = {**headers, "Content-Type": kind} if kind else headers
        saved = await s.post(f"files/{name}", JPEG, headers=typed, as_="nobody")
        if saved.status == 201:
            await s.get(f"/parse/files/test/{saved['name']}", headers=headers, as_="nobody")


@scenario("mobile-5/file-upload", profile="mobile")
async def files_need_a_user_and_the_client_key(s: Script) -> None:
    for phone in (Ios(s), Ios(s, client_key="wrong")):
        headers = {**phone.headers("files", has_body=False), "Content-Type": "text/plain"}
        await s.post("files/a.txt", b"text", headers=headers, as_="nobody")


@scenario("mobile-5/file-download", profile="mobile")
async def files_are_downloaded_with_and_without_session_headers(s: Script) -> None:
    ann = await Ios(s).sign_up()
    headers = {**Swift(s, ann.token).headers("POST"), "Content-Type": "text/plain"}
    saved = await s.post("files/a.txt", b"some text", headers=headers, as_="nobody")
    for token in (ann.token, "", "r:0123456789abcdef0123456789abcdef"):
        await s.get(
            f"/parse/files/test/{saved['name']}", headers=Ios(s, token).headers("", has_body=False), as_="nobody"
        )
    await s.get(f"/parse/files/test/{saved['name']}", as_="nobody")


@scenario("mobile-5/file-delete", profile="mobile")
async def files_are_deleted_with_the_master_key(s: Script) -> None:
    ann = await Ios(s).sign_up()
    headers = {**Swift(s, ann.token).headers("POST"), "Content-Type": "text/plain"}
    saved = await s.post("files/a.txt", b"some text", headers=headers, as_="nobody")
    await Swift(s, ann.token).request("DELETE", f"files/{saved['name']}")
    await Swift(s, master=True).request("DELETE", f"files/{saved['name']}")
    await Swift(s).request("GET", f"files/test/{saved['name']}")


@scenario("mobile-5/health", profile="mobile")
async def health_answers_a_post_with_an_empty_body(s: Script) -> None:
    await Swift(s).request("POST", "health")
    await Swift(s).request("POST", "health", {})


@scenario("mobile-5/schema", profile="mobile")
async def a_schema_is_read_with_the_master_key(s: Script) -> None:
    await Swift(s).create("Score", {"points": 1, "name": "ann"})
    await Swift(s, master=True).request("GET", f"schemas/{s.name('Score')}")
    await Swift(s, master=True).request("GET", f"schemas/{s.name('Score')}/")
    await Swift(s).request("GET", f"schemas/{s.name('Score')}")
    await Swift(s, master=True).request("GET", f"schemas/{s.name('Missing')}")


@scenario("mobile-7/sanitised", profile="mobile")
async def permission_errors_keep_their_code(s: Script) -> None:
    ann, bob = await Ios(s).sign_up("ann"), await Ios(s).sign_up("bob")
    await Ios(s, bob.token).command("PUT", f"classes/_User/{ann.id}", {"age": 7})
    await Ios(s).command("GET", "classes/_JobStatus", {"limit": "1"})
    await Ios(s).command("GET", "users/me")
    await Swift(s).request("GET", "schemas")
    await Swift(s).request("DELETE", "files/none.txt")


@scenario("mobile-7/uncaught", profile="mobile")
async def exceptions_of_cloud_code_are_parse_errors(s: Script) -> None:
    await Ios(s).command("POST", "functions/break", {})
    await Ios(s).command(
        "POST", "batch", {"requests": [{"method": "POST", "path": "/parse/functions/break", "body": {}}]}
    )


@scenario("mobile-7/bad-json", profile="mobile")
async def a_malformed_body_has_no_code(s: Script) -> None:
    for text in ("{", '{"a":', ""):
        headers = Ios(s).headers("classes", has_body=True)
        await s.post(f"classes/{s.name('Score')}", text, headers=headers, as_="nobody")


@scenario("mobile-7/unknown-route", profile="mobile")
async def unknown_routes_and_patch_are_html(s: Script) -> None:
    await Ios(s).command("GET", "nowhere")
    made = await Swift(s).create("Score", {"points": 1})
    await Swift(s).request("PATCH", f"classes/{s.name('Score')}/{made}", {"points": 2})
    await Swift(s).request("POST", f"classes/{s.name('Score')}/{made}", {"points": 2})


@scenario("mobile-7/files", profile="mobile")
async def missing_files_and_names_are_told(s: Script) -> None:
    ann = await Ios(s).sign_up()
    headers = {**Ios(s, ann.token).headers("files", has_body=False), "Content-Type": "text/plain"}
    await s.get("files/test/none.txt", headers=headers, as_="nobody")
    await s.post("files", b"text", headers=headers, as_="nobody")
    await s.post("files/", b"text", headers=headers, as_="nobody")
    await s.post("files/bad%2Fname.txt", b"text", headers=headers, as_="nobody")


@scenario("mobile-7/unknown-operator", profile="mobile")
async def an_unknown_operator_is_a_bad_query(s: Script) -> None:
    await Ios(s).create("Score", {"points": 1})
    unknown: list[Any] = [{"points": {"$nonsense": 1}}, {"$nonsense": []}, {"points": {"$gt": 0, "$nonsense": 1}}]
    for where in unknown:
        await Ios(s).find("Score", {"where": where})


@scenario("mobile-7/array-equality", profile="mobile")
async def an_array_equals_each_of_its_elements(s: Script) -> None:
    for number, tags in enumerate((["a", "b"], ["b"], [], "a")):
        await Ios(s).command("POST", f"classes/{s.name('Score')}", {"tags": tags, "number": number})
    queries: list[Any] = [{"tags": "a"}, {"tags": "b"}, {"tags": ["b"]}, {"tags": {"$ne": "a"}}]
    for where in queries:
        await Ios(s).find("Score", {"where": where, "order": "number", "keys": "tags"})
