"""The keys of an app: which power a caller's key gives, from which addresses, and whether a client may call."""

from __future__ import annotations

from hmac import compare_digest

from parsepy.api.envelope.credentials import Credentials
from parsepy.api.refusals import RefusalError, forbidden_address, unauthorized
from parsepy.model.principal import Level
from parsepy.settings import Network, Settings, permits

CLIENT_KEYS = {
    "client_key": ("clientKey", "X-Parse-Client-Key"),
    "javascript_key": ("javascriptKey", "X-Parse-Javascript-Key"),
    "dot_net_key": ("dotNetKey", "X-Parse-Windows-Key"),
    "rest_api_key": ("restAPIKey", "X-Parse-REST-API-Key"),
}


class Keys:
    """Compares keys, in constant time, with those of one app's settings."""

    def __init__(self, settings: Settings) -> None:
        self._master = _key(settings.master_key)
        self._read_only = _key(settings.read_only_master_key)
        self._maintenance = _key(settings.maintenance_key)
        self._master_ips = settings.master_key_ips
        self._read_only_ips = settings.read_only_master_key_ips
        self._maintenance_ips = settings.maintenance_key_ips
        configured = {name: getattr(settings, name) for name in CLIENT_KEYS}
        self._client_keys = {name: key.encode() for name, key in configured.items() if key is not None}

    def level(self, shown: Credentials, ip: str) -> Level:
        """The power that the keys give; a wrong key gives none. Raises RefusalError 403 for a right key from a wrong address."""
        if _matches(self._maintenance, shown.maintenance_key):
            _admit(ip, self._maintenance_ips, "maintenanceKeyIps")
            return Level.MAINTENANCE
        if shown.master_key is None:
            return Level.USER
        if _matches(self._master, shown.master_key):
            _admit(ip, self._master_ips, "masterKeyIps")
            return Level.MASTER
        if _matches(self._read_only, shown.master_key):
            _admit(ip, self._read_only_ips, "readOnlyMasterKeyIps")
            return Level.READ_ONLY_MASTER
        return Level.USER

    def is_master_key(self, key: str) -> bool:
        """Whether it is the (full) master key, from wherever it came."""
        return _matches(self._master, key)

    def refusal_of_client(self, shown: Credentials) -> RefusalError | None:
        """Why a client without one of the server's keys may not call, if it may not."""
        if not self._client_keys:
            return None
        for name, key in self._client_keys.items():
            if _matches(key, getattr(shown, name)):
                return None
        wanted = " or ".join(f"{CLIENT_KEYS[name][1]} ({CLIENT_KEYS[name][0]})" for name in self._client_keys)
        return unauthorized(f"no matching client key was sent; send {wanted}")


def _key(text: str | None) -> bytes | None:
    return text.encode() if text else None


def _matches(expected: bytes | None, shown: str | None) -> bool:
    return expected is not None and shown is not None and compare_digest(expected, shown.encode(errors="replace"))


def _admit(ip: str, allowed: tuple[Network, ...], option: str) -> None:
    if not permits(allowed, ip):
        where = ip or "this address"
        raise forbidden_address(f"the key is right, but {where} is not in {option}; add it there to allow it")
