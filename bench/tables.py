"""The figures as Markdown, and their place in docs/performance.md."""

from __future__ import annotations

from pathlib import Path

from bench.kinds import MEMORY_AIM, PLANS, TITLES, Store
from bench.load import Contender

DOCUMENT = Path(__file__).parent.parent / "docs" / "performance.md"


def table(store: Store, theirs: Contender, ours: Contender) -> str:
    """One line for each kind that was measured, and one for memory."""
    return _of_cpu(store, theirs, ours) if PLANS[store].measure == "cpu" else _of_rates(store, theirs, ours)


def _of_rates(store: Store, theirs: Contender, ours: Contender) -> str:
    lines = [
        "| request | Parse Server 9.10 /s | parsepy /s | ratio | aim | p99, ms: Parse Server | parsepy |",
        "|---|---|---|---|---|---|---|",
    ]
    for kind, aim in PLANS[store].aims.items():
        if kind not in ours.runs:
            continue
        their_rate, our_rate = theirs.rate(kind), ours.rate(kind)
        figures = f"{their_rate:,.0f} | {our_rate:,.0f} | {our_rate / their_rate:.1f} | {aim}"
        lines.append(f"| {TITLES[kind]} | {figures} | {theirs.p99(kind):.1f} | {ours.p99(kind):.1f} |")
    lines.append(_memory(theirs, ours) + " | |")
    return "\n".join(lines)


def _of_cpu(store: Store, theirs: Contender, ours: Contender) -> str:
    lines = ["| request | Parse Server 9.10, ms | parsepy, ms | ratio | aim |", "|---|---|---|---|---|"]
    for kind, aim in PLANS[store].aims.items():
        if kind not in ours.runs:
            continue
        their_time, our_time = theirs.cpu(kind), ours.cpu(kind)
        figures = f"{their_time:.3f} | {our_time:.3f} | {our_time / their_time:.2f} | {aim}"
        lines.append(f"| {TITLES[kind]} | {figures} |")
    lines.append(_memory(theirs, ours))
    return "\n".join(lines)


def _memory(theirs: Contender, ours: Contender) -> str:
    figures = f"{theirs.memory / 1024:.0f} | {ours.memory / 1024:.0f} | {ours.memory / theirs.memory:.2f}"
    return f"| memory (PSS), MiB | {figures} | {MEMORY_AIM} |"


def put(name: str, text: str) -> None:
    """Put a table between its marks in the document."""
    opening, closing = f"<!-- bench {name} -->", f"<!-- /bench {name} -->"
    document = DOCUMENT.read_text()
    before, rest = document.split(opening, 1)
    after = rest.split(closing, 1)[1]
    DOCUMENT.write_text(f"{before}{opening}\n{text}\n{closing}{after}")
