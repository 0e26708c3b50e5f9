"""7.1 Uploading files: who may, and what is refused."""

from __future__ import annotations

import base64
from typing import Any

from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script, User

TEXT = {"Content-Type": "text/plain"}
HELLO = base64.b64encode(b"hello").decode()


async def anonymous(s: Script) -> User:
    made = await s.post("users", {"authData": {"anonymous": {"id": s.name("phone")}}})
    return User(made.id, made.token, "anonymous")


async def named(s: Script, *names: str, **how: Any) -> None:
    """Try to upload files of these names."""
    for name in names:
        await s.post(f"files/{name}", b"text", headers=TEXT, **how)


async def typed(s: Script, name: str, *kinds: str, **how: Any) -> None:
    """Try to upload a file as of these content types."""
    for kind in kinds:
        await s.post(f"files/{name}", b"text", headers={"Content-Type": kind}, **how)


async def into(s: Script, directory: Any, **how: Any) -> None:
    """Try to upload a file into a directory, by envelope."""
    body = {
        "_ApplicationId": "test",
        "base64": HELLO,
        "_ContentType": "text/plain",
        "fileData": {"directory": directory},
    }
    await s.post("files/a.txt", {**body, **how}, headers=TEXT, as_="nobody")


@scenario("7.1/who")
async def users_and_the_master_key_upload_by_default(s: Script) -> None:
    callers: list[str | User] = ["client", await s.sign_up("ann"), await anonymous(s), "master", "maintenance"]
    for who in callers:
        await named(s, "a.txt", as_=who)


@scenario("7.1/who", profile="open-files")
async def all_upload_where_it_is_allowed(s: Script) -> None:
    callers: list[str | User] = ["client", await s.sign_up("ann"), await anonymous(s), "master"]
    for who in callers:
        await named(s, "a.txt", as_=who)


@scenario("7.1/who", profile="closed-files")
async def users_are_kept_from_uploading(s: Script) -> None:
    callers: list[str | User] = ["client", await s.sign_up("ann"), await anonymous(s), "master", "maintenance"]
    for who in callers:
        await named(s, "a.txt", as_=who)


@scenario("7.1/who", profile="closed-files")
async def an_anonymous_user_with_an_account_is_still_anonymous(s: Script) -> None:
    phone = await anonymous(s)
    account = {"username": s.name("ann"), "password": "secret"}
    changed = await s.put(f"users/{phone.id}", account, as_=phone)
    await named(s, "a.txt", as_=changed.token)
    await s.put(f"users/{phone.id}", {"authData": {"anonymous": None}}, as_=changed.token)
    await named(s, "a.txt", as_=changed.token)


@scenario("7.1/who")
async def who_may_upload_is_told_before_the_name(s: Script) -> None:
    await named(s, "-a.txt", "a.html")
    await s.post("files/a.txt", b"", headers=TEXT)


@scenario("7.1/read-only", profile="open-files")
async def the_read_only_key_uploads_nothing(s: Script) -> None:
    await named(s, "a.txt", "-a.txt", as_="readonly")


@scenario("7.1/read-only", profile="detailed")
async def the_detailed_text_tells_about_the_read_only_key(s: Script) -> None:
    await named(s, "a.txt", as_="readonly")
    await s.delete("files/a.txt", as_="readonly")
    await s.delete("files/a.txt")


@scenario("7.1/name", profile="open-files")
async def names_of_odd_letters_are_refused(s: Script) -> None:
    await named(
        s,
        "-a.txt",
        ".a.txt",
        "~a.txt",
        "@a.txt",
        "a%24.txt",
        "a%26b.txt",
        "j%C3%B6rg.txt",
        "a%0A.txt",
        "a%00.txt",
        "a(1).txt",
        "a,b.txt",
        "a'b.txt",
        "a%22b.txt",
        "%20a.txt",
        "a%5Cb.txt",
        "a%3Ab.txt",
    )


@scenario("7.1/name", profile="open-files")
async def names_that_lead_elsewhere_are_refused(s: Script) -> None:
    await named(s, "..%2Fa.txt", "a%2Fb.txt", "%2Fa.txt", "a%2F..%2Fb.txt")
    await s.post("files/dir/a.txt", {"a": 1})


@scenario("7.1/name", profile="open-files")
async def long_names_are_refused(s: Script) -> None:
    await named(s, "a" * 124 + ".txt", "a" * 125 + ".txt", "a" * 300 + ".txt")


@scenario("7.1/name", profile="open-files")
async def the_master_key_names_files_by_the_same_rules(s: Script) -> None:
    await named(s, "-a.txt", "a%24.txt", "a" * 129, as_="master")


@scenario("7.1/extension", profile="open-files")
async def markup_is_refused_by_its_extension(s: Script) -> None:
    await named(s, "a.html", "a.htm", "a.HTML", "a.shtml", "a.xhtml", "a.svg", "a.xml", "a.xht", "a.svgz", "a.mht")


@scenario("7.1/extension", profile="open-files")
async def other_extensions_are_allowed(s: Script) -> None:
    await named(s, "a.txt", "a.png", "a.js", "a.html.txt", "a.unknown", "a.exe", "a.htmlx", "a.")


