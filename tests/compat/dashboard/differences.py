"""Where ours answers otherwise than the original, and why. All else is the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.compat.dashboard.scenarios import CONFIG

ANY = "*"


@dataclass(frozen=True)
class Difference:
    """What ours answers in place of the original's answer; only the keys named here are told."""

    reason: str
    ours: Mapping[str, Any]


NO_METHOD = Difference(
    "A method that no page has is answered so, instead of with Express's page about a missing route.", {"status": 405}
)
NO_ICON = Difference("An icon that is not there is missing; it is no page, and asks nobody to log in.", {"status": 404})
NOT_LOCAL = Difference(
    "Without users nobody from elsewhere gets anything; the original hands out its pages and withholds the keys.",
    {"status": 403},
)
NO_TLS = Difference(
    "No log-in page over a connection that others can read; the original shows it and withholds the keys.",
    {"status": 403},
)
REFUSED_AS_SUCH = "What is refused has the status of a refusal; the text is the original's."
WHOLE_PATH = "A query and encoded letters survive the log-in; the original's link cuts them off, or decodes them twice."

DIFFERENCES: Mapping[tuple[str, str], Difference] = {
    (ANY, "PUT apps"): NO_METHOD,
    (ANY, "DELETE login"): NO_METHOD,
    (ANY, "GET appicons/nothing.png"): NO_ICON,
    ("strangers", "GET apps/first/browser/Score?filters=%5B%5D&x=1"): Difference(
        WHOLE_PATH,
        {"location": "/dashboard/login?redirect=/apps/first/browser/Score%3Ffilters%3D%255B%255D%26x%3D1"},
    ),
    ("strangers", "GET apps/my%20app/browser"): Difference(
        WHOLE_PATH, {"location": "/dashboard/login?redirect=/apps/my%2520app/browser"}
    ),
    ("agent", "another token"): Difference(
        "The same text as for the log-in; the original shows where in its code it happened.",
        {"status": 403, "body": "CSRF token validation failed. Please refresh the page and try again."},
    ),
    ("elsewhere, without users", "GET "): NOT_LOCAL,
    ("elsewhere, without users", "GET login"): NOT_LOCAL,
    ("elsewhere, without users", f"GET {CONFIG}"): Difference(
        f"{REFUSED_AS_SUCH} That there are no users comes first: HTTPS alone would not help.",
        {"status": 403, "body": {"success": False, "error": "Configure a user to access Parse Dashboard remotely"}},
    ),
    ("elsewhere, over http", "GET "): NO_TLS,
    ("elsewhere, over http", "GET login"): NO_TLS,
    ("elsewhere, over http", f"GET {CONFIG}"): Difference(
        REFUSED_AS_SUCH,
        {"status": 403, "body": {"success": False, "error": "Parse Dashboard can only be remotely accessed via HTTPS"}},
    ),
    ("elsewhere, through a proxy", "over http"): Difference(
        REFUSED_AS_SUCH,
        {"status": 403, "body": {"success": False, "error": "Parse Dashboard can only be remotely accessed via HTTPS"}},
    ),
}


def difference(scenario: str, label: str) -> Difference | None:
    """The one that is known there."""
    return DIFFERENCES.get((scenario, label)) or DIFFERENCES.get((ANY, label))


def as_ours(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """An answer of the original without what ours never tells anybody: `readOnlyMasterKey`, which no page reads.

    It also asks npm's registry what is new in other versions, which is not compared.
    """
    body = answer.get("body")
    if not isinstance(body, dict) or "apps" not in body:
        return answer
    apps = [{name: value for name, value in app.items() if name != "readOnlyMasterKey"} for app in body["apps"]]
    return {**answer, "body": {**body, "apps": apps, "newFeaturesInLatestVersion": []}}
