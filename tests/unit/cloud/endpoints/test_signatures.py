"""Who knows the secret is believed: in the forms of the well-known services, and in no other case."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from parsepy import HttpRequest, hmac_signature

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
SECONDS = str(int(NOW.timestamp()))
BODY = b'{"id": 7}'
SECRET = "it-is-secret"


def digest(message: bytes, algorithm: str = "sha256", secret: str = SECRET) -> bytes:
    return hmac.new(secret.encode(), message, algorithm).digest()


def timed(message: bytes, seconds: str = SECONDS) -> bytes:
    return seconds.encode() + b"." + message


def call(headers: Mapping[str, str], body: bytes = BODY) -> HttpRequest:
    return HttpRequest(method="POST", path="/a", headers={k.lower(): v for k, v in headers.items()}, content=body)


STRIPE = hmac_signature(SECRET, header="Stripe-Signature", tolerance=300)
GITHUB = hmac_signature(SECRET)
SLACK = hmac_signature(
    SECRET, header="X-Slack-Signature", timestamp_header="X-Slack-Request-Timestamp", signed="v0:{timestamp}:{body}"
)
SHOPIFY = hmac_signature(SECRET, header="X-Shopify-Hmac-Sha256")
STANDARD = hmac_signature(
    SECRET,
    header="webhook-signature",
    timestamp_header="webhook-timestamp",
    signed="{webhook-id}.{timestamp}.{body}",
)


def b64(content: bytes) -> str:
    return base64.b64encode(content).decode()


@pytest.mark.parametrize(
    ("rule", "headers"),
    [
        (STRIPE, {"Stripe-Signature": f"t={SECONDS},v1={digest(timed(BODY)).hex()},v0=ffff"}),
        (STRIPE, {"Stripe-Signature": f"t={SECONDS},v1={'0' * 64},v1={digest(timed(BODY)).hex().upper()}"}),
        (GITHUB, {"X-Hub-Signature-256": f"sha256={digest(BODY).hex()}"}),
        (
            SLACK,
            {
                "X-Slack-Signature": f"v0={digest(f'v0:{SECONDS}:'.encode() + BODY).hex()}",
                "X-Slack-Request-Timestamp": SECONDS,
            },
        ),
        (SHOPIFY, {"X-Shopify-Hmac-Sha256": b64(digest(BODY))}),
        (
            STANDARD,
            {
                "webhook-id": "msg_1",
                "webhook-timestamp": SECONDS,
                "webhook-signature": f"v1,{b64(digest(b'x'))} v1,{b64(digest(b'msg_1.' + timed(BODY)))}",
            },
        ),
    ],
    ids=["stripe", "stripe-two", "github", "slack", "shopify", "standard"],
)
def test_the_forms_of_known_services_are_believed_for_their_body_alone(rule: Any, headers: dict[str, str]) -> None:
    assert rule.refusal(call(headers), NOW) is None
    assert rule.refusal(call(headers, BODY + b" "), NOW) is not None
    assert rule.refusal(call({}), NOW) is not None


@pytest.mark.parametrize(
    "given",
    [
        "",
        "sha256=",
        "sha256=" + "0" * 64,
        "sha256=" + "x" * 64,
        "ü" * 64,
        digest(BODY, secret="another").hex(),
        digest(BODY).hex()[:-2],
        "," * 5000 + "=",
    ],
    ids=["empty", "no-value", "zeros", "no-hex", "no-ascii", "other-secret", "short", "many"],
)
def test_other_signatures_are_not_believed(given: str) -> None:
    assert GITHUB.refusal(call({"X-Hub-Signature-256": given}), NOW) is not None


def test_only_the_first_of_many_signatures_are_looked_at() -> None:
    given = ",".join(["0" * 64] * 40 + [digest(BODY).hex()])

    assert GITHUB.refusal(call({"X-Hub-Signature-256": given}), NOW) is not None


@pytest.mark.parametrize(
    ("age", "is_good"), [(-299, True), (299, True), (300, True), (301, False), (-301, False), (86400, False)]
)
def test_a_message_is_good_for_some_minutes_only(age: int, is_good: bool) -> None:
    at = str(int(NOW.timestamp()) - age)
    headers = {"Stripe-Signature": f"t={at},v1={digest(timed(BODY, at)).hex()}"}

    assert (STRIPE.refusal(call(headers), NOW) is None) is is_good


def test_a_new_time_does_not_renew_an_old_signature() -> None:
    old = str(int(NOW.timestamp()) - 86400)
    signature = digest(timed(BODY, old)).hex()

    assert STRIPE.refusal(call({"Stripe-Signature": f"t={SECONDS},v1={signature}"}), NOW) is not None
    assert STRIPE.refusal(call({"Stripe-Signature": f"t={SECONDS},t={old},v1={signature}"}), NOW) is not None


def test_a_signed_message_is_not_taken_for_another_with_the_time_in_its_body() -> None:
    headers = {"Stripe-Signature": f"v1={digest(timed(BODY)).hex()}"}

    assert STRIPE.refusal(call(headers, timed(BODY)), NOW) is not None


@pytest.mark.parametrize("stamp", ["", "x", "-1", "1e9", "٣", "9" * 40])
def test_a_time_that_is_no_number_is_refused(stamp: str) -> None:
    headers = {"Stripe-Signature": f"t={stamp},v1={digest(stamp.encode() + b'.' + BODY).hex()}"}

    assert STRIPE.refusal(call(headers), NOW) is not None


def test_while_one_secret_replaces_another_both_are_good() -> None:
    rule = hmac_signature(["new", SECRET])

    for secret in ("new", SECRET):
        headers = {"X-Hub-Signature-256": digest(BODY, secret=secret).hex()}
        assert rule.refusal(call(headers), NOW) is None


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "sha384", "sha512"])
def test_algorithms_may_be_chosen(algorithm: Any) -> None:
    rule = hmac_signature(SECRET, header="X-Signature", algorithm=algorithm)
    other = "sha1" if algorithm == "sha256" else "sha256"

    assert rule.refusal(call({"X-Signature": digest(BODY, algorithm).hex()}), NOW) is None
    assert rule.refusal(call({"X-Signature": b64(digest(BODY, algorithm)).rstrip("=")}), NOW) is None
    assert rule.refusal(call({"X-Signature": digest(BODY, other).hex()}), NOW) is not None


@pytest.mark.parametrize(
    "arguments",
    [
        {"secret": ""},
        {"secret": []},
        {"secret": ["a", b""]},
        {"algorithm": "md5"},
        {"tolerance": 0},
        {"tolerance": timedelta(seconds=-1)},
        {"signed": "{timestamp}"},
        {"signed": "{}{body}"},
        {"signed": "{body"},
        {"signed": "{body}", "tolerance": 60},
    ],
    ids=str,
)
def test_rules_that_protect_nothing_are_refused(arguments: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        hmac_signature(**{"secret": "s", **arguments})


def test_neither_the_secret_nor_the_signature_is_ever_shown() -> None:
    signature = hashlib.sha256(b"x").hexdigest()
    told = STRIPE.refusal(call({"Stripe-Signature": f"t=1,v1={signature}"}), NOW) or ""

    assert SECRET not in repr(STRIPE) + told
    assert signature not in told
