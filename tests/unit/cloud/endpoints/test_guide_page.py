"""The page on endpoints: its calls are answered as printed."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import shlex
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from parsepy.cloud import loader
from tests.unit.cloud.endpoints.sites import MASTER, serving

PAGE = (Path(__file__).parents[4] / "docs/cloud/endpoints.md").read_text()
CODE = "\n\n".join(re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL))
CALLS = re.findall(r"^((?:printf .* \| )?curl .*)\n# (\d+) ?(.*)$", PAGE, re.MULTILINE)
ORIGIN = "http://localhost:1337"
SECRET = "whsec_of_the_test"


@pytest.fixture
async def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[aiohttp.ClientSession]:
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setenv("STRIPE_SECRET", SECRET)
    (tmp_path / "endpoints_page.py").write_text(CODE)
    async with serving(loader.load(str(tmp_path / "endpoints_page.py"))) as found:
        yield found


async def curl(client: aiohttp.ClientSession, command: str) -> tuple[int, str]:
    """Do what the command line says; knows headers, bodies, and a text that is piped in."""
    piped, _, called = command.rpartition(" | ")
    _, *words, url = shlex.split(called)
    options = list(zip(words[::2], words[1::2], strict=True))
    headers = dict(value.split(": ") for name, value in options if name == "-H")
    pieces = [value for name, value in options if name in {"-d", "--data-binary"}]
    if pieces and "Content-Type" not in headers:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    text = shlex.split(piped)[1].replace("\\n", "\n") if piped else "&".join(pieces)
    body = text.encode() if pieces else None
    method = "POST" if pieces else "GET"
    async with client.request(
        method, url.removeprefix(ORIGIN), headers=headers, data=body, allow_redirects=False
    ) as answer:
        return answer.status, await answer.text()


async def test_the_calls_of_the_page_are_answered_as_printed(client: aiohttp.ClientSession) -> None:
    assert len(CALLS) >= 9
    for command, status, printed in CALLS:
        got = await curl(client, command)
        assert (command, got[0]) == (command, int(status))
        if printed.startswith("{"):
            assert (command, json.loads(got[1])) == (command, json.loads(printed))
        elif printed:
            assert got[1].splitlines()[0] == printed


async def test_the_signed_endpoint_of_the_page_takes_what_stripe_sends(client: aiohttp.ClientSession) -> None:
    body = b'{"id": "evt_1", "type": "checkout.session.completed"}'
    at = str(int(time.time()))
    signature = hmac.new(SECRET.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    for headers, status in (({"Stripe-Signature": f"t={at},v1={signature}"}, 204), ({}, 403)):
        async with client.post("/parse/endpoints/stripe", data=body, headers=headers) as answer:
            assert answer.status == status
    async with client.get("/parse/classes/Payment", headers=MASTER) as answer:
        assert len((await answer.json())["results"]) == 1


@pytest.mark.parametrize("rule", re.findall(r"`(hmac_signature\(.*?\))` \|", PAGE))
def test_the_rules_of_the_page_are_rules(rule: str) -> None:
    names = "from base64 import b64decode\nfrom parsepy import hmac_signature\nsecret = 'whsec_MDEy'\n"
    found: dict[str, Any] = {}
    exec(f"{names}rule = {rule}", found)

    assert found["rule"].secrets
