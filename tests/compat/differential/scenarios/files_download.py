"""7.2 Downloading and deleting files, their metadata, and files in objects."""

from __future__ import annotations

from typing import Any

from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script, User

TEXT = {"Content-Type": "text/plain"}
BAD_TOKEN = "r:0123456789abcdef0123456789abcdef"


async def stored(s: Script, name: str = "a.txt", content: bytes = b"hello") -> str:
    """A file stored with the master key; gives its name."""
    answer = await s.post(f"files/{name}", content, headers=TEXT, as_="master")
    return str(answer["name"])


async def anonymous(s: Script) -> User:
    made = await s.post("users", {"authData": {"anonymous": {"id": s.name("phone")}}})
    return User(made.id, made.token, "anonymous")


def file(name: str, url: str | None = None) -> dict[str, Any]:
    return {"__type": "File", "name": name} | ({"url": url} if url else {})


@scenario("7.2/download")
async def a_file_is_read_without_keys(s: Script) -> None:
    name = await stored(s)
    for who in ("nobody", "client", "master", "readonly", "maintenance"):
        await s.get(f"files/test/{name}", as_=who)
    await s.request("HEAD", f"files/test/{name}", as_="nobody")


@scenario("7.2/download")
async def a_file_has_the_type_of_its_extension(s: Script) -> None:
    for name in (
        "a.txt",
        "a.png",
        "a.jpg",
        "a.json",
        "a.css",
        "a.csv",
        "a.mp4",
        "a.zip",
        "a.tar.gz",
        "a.PNG",
        "a.woff2",
        "a.webp",
        "a.md",
        "a.mp3",
    ):
        await s.get(f"files/test/{await stored(s, name)}", as_="nobody")


@scenario("7.2/download")
async def bytes_come_back_as_they_were(s: Script) -> None:
    for content in (b"\x00\x01\xfe\xff", bytes(range(256)) * 40, b"a\r\nb\n"):
        await s.get(f"files/test/{await stored(s, 'a.txt', content)}", as_="nobody")


@scenario("7.2/download")
async def the_url_of_an_upload_leads_to_the_file(s: Script) -> None:
    for name in ("a.txt", "a%20b.txt", "a@b~c.txt"):
        answer = await s.post(f"files/{name}", b"hello", headers=TEXT, as_="master")
        await s.get(answer["url"].removeprefix(s.origin), as_="nobody")


@scenario("7.2/active-types")
async def what_a_browser_would_run_is_only_offered_for_download(s: Script) -> None:
    for name in ("a.html", "a.svg", "a.xml", "a.xhtml", "a.js", "a.pdf"):
        await s.get(f"files/test/{await stored(s, name)}", as_="nobody")


@scenario("7.2/missing")
async def a_missing_file_is_a_text(s: Script) -> None:
    for name in ("none.txt", "0123456789abcdef0123456789abcdef_none.txt", "dir/none.txt", "-a", "metadata"):
        await s.get(f"files/test/{name}", as_="nobody")
    await s.get("files/test/none.txt", as_="master")
    await s.request("HEAD", "files/test/none.txt", as_="nobody")


@scenario("7.2/missing")
async def names_that_lead_elsewhere_are_missing(s: Script) -> None:
    for name in ("..%2F..%2Fconfig.json", "%2e%2e%2fconfig.json", "..%5Cconfig.json", "%2Fetc%2Fpasswd", "a%00.txt"):
        await s.get(f"files/test/{name}", as_="nobody")


@scenario("7.2/unknown-app")
async def an_unknown_app_has_no_files(s: Script) -> None:
    name = await stored(s)
    for app in ("other", "TEST", "__proto__"):
        await s.get(f"files/{app}/{name}", as_="nobody")
        await s.get(f"files/{app}/{name}", as_="master")
    await s.get(f"files/{name}", as_="nobody")
    await s.get("files", as_="nobody")


@scenario("7.2/credentials")
async def a_bad_token_is_refused(s: Script) -> None:
    name, ann = await stored(s), await s.sign_up("ann")
    for token in (ann.token, BAD_TOKEN, "legacy"):
        await s.get(f"files/test/{name}", as_="nobody", headers={"X-Parse-Session-Token": token})
        await s.get(f"files/test/{name}", as_=token)
    await s.get(f"files/test/{name}", as_="nobody", headers={"X-Parse-Master-Key": "wrong"})


@scenario("7.2/credentials", profile="client-keys")
async def a_file_needs_no_client_key(s: Script) -> None:
    name = await stored(s)
    await s.get(f"files/test/{name}", as_="nobody")
    await s.get(f"files/test/{name}", as_="nobody", headers={"X-Parse-Client-Key": "wrong"})


@scenario("7.2/download-settings", profile="closed-files")
async def downloads_can_be_switched_off(s: Script) -> None:
    name = await stored(s)
    callers: list[str | User] = [
        "nobody",
        "client",
        await anonymous(s),
        await s.sign_up("ann"),
        "master",
        "maintenance",
    ]
    for who in callers:
        await s.get(f"files/test/{name}", as_=who)
    await s.get("files/test/none.txt", as_="nobody")
    await s.get(f"files/test/metadata/{name}", as_="nobody")


