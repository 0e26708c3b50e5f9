"""The small value types of Parse as cloud code sees them: places, areas and access lists."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from parsepy.model import geo
from parsepy.model.principal import PUBLIC


class Encodable(ABC):
    """A value that knows its form in REST JSON."""

    @abstractmethod
    def encoded(self, *, full: bool = False, seen: frozenset[tuple[str, str]] = frozenset()) -> Any:
        """The REST form. `full` writes objects out instead of pointing to them; `seen` names those being written."""


@dataclass(frozen=True, slots=True)
class GeoPoint(Encodable):
    """A place on earth, in degrees."""

    latitude: float
    longitude: float

    def radians_to(self, other: GeoPoint) -> float:
        """The angle between two places as seen from the centre of the earth."""
        return geo.distance((self.latitude, self.longitude), (other.latitude, other.longitude))

    def kilometers_to(self, other: GeoPoint) -> float:
        """The distance along the earth's surface."""
        return self.radians_to(other) * geo.KILOMETERS_PER_RADIAN

    def miles_to(self, other: GeoPoint) -> float:
        """The distance along the earth's surface."""
        return self.radians_to(other) * geo.MILES_PER_RADIAN

    def encoded(self, *, full: bool = False, seen: frozenset[tuple[str, str]] = frozenset()) -> Any:
        return {"__type": "GeoPoint", "latitude": self.latitude, "longitude": self.longitude}


@dataclass(frozen=True, slots=True)
class Polygon(Encodable):
    """An area by its corners, (latitude, longitude) each."""

    coordinates: tuple[tuple[float, float], ...]

    def contains_point(self, point: GeoPoint) -> bool:
        """Whether the place lies in the area or on its edge."""
        return geo.in_polygon((point.latitude, point.longitude), self.coordinates)

    def encoded(self, *, full: bool = False, seen: frozenset[tuple[str, str]] = frozenset()) -> Any:
        return {"__type": "Polygon", "coordinates": [list(corner) for corner in self.coordinates]}


class ACL(Encodable):
    """Who may read and write one object. Whom it does not name may do neither; `ACL()` leaves only the master key.

    People are named by their id, by a `User`, by `role:Name` or a `Role`, and by `*` for everybody.
    """

    def __init__(self, permissions: Mapping[str, Mapping[str, bool]] | None = None) -> None:
        self._readers = _holders(permissions or {}, "read")
        self._writers = _holders(permissions or {}, "write")

    @classmethod
    def only(cls, *who: Any) -> ACL:
        """An ACL that lets exactly these read and write."""
        acl = cls()
        for each in who:
            acl.allow_read(each)
            acl.allow_write(each)
        return acl

    def allow_read(self, who: Any, allowed: bool = True) -> None:
        """Grant reading, or take it away with `allowed=False`."""
        (self._readers.add if allowed else self._readers.discard)(_key(who))

    def allow_write(self, who: Any, allowed: bool = True) -> None:
        """Grant writing, or take it away with `allowed=False`."""
        (self._writers.add if allowed else self._writers.discard)(_key(who))

    def may_read(self, who: Any) -> bool:
        """Whether the entry of exactly this name grants reading."""
        return _key(who) in self._readers

    def may_write(self, who: Any) -> bool:
        """Whether the entry of exactly this name grants writing."""
        return _key(who) in self._writers

    set_read_access = allow_read
    set_write_access = allow_write
    get_read_access = may_read
    get_write_access = may_write

    @property
    def public_read(self) -> bool:
        """Whether everybody may read."""
        return PUBLIC in self._readers

    @public_read.setter
    def public_read(self, allowed: bool) -> None:
        self.allow_read(PUBLIC, allowed)

    @property
    def public_write(self) -> bool:
        """Whether everybody may write."""
        return PUBLIC in self._writers

    @public_write.setter
    def public_write(self, allowed: bool) -> None:
        self.allow_write(PUBLIC, allowed)

    def to_json(self) -> dict[str, dict[str, bool]]:
        """The REST form: only what is granted is in it."""
        granted: dict[str, dict[str, bool]] = {}
        for name in sorted(self._readers | self._writers):
            granted[name] = {
                action: True
                for action, holders in (("read", self._readers), ("write", self._writers))
                if name in holders
            }
        return granted

    def encoded(self, *, full: bool = False, seen: frozenset[tuple[str, str]] = frozenset()) -> Any:
        return self.to_json()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ACL) and self.to_json() == other.to_json()

    __hash__ = None  # type: ignore[assignment]  # it changes

    def __repr__(self) -> str:
        return f"ACL({self.to_json()!r})"


def _holders(permissions: Mapping[str, Mapping[str, bool]], action: str) -> set[str]:
    return {name for name, granted in permissions.items() if granted.get(action)}


def _key(who: Any) -> str:
    """The ACL's name for somebody. Raises TypeError for anything that is neither a name nor a saved object."""
    name = who if isinstance(who, str) else getattr(who, "acl_name", None) or getattr(who, "id", None)
    if not isinstance(name, str) or not name:
        raise TypeError(f"an ACL names people by id, by a saved user or by role:Name, not by {who!r}")
    return name


def corners(pairs: Iterable[Iterable[float]]) -> tuple[tuple[float, float], ...]:
    """Corners of a polygon from nested lists."""
    return tuple((latitude, longitude) for latitude, longitude in pairs)
