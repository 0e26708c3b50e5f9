"""The page at `/`."""

from __future__ import annotations

from parsepy.web.start_page import render
from tests.unit.web.sites import site


async def test_the_page_shows_where_the_api_is_and_no_key() -> None:
    async with site() as client, client.get("/") as answer:
        page = await answer.text()

        assert answer.status == 200
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert f"Parse.serverURL = 'http://127.0.0.1:{answer.url.port}/parse'" in page
        assert "YOUR_APPLICATION_ID" in page
        assert "master" not in page.lower()


def test_the_page_needs_nothing_from_elsewhere() -> None:
    page = render("/parse", "http://here").decode()

    assert "<script" not in page
    assert "src=" not in page


def test_the_name_that_a_browser_sends_cannot_break_the_page() -> None:
    assert b"<b>" not in render("/parse", "http://<b>")
