"""The limits that keep the code readable, and the borders between its layers."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "parsepy"
MODULES = sorted(PACKAGE.rglob("*.py"))
MAX_FUNCTION_LINES = 40
MAX_MODULE_LINES = 400
MAX_PACKAGE_MODULES = 25
MAX_DEPTH = 4
BUILT_IN_CLASSES = {"_User", "_Session", "_Role", "_Installation", "_Product", "_GlobalConfig", "_Audience", "_Hooks"}


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function without its docstring."""
    documented = ast.get_docstring(function, clean=False)
    lines = (function.end_lineno or 0) - function.lineno + 1
    return lines - (documented.count("\n") + 1 if documented else 0)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_functions_and_modules_stay_small(path: Path) -> None:
    source = path.read_text()
    too_long = [f"{f.name} {_length(f)}" for f in _functions(ast.parse(source)) if _length(f) > MAX_FUNCTION_LINES]

    assert too_long == []
    assert source.count("\n") <= MAX_MODULE_LINES


def test_packages_stay_small_and_flat() -> None:
    folders = {path.parent for path in MODULES}

    assert {f.name: n for f in folders if (n := len(list(f.glob("*.py")))) > MAX_PACKAGE_MODULES} == {}
    assert [f for f in folders if len(f.relative_to(ROOT).parts) > MAX_DEPTH] == []


@pytest.mark.parametrize("path", sorted((PACKAGE / "core").glob("*.py")), ids=lambda path: path.name)
def test_the_engine_knows_no_class_by_name(path: Path) -> None:
    tree = ast.parse(path.read_text())
    named = [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and n.value in BUILT_IN_CLASSES]

    assert named == []


def test_nothing_asks_an_adapter_for_its_type() -> None:
    asked = [
        path
        for path in MODULES
        for line in path.read_text().splitlines()
        if "isinstance(" in line and "Storage)" in line
    ]

    assert asked == []


IMPORT_ALL = """
import importlib, os, sys, traceback, warnings
warnings.simplefilter("error")
for name in ("aiohttp.web", "asyncpg", "bcrypt", "cachetools", "jsonschema", "orjson", "pymongo", "re2", "regex"):
    importlib.import_module(name)
failed = []
for name in sys.argv[1:]:
    child = os.fork()
    if not child:
        try:
            importlib.import_module(name)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    if os.waitpid(child, 0)[1]:
        failed.append(name)
print(failed)
sys.exit(bool(failed))
"""
"""Each module in a process of its own, which begins with the libraries and none of ours."""


@pytest.mark.slow
def test_every_module_can_be_imported_alone() -> None:
    names = [".".join(p.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for p in MODULES]
    names = [name for name in names if not name.endswith("__main__")]
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL, *names], capture_output=True, text=True, cwd=ROOT, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
