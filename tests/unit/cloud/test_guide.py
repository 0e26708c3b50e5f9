"""The pages of the cloud code guide: their Python loads, and their calls answer as printed."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest

from parsepy import Cloud
from parsepy.cloud import loader
from tests.inprocess import started

GUIDE = Path(__file__).parents[3] / "docs/cloud"
PAGES = sorted(GUIDE.glob("*.md"))
BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)
CALL = re.compile(r'await Parse\.Cloud\.run\("([\w.]+)", (.*)\); // (.*)')
LINK = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)")
CLOUD_NAMES = re.compile(r"`@?(?:cloud|Cloud)\.(\w+)")
VARIABLE = re.compile(r'os\.environ\["(\w+)"\]')
NOT_RUN = "# not run"


def code(page: Path) -> str:
    """The Python of a page as one module."""
    blocks = [block for block in BLOCK.findall(page.read_text()) if not block.startswith(NOT_RUN)]
    return "\n\n".join(blocks)


def loaded(page: Path, folder: Path) -> Cloud:
    """The cloud code of a page."""
    file = folder / f"guide_{page.stem.lower()}.py"
    file.write_text(code(page))
    return loader.load(str(file))


def printed_calls(page: Path) -> list[tuple[str, str, str]]:
    """The calls of a page: the function's name, its parameters as JSON, and the answer."""
    return CALL.findall(page.read_text())


CODED = [page for page in PAGES if "cloud = Cloud(" in code(page)]


@pytest.mark.parametrize("page", CODED, ids=lambda page: page.stem)
async def test_a_page_loads_and_its_calls_answer_as_printed(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", list(sys.path))
    for name in VARIABLE.findall(code(page)):
        monkeypatch.setenv(name, "of-the-test")
    cloud, calls = loaded(page, tmp_path), printed_calls(page)
    assert cloud.function_names or cloud.triggers or cloud.job_names or cloud.endpoints or cloud.security_checks
    async with started({}, cloud, folder=tmp_path) as client:
        for name, params, printed in calls:
            answer = await client.post(f"/functions/{name}", json.loads(params))
            if printed.startswith("error "):
                assert (name, answer.code) == (name, int(printed.removeprefix("error ")))
            else:
                assert (name, answer.body) == (name, {"result": json.loads(printed)})


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_names_only_what_is_there(page: Path) -> None:
    text = page.read_text()
    links = [link for link in LINK.findall(text) if "://" not in link]

    assert [name for name in CLOUD_NAMES.findall(text) if not hasattr(Cloud, name)] == []
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_page_is_in_the_contents() -> None:
    listed = LINK.findall((GUIDE / "README.md").read_text())

    assert {page.name for page in PAGES} - {"README.md"} <= set(listed)
