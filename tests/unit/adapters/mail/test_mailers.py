"""The mailers that are there: one for developers, one for tests."""

from __future__ import annotations

import logging

import pytest

from parsepy.adapters.mail.console import ConsoleMailer
from parsepy.adapters.mail.memory import MemoryMailer
from parsepy.model.mail import Mail


async def test_the_console_shows_the_mail(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)

    await ConsoleMailer().send(
        Mail(("ann@example.com", "bob@example.com"), "Hello", "Hello you.", sender="me@example.com")
    )
    await ConsoleMailer().send(Mail(("ann@example.com",), "Hello", html="<p>Hello</p>"))

    assert [record.getMessage() for record in caplog.records] == [
        "mail\nFrom: me@example.com\nTo: ann@example.com, bob@example.com\nSubject: Hello\n\nHello you.",
        "mail\nTo: ann@example.com\nSubject: Hello\n\n<p>Hello</p>",
    ]


async def test_memory_keeps_the_newest_mails() -> None:
    mailer = MemoryMailer(most=2)
    for number in range(3):
        await mailer.send(Mail(("ann@example.com",), f"Number {number}", "text"))

    assert [mail.subject for mail in mailer.sent] == ["Number 1", "Number 2"]
