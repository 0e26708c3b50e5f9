"""The common form of the mobile SDKs' requests: headers, methods and bodies."""

from __future__ import annotations

from tests.compat.differential.mobile_forms import Ios, Swift, swift_json
from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script


@scenario("mobile-1/ios-app-id", profile="mobile")
async def ios_names_the_app_in_a_header_only(s: Script) -> None:
    phone = Ios(s)
    headers = phone.headers("classes/Score", has_body=True)
    path = f"classes/{s.name('Score')}"
    await phone.command("POST", path, {"points": 1})
    del headers["X-Parse-Application-Id"]
    await s.post(path, {"points": 1}, headers=headers, as_="nobody")
    await phone.command("POST", path, {"points": 1, "_ApplicationId": "test"}, label="the key stays in the body")


@scenario("mobile-1/ios-client-key", profile="mobile")
async def ios_sends_its_client_key(s: Script) -> None:
    path = f"classes/{s.name('Score')}"
    for key in ("client", "wrong", ""):
        await Ios(s, client_key=key).command("POST", path, {"points": 1})
        await Ios(s, client_key=key).command("GET", "users/me")


@scenario("mobile-1/ios-client-key")
async def ios_sends_no_client_key_if_none_is_configured(s: Script) -> None:
    await Ios(s, client_key="").command("POST", f"classes/{s.name('Score')}", {"points": 1})
    await Ios(s).command("POST", f"classes/{s.name('Score')}", {"points": 1}, label="one too many does no harm")


@scenario("mobile-1/ios-request-id", profile="mobile")
async def repeated_request_ids_are_carried_out_again(s: Script) -> None:
    phone = Ios(s)
    for _ in range(2):
        await phone.command("POST", f"classes/{s.name('Score')}", {"points": 1})
    await phone.find("Score", {"count": "1", "limit": "0"})


@scenario("mobile-1/ios-versions", profile="mobile")
async def version_headers_change_nothing(s: Script) -> None:
    path = f"classes/{s.name('Score')}"
    for versions in (
        {"X-Parse-Client-Version": "apple-tv6.1.1"},
        {"X-Parse-Client-Version": "nonsense"},
        {"X-Parse-OS-Version": ""},
        {"X-Parse-App-Build-Version": "(null)"},
    ):
        headers = Ios(s).headers(path, has_body=True) | versions
        await s.post(path, {"points": {"__op": "Increment", "amount": 1}}, headers=headers, as_="nobody")


@scenario("mobile-1/ios-installation-id", profile="mobile")
async def the_installation_id_lands_in_the_session(s: Script) -> None:
    phone = Ios(s)
    ann = await phone.sign_up()
    await phone.logged_in(ann.token).command("GET", "sessions/me")
    await phone.logged_in(ann.token).command("POST", "functions/caller")
    tablet = Ios(s, device="tablet")
    await tablet.logged_in((await tablet.log_in()).token).command("GET", "sessions/me")


@scenario("mobile-1/ios-session-token", profile="mobile")
async def the_session_token_makes_the_request_the_users(s: Script) -> None:
    phone = Ios(s)
    ann = await phone.sign_up()
    await phone.command("POST", "functions/caller", {})
    await phone.logged_in(ann.token).command("POST", "functions/caller", {})
    await phone.logged_in("r:0123456789abcdef0123456789abcdef").command("POST", "functions/caller", {})


@scenario("mobile-1/ios-revocable-session", profile="mobile")
async def revocable_session_headers_change_nothing(s: Script) -> None:
    phone = Ios(s)
    await phone.sign_up()
    for value in ("1", "0", ""):
        headers = phone.headers("login", has_body=True) | {"X-Parse-Revocable-Session": value}
        body = {"username": s.name("ann"), "password": "secret"}
        await s.post("login", body, headers=headers, as_="nobody")


