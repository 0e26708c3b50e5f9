"""Somebody with a browser who writes down what a dashboard answers, in words that are the same for both."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

import aiohttp
from yarl import URL

Answers = dict[str, dict[str, Any]]


class Visitor:
    """Sends requests below a mount, keeps cookies, follows no redirect. `answers` is what was answered, by label."""

    def __init__(self, session: aiohttp.ClientSession, origin: str, mount: str) -> None:
        self._session = session
        self._root = origin + mount.rstrip("/") + "/"
        self._token = ""
        self.answers: Answers = {}

    async def get(
        self, path: str, *, method: str = "GET", label: str = "", headers: Mapping[str, str] | None = None
    ) -> None:
        """Ask for a page."""
        url = URL(self._root + path, encoded=True)
        async with self._session.request(method, url, allow_redirects=False, headers=headers) as answer:
            await self._write(label or f"{method} {path}", answer)

    async def post(
        self,
        path: str,
        fields: Mapping[str, str],
        *,
        label: str,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Post a form with the token of the page seen last, unless another is given."""
        form = {**fields, "_csrf": self._token if token is None else token}
        async with self._session.post(self._root + path, data=form, allow_redirects=False, headers=headers) as answer:
            await self._write(label, answer)

    async def log_in(self, name: str, password: str, *, label: str, **more: str) -> None:
        """Open the log-in page and send it off."""
        await self.get("login", label=f"{label}: the page")
        await self.post("login", {"username": name, "password": password, **more}, label=label)

    async def _write(self, label: str, answer: aiohttp.ClientResponse) -> None:
        assert label not in self.answers
        text = (await answer.read()).decode()
        told: dict[str, Any] = {"status": answer.status}
        if "Location" in answer.headers:
            told["location"] = answer.headers["Location"]
        else:
            told |= {"type": answer.content_type, "body": self._body(answer.content_type, text)}
        if "username" in answer.headers:
            told["username"] = answer.headers["username"]
        self.answers[label] = told

    def _body(self, type_: str, text: str) -> Any:
        if type_ == "application/json" and text:
            return json.loads(text)
        if "<script" not in text:
            return text
        page = PageReader.read(text)
        self._token = page.pop("token")
        return {**page, "has_token": len(self._token) > 16}


class PageReader(HTMLParser):
    """What the scripts of the dashboard find in the page they run in."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, Any] = {"places": [], "scripts": [], "settings": {}, "token": ""}
        self._in = ""

    @classmethod
    def read(cls, text: str) -> dict[str, Any]:
        """The facts by name."""
        reader = cls()
        reader.feed(text)
        return reader.found

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._in = given.get("id") or tag
        match tag:
            case "base" | "link":
                self.found[tag] = given["href"]
            case "div":
                self.found["places"].append(given["id"])
            case "script" if "src" in given:
                self.found["scripts"].append(given["src"])

    def handle_endtag(self, tag: str) -> None:
        self._in = ""

    def handle_data(self, data: str) -> None:
        match self._in:
            case "csrf":
                self.found["token"] = json.loads(data)
            case "login_errors":
                self.found["errors"] = json.loads(data) if "{" in data else {"text": data.strip()}
            case "title":
                self.found["title"] = data
            case "script":
                self.found["settings"] |= dict(re.findall(r"(\w+) = (.*);", data))