@scenario("7.2/range")
async def a_range_of_a_file_is_the_whole(s: Script) -> None:
    name = await stored(s)
    for spans in ("bytes=0-1", "bytes=2-", "bytes=-2", "bytes=9-", "nonsense", "bytes=0-0,2-3"):
        await s.get(f"files/test/{name}", as_="nobody", headers={"Range": spans})


@scenario("7.2/metadata")
async def metadata_is_an_object(s: Script) -> None:
    name = await stored(s)
    await s.get(f"files/test/metadata/{name}", as_="nobody")
    await s.get("files/test/metadata/none.txt", as_="nobody")
    await s.get(f"files/other/metadata/{name}", as_="nobody")
    await s.get("files/test/metadata", as_="nobody")


@scenario("7.2/delete")
async def the_master_key_deletes_a_file(s: Script) -> None:
    name = await stored(s)
    await s.delete(f"files/{name}", as_="master")
    await s.get(f"files/test/{name}", as_="nobody")


@scenario("7.2/delete-refused")
async def nobody_else_deletes_a_file(s: Script) -> None:
    name, ann = await stored(s), await s.sign_up("ann")
    callers: list[str | User] = ["nobody", "client", ann, "readonly", "maintenance"]
    for who in callers:
        await s.delete(f"files/{name}", as_=who)
    await s.get(f"files/test/{name}", as_="nobody")


@scenario("7.2/delete-refused")
async def a_missing_file_is_not_deleted(s: Script) -> None:
    for name in ("none.txt", "dir/none.txt", "-a", "..%2F..%2Fconfig.json", "test/none.txt"):
        await s.delete(f"files/{name}", as_="master")
    await s.delete("files", as_="master")


@scenario("7.2/in-objects")
async def an_object_keeps_the_name_of_a_file(s: Script) -> None:
    name = await stored(s)
    made = await s.create("Thing", {"doc": file(name, "https://elsewhere.example/x.txt")})
    await s.get(f"classes/{s.name('Thing')}/{made}")
    await s.get(f"classes/{s.name('Thing')}", params={"where": {"doc": file(name)}})
    await s.get(f"classes/{s.name('Thing')}", params={"where": {"doc": file(name, "https://other.example/")}})
    await s.get(f"classes/{s.name('Thing')}", params={"where": {"doc": file("other.txt")}})


@scenario("7.2/in-objects")
async def files_deep_in_objects_have_urls(s: Script) -> None:
    one = file("a b.txt")
    made = await s.create("Thing", {"list": [one, 1], "map": {"in": {"doc": one}}, "doc": file("dir/a.txt")})
    await s.get(f"classes/{s.name('Thing')}/{made}")
    await s.put(f"classes/{s.name('Thing')}/{made}", {"list": {"__op": "Add", "objects": [file("c.txt")]}})


@scenario("7.2/in-objects")
async def a_file_value_must_have_a_name(s: Script) -> None:
    odd: tuple[Any, ...] = (None, 7, "", {"a": 1})
    for name in odd:
        await s.post(f"classes/{s.name('Thing')}", {"doc": {"__type": "File", "name": name}})
    await s.post(f"classes/{s.name('Thing')}", {"doc": {"__type": "File", "url": "https://a.example/b"}})


@scenario("7.2/in-objects", profile="public-url")
async def urls_of_files_begin_with_the_public_url(s: Script) -> None:
    answer = await s.post("files/a.txt", b"hello", headers=TEXT, as_="master")
    made = await s.create("Thing", {"doc": file(answer["name"])})
    await s.get(f"classes/{s.name('Thing')}/{made}")


@scenario("7.2/url-domains", profile="picky-files")
async def urls_of_files_must_have_an_allowed_host(s: Script) -> None:
    for url in (
        "https://files.example/a.txt",
        "https://a.cdn.example/a.txt",
        "https://a.b.cdn.example/a.txt",
        "https://cdn.example/a.txt",
        "https://other.example/a.txt",
        "https://files.example.evil/a.txt",
        "http://files.example:8080/a.txt",
        "https://FILES.example/a.txt",
    ):
        await s.post(f"classes/{s.name('Thing')}", {"doc": file("a.txt", url)})


@scenario("7.2/url-domains", profile="picky-files")
async def every_url_in_an_object_is_checked(s: Script) -> None:
    bad = file("a.txt", "https://other.example/a.txt")
    for body in ({"list": [bad]}, {"map": {"in": {"doc": bad}}}, {"list": {"__op": "Add", "objects": [bad]}}):
        await s.post(f"classes/{s.name('Thing')}", body)
    made = await s.create("Thing", {"doc": file("a.txt")})
    await s.put(f"classes/{s.name('Thing')}/{made}", {"doc": bad})
    await s.put(f"classes/{s.name('Thing')}/{made}", {"doc": bad}, as_="master")


@scenario("7.2/file-key", profile="open-files")
async def names_of_the_old_service_have_its_urls(s: Script) -> None:
    old = "tfss-01234567-89ab-cdef-0123-456789abcdef-a.txt"
    older = "01234567-89ab-cdef-0123-456789abcdef-a.txt"
    names = (old, older, "a.txt", "tfss-short.txt", "0123-a.txt")
    made = await s.create("Thing", {f"doc{number}": file(name) for number, name in enumerate(names)})
    await s.get(f"classes/{s.name('Thing')}/{made}")
