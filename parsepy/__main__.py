"""`python -m parsepy`."""

from __future__ import annotations

import sys

from parsepy.cli import main

if __name__ == "__main__":
    sys.exit(main())
