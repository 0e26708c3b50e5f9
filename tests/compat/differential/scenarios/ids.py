"""2.4 Ids, tokens and the dates of the server."""

from __future__ import annotations

from typing import Any

from tests.compat.differential.declare import declare
from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script

DATE = {"__type": "Date", "iso": "2001-02-03T04:05:06.789Z"}


@scenario("2.4/object-id")
async def an_object_id_has_ten_letters_and_digits(s: Script) -> None:
    name = s.name("Score")
    for _ in range(3):
        await s.create("Score", record=False)
    for pattern in ("^[A-Za-z0-9]{10}$", "[^A-Za-z0-9]", "^.{9}$"):
        await s.get(f"classes/{name}", params={"where": {"objectId": {"$regex": pattern}}, "count": 1, "limit": 0})


@scenario("2.4/object-id", profile="public-users")
async def the_length_of_object_ids_can_be_configured(s: Script) -> None:
    name = s.name("Score")
    await s.create("Score", record=False)
    await s.post("users", {"username": s.name("ann"), "password": "secret"}, record=False)
    for path in (f"classes/{name}", "users"):
        for length in (10, 20):
            where: dict[str, Any] = {"objectId": {"$regex": f"^[A-Za-z0-9]{{{length}}}$"}}
            where |= {"username": s.name("ann")} if path == "users" else {}
            await s.get(path, params={"where": where, "count": 1, "limit": 0}, label=f"{length} characters")


@scenario("2.4/client-id")
async def a_client_names_no_id_of_a_new_object(s: Script) -> None:
    name = s.name("Score")
    for body in ({"objectId": "mine"}, {"id": "mine"}, {"objectId": ""}, {"objectId": None}, {"id": 1}):
        await s.post(f"classes/{name}", body)
        await s.post(f"classes/{name}", body, as_="master")


@scenario("2.4/client-id")
async def an_id_in_an_update_is_kept_or_refused(s: Script) -> None:
    name = s.name("Score")
    made = await s.create("Score", {"n": 1})
    for body in ({"objectId": made, "n": 2}, {"id": "other", "n": 4}):
        await s.put(f"classes/{name}/{made}", body)
        await s.get(f"classes/{name}/{made}")


@scenario("2.4/custom-id", profile="custom-ids")
async def a_custom_id_may_be_chosen_where_it_is_allowed(s: Script) -> None:
    name = await declare(s, "Score", {"n": {"type": "Number"}})
    for body in ({}, {"objectId": ""}, {"objectId": None}, {"n": 1}):
        await s.post(f"classes/{name}", body)
    for object_id in ("mine", "with-dash", "a.b", "x" * 50):
        await s.post(f"classes/{name}", {"objectId": object_id})
    await s.get(f"classes/{name}", params={"order": "createdAt"})


@scenario("2.4/custom-id", profile="custom-ids")
async def a_custom_id_is_good_once(s: Script) -> None:
    name = await declare(s, "Score", {"n": {"type": "Number"}})
    await s.post(f"classes/{name}", {"objectId": "mine", "n": 1})
    await s.post(f"classes/{name}", {"objectId": "mine", "n": 2})
    await s.get(f"classes/{name}/mine")
    await s.put(f"classes/{name}/mine", {"n": 3})
    await s.put(f"classes/{name}/other", {"n": 3})
    await s.delete(f"classes/{name}/mine")
    await s.post(f"classes/{name}", {"objectId": "mine", "n": 4})


@scenario("2.4/custom-id", profile="custom-ids")
async def a_custom_id_may_hold_spaces(s: Script) -> None:
    name = await declare(s, "Score", {"n": {"type": "Number"}})
    await s.post(f"classes/{name}", {"objectId": "two words"})
    await s.get(f"classes/{name}/two%20words")


@scenario("2.4/custom-id", profile="custom-ids")
async def a_custom_id_is_a_text(s: Script) -> None:
    name = await declare(s, "Score", {"n": {"type": "Number"}})
    for object_id in (1, True, ["a"], {"a": 1}):
        await s.post(f"classes/{name}", {"objectId": object_id})


