"""1.1 Order of the pipeline: which answer wins when several could be given."""

from __future__ import annotations

from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script

BAD_TOKEN = "r:0123456789abcdef0123456789abcdef"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@scenario("1.1/cors-and-options")
async def options_needs_no_app_id(s: Script) -> None:
    await s.request("OPTIONS", "classes/Score", as_="nobody")
    await s.request("OPTIONS", "no/such/route", as_="nobody")
    preflight = {"Origin": "https://a.example", "Access-Control-Request-Headers": "X-Parse-Session-Token"}
    await s.request("OPTIONS", "login", headers=preflight)


@scenario("1.1/cors-and-options")
async def errors_bear_cors_headers_too(s: Script) -> None:
    await s.get("classes/Score", as_="nobody")
    await s.get("no/such/route")
    await s.post("classes/Score", "{bad", headers={"Content-Type": "application/json"})
    await s.get(f"classes/{s.name('Missing')}/none")


@scenario("1.1/double-slash")
async def two_slashes_at_the_start_of_the_path_count_as_one(s: Script) -> None:
    name = s.name("Score")
    await s.create("Score", {"points": 1})
    await s.get(f"/parse//classes/{name}", params={"keys": "points"})
    await s.get(f"/parse//classes//{name}", params={"keys": "points"})
    await s.get("/parse///health")


@scenario("1.1/key-ips", profile="foreign-key-ips")
async def good_keys_from_a_forbidden_address_are_refused_on_every_route(s: Script) -> None:
    for who in ("master", "readonly", "maintenance"):
        await s.get(f"classes/{s.name('Score')}", as_=who)
        await s.get("schemas", as_=who)
        await s.get("no/such/route", as_=who)
        await s.get("health", as_=who)


@scenario("1.1/key-ips", profile="foreign-key-ips")
async def good_keys_from_a_forbidden_address_are_refused_on_file_routes(s: Script) -> None:
    await s.get("files/test/none.txt", as_="master")
    await s.post("files/a.txt", b"text", headers={"Content-Type": "text/plain"}, as_="master")
    await s.delete("files/none.txt", as_="master")


@scenario("1.1/key-ips", profile="foreign-key-ips")
async def a_wrong_master_key_from_a_forbidden_address_is_only_a_client(s: Script) -> None:
    await s.get(f"classes/{s.name('Score')}", headers={"X-Parse-Master-Key": "wrong"})
    await s.post(f"classes/{s.name('Score')}", {"_ApplicationId": "test", "_MasterKey": "master"}, as_="nobody")


@scenario("1.1/files-first")
async def a_body_that_is_no_json_is_a_file_on_file_routes(s: Script) -> None:
    await s.post("files/bad.json", "{bad", headers={"Content-Type": "application/json"}, as_="master")
    await s.post("files", "{bad", headers={"Content-Type": "application/json"}, as_="master")
    await s.post("files/a.txt", "{bad", headers={"Content-Type": "text/plain"}, as_="nobody")


@scenario("1.1/health")
async def health_answers_any_method_without_app_id(s: Script) -> None:
    for method in ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD"):
        await s.request(method, "health", as_="nobody")


@scenario("1.1/health")
async def health_answers_on_sub_paths_and_before_the_body_is_parsed(s: Script) -> None:
    await s.get("health/of/anything", as_="nobody")
    await s.get("healthy", as_="nobody")
    await s.post("health", "{bad", headers={"Content-Type": "application/json"}, as_="nobody")


@scenario("1.1/health", "1.1/route-allow-list", profile="allow-list")
async def health_obeys_the_route_allow_list(s: Script) -> None:
    await s.get("health", as_="nobody")
    await s.get("health")
    await s.get("health", as_="master")


