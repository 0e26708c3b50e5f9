"""Triggers of files: uploads, downloads, removals."""

from __future__ import annotations

from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script

PROFILE = "uploads"
TEXT = {"Content-Type": "text/plain"}


async def upload(s: Script, name: str, content: bytes = b"hello") -> str:
    """Store a file as a signed-in user; the name that it got, empty if it was refused."""
    answer = await s.post(f"files/{name}", content, headers=TEXT, as_="master")
    return str(answer.body.get("name", "")) if isinstance(answer.body, dict) else ""


async def seen(s: Script, name: str) -> None:
    """Note what the triggers kept of the file of that name."""
    params = {"where": {"what": name}, "order": "createdAt", "excludeKeys": "ACL,name"}
    await s.get("classes/Seen", params=params, as_="master", label="seen")


@scenario("5.1/files", "5.4/files", "5.5/file-save", profile=PROFILE)
async def an_upload_sets_off_both_triggers(s: Script) -> None:
    await upload(s, "plain.txt")
    await seen(s, "plain.txt")


@scenario("5.4/files", profile=PROFILE)
async def the_triggers_of_an_upload_know_the_user(s: Script) -> None:
    ann = await s.sign_up("ann")
    await s.post("files/anns.txt", b"mine", headers=TEXT, as_=ann)
    await seen(s, "anns.txt")


@scenario("5.5/file-save", profile=PROFILE)
async def before_save_refuses_an_upload(s: Script) -> None:
    for name in ("refused.txt", "broken.txt", "texted.txt"):
        await upload(s, name)
        await seen(s, name)


@scenario("5.5/file-save-replaced", profile=PROFILE)
async def before_save_replaces_a_file(s: Script) -> None:
    name = await upload(s, "replaced.txt")
    await s.get(f"files/test/{name}", as_="nobody")
    await seen(s, "other.txt")


@scenario("5.5/file-save-replaced", profile=PROFILE)
async def before_save_answers_with_a_file_that_is_stored_elsewhere(s: Script) -> None:
    await upload(s, "elsewhere.txt")
    await seen(s, "known.txt")


@scenario("5.5/file-save", profile=PROFILE)
async def before_save_adds_metadata_and_tags(s: Script) -> None:
    await upload(s, "tagged.txt")
    await seen(s, "tagged.txt")


@scenario("5.4/files", profile=PROFILE)
async def triggers_see_the_metadata_of_the_client(s: Script) -> None:
    body = {
        "base64": "aGVsbG8=",
        "_ContentType": "text/plain",
        "_ApplicationId": "test",
        "_MasterKey": "master",
        "fileData": {"metadata": {"a": "b"}, "tags": {"c": "d"}},
    }
    await s.post("files/described.txt", body, headers=TEXT)
    await seen(s, "described.txt")


@scenario("5.5/file-save", profile=PROFILE)
async def a_failing_after_save_fails_the_upload_and_the_file_stays(s: Script) -> None:
    await upload(s, "late.txt")
    await seen(s, "late.txt")


@scenario("5.5/file-delete", profile=PROFILE)
async def a_removal_sets_off_both_triggers(s: Script) -> None:
    name = await upload(s, "old.txt")
    await s.delete(f"files/{name}", as_="master", record=False)
    await seen(s, "old.txt")
    await s.get(f"files/test/{name}", as_="nobody")


@scenario("5.5/file-delete", profile=PROFILE)
async def before_delete_refuses_a_removal(s: Script) -> None:
    for wanted in ("kept.txt", "stuck.txt"):
        name = await upload(s, wanted)
        await s.delete(f"files/{name}", as_="master")
        await s.get(f"files/test/{name}", as_="nobody")


@scenario("5.5/file-delete", profile=PROFILE)
async def a_client_who_may_not_delete_runs_no_trigger(s: Script) -> None:
    name = await upload(s, "guarded.txt")
    await s.delete(f"files/{name}")
    await seen(s, "guarded.txt")


@scenario("5.5/file-find", profile=PROFILE)
async def before_find_hides_a_file(s: Script) -> None:
    for wanted in ("hidden.txt", "fails.txt"):
        name = await upload(s, wanted)
        await s.get(f"files/test/{name}", as_="nobody")
        await s.get(f"files/test/metadata/{name}", as_="nobody")


@scenario("5.5/file-find", profile=PROFILE)
async def after_find_changes_what_is_sent(s: Script) -> None:
    for wanted in ("forced.txt", "changed.txt", "gone.txt", "usual.txt"):
        name = await upload(s, wanted)
        await s.get(f"files/test/{name}", as_="nobody")


@scenario("5.5/file-find", profile=PROFILE)
async def after_find_sets_headers(s: Script) -> None:
    name = await upload(s, "headers.txt")
    await s.get(f"files/test/{name}", as_="nobody")
