"""1.2 Request headers: keys, tokens, ids and context, and the CORS headers of the answer."""

from __future__ import annotations

import base64

from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script


def basic(text: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(text.encode()).decode()}


@scenario("1.2/application-id")
async def an_unknown_app_id_counts_as_none(s: Script) -> None:
    await s.get(f"classes/{s.name('Score')}", headers={"X-Parse-Application-Id": "unknown"}, as_="nobody")
    await s.get(f"classes/{s.name('Score')}", headers={"X-Parse-Application-Id": ""}, as_="nobody")
    await s.get(f"classes/{s.name('Score')}", headers={"X-Parse-Application-Id": "TEST"}, as_="nobody")
    await s.get(f"classes/{s.name('Score')}", headers={"x-parse-application-id": "test"}, as_="nobody")


@scenario("1.2/application-id")
async def an_app_id_with_the_name_of_an_object_member_is_unknown(s: Script) -> None:
    for name in ("__proto__", "constructor", "toString"):
        await s.get(f"classes/{s.name('Score')}", headers={"X-Parse-Application-Id": name}, as_="nobody")


@scenario("1.2/client-keys", profile="client-keys")
async def each_client_key_opens_with_its_own_header(s: Script) -> None:
    keys = {"REST-API": "rest", "Javascript": "js", "Client": "client", "Windows": "windows"}
    for header, key in keys.items():
        await s.get(f"classes/{s.name('Score')}", headers={f"X-Parse-{header}-Key": key})


@scenario("1.2/client-keys", profile="client-keys")
async def a_client_key_under_another_header_does_not_open(s: Script) -> None:
    await s.get(f"classes/{s.name('Score')}")
    await s.get(f"classes/{s.name('Score')}", headers={"X-Parse-REST-API-Key": "js"})
    await s.get(f"classes/{s.name('Score')}", headers={"X-Parse-Javascript-Key": "rest"})
    await s.get(f"classes/{s.name('Score')}", headers={"X-Parse-Client-Key": ""})
    both = {"X-Parse-REST-API-Key": "wrong", "X-Parse-Javascript-Key": "js"}
    await s.get(f"classes/{s.name('Score')}", headers=both)


@scenario("1.2/client-keys", profile="client-keys")
async def master_and_maintenance_key_need_no_client_key(s: Script) -> None:
    for who in ("master", "readonly", "maintenance"):
        await s.get(f"classes/{s.name('Score')}", as_=who)


@scenario("1.2/client-keys")
async def without_configured_keys_any_client_key_is_ignored(s: Script) -> None:
    await s.get(f"classes/{s.name('Score')}", headers={"X-Parse-REST-API-Key": "anything"})


@scenario("1.2/master-key", profile="cloud")
async def the_master_key_header_takes_both_keys_and_ignores_wrong_ones(s: Script) -> None:
    await s.post("functions/caller", as_="master")
    await s.post("functions/caller", as_="readonly")
    await s.post("functions/caller", headers={"X-Parse-Master-Key": "wrong"})
    await s.post("functions/caller", headers={"X-Parse-Master-Key": ""})
    await s.post("functions/caller", headers={"X-Parse-Master-Key": "MASTER"})


@scenario("1.2/master-key")
async def a_wrong_master_key_is_a_client(s: Script) -> None:
    await s.get("schemas", headers={"X-Parse-Master-Key": "wrong"})
    await s.get("serverInfo", headers={"X-Parse-Master-Key": "wrong"})
    await s.create("Score", {"points": 1}, headers={"X-Parse-Master-Key": "wrong"})


@scenario("1.2/master-key")
async def the_read_only_key_reads_and_does_not_write(s: Script) -> None:
    name = s.name("Score")
    made = await s.create("Score", {"points": 1, "ACL": {}}, as_="master")
    await s.get(f"classes/{name}/{made}")
    await s.get(f"classes/{name}/{made}", as_="readonly")
    await s.post(f"classes/{name}", {"points": 2}, as_="readonly")
    await s.put(f"classes/{name}/{made}", {"points": 2}, as_="readonly")
    await s.delete(f"classes/{name}/{made}", as_="readonly")


