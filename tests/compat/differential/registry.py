"""Scenarios: how one is declared, and where they are found."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Awaitable, Callable, Collection, Iterator
from dataclasses import dataclass

from tests.compat.differential import scenarios
from tests.compat.differential.script import Script
from tests.compat.servers import Store

Steps = Callable[[Script], Awaitable[None]]


@dataclass(frozen=True)
class Scenario:
    """Some requests whose answers must be the same on both servers."""

    steps: Steps
    rows: tuple[str, ...]
    profile: str
    store: Store
    serial: bool
    real_mongo: bool

    @property
    def module(self) -> str:
        return self.steps.__module__.rpartition(".")[2]

    @property
    def name(self) -> str:
        """`module.function`: the key of recordings and of accepted differences."""
        return f"{self.module}.{self.steps.__name__}"


def scenario(
    *rows: str,
    profile: str = "default",
    reference_store: Store = "mongo",
    serial: bool = False,
    real_mongo: bool = False,
) -> Callable[[Steps], Scenario]:
    """Declare a scenario that shows the contract `rows`, as "1.4/find".

    `reference_store="postgres"` where the MongoDB stand-in cannot run it (geo, full text). `serial` where it changes
    or lists what all scenarios of the profile share (config, all schemas): it then runs when no other does. `real_mongo`
    where the stand-in does something else than MongoDB, and parsepy cannot answer on it as it should.
    """
    return lambda steps: Scenario(steps, rows, profile, reference_store, serial, real_mongo)


def all_scenarios(modules: Collection[str] = (), key: str = "") -> list[Scenario]:
    """Every scenario of these modules (all if none is named) that has `key` in its name."""
    return [one for one in _declared() if (not modules or one.module in modules) and key in one.name]


def _declared() -> Iterator[Scenario]:
    for found in pkgutil.iter_modules(scenarios.__path__):
        module = importlib.import_module(f"{scenarios.__name__}.{found.name}")
        yield from (value for value in vars(module).values() if isinstance(value, Scenario))