@scenario("2.4/custom-id", profile="custom-ids")
async def a_user_cannot_take_the_id_of_a_role(s: Script) -> None:
    body = {"username": s.name("ann"), "password": "secret"}
    await s.post("users", {**body, "objectId": "role:x"})
    await s.post("users", {**body, "objectId": "role:x"}, as_="master")
    await s.post("users", {**body, "objectId": s.name("ann")})


@scenario("2.4/session-token")
async def a_session_token_is_r_and_hex_digits(s: Script) -> None:
    ann = await s.sign_up()
    await s.get("users/me", as_=ann)
    await s.post("login", {"username": ann.username, "password": "secret"})


@scenario("2.4/generated-name")
async def a_generated_username_has_25_characters(s: Script) -> None:
    auth = {"authData": {"anonymous": {"id": "0b0b0b0b-1111-2222-3333-444444444444"}}}
    made = await s.post("users", auth)
    await s.get(f"users/{made.id}", as_=made.token)
    where = {"username": {"$regex": "^[A-Za-z0-9]{25}$"}, "objectId": made.id}
    await s.get("users", params={"where": where, "count": 1, "limit": 0}, as_=made.token)


@scenario("2.4/file-prefix")
async def a_stored_file_has_a_prefix_of_32_hex_digits(s: Script) -> None:
    ann = await s.sign_up()
    await s.post("files/notes.txt", b"text", headers={"Content-Type": "text/plain"}, as_=ann)


@scenario("2.4/bcrypt")
async def password_hashes_of_every_bcrypt_prefix_are_good(s: Script) -> None:
    ann = await s.sign_up()
    digest = "$10$LrfcXaT2SG9tVTJTdDQPruNH1kiEUqGH5JSW3/YyRZ73q7qA1y/gu"
    for prefix in ("$2a", "$2b", "$2y"):
        await s.put(f"users/{ann.id}", {"_hashed_password": prefix + digest}, as_="maintenance")
        await s.post("login", {"username": ann.username, "password": "other"}, label=prefix)
        await s.post("login", {"username": ann.username, "password": "wrong"}, label=prefix)


@scenario("2.4/created-at")
async def a_date_sent_for_created_at_is_ignored(s: Script) -> None:
    name = s.name("Score")
    for who in ("client", "master"):
        made = await s.post(f"classes/{name}", {"createdAt": DATE, "updatedAt": DATE}, as_=who)
        await s.get(f"classes/{name}/{made.id}")
        await s.put(f"classes/{name}/{made.id}", {"createdAt": DATE, "updatedAt": DATE}, as_=who)
        await s.get(f"classes/{name}/{made.id}")


@scenario("2.4/created-at")
async def a_text_sent_for_created_at_is_refused(s: Script) -> None:
    name = s.name("Score")
    made = await s.create("Score", {"n": 1})
    for key in ("createdAt", "updatedAt"):
        await s.post(f"classes/{name}", {key: "2001-02-03T04:05:06.789Z"})
        await s.put(f"classes/{name}/{made}", {key: "2001-02-03T04:05:06.789Z"})
        await s.put(f"classes/{name}/{made}", {key: {"__op": "Delete"}})
    await s.get(f"classes/{name}/{made}")


@scenario("2.4/created-at")
async def a_maintainer_sets_the_dates_of_a_new_object(s: Script) -> None:
    name = s.name("Score")
    made = await s.post(f"classes/{name}", {"createdAt": DATE, "updatedAt": DATE, "n": 1}, as_="maintenance")
    await s.get(f"classes/{name}", params={"where": {"objectId": made.body.get("objectId", "")}})
    await s.post(f"classes/{name}", {"createdAt": DATE}, as_="maintenance")
    await s.post(f"classes/{name}", {"updatedAt": DATE}, as_="maintenance")
    early = {"__type": "Date", "iso": "2000-01-01T00:00:00.000Z"}
    await s.post(f"classes/{name}", {"createdAt": DATE, "updatedAt": early}, as_="maintenance")
