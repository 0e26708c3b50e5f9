"""Where a visit comes from, as far as it can be believed, and whether it may be answered at all."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from parsepy.dashboard.config import Dashboard
from parsepy.dashboard.visits import Visit
from parsepy.settings import TrustProxy

LOCAL_NAME = "localhost"
PASSED_ON = frozenset(
    {"forwarded", "via", "x-real-ip", "true-client-ip", "x-client-ip", "x-cluster-client-ip", "client-ip"}
)
"""Headers that say that somebody passed the request on; and all that begin as one of PASSED_ON_PREFIXES."""
PASSED_ON_PREFIXES = ("x-forwarded", "x-original-", "cf-", "fastly-", "x-envoy-", "x-amzn-")


class Refused(StrEnum):
    """Why a visit is not answered, in the words of the original."""

    NEEDS_USERS = "Configure a user to access Parse Dashboard remotely"
    NEEDS_HTTPS = "Parse Dashboard can only be remotely accessed via HTTPS"


@dataclass(frozen=True, slots=True)
class Origin:
    """Who asks, and under which address. `client` is an IP address; `host` is name and port as the browser has them."""

    client: str
    scheme: str
    host: str
    is_local: bool
    is_through_proxy: bool

    @property
    def url(self) -> str:
        """Scheme and host."""
        return f"{self.scheme}://{self.host}"

    @property
    def is_secure(self) -> bool:
        """Whether the browser came over TLS."""
        return self.scheme == "https"


def origin_of(visit: Visit, trust: TrustProxy) -> Origin:
    """Where the visit comes from. What the headers say of it counts if a trusted proxy sent them."""
    headers = visit.headers
    # The address that nobody has shows whether the peer is believed at all.
    is_trusted = trust.client_ip(visit.peer, "0.0.0.0") != visit.peer  # noqa: S104
    client = trust.client_ip(visit.peer, headers.get("X-Forwarded-For", ""))
    host = headers.get("Host", "")
    scheme = "https" if visit.is_tls else "http"
    if is_trusted:
        scheme = _first(headers, "X-Forwarded-Proto").lower() or scheme
        host = _first(headers, "X-Forwarded-Host") or host
    return Origin(
        client=client,
        scheme="https" if scheme == "https" else "http",
        host=host,
        is_local=is_loopback(client) and is_loopback(visit.peer) and is_own_name(host) and not was_passed_on(visit),
        is_through_proxy=is_trusted and was_passed_on(visit),
    )


def refusal(dashboard: Dashboard, origin: Origin) -> Refused | None:
    """Why a visit from there is not answered; None if it is."""
    if origin.is_local or dashboard.is_dev:
        return None
    if not dashboard.users:
        return Refused.NEEDS_USERS
    return None if origin.is_secure or dashboard.allows_insecure_http else Refused.NEEDS_HTTPS


def is_from_other_site(visit: Visit) -> bool:
    """Whether the browser says that a page of another origin asks."""
    return visit.headers.get("Sec-Fetch-Site", "none") not in {"none", "same-origin"}


def names_other_host(visit: Visit, origin: Origin) -> bool:
    """Whether the page that asks has another host than the one asked: a proxy stands between that says nothing of it."""
    told = (visit.headers.get(name) for name in ("Origin", "Referer"))
    return any(page is not None and _host_of(page) != origin.host.lower() for page in told)


def is_loopback(address: str) -> bool:
    """Whether that IP address is this computer's own."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return (mapped or found).is_loopback


def is_own_name(host: str) -> bool:
    """Whether a Host header names this computer, so that no name of somebody else's leads here."""
    name, port = _split(host.lower())
    if port and not (port.isascii() and port.isdecimal()):
        return False
    if name == LOCAL_NAME or name.endswith(f".{LOCAL_NAME}"):
        return True
    is_bracketed = name.startswith("[") and name.endswith("]")
    return is_loopback(name[1:-1]) if is_bracketed else ":" not in name and is_loopback(name)


def was_passed_on(visit: Visit) -> bool:
    """Whether a proxy of any kind left its mark."""
    names = {name.lower() for name in visit.headers}
    is_marked = not names.isdisjoint(PASSED_ON) or any(name.startswith(PASSED_ON_PREFIXES) for name in names)
    return is_marked or visit.is_http_1_0


def _host_of(page: str) -> str:
    """Name and port in a URL; empty if there are none."""
    try:
        return urlsplit(page).netloc.lower()
    except ValueError:
        return ""


def _split(host: str) -> tuple[str, str]:
    name, colon, port = host.rpartition(":")
    if not colon or port.endswith("]"):
        return host, ""
    return name, port


def _first(headers: Mapping[str, str], name: str) -> str:
    """What the nearest proxy to the client wrote: the first of a list."""
    return headers.get(name, "").split(",")[0].strip()