@scenario("1.1/form-bodies")
async def values_of_a_form_body_are_strings(s: Script) -> None:
    name = s.name("Score")
    made = await s.post(f"classes/{name}", "points=1&name=ann%20b&on=true", headers=FORM)
    await s.get(f"classes/{name}/{made.id}")
    await s.post(f"classes/{name}", "tags[]=a&tags[]=b&inner[key]=1", headers=FORM)
    await s.get(f"classes/{name}", params={"order": "createdAt"})


@scenario("1.1/form-bodies")
async def a_form_body_carries_envelope_and_query(s: Script) -> None:
    name = s.name("Score")
    await s.create("Score", {"points": 1, "name": "ann"})
    await s.post(
        f"classes/{name}",
        "_ApplicationId=test&_method=GET&where=%7B%22name%22%3A%22ann%22%7D",
        headers=FORM,
        as_="nobody",
    )
    await s.post(f"classes/{name}", "_ApplicationId=test&_method=GET&limit=0", headers=FORM, as_="nobody")


@scenario("1.1/json-before-auth")
async def bad_json_is_refused_before_authentication(s: Script) -> None:
    json_type = {"Content-Type": "application/json"}
    for text in ("{bad", '{"a":', "[1,2", '"text"', "12", "null"):
        await s.post("classes/Score", text, headers=json_type, as_="nobody")
    await s.post("no/such/route", "{bad", headers=json_type, as_="nobody")
    await s.get("classes/Score", as_="nobody")


@scenario("1.1/json-before-auth")
async def a_body_of_any_content_type_is_parsed_as_json(s: Script) -> None:
    name = s.name("Score")
    for kind in ("text/plain", "application/octet-stream", "application/xml", "image/png", "nonsense"):
        made = await s.post(f"classes/{name}", '{"points":1}', headers={"Content-Type": kind})
        await s.get(f"classes/{name}/{made.id}")
    await s.post(f"classes/{name}", "not json", headers={"Content-Type": "text/plain"})


@scenario("1.1/json-before-auth")
async def an_empty_or_missing_body_is_an_empty_object(s: Script) -> None:
    name = s.name("Score")
    await s.request("POST", f"classes/{name}")
    await s.post(f"classes/{name}", "", headers={"Content-Type": "application/json"})
    await s.post(f"classes/{name}", b"", headers={"Content-Type": "text/plain"})
    await s.request("POST", "login")


@scenario("1.1/json-before-auth")
async def a_json_body_that_is_no_object_is_refused(s: Script) -> None:
    for body in ("[]", "[{}]", '"text"', "1"):
        await s.post(f"classes/{s.name('Score')}", body, headers={"Content-Type": "application/json"})


@scenario("1.1/json-before-auth", profile="small-uploads")
async def a_body_over_the_limit_is_refused_before_authentication(s: Script) -> None:
    large = {"text": "x" * 2100}
    await s.post("classes/Score", large, as_="nobody")
    await s.post("classes/Score", large, as_="master")
    await s.post("no/such/route", large)
    await s.post(f"classes/{s.name('Score')}", {"text": "x" * 1900})


@scenario("1.1/method-override", "1.3/method")
async def a_post_becomes_the_verb_that_it_names(s: Script) -> None:
    name = s.name("Score")
    made = await s.create("Score", {"points": 1})
    await s.post(f"classes/{name}/{made}", {"_method": "GET"})
    await s.post(f"classes/{name}/{made}", {"_method": "PUT", "points": 2})
    await s.post(f"classes/{name}", {"_method": "GET", "keys": "points"})
    await s.post(f"classes/{name}/{made}", {"_method": "DELETE"})
    await s.get(f"classes/{name}/{made}")


@scenario("1.1/method-override")
async def only_a_post_can_name_another_verb(s: Script) -> None:
    name = s.name("Score")
    made = await s.create("Score", {"points": 1})
    await s.put(f"classes/{name}/{made}", {"_method": "DELETE", "points": 2})
    await s.get(f"classes/{name}/{made}", params={"_method": "DELETE"})
    await s.get(f"classes/{name}/{made}")


