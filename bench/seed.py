"""The rows that are read and changed: the same on every server."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp

from bench.load import Contender

SCORES, POSTS, AUTHORS = 1000, 200, 50
AT_ONCE = 50
HEADERS = {"X-Parse-Application-Id": "test", "X-Parse-Master-Key": "master"}


async def seed(contender: Contender) -> None:
    """Store the rows, write the ids of the scores to the contender's file, and make the classes that creates go to."""
    async with aiohttp.ClientSession(headers=HEADERS) as session:
        stored = Stored(session, contender.server.url)
        level = {"name": "one", "n": 1}
        score = {"player": "Ann", "cheat": False, "tags": ["a", "b"], "level": level}
        ids = await stored.create("Score", [{**score, "score": n} for n in range(SCORES)])
        authors = await stored.create("Author", [{"name": f"Author {n}", "level": level} for n in range(AUTHORS)])
        pointers = [{"__type": "Pointer", "className": "Author", "objectId": each} for each in authors]
        posts = [{"title": f"Post {n}", "likes": n, "author": pointers[n % AUTHORS]} for n in range(POSTS)]
        await stored.create("Post", posts)
        for class_name in ("Made", "Hooked"):
            await stored.create(class_name, [{"player": "Ann", "score": 1, "cheat": False, "tags": []}])
        await asyncio.to_thread(contender.ids.write_text, "\n".join(ids) + "\n")


class Stored:
    """Stores rows on one server."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self._url = url

    async def create(self, class_name: str, rows: list[dict[str, Any]]) -> list[str]:
        """The ids of the new rows, in their order."""
        ids: list[str] = []
        path = f"/parse/classes/{class_name}"
        for start in range(0, len(rows), AT_ONCE):
            requests = [{"method": "POST", "path": path, "body": row} for row in rows[start : start + AT_ONCE]]
            async with self._session.post(f"{self._url}/batch", json={"requests": requests}) as answer:
                ids += [entry["success"]["objectId"] for entry in await answer.json()]
        return ids
