"""Every operator of expressions by its name."""

from __future__ import annotations

from collections.abc import Mapping

from parsepy.model.aggregation import accumulators
from parsepy.model.aggregation.expressions import arithmetic, arrays, conversions, dates, logic, sets, strings
from parsepy.model.aggregation.expressions.compiler import Compiler
from parsepy.model.aggregation.expressions.signatures import Builder

OPERATORS: Mapping[str, Builder] = {
    **arithmetic.OPERATORS,
    **logic.OPERATORS,
    **arrays.OPERATORS,
    **sets.OPERATORS,
    **strings.OPERATORS,
    **dates.OPERATORS,
    **conversions.OPERATORS,
    **accumulators.OPERATORS,
}
"""What `docs/aggregate.md` lists."""

COMPILER = Compiler(OPERATORS)
"""Compiles expressions that know no variables but MongoDB's own."""
