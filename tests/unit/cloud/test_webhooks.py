"""Functions and triggers on another server: signatures, failures, retries, and what other processes registered."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import orjson
import pytest

from parsepy import ConnectRequest, LiveClient, ParseError, Query, SubscribeRequest, Trigger
from parsepy.adapters.webhooks.base import Reply, WebhookError
from parsepy.adapters.webhooks.http import HttpWebhooks
from parsepy.system import webhook_table, webhooks
from tests.compat.differential.endpoint import endpoint
from tests.inprocess import Client, started


@dataclass
class Scripted:
    """Webhooks whose answers are given: a reply, or an error to be raised."""

    answers: list[Reply | WebhookError]
    sent: list[tuple[str, bytes, Mapping[str, str]]] = field(default_factory=list)
    spent: asyncio.Event = field(default_factory=asyncio.Event)

    async def open(self) -> None:
        """Nothing to open."""

    async def close(self) -> None:
        """Nothing to close."""

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        """The next answer."""
        self.sent.append((url, body, headers))
        answer = self.answers.pop(0)
        if not self.answers:
            self.spent.set()
        if isinstance(answer, WebhookError):
            raise answer
        return answer


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[Client]:
    async with started({"webhookKey": "secret"}, folder=tmp_path) as found:
        yield found


async def register(client: Client, url: str, **hook: str) -> None:
    kind = "functions" if "functionName" in hook else "triggers"
    assert (await client.as_("master").post(f"/hooks/{kind}", {"url": url, **hook})).status == 200


async def test_calls_are_signed(client: Client) -> None:
    async with endpoint({"/f": {"success": 1}}) as point:
        await register(client, f"{point.url}/f", functionName="f")
        assert (await client.post("/functions/f", {"a": 1})).body == {"result": 1}

    body = b'{"a":1}'
    signed = webhooks.signature("secret", body, client.app.now())
    seconds = signed.removeprefix("t=").split(",")[0]
    expected = hmac.new(b"secret", f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
    assert (signed, point.calls[0]["key"]) == (f"t={seconds},v1={expected}", "secret")


async def test_another_server_that_fails_is_an_error_of_the_function(client: Client) -> None:
    async with endpoint({"/f": (500, "oops")}) as point:
        await register(client, f"{point.url}/f", functionName="f")
        refused = await client.post("/functions/f")
    gone = await client.post("/functions/f")

    assert (refused.code, refused.body["error"]) == (141, "The webhook failed: it answered with HTTP 500")
    assert (gone.code, gone.status) == (141, 400)


async def test_a_slow_server_is_not_waited_for() -> None:
    ended = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()
        await writer.wait_closed()
        ended.set()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    sender = HttpWebhooks(seconds=0.1)
    with pytest.raises(WebhookError, match=r"no answer within 0\.1 seconds"):
        await sender.post(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/", b"{}", {})
    await sender.close()
    await ended.wait()
    server.close()


async def test_redirects_are_not_followed(client: Client) -> None:
    async with endpoint({"/f": (302, "elsewhere")}) as point:
        await register(client, f"{point.url}/f", functionName="f")
        assert (await client.post("/functions/f")).body == {}
    assert len(point.calls) == 1


async def test_a_trigger_after_a_save_is_told_again(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhooks, "RETRY_SECONDS", (0.0, 0.0))
    sender = Scripted([WebhookError("down"), WebhookError("down"), Reply(200, b"{}")])
    object.__setattr__(client.app, "webhooks", sender)
    await register(client, "http://hooks.example/a", className="Score", triggerName="afterSave")
    assert (await client.post("/classes/Score", {"n": 1})).status == 201
    await sender.spent.wait()

    assert [orjson.loads(body)["object"]["n"] for _, body, _ in sender.sent] == [1, 1, 1]


async def test_a_registered_function_stands_before_that_of_cloud_code_until_it_is_taken_out(client: Client) -> None:
    client.app.cloud.define("f")(lambda request: "own")
    async with endpoint({"/f": {"success": "far"}}) as point:
        await register(client, f"{point.url}/f", functionName="f")
        assert (await client.post("/functions/f")).body == {"result": "far"}
    await client.as_("master").put("/hooks/functions/f", {"__op": "Delete"})
    assert (await client.post("/functions/f")).body == {"result": "own"}


async def test_hooks_are_there_after_a_restart_and_for_other_processes(tmp_path: Path) -> None:
    options = {"databaseURI": f"sqlite:///{tmp_path}/data.db"}
    async with started(options, folder=tmp_path) as one, started(options, folder=tmp_path) as other:
        await register(one, "http://hooks.example/f", functionName="f")
        assert other.app.function("f") is None
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(webhook_table.refreshing(other.app, 0.01), 0.5)
        assert other.app.function("f") is not None
    async with started(options, folder=tmp_path) as again:
        assert again.app.function("f") is not None


async def test_triggers_of_live_queries_may_be_on_another_server(client: Client) -> None:
    query = Query("Score").equal_to("a", 1)
    request = SubscribeRequest(query=query, request_id=4, session_token="r:1")
    async with endpoint({"/t": {"error": "No."}}) as point:
        await register(client, f"{point.url}/t", className="Score", triggerName="beforeSubscribe")
        hook = client.app.hook(Trigger.BEFORE_SUBSCRIBE, "Score")
        assert hook is not None
        with pytest.raises(ParseError, match=r"No\."):
            await hook.function(request)

    told = webhooks.told(ConnectRequest(client=LiveClient("c1"), session_token="r:1"))
    assert webhooks.told(request)["query"] == {"where": {"a": 1}}
    assert (told["event"], told["sessionToken"], "client" in told) == ("connect", "r:1", False)


async def test_what_only_listens_is_no_webhook(client: Client) -> None:
    hook = {"className": "Score", "triggerName": "onLiveQueryEvent", "url": "http://127.0.0.1/"}
    answer = await client.as_("master").post("/hooks/triggers", hook)

    assert answer.code == 143
