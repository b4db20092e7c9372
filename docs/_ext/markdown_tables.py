"""Markdown from plain values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any


def markdown_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in markdown."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def code(value: Any) -> str:
    """Return a value as code: strings in double quotes, as in the documentation."""
    return f"`{quoted(value)}`"


def quoted(value: Any) -> str:
    """Return a value as Python writes it, strings in double quotes."""
    return f'"{value}"' if isinstance(value, str) else repr(value)
