"""Mails of cloud code: where they go, and what is told of those that cannot be sent."""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from textwrap import indent
from typing import Any

import pytest

from parsepy import Cloud, FunctionRequest, send_email
from parsepy.adapters.mail.base import MailError
from parsepy.adapters.mail.memory import MemoryMailer
from parsepy.app import door
from parsepy.cloud import loader
from parsepy.model.mail import Mail
from parsepy.testing import Client, TestServer

PAGE = Path(__file__).parents[3] / "docs/cloud/mail.md"
HELLO = {"to": "ann@example.com", "subject": "Hello", "text": "Hello Ann."}


@asynccontextmanager
async def mailing(adapter: str | None) -> AsyncIterator[Client]:
    """A server whose function `mail` sends what it is given."""
    cloud = Cloud()

    @cloud.define("mail")
    async def mail(request: FunctionRequest) -> str:
        await send_email(**request.params)
        return "sent"

    async with TestServer(cloud, options={"emailAdapter": adapter}) as server:
        yield server.client


async def test_a_mail_goes_to_the_adapter() -> None:
    async with mailing("memory") as client:
        answer = await client.post("/functions/mail", {**HELLO, "sender": "me@example.com", "html": "<p>"})
        mailer = client.app.mailer
        assert isinstance(mailer, MemoryMailer)

    assert answer.body == {"result": "sent"}
    assert list(mailer.sent) == [Mail(("ann@example.com",), "Hello", "Hello Ann.", "<p>", "me@example.com")]


async def test_the_console_adapter_shows_it(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    async with mailing("console") as client:
        await client.post("/functions/mail", HELLO)

    assert "To: ann@example.com\nSubject: Hello" in caplog.text


@pytest.mark.parametrize("adapter", [None, "smtp"])
async def test_without_an_adapter_an_error_is_logged_and_the_code_goes_on(
    adapter: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    async with mailing(adapter) as client:
        answer = await client.post("/functions/mail", HELLO)

    assert answer.body == {"result": "sent"}
    assert "Failed to send email because no mail adapter is configured for Parse Server." in caplog.text
    assert "ann@example.com" not in caplog.text


@pytest.mark.parametrize(("changed", "code"), [({"to": "nobody"}, 125), ({"text": ""}, 141)])
async def test_what_is_no_mail_is_an_error(changed: dict[str, Any], code: int) -> None:
    async with mailing("memory") as client:
        answer = await client.post("/functions/mail", {**HELLO, **changed})

    assert answer.code == code


async def test_why_a_mail_did_not_leave_is_not_for_clients() -> None:
    class Broken:
        async def send(self, mail: Mail) -> None:
            raise MailError("the password of the mail server is wrong")

    async with mailing("memory") as client:
        broken = replace(client, door=door([replace(client.app, mailer=Broken())]))
        answer = await broken.post("/functions/mail", HELLO)

    assert answer.body == {"code": 141, "error": "The mail could not be sent."}


async def test_the_example_for_tests_in_the_guide_holds(tmp_path: Path) -> None:
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    (tmp_path / "mail_page.py").write_text(blocks[0])
    body = blocks[-1].removeprefix("# not run\n")
    scope: dict[str, Any] = {"TestServer": TestServer, "cloud": loader.load(str(tmp_path / "mail_page.py"))}

    exec(f"async def example():\n{indent(body, '    ')}", scope)

    assert await scope["example"]() is None


def test_the_registry_sends_too() -> None:
    assert Cloud().send_email is send_email