@scenario("7.1/extension", profile="open-files")
async def markup_is_refused_in_other_spellings(s: Script) -> None:
    await named(s, "a.html%20", "a.txt.html", "a.html.", "a.%20html", "a..html")


@scenario("7.1/extension", profile="open-files")
async def markup_is_refused_in_an_envelope(s: Script) -> None:
    for name, kind in (("a.html", "text/plain"), ("a", "text/html"), ("a.txt", "text/html"), ("a", "image/svg+xml")):
        body = {"_ApplicationId": "test", "base64": HELLO, "_ContentType": kind}
        await s.post(f"files/{name}", body, headers=TEXT, as_="nobody")


@scenario("7.1/extension-settings", profile="picky-files")
async def extensions_match_patterns(s: Script) -> None:
    await named(s, "a.png", "a.txt", "a.PNG", "a.xy", "a.Xyyy", "a.xyz", "a.jpg", "a.html")
    await typed(s, "a", "image/png", "text/plain", "image/jpeg", "text/html", "application/xyy")


@scenario("7.1/extension-settings", profile="any-extension")
async def every_extension_can_be_allowed(s: Script) -> None:
    await named(s, "a.html", "a.svg", "a.unknown", "a")
    await typed(s, "a", "text/html", "image/svg+xml", "nonsense")


@scenario("7.1/content-type", profile="open-files")
async def without_an_extension_the_type_decides(s: Script) -> None:
    await typed(
        s,
        "a",
        "text/html",
        "text/html; charset=utf-8",
        "TEXT/HTML",
        "image/svg+xml",
        "application/xhtml+xml",
        "text/xml",
        "application/xml",
        "text/plain",
        "image/png",
        "application/rss+xml",
    )
    await typed(s, "a.unknown", "text/html", "image/svg+xml", "text/plain")


@scenario("7.1/content-type", profile="open-files")
async def a_known_extension_decides_whatever_the_type(s: Script) -> None:
    await typed(s, "a.txt", "text/html", "image/svg+xml", "nonsense", "image/png")
    await typed(s, "a.png", "text/html")


@scenario("7.1/content-type", profile="open-files")
async def a_content_type_must_be_one(s: Script) -> None:
    await typed(
        s, "a", "nonsense", "text/", "/plain", "text", "text/pl ain", "text/plain/more", "text/<b>", "a/b;c", " "
    )
    await typed(s, "a.unknown", "nonsense", "text/", "/plain")


@scenario("7.1/extension-master", profile="open-files")
async def the_master_key_uploads_any_extension(s: Script) -> None:
    await named(s, "a.html", "a.svg", as_="master")
    await typed(s, "a", "text/html", as_="master")
    await named(s, "a.html", as_="maintenance")


@scenario("7.1/directory", profile="open-files")
async def a_directory_is_for_the_master_key(s: Script) -> None:
    await into(s, "mine")
    await into(s, "mine", _MasterKey="master")
    await into(s, "mine/more", _MasterKey="master")
    stream = {**TEXT, "X-Parse-Upload-Mode": "stream", "X-Parse-File-Directory": "mine"}
    await s.post("files/a.txt", b"text", headers=stream)
    made = await s.post("files/a.txt", b"text", headers=stream, as_="master")
    await s.get(f"files/test/{made['name']}")


@scenario("7.1/directory", profile="open-files")
async def a_directory_has_a_form(s: Script) -> None:
    odd: tuple[Any, ...] = (
        "",
        "..",
        "a/..",
        "/a",
        "a/",
        "a//b",
        "metadata",
        "metadata/a",
        "a/metadata",
        "-a",
        "a b",
        "a.b",
        "jörg",
        "a" * 257,
        7,
        ["a"],
        {"a": 1},
        None,
        True,
    )
    for directory in odd:
        await into(s, directory, _MasterKey="master")


@scenario("7.1/keywords", profile="open-files")
async def denied_keywords_are_refused_in_details(s: Script) -> None:
    body = {"_ApplicationId": "test", "base64": HELLO, "_ContentType": "text/plain"}
    for details in (
        {"metadata": {"_bsontype": "x"}},
        {"metadata": {"a": {"_bsontype": "Code"}}},
        {"tags": {"_bsontype": "x"}},
        {"metadata": {"_bsontype": "Code"}},
        {"tags": {"a": {"_bsontype": "Code"}}},
    ):
        await s.post("files/a.txt", {**body, "fileData": details}, headers=TEXT, as_="nobody")


@scenario("7.1/keywords", profile="detailed")
async def own_keywords_are_refused_in_details_too(s: Script) -> None:
    body = {"_ApplicationId": "test", "base64": HELLO, "_ContentType": "text/plain", "_MasterKey": "master"}
    for details in (
        {"metadata": {"forbiddenKey": 1}},
        {"tags": {"forbiddenKey": 1}},
        {"metadata": {"a": "forbidden value"}},
    ):
        await s.post("files/a.txt", {**body, "fileData": details}, headers=TEXT, as_="nobody")
