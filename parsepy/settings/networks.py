"""Internet addresses: who may use a key, and whose word about the client's address is taken."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from parsepy.settings.kinds import Kind, read_any_list, read_json, read_number
from parsepy.settings.mistakes import InvalidError

Network = IPv4Network | IPv6Network

# The addresses that stand for a whole family, as in Parse Server.
_WHOLE_FAMILY = {"0.0.0.0": "0.0.0.0/0", "::": "::/0", "::0": "::/0"}  # noqa: S104

_LONGEST_ADDRESS = 64

_NAMED = {
    "loopback": ("127.0.0.0/8", "::1/128"),
    "linklocal": ("169.254.0.0/16", "fe80::/10"),
    "uniquelocal": ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"),
}


def network(text: object) -> Network:
    """An address or range; `0.0.0.0` and `::` mean every address of their family, and of no other."""
    if not isinstance(text, str):
        raise InvalidError("must be a list of IP addresses", 'Write it as ["10.0.0.1", "10.1.0.0/16"]')
    cleaned = text.strip()
    try:
        return ip_network(_WHOLE_FAMILY.get(cleaned, cleaned), strict=False)
    except ValueError as exc:
        raise InvalidError(
            f'contains "{cleaned}", which is no IP address',
            "Use addresses or ranges, for example 10.0.0.1 or 10.1.0.0/16",
        ) from exc


def networks(*texts: str) -> tuple[Network, ...]:
    """Several of them, for example as the default of an option."""
    return tuple(network(text) for text in texts)


def _read_networks(value: object) -> tuple[Network, ...]:
    return tuple(network(entry) for entry in read_any_list(value))


def permits(allowed: Iterable[Network], address: str) -> bool:
    """Whether the client's address is in one of the networks; what is no address never is."""
    found = _address(address)
    return found is not None and any(found in net for net in allowed if net.version == found.version)


# The same few clients send most requests, and reading an address takes as long as finding a route.
@lru_cache(maxsize=4096)
def _address(text: str) -> IPv4Address | IPv6Address | None:
    """The address without its zone; an IPv4 address that arrived on an IPv6 socket counts as IPv4."""
    try:
        found = ip_address(text.strip().partition("%")[0])
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found


def client_of(address: str) -> str:
    """What counts as one client: an IPv4 address, the network of an IPv6 one (its owner has 2^64); else the text, cut."""
    found = _address(address)
    if found is None:
        return address[:_LONGEST_ADDRESS]
    return str(found) if found.version == 4 else str(IPv6Network((found, 64), strict=False))


@dataclass(frozen=True)
class TrustProxy:
    """Which proxies in front may tell the client's address in X-Forwarded-For; by default none."""

    everyone: bool = False
    hops: int = 0
    networks: tuple[Network, ...] = ()

    def client_ip(self, peer: str, forwarded_for: str = "") -> str:
        """The address of the client, given the socket's `peer` and the header.

        Goes from the nearest proxy outwards for as long as the address reached is trusted.
        An entry that is no address is returned as it stands: no list of networks permits it.
        """
        reached = peer
        claims = reversed(forwarded_for.split(",")) if forwarded_for.strip() else ()
        for hop, claimed in enumerate(claims):
            if not self._trusts(reached, hop):
                break
            reached = claimed.strip()
        return reached

    def _trusts(self, address: str, hop: int) -> bool:
        return self.everyone or hop < self.hops or permits(self.networks, address)


def _trusted(name: object) -> tuple[Network, ...]:
    if isinstance(name, str) and name.strip() in _NAMED:
        return networks(*_NAMED[name.strip()])
    return (network(name),)


def _read_trust_proxy(value: object) -> TrustProxy:
    match value:
        case bool():
            return TrustProxy(everyone=value)
        case int() | float():
            return _hops(value)
        case str() if value.strip().lower() in {"true", "false"}:
            return TrustProxy(everyone=value.strip().lower() == "true")
        case str() if value.strip().isdecimal():
            return _hops(value)
        case str() if value.strip()[:1] in {"[", '"'}:
            return _read_trust_proxy(read_json(value))
        case str() | list():
            return TrustProxy(networks=tuple(net for entry in read_any_list(value) for net in _trusted(entry)))
    raise InvalidError(
        "must be true, false, a number of proxies or a list of addresses", 'Write for example ["loopback"]'
    )


def _hops(value: object) -> TrustProxy:
    hops = read_number(value)
    if hops < 0:
        raise InvalidError("must not be negative", "Write how many proxies stand in front, for example 1")
    return TrustProxy(hops=hops)


NETWORKS = Kind("list of IPs", _read_networks)
TRUST_PROXY = Kind("bool, number or list", _read_trust_proxy)