@scenario("1.2/maintenance-key", profile="cloud")
async def the_maintenance_key_wins_over_the_master_key(s: Script) -> None:
    await s.post("functions/caller", as_="maintenance")
    await s.post("functions/caller", headers={"X-Parse-Master-Key": "master"}, as_="maintenance")
    both = {"X-Parse-Master-Key": "master", "X-Parse-Maintenance-Key": "wrong"}
    await s.post("functions/caller", headers=both)
    await s.get("schemas", headers={"X-Parse-Master-Key": "master"}, as_="maintenance")


@scenario("1.2/session-token", profile="cloud")
async def the_session_token_makes_the_request_the_users(s: Script) -> None:
    ann = await s.sign_up("ann")
    await s.post("functions/caller", as_=ann)
    await s.get("users/me", as_=ann)
    await s.post("logout", as_=ann)
    await s.get("users/me", as_=ann)


@scenario("1.2/session-token", profile="cloud")
async def a_session_token_beside_the_master_key_leaves_the_master(s: Script) -> None:
    ann = await s.sign_up("ann")
    await s.post("functions/caller", headers={"X-Parse-Master-Key": "master"}, as_=ann)
    await s.get("users/me", headers={"X-Parse-Master-Key": "master"}, as_=ann)


@scenario("1.2/installation-id", profile="cloud")
async def the_installation_id_is_given_to_cloud_code(s: Script) -> None:
    await s.post("functions/caller", headers={"X-Parse-Installation-Id": "phone-1"})
    await s.post("functions/caller")
    await s.post("functions/caller", as_="master")
    await s.post("functions/caller", headers={"X-Parse-Installation-Id": "phone-1"}, as_="master")
    await s.post("functions/caller", as_="readonly")


@scenario("1.2/installation-id")
async def the_installation_id_is_kept_in_the_session(s: Script) -> None:
    phone = {"X-Parse-Installation-Id": "phone-1"}
    ann = {"username": s.name("ann"), "password": "secret"}
    signup = await s.post("users", ann, headers=phone)
    await s.get("sessions/me", as_=signup.token)
    login = await s.post("login", ann, headers={"X-Parse-Installation-Id": "phone-2"})
    await s.get("sessions/me", as_=login.token)


@scenario("1.2/installation-id")
async def the_installation_id_cloud_suppresses_the_session_of_a_signup(s: Script) -> None:
    cloud = {"X-Parse-Installation-Id": "cloud"}
    await s.post("users", {"username": s.name("ann"), "password": "secret"}, headers=cloud)
    await s.post("users", {"username": s.name("bob"), "password": "secret"}, as_="master")
    phone = {"X-Parse-Installation-Id": "phone-1"}
    await s.post("users", {"username": s.name("cal"), "password": "secret"}, headers=phone, as_="master")


@scenario("1.2/cloud-context", profile="cloud")
async def the_context_is_given_to_cloud_code(s: Script) -> None:
    await s.post("functions/caller", headers={"X-Parse-Cloud-Context": '{"a": {"b": [1]}}'})
    await s.post("functions/caller", headers={"X-Parse-Cloud-Context": "{}"})


@scenario("1.2/cloud-context", profile="cloud")
async def a_context_that_is_no_object_is_refused(s: Script) -> None:
    for text in ("{bad", "[]", '"text"', "1", "null", "true", ""):
        await s.post("functions/caller", headers={"X-Parse-Cloud-Context": text})


@scenario("1.2/request-id")
async def a_request_id_has_no_effect_without_idempotency(s: Script) -> None:
    name = s.name("Score")
    same = {"X-Parse-Request-Id": "request-1"}
    await s.post(f"classes/{name}", {"points": 1}, headers=same)
    await s.post(f"classes/{name}", {"points": 1}, headers=same)
    await s.get(f"classes/{name}", params={"count": 1, "limit": 0})


