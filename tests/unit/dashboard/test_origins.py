"""Who is on this computer, who came through which proxy, and who is answered."""

from __future__ import annotations

from dataclasses import replace

import pytest

from parsepy.dashboard.config import Dashboard
from parsepy.dashboard.origins import (
    Refused,
    is_from_other_site,
    is_own_name,
    names_other_host,
    origin_of,
    refusal,
)
from parsepy.settings import TrustProxy, networks
from tests.unit.dashboard.visiting import ANN, APP, HOST, visit

OPEN = Dashboard((APP,))
GUARDED = Dashboard((APP,), (ANN,))
NOBODY = TrustProxy()
PROXY = TrustProxy(networks=networks("10.0.0.0/8"))
ELSEWHERE = "198.51.100.7"


@pytest.mark.parametrize(
    "host",
    ["localhost", "localhost:1337", "LOCALHOST", "app.localhost:80", "127.0.0.1", "127.8.8.8:1", "[::1]", "[::1]:1337"],
)
def test_names_of_this_computer_are_known(host: str) -> None:
    assert is_own_name(host)


@pytest.mark.parametrize(
    "host",
    [
        "",
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "evillocalhost",
        "192.168.0.1",
        "[::2]",
        "localhost:1337@evil.example",
        "localhost:abc",
        "0.0.0.0",
        "::1:",
        "[::1",
        "localhost.",
    ],
)
def test_other_names_are_not_those_of_this_computer(host: str) -> None:
    assert not is_own_name(host)


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1"])
def test_without_users_this_computer_is_answered(peer: str) -> None:
    assert refusal(OPEN, origin_of(visit(peer=peer), NOBODY)) is None


@pytest.mark.parametrize("peer", [ELSEWHERE, "10.0.0.1", "::2", "", "unix:"])
def test_without_users_no_other_computer_is_answered(peer: str) -> None:
    assert refusal(OPEN, origin_of(visit(peer=peer), NOBODY)) is Refused.NEEDS_USERS


@pytest.mark.parametrize("host", ["", "evil.example", "192.168.0.1:1337"])
def test_without_users_a_foreign_name_for_this_computer_is_refused(host: str) -> None:
    assert refusal(OPEN, origin_of(visit(headers={"Host": host}), NOBODY)) is Refused.NEEDS_USERS


@pytest.mark.parametrize(
    "name",
    [
        "X-Forwarded-For",
        "x-forwarded-host",
        "X-Forwarded-Proto",
        "X-Forwarded-Anything",
        "Forwarded",
        "Via",
        "X-Real-IP",
        "CF-Connecting-IP",
        "True-Client-IP",
        "X-Original-Host",
    ],
)
@pytest.mark.parametrize("trust", [NOBODY, TrustProxy(everyone=True), TrustProxy(hops=1)], ids=["none", "all", "one"])
def test_without_users_nothing_that_a_proxy_passed_on_is_answered(name: str, trust: TrustProxy) -> None:
    origin = origin_of(visit(headers={name: "127.0.0.1"}), trust)

    assert refusal(OPEN, origin) is Refused.NEEDS_USERS


def test_without_users_the_http_version_of_proxies_is_refused() -> None:
    origin = origin_of(replace(visit(), is_http_1_0=True), NOBODY)

    assert refusal(OPEN, origin) is Refused.NEEDS_USERS


def test_for_developers_everybody_is_answered() -> None:
    assert refusal(replace(OPEN, is_dev=True), origin_of(visit(peer=ELSEWHERE), NOBODY)) is None


def test_users_on_this_computer_need_no_tls() -> None:
    assert refusal(GUARDED, origin_of(visit(), NOBODY)) is None


def test_users_from_elsewhere_need_tls() -> None:
    origin = origin_of(visit(peer=ELSEWHERE), NOBODY)

    assert refusal(GUARDED, origin) is Refused.NEEDS_HTTPS


def test_users_from_elsewhere_are_answered_over_tls() -> None:
    assert refusal(GUARDED, origin_of(replace(visit(peer=ELSEWHERE), is_tls=True), NOBODY)) is None


def test_users_from_elsewhere_need_no_tls_where_that_is_allowed() -> None:
    allowing = replace(GUARDED, allows_insecure_http=True)

    assert refusal(allowing, origin_of(visit(peer=ELSEWHERE), NOBODY)) is None


def test_a_stranger_who_claims_to_speak_tls_is_not_believed() -> None:
    origin = origin_of(visit(peer=ELSEWHERE, headers={"X-Forwarded-Proto": "https"}), PROXY)

    assert refusal(GUARDED, origin) is Refused.NEEDS_HTTPS


def test_a_trusted_proxy_tells_client_scheme_and_host() -> None:
    headers = {"X-Forwarded-For": ELSEWHERE, "X-Forwarded-Proto": "https", "X-Forwarded-Host": "dash.example"}

    origin = origin_of(visit(peer="10.0.0.1", headers=headers), PROXY)

    assert (origin.client, origin.url, origin.is_through_proxy) == (ELSEWHERE, "https://dash.example", True)


def test_a_proxy_that_is_not_trusted_tells_nothing() -> None:
    headers = {"X-Forwarded-For": "127.0.0.1", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "dash.example"}

    origin = origin_of(visit(peer=ELSEWHERE, headers=headers), PROXY)

    assert (origin.client, origin.url, origin.is_through_proxy) == (ELSEWHERE, f"http://{HOST}", False)


@pytest.mark.parametrize("site", ["cross-site", "same-site", "made-up"])
def test_browsers_tell_of_other_sites(site: str) -> None:
    assert is_from_other_site(visit(headers={"Sec-Fetch-Site": site}))


@pytest.mark.parametrize("site", ["", "none", "same-origin"])
def test_the_own_pages_are_no_other_site(site: str) -> None:
    assert not is_from_other_site(visit(headers={"Sec-Fetch-Site": site}))


@pytest.mark.parametrize("name", ["Origin", "Referer"])
@pytest.mark.parametrize(
    "page", ["https://evil.example", "null", "http://localhost:9999", "http://[::1", "about:blank"]
)
def test_a_page_with_another_host_is_noticed(name: str, page: str) -> None:
    asked = visit(headers={name: page})

    assert names_other_host(asked, origin_of(asked, NOBODY))


def test_a_page_with_the_same_host_is_the_own() -> None:
    asked = visit(headers={"Origin": f"http://{HOST}", "Referer": f"http://{HOST.upper()}/dashboard/apps"})

    assert not names_other_host(asked, origin_of(asked, NOBODY))
