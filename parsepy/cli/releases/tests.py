"""The process that runs a release's own tests: `python -m parsepy.cli.releases.tests CODE PACKAGES [PYTEST-OPTION...]`."""

from __future__ import annotations

import runpy
import sys
from collections.abc import Sequence
from pathlib import Path


def main(arguments: Sequence[str]) -> None:
    """Run pytest, with paths as the server has them; `import main` and `import cloud.main` both find the code."""
    code, packages, *options = arguments
    sys.path[:0] = [code, str(Path(code).parent)]
    sys.path.extend([packages] if packages else [])
    sys.argv = ["pytest", *options]
    runpy.run_module("pytest", run_name="__main__")


if __name__ == "__main__":
    main(sys.argv[1:])
