"""What visitors do on both dashboards."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pyotp

from tests.compat.dashboard.sides import Setup
from tests.compat.dashboard.visitor import Visitor

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
HASHED = "$2b$10$hSda9omDwL97tt7KFcO2BeEGu7D6o8C4FxkzKJ.NnacHstsiJ36lC"
FIRST: Mapping[str, Any] = {
    "appId": "first",
    "masterKey": "master one",
    "readOnlyMasterKey": "reading one",
    "serverURL": "http://localhost:1337/parse",
    "appName": "The <first>",
    "javascriptKey": "js",
    "production": True,
    "columnPreference": {"Score": [{"name": "points", "visible": True}]},
}
SECOND: Mapping[str, Any] = {
    "appId": "second",
    "masterKey": "master two",
    "readOnlyMasterKey": "reading two",
    "serverURL": "https://second.example/1",
}
ANN: Mapping[str, Any] = {"user": "ann", "pass": "secret"}
OPEN = Setup({"apps": [FIRST, SECOND]})
OPEN_BELOW = Setup({"apps": [FIRST], "enableResourceCache": True}, mount="/dashboard")
GUARDED = Setup(
    {
        "apps": [FIRST, SECOND],
        "users": [
            ANN,
            {"user": "bob", "pass": "secret", "readOnly": True},
            {"user": "cyd", "pass": "secret", "apps": [{"appId": "second"}]},
            {"user": "dan", "pass": "secret", "apps": [{"appId": "first", "readOnly": True}, {"appId": "second"}]},
            {"user": "eve", "pass": "secret", "mfa": SECRET},
            {"user": "fay", "pass": "secret", "mfa": SECRET, "mfaDigits": 8, "mfaAlgorithm": "SHA256", "mfaPeriod": 60},
        ],
    },
    mount="/dashboard",
)
HASHES = Setup({"apps": [FIRST], "users": [{"user": "ann", "pass": HASHED}], "useEncryptedPasswords": True})
CONFIG = "parse-dashboard-config.json"
PAGES = (
    "",
    "apps",
    "apps/first/browser/Score?filters=%5B%5D&x=1",
    "apps/my%20app/browser",
    "apps/first/migrations",
    "apps/first/dashboard_ajax/available_devices",
    "bundles/nothing.js",
    "appicons/nothing.png",
    CONFIG,
    "login",
    "login?redirect=/apps/first",
    "login?redirect=apps/first",
    "login?redirect=//elsewhere.example",
    "login?redirect=https://elsewhere.example/apps",
    "login?redirect=%2Fapps%2Ffirst%3Fx%3D1",
    "logout",
)


@dataclass(frozen=True)
class Scenario:
    """What is done with a setup. `host` is where the visitor comes from: this computer, or an address elsewhere."""

    setup: Setup
    act: Callable[[Visitor], Awaitable[None]]
    is_elsewhere: bool = False


async def look_around(visitor: Visitor) -> None:
    """Ask for every kind of page."""
    for page in PAGES:
        await visitor.get(page)
    await visitor.get("apps", method="HEAD")
    await visitor.get("apps", method="PUT")
    await visitor.get("login", method="DELETE")


async def look_at_pages(visitor: Visitor) -> None:
    """Ask for a few pages, as somebody from elsewhere."""
    await visitor.get("")
    await visitor.get("login")
    await visitor.get(CONFIG)


async def come_through_proxy(visitor: Visitor) -> None:
    """Ask as a proxy does for somebody elsewhere."""
    headers = {"X-Forwarded-For": "198.51.100.7", "X-Forwarded-Proto": "https"}
    await visitor.get(CONFIG, headers=headers, label="over https")
    await visitor.get(CONFIG, headers={**headers, "X-Forwarded-Proto": "http"}, label="over http")


async def log_in_and_out(visitor: Visitor) -> None:
    """Be wrong, be right, look around, leave."""
    await visitor.log_in("ann", "wrong", label="wrong password")
    await visitor.get("login", label="the reason is said")
    await visitor.get("login", label="and said once")
    await visitor.log_in("nobody", "secret", label="unknown user")
    await visitor.log_in("", "", label="nothing typed")
    await visitor.log_in("ann", "secret", label="right")
    for page in PAGES:
        await visitor.get(page)
    await visitor.get(CONFIG, label="after the log-out")


async def fail_csrf(visitor: Visitor) -> None:
    """Post what no page of theirs sent."""
    right = {"username": "ann", "password": "secret"}
    await visitor.post("login", right, token="made up", label="no session")
    await visitor.get("login", label="the page")
    await visitor.post("login", right, token="made up", label="another token")
    await visitor.post("login", right, token="", label="no token")
    await visitor.post("login", right, token="made up", headers={"Accept": "application/json"}, label="as JSON")
    await visitor.post(
        "login", right, token="made up", headers={"X-Requested-With": "XMLHttpRequest"}, label="asked by a script"
    )
    await visitor.get(CONFIG, label="still a stranger")


async def be_led_on(visitor: Visitor) -> None:
    """Log in from pages that lead on."""
    for wanted in ("/apps/first", "apps/first?x=1", "//elsewhere.example", "https://elsewhere.example", "/"):
        await visitor.log_in("ann", "secret", redirect=wanted, label=f"to {wanted}")
        await visitor.get("logout", label=f"back from {wanted}")
    await visitor.log_in("ann", "wrong", redirect="/apps/first", label="wrong, to a page")
    await visitor.log_in("ann", "wrong", redirect="//elsewhere.example", label="wrong, to elsewhere")


def see_apps(name: str) -> Callable[[Visitor], Awaitable[None]]:
    """Log in as that user and ask for the apps."""

    async def act(visitor: Visitor) -> None:
        await visitor.log_in(name, "secret", label="right")
        await visitor.get("apps")
        await visitor.get(CONFIG)

    return act


def use_codes(name: str, codes: pyotp.TOTP) -> Callable[[Visitor], Awaitable[None]]:
    """Log in with and without a one-time code."""

    async def act(visitor: Visitor) -> None:
        await visitor.log_in(name, "wrong", otpCode=codes.now(), label="wrong password")
        await visitor.log_in(name, "secret", label="no code")
        await visitor.get("login", label="it is asked for")
        await visitor.log_in(name, "secret", otpCode="000000", label="wrong code")
        await visitor.get("login", label="it was wrong")
        await visitor.log_in(name, "secret", otpCode=codes.now(), label="right code")
        await visitor.get(CONFIG)

    return act


async def ask_agent(visitor: Visitor) -> None:
    """Ask for what no dashboard without configuration for it has."""
    question = {"message": "hello", "modelName": "m"}
    await visitor.post("apps/first/agent", question, label="as a stranger")
    await visitor.log_in("ann", "secret", label="right")
    await visitor.post("apps/first/agent", question, token="made up", label="another token")
    await visitor.get("apps")
    await visitor.post("apps/first/agent", question, label="with the token")


SCENARIOS: Mapping[str, Scenario] = {
    "without users": Scenario(OPEN, look_around),
    "without users, below a path": Scenario(OPEN_BELOW, look_around),
    "strangers": Scenario(GUARDED, look_around),
    "log-in": Scenario(GUARDED, log_in_and_out),
    "log-in with hashed passwords": Scenario(HASHES, log_in_and_out),
    "csrf": Scenario(GUARDED, fail_csrf),
    "redirects": Scenario(GUARDED, be_led_on),
    "all apps": Scenario(GUARDED, see_apps("ann")),
    "read-only user": Scenario(GUARDED, see_apps("bob")),
    "user of one app": Scenario(GUARDED, see_apps("cyd")),
    "user who reads one app": Scenario(GUARDED, see_apps("dan")),
    "codes": Scenario(GUARDED, use_codes("eve", pyotp.TOTP(SECRET))),
    "longer codes": Scenario(
        GUARDED, use_codes("fay", pyotp.TOTP(SECRET, digits=8, digest=hashlib.sha256, interval=60))
    ),
    "agent": Scenario(GUARDED, ask_agent),
    "elsewhere, without users": Scenario(OPEN, look_at_pages, is_elsewhere=True),
    "elsewhere, over http": Scenario(GUARDED, look_at_pages, is_elsewhere=True),
    "elsewhere, http allowed": Scenario(
        Setup(GUARDED.config, {"allowInsecureHTTP": ""}, "/dashboard"), look_at_pages, is_elsewhere=True
    ),
    "elsewhere, through a proxy": Scenario(
        Setup(GUARDED.config, {"trustProxy": ""}, "/dashboard"), come_through_proxy, is_elsewhere=True
    ),
    "elsewhere, for developers": Scenario(Setup(OPEN.config, {"dev": ""}), look_at_pages, is_elsewhere=True),
}
