"""What is measured: the kinds of request, and the aim of each on each store, as a ratio to the reference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Store = Literal["postgres", "mongo", "sqlite"]

TITLES: Mapping[str, str] = {
    "get": "get by id",
    "find": "find 100, newest first",
    "create": "create",
    "update": "update",
    "include": "find 100 with include",
    "count": "count",
    "batch": "batch of 50 creates",
    "find1000": "find 1,000",
    "call": "cloud function",
    "hooked": "create with beforeSave",
}
"""The kinds that `requests.lua` knows."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How a store is measured: the aims of its kinds, and what they are ratios of.

    `rate`: requests per second, at least so many times the reference's. `cpu`: time of the server's process for a request,
    at most so much of the reference's, for a store that takes most of the time itself.
    """

    aims: Mapping[str, float]
    measure: Literal["rate", "cpu"]
    reference_store: Literal["postgres", "mongo"]


PLANS: Mapping[Store, Plan] = {
    "postgres": Plan(
        {
            "get": 3.0,
            "find": 3.0,
            "create": 2.5,
            "update": 2.5,
            "include": 2.5,
            "count": 2.0,
            "batch": 5.0,
            "find1000": 2.5,
            "call": 3.0,
            "hooked": 2.5,
        },
        "rate",
        "postgres",
    ),
    "mongo": Plan(dict.fromkeys(("get", "find", "create", "update"), 0.5), "cpu", "mongo"),
    "sqlite": Plan(
        {"get": 3.0, "find": 3.0, "call": 3.0, "hooked": 2.5, "create": 2.5, "update": 2.0}, "rate", "postgres"
    ),
}
MEMORY_AIM = 0.5