@scenario("mobile-1/ios-content-type", profile="mobile")
async def a_body_is_json_with_a_charset(s: Script) -> None:
    phone = Ios(s)
    made = await phone.create("Score", {"name": "Zoë ☂", "points": 1})
    await phone.command("GET", f"classes/{s.name('Score')}/{made}")
    headers = phone.headers("classes", has_body=True)
    text = '{"name": "Zoë ☂"}'
    await s.post(f"classes/{s.name('Score')}", text, headers=headers, as_="nobody")
    await s.post(f"classes/{s.name('Score')}", text.encode("latin-1", "replace"), headers=headers, as_="nobody")


@scenario("mobile-1/ios-method-in-body", profile="mobile")
async def commands_with_parameters_name_their_method_in_the_body(s: Script) -> None:
    phone = Ios(s)
    made = await phone.create("Score", {"points": 1})
    path = f"classes/{s.name('Score')}/{made}"
    await phone.command("GET", path, {"include": "owner"})
    await phone.command("GET", path, {})
    await phone.command("DELETE", path, {"unused": 1})
    await phone.command("GET", path)


@scenario("mobile-1/ios-true-methods", profile="mobile")
async def commands_without_parameters_keep_their_method(s: Script) -> None:
    phone = Ios(s)
    ann = await phone.sign_up()
    made = await phone.create("Score", {"points": 1})
    await phone.command("GET", f"classes/{s.name('Score')}/{made}")
    await phone.logged_in(ann.token).command("GET", "users/me")
    await phone.command("GET", "config")
    await phone.command("DELETE", f"classes/{s.name('Score')}/{made}")


@scenario("mobile-1/ios-empty-posts", profile="mobile")
async def posts_without_parameters_have_no_body(s: Script) -> None:
    phone = Ios(s)
    ann = await phone.sign_up()
    await phone.command("POST", "functions/caller")
    await phone.command("POST", f"classes/{s.name('Score')}")
    await phone.logged_in(ann.token).command("POST", "logout")
    await phone.command("POST", "logout")


@scenario("mobile-1/ios-json-answers", profile="mobile")
async def every_good_answer_is_json(s: Script) -> None:
    phone = Ios(s)
    ann = await phone.sign_up()
    made = await phone.create("Score", {"points": 1})
    await phone.command("POST", "functions/nothing")
    await phone.command("DELETE", f"classes/{s.name('Score')}/{made}")
    await phone.command("POST", "events/AppOpened", {})
    await phone.command("POST", "batch", {"requests": []})
    await phone.logged_in(ann.token).command("POST", "logout")


@scenario("mobile-1/ios-errors", profile="mobile")
async def every_refusal_is_json_with_a_text(s: Script) -> None:
    phone = Ios(s)
    made = await phone.create("Score", {"points": 1})
    await phone.command("GET", f"classes/{s.name('Score')}/noSuchId00")
    await phone.command("PUT", f"classes/{s.name('Score')}/{made}", {"points": "text"})
    await phone.log_in("nobody")
    await phone.find("Score", {"nonsense": "1"})
    await phone.command("GET", "schemas", label="without a code")
    await Ios(s, client_key="").command("GET", "config", label="without a code")


@scenario("mobile-1/ios-no-retries", profile="mobile")
async def refusals_of_odd_saves_are_below_500(s: Script) -> None:
    phone = Ios(s)
    made = await phone.create("Score", {"points": 1, "tags": ["a"]})
    for fields in (
        {"points": {"__op": "Add", "objects": ["a"]}},
        {"tags": {"__op": "Increment", "amount": 1}},
        {"points": {"__op": "Increment", "amount": "1"}},
        {"tags": {"__op": "Add"}},
    ):
        await phone.command("PUT", f"classes/{s.name('Score')}/{made}", fields)
    await phone.command("GET", f"classes/{s.name('Score')}/{made}")


@scenario("mobile-1/ios-new-user", "mobile-2/anonymous", profile="mobile")
async def a_new_user_is_201_and_a_known_one_200(s: Script) -> None:
    phone = Ios(s)
    anonymous = {"authData": {"anonymous": {"id": "11111111-" + s.tag}}}
    await phone.command("POST", "users", anonymous)
    await phone.command("POST", "users", anonymous)


