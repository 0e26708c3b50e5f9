"""Signed calls over HTTP, several apps, and what stands in the log."""

from __future__ import annotations

import hashlib
import hmac
import io
import logging
from datetime import timedelta
from typing import Any

import pytest

from parsepy import Cloud, HttpRequest, ParseObject, hmac_signature
from parsepy.app import door, running, with_cloud
from parsepy.logs import Console, TextForm
from parsepy.settings import Settings
from parsepy.testing.clock import FakeClock
from parsepy.web.access_log import AccessLog
from tests.unit.cloud.endpoints.sites import APP, MASTER, SETTINGS, serving
from tests.unit.web.sites import site

BASE = "/parse/endpoints"
SECRET = "whsec-4711-hush"
BODY = b'{"id": "evt_1"}'


def signed(clock: FakeClock, body: bytes = BODY, secret: str = SECRET) -> dict[str, str]:
    """The header that Stripe would send now."""
    at = int(clock.now().timestamp())
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return {"Stripe-Signature": f"t={at},v1={digest}"}


def payments(seen: list[Any]) -> Cloud:
    cloud = Cloud()

    @cloud.route("POST", "/stripe", verify=hmac_signature(SECRET, header="Stripe-Signature", tolerance=300))
    async def paid(request: HttpRequest) -> None:
        seen.append(request.json())
        await ParseObject("Payment", event=request.json()["id"]).save(use_master_key=True)

    @cloud.route("POST", "/crash")
    async def crash(request: HttpRequest) -> None:
        raise RuntimeError("the endpoint crashed")

    return cloud


async def test_a_signed_call_is_taken_and_its_replay_is_refused_later() -> None:
    clock, seen = FakeClock(), list[Any]()
    async with serving(payments(seen), clock=clock) as client:
        headers = signed(clock)
        async with client.post(f"{BASE}/stripe", data=BODY, headers=headers) as answer:
            assert answer.status == 204
        await clock.advance(timedelta(seconds=301))
        async with client.post(f"{BASE}/stripe", data=BODY, headers=headers) as answer:
            assert (answer.status, await answer.json()) == (403, {"error": "unauthorized"})
        async with client.get("/parse/classes/Payment", headers=MASTER) as answer:
            assert [row["event"] for row in (await answer.json())["results"]] == ["evt_1"]


@pytest.mark.parametrize("kind", ["none", "other-body", "other-secret", "empty", "master"])
async def test_a_wrong_signature_is_refused_before_any_code_runs(kind: str) -> None:
    clock, seen = FakeClock(), list[Any]()
    headers = {
        "none": {},
        "other-body": signed(clock, b"{}"),
        "other-secret": signed(clock, secret="x"),
        "empty": {"Stripe-Signature": ""},
        "master": MASTER,
    }[kind]
    async with (
        serving(payments(seen), clock=clock) as client,
        client.post(f"{BASE}/stripe", data=BODY, headers=headers) as answer,
    ):
        assert (answer.status, await answer.json()) == (403, {"error": "unauthorized"})
    assert seen == []


async def test_the_log_tells_why_a_call_was_refused_and_no_secret() -> None:
    clock, stream = FakeClock(), io.StringIO()
    out = Console(stream, logging.INFO, TextForm())
    logging.getLogger("parsepy").addHandler(out)
    bad = signed(clock, secret="x")
    async with serving(payments([]), clock=clock, log=AccessLog([out])) as client:
        for headers in (
            {},
            bad,
            signed(clock),
            {**APP, "X-Parse-Master-Key": "hush-4711"},
            {"X-Parse-Session-Token": "r:hush-4711"},
        ):
            for path in ("stripe", "crash", "stripe/none"):
                await client.post(f"{BASE}/{path}?token=hush-4711", data=BODY, headers=headers)
    logging.getLogger("parsepy").removeHandler(out)
    out.flush()
    told = stream.getvalue()

    assert "the header Stripe-Signature with the signature is missing" in told
    assert "Stripe-Signature holds no signature of this body" in told
    assert "RuntimeError: the endpoint crashed" in told
    assert [text for text in ("hush", "evt_1", bad["Stripe-Signature"][-64:]) if text in told] == []


async def test_of_several_apps_the_first_that_has_the_endpoint_answers_unless_one_is_named() -> None:
    def named(name: str, *paths: str) -> Cloud:
        cloud = Cloud()
        for path in paths:
            cloud.route("GET", path)(lambda request: name)
        return cloud

    async with (
        running(Settings(**SETTINGS), named("one", "/both")) as one,
        running(Settings(**{**SETTINGS, "app_id": "other"}), named("two", "/both", "/second")) as two,
        site(door([one, two])) as client,
    ):
        for path, app, expected in (
            ("both", "", "one"),
            ("second", "", "two"),
            ("both", "other", "two"),
            ("second", "test", None),
        ):
            headers = {"X-Parse-Application-Id": app} if app else {}
            async with client.get(f"{BASE}/{path}", headers=headers) as answer:
                assert (await answer.text() if answer.status == 200 else None) == expected


async def test_new_cloud_code_brings_its_endpoints() -> None:
    old, new = Cloud(), Cloud()
    old.route("GET", "/old")(lambda request: "old")
    new.route("GET", "/new")(lambda request: "new")
    async with running(Settings(**SETTINGS), old) as app:
        way_in = door([app])
        reopened = door([with_cloud(app, new)])

    assert way_in.default.endpoints.match("GET", "/endpoints/old") is not None
    assert reopened.default.endpoints.match("GET", "/endpoints/old") is None
    assert reopened.default.endpoints.match("GET", "/endpoints/new") is not None