@scenario("1.2/ignored-headers")
async def old_sdk_headers_are_ignored(s: Script) -> None:
    old = {"X-Parse-Client-Version": "js1.0", "X-Parse-OS-Version": "9", "X-Parse-Revocable-Session": "0"}
    await s.create("Score", {"points": 1}, headers=old)
    answer = await s.post("users", {"username": s.name("ann"), "password": "secret"}, headers=old)
    await s.get("sessions/me", headers=old, as_=answer.token)


@scenario("1.2/basic-auth", profile="cloud")
async def basic_authentication_carries_the_master_key(s: Script) -> None:
    await s.post("functions/caller", headers=basic("test:master"), as_="nobody")
    await s.post("functions/caller", headers=basic("test:wrong"), as_="nobody")
    await s.post("functions/caller", headers=basic("test:readonly"), as_="nobody")
    await s.post("functions/caller", headers=basic("test:"), as_="nobody")


@scenario("1.2/basic-auth", profile="client-keys")
async def basic_authentication_carries_the_javascript_key(s: Script) -> None:
    for text in ("test:javascript-key=js", "test:javascript-key=wrong", "test:js", "test:master"):
        await s.get(f"classes/{s.name('Score')}", headers=basic(text), as_="nobody")


@scenario("1.2/basic-auth", profile="cloud")
async def basic_authentication_with_an_unknown_app_is_ignored(s: Script) -> None:
    await s.post("functions/caller", headers=basic("unknown:master"), as_="nobody")
    await s.post("functions/caller", headers=basic("unknown:master"))
    await s.post("functions/caller", headers=basic("test:master"))


@scenario("1.2/basic-auth", profile="cloud")
async def malformed_basic_authentication_is_ignored(s: Script) -> None:
    await s.post("functions/caller", headers=basic("test"), as_="nobody")
    await s.post("functions/caller", headers=basic("test:master:more"), as_="nobody")
    await s.post("functions/caller", headers={"Authorization": "Basic %%%"}, as_="nobody")
    await s.post("functions/caller", headers={"Authorization": "Bearer token"})
    lower = {"Authorization": basic("test:master")["Authorization"].replace("Basic", "basic")}
    await s.post("functions/caller", headers=lower, as_="nobody")


@scenario("1.2/file-headers")
async def upload_headers_do_nothing_outside_the_file_routes(s: Script) -> None:
    name = s.name("Score")
    upload = {"X-Parse-Upload-Mode": "stream", "X-Parse-File-Directory": "../up", "X-Parse-File-Metadata": "{bad"}
    await s.post(f"classes/{name}", {"points": 1}, headers=upload)
    await s.get(f"classes/{name}", headers={"X-Parse-File-Max-Upload-Size": "nonsense"}, params={"keys": "points"})


@scenario("1.2/cors-headers", profile="cors")
async def a_listed_origin_is_echoed(s: Script) -> None:
    for origin in ("https://first.example", "https://second.example"):
        await s.get("health", headers={"Origin": origin})
        await s.request("OPTIONS", "classes/Score", headers={"Origin": origin}, as_="nobody")


@scenario("1.2/cors-headers", profile="cors")
async def an_unlisted_origin_gets_the_first_of_the_list(s: Script) -> None:
    for origin in ("https://other.example", "https://first.example.evil", "null"):
        await s.get("health", headers={"Origin": origin})
    await s.get("health")
    await s.get("classes/Score", headers={"Origin": "https://other.example"}, as_="nobody")


@scenario("1.2/cors-headers")
async def every_origin_is_allowed_by_default(s: Script) -> None:
    await s.get("health", headers={"Origin": "https://any.example"})
    await s.get("files/test/none.txt", headers={"Origin": "https://any.example"})
