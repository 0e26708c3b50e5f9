"""An aggregation as a store is asked for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Stages in the words of clients: one `$name` each, field names and values as Parse shows them.

    `raw_values`: values in stages and results are MongoDB Extended JSON, nothing is converted. `raw_field_names`: names are
    those of MongoDB documents (`_id`, `_created_at`, `_p_team`). Options are those of `Query`, and `explain`.
    """

    stages: Sequence[Mapping[str, Any]]
    raw_values: bool = False
    raw_field_names: bool = False
    options: Mapping[str, Any] = field(default_factory=dict)