@scenario("1.1/method-override")
async def an_overridden_verb_may_be_one_that_is_not_routed(s: Script) -> None:
    await s.post(f"classes/{s.name('Score')}", {"_method": "PATCH"})
    await s.post(f"classes/{s.name('Score')}", {"_method": "NONSENSE"})
    await s.post(f"classes/{s.name('Score')}", {"_method": "OPTIONS"})
    await s.post(f"classes/{s.name('Score')}", {"_method": ""})


@scenario("1.1/auth-order")
async def without_app_id_every_route_is_unauthorized(s: Script) -> None:
    for path in ("classes/Score", "schemas", "login", "no/such/route", "users/me", "config", "serverInfo"):
        await s.get(path, as_="nobody")
    await s.post("batch", {"requests": []}, as_="nobody")
    await s.post("functions/hello", {}, as_="nobody")


@scenario("1.1/auth-order")
async def a_bad_context_is_refused_before_the_app_id_is_looked_at(s: Script) -> None:
    await s.get("classes/Score", headers={"X-Parse-Cloud-Context": "{bad"}, as_="nobody")


@scenario("1.1/auth-order", profile="client-keys")
async def a_missing_client_key_wins_over_a_bad_token_and_an_unknown_route(s: Script) -> None:
    await s.get("classes/Score", headers={"X-Parse-Session-Token": BAD_TOKEN})
    await s.get("no/such/route")
    await s.get("no/such/route", headers={"X-Parse-REST-API-Key": "rest"})
    await s.get("classes/Score", headers={"X-Parse-Session-Token": BAD_TOKEN, "X-Parse-REST-API-Key": "rest"})


@scenario("1.1/route-allow-list", profile="allow-list")
async def routes_outside_the_allow_list_are_forbidden_to_clients(s: Script) -> None:
    await s.get(f"classes/{s.name('Closed')}")
    await s.get(f"classes/{s.name('Open')}")
    await s.get("users/me")
    await s.get("no/such/route")
    await s.post("functions/hello", {"name": "ann"})
    await s.post("functions/hello/more", {})


@scenario("1.1/route-allow-list", profile="allow-list")
async def master_and_maintenance_key_pass_the_allow_list(s: Script) -> None:
    for who in ("master", "readonly", "maintenance"):
        await s.get(f"classes/{s.name('Closed')}", as_=who)


@scenario("1.1/route-allow-list", "1.1/session-token", profile="allow-list")
async def the_allow_list_wins_over_a_bad_token(s: Script) -> None:
    await s.get(f"classes/{s.name('Closed')}", as_=BAD_TOKEN)
    await s.get(f"classes/{s.name('Open')}", as_=BAD_TOKEN)


@scenario("1.1/session-token", profile="cloud")
async def an_unknown_token_is_refused_on_every_route(s: Script) -> None:
    for path in (f"classes/{s.name('Score')}", "config", "users/me", "schemas", "sessions", "no/such/route"):
        await s.get(path, as_=BAD_TOKEN)
    for path in (f"classes/{s.name('Score')}", "functions/hello", "batch", "logout", "requestPasswordReset"):
        await s.post(path, {}, as_=BAD_TOKEN)


@scenario("1.1/session-token")
async def login_forgets_the_token(s: Script) -> None:
    ann = await s.sign_up("ann")
    credentials = {"username": ann.username, "password": "secret"}
    await s.post("login", credentials, as_=BAD_TOKEN)
    await s.get("login", params=credentials, as_=BAD_TOKEN)
    await s.post("login/", credentials, as_=BAD_TOKEN)


@scenario("1.1/session-token")
async def own_session_looks_at_the_token_itself(s: Script) -> None:
    await s.get("sessions/me", as_=BAD_TOKEN)
    await s.get("sessions/me")
    await s.get("sessions/me", as_=await s.sign_up("ann"))


