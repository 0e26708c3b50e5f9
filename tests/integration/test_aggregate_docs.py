"""The guide of aggregations: its examples answer as printed, and it lists what there is."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from parsepy.model.aggregation import accumulators
from parsepy.model.aggregation.operators import OPERATORS
from parsepy.model.aggregation.pipeline import STAGES
from tests.inprocess import Client

GUIDE = (Path(__file__).parents[2] / "docs/aggregate.md").read_text()
BLOCKS: list[Any] = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", GUIDE, re.DOTALL)]
SALES, EXAMPLES = BLOCKS[0], list(zip(BLOCKS[1::2], BLOCKS[2::2], strict=True))


@pytest.mark.parametrize(("pipeline", "results"), EXAMPLES, ids=[str(example[0])[:60] for example in EXAMPLES])
async def test_an_example_answers_as_printed(client: Client, pipeline: Any, results: Any) -> None:
    for sale in SALES:
        await client.create("Sale", **sale)

    assert (await client.as_("master").get("/aggregate/Sale", pipeline=pipeline)).body == {"results": results}


def names(text: str) -> set[str]:
    return set(re.findall(r"`(\$[A-Za-z0-9]+)`", text))


def test_every_stage_accumulator_and_operator_is_listed() -> None:
    _, stages = GUIDE.split("## Stages\n")
    stages, expressions = stages.split("## Expressions\n")
    listed, grouped = stages.split("Accumulators of")

    assert names(listed.strip().split("\n\n")[0]) == STAGES.keys()
    assert names(grouped) >= accumulators.NAMES
    assert names(expressions.split("Variables are")[0]) == OPERATORS.keys()