@scenario("mobile-1/ios-save-reply", profile="mobile")
async def the_reply_to_a_save_holds_what_the_server_changed(s: Script) -> None:
    phone = Ios(s)
    made = await phone.command("POST", "classes/MbChecked", {"name": "ann", "n": {"__op": "Increment", "amount": 1}})
    await phone.command("PUT", f"classes/MbChecked/{made.id}", {"n": {"__op": "Increment", "amount": 2}})
    await phone.command("PUT", f"classes/MbChecked/{made.id}", {"name": "bob"})


@scenario("mobile-1/swift-headers", profile="mobile")
async def swift_reads_and_writes_with_its_headers(s: Script) -> None:
    phone = Swift(s)
    made = await phone.create("Score", {"points": 1})
    path = f"classes/{s.name('Score')}/{made}"
    await phone.request("PUT", path, {"points": 2})
    await phone.request("GET", path)
    await phone.request("DELETE", path)
    await phone.request("POST", "functions/caller", {})


@scenario("mobile-1/swift-master-key", profile="mobile")
async def swift_sends_the_master_key_with_single_requests(s: Script) -> None:
    made = await Swift(s, master=True).create("Score", {"ACL": {}})
    await Swift(s).request("GET", f"classes/{s.name('Score')}/{made}")
    await Swift(s, master=True).request("GET", f"classes/{s.name('Score')}/{made}")
    await Swift(s, master=True).request("POST", "functions/caller", {})


@scenario("mobile-1/swift-cloud-context", profile="mobile")
async def swift_sends_the_context_as_json(s: Script) -> None:
    for context in ('{"from":"phone","n":1}', "{}", "[]", "text"):
        await Swift(s, context=context).request("POST", "functions/caller", {"a": 1})


@scenario("mobile-1/swift-content-type", profile="mobile")
async def a_content_type_without_a_body_does_no_harm(s: Script) -> None:
    phone = Swift(s)
    made = await phone.create("Score", {"points": 1})
    await phone.request("GET", f"classes/{s.name('Score')}/{made}")
    await phone.request("DELETE", f"classes/{s.name('Score')}/{made}")
    await phone.request("POST", "logout")
    await phone.request("POST", "functions/nothing")


@scenario("mobile-1/swift-slashes", profile="mobile")
async def escaped_slashes_are_slashes(s: Script) -> None:
    phone = Swift(s)
    made = await phone.create("Score", {"url": "https://a.example/b", "z": 1, "a": "\\/"})
    await phone.request("GET", f"classes/{s.name('Score')}/{made}")
    where = swift_json({"url": "https://a.example/b"})
    await phone.request("GET", f"classes/{s.name('Score')}", params={"where": where, "limit": 100, "skip": 0})


@scenario("mobile-1/swift-dates", profile="mobile")
async def dates_have_milliseconds_and_z(s: Script) -> None:
    phone = Swift(s)
    for iso in ("2020-01-02T03:04:05.000Z", "2020-01-02T03:04:05.678Z", "1969-12-31T23:59:59.999Z"):
        made = await phone.create("Score", {"at": {"__type": "Date", "iso": iso}})
        await phone.request("GET", f"classes/{s.name('Score')}/{made}")
        where = {"at": {"$lte": {"__type": "Date", "iso": iso}}}
        await phone.request("GET", f"classes/{s.name('Score')}", params={"where": where, "order": ["at"]})


@scenario("mobile-1/swift-no-error-key", profile="mobile")
async def fields_named_error_and_message_are_the_apps_own(s: Script) -> None:
    phone = Swift(s)
    await phone.request("POST", f"classes/{s.name('Score')}", {"message": "hi", "error": "none"})
    await phone.request("GET", f"classes/{s.name('Score')}", params={"limit": 100, "skip": 0})
    await phone.request("POST", "users", {"username": s.name("ann"), "password": "secret"})