@scenario("1.1/session-token")
async def tokens_in_another_shape_are_refused(s: Script) -> None:
    for token in ("r:short", "0123456789abcdef0123456789abcdef", "nonsense", "r:"):
        await s.get(f"classes/{s.name('Score')}", headers={"X-Parse-Session-Token": token})
    await s.get(f"classes/{s.name('Score')}", headers={"X-Parse-Session-Token": ""})


@scenario("1.1/session-token")
async def the_master_key_beside_an_unknown_token_wins(s: Script) -> None:
    name = s.name("Score")
    await s.create("Score", {"points": 1})
    token = {"X-Parse-Session-Token": BAD_TOKEN}
    for who in ("master", "readonly", "maintenance"):
        await s.get(f"classes/{name}", params={"keys": "points"}, headers=token, as_=who)


@scenario("1.1/unknown-route")
async def an_unknown_route_is_html_after_authentication(s: Script) -> None:
    await s.get("no/such/route", as_="nobody")
    await s.get("no/such/route")
    await s.post("no/such/route", {}, as_="master")
    await s.delete("login")
    await s.get("")
    await s.put("functions/hello")


@scenario("1.1/unknown-route")
async def the_html_of_an_unknown_route_escapes_its_path(s: Script) -> None:
    await s.get("no/%3Cscript%3E")
    await s.get("no/route?where=%3Cb%3E&a=1")


@scenario("1.1/path-matching")
async def paths_are_matched_without_regard_to_case(s: Script) -> None:
    name = s.name("Score")
    made = await s.create("Score", {"points": 1})
    await s.get(f"CLASSES/{name}/{made}")
    await s.get(f"/PARSE/Classes/{name}/{made}")
    await s.get(f"classes/{name.upper()}", params={"limit": 1})
    await s.get("Users/Me")


@scenario("1.1/path-matching")
async def one_trailing_slash_is_tolerated(s: Script) -> None:
    name = s.name("Score")
    made = await s.create("Score", {"points": 1})
    await s.get(f"classes/{name}/", params={"keys": "points"})
    await s.get(f"classes/{name}/{made}/")
    await s.get(f"classes/{name}/{made}//")
    await s.get("classes/")
    await s.get("classes")


@scenario("1.1/path-matching")
async def head_is_served_by_get_and_patch_is_not_routed(s: Script) -> None:
    name = s.name("Score")
    made = await s.create("Score", {"points": 1})
    await s.request("HEAD", f"classes/{name}/{made}")
    await s.request("HEAD", f"classes/{name}/none")
    await s.request("PATCH", f"classes/{name}/{made}", {"points": 2})


@scenario("1.1/path-matching")
async def path_segments_are_percent_decoded(s: Script) -> None:
    name = s.name("Score")
    made = await s.create("Score", {"points": 1})
    await s.get(f"%63lasses/{name}/{made}")
    await s.get(f"classes/{name}/%20{made}")
    await s.get(f"classes/{name}/%E0%A4%A")
    await s.get(f"classes/{name}%2F{made}")


@scenario("1.1/etag")
async def if_none_match_with_the_etag_gives_304(s: Script) -> None:
    name = s.name("Score")
    made = await s.create("Score", {"points": 1})
    answer = await s.get(f"classes/{name}/{made}")
    etag = answer.headers.get("ETag", "")
    seen = await s.get(f"classes/{name}/{made}", headers={"If-None-Match": etag}, record=False)
    other = await s.get(f"classes/{name}/{made}", headers={"If-None-Match": 'W/"other"'}, label="another ETag")
    await s.get("health", label=f"304 for the same: {seen.status == 304}, empty: {seen.body == ''}")
    await s.get("health", label=f"weak: {etag.startswith('W/')}, 200 for another: {other.status == 200}")


@scenario("1.1/etag")
async def answers_that_are_no_json_have_etags_too(s: Script) -> None:
    await s.get("classes/Score", as_="nobody")
    await s.get("health")
    await s.get("no/such/route")
    await s.post("users", {"username": "", "password": "x"})
