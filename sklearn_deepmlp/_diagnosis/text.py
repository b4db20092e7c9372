"""Plain text of findings."""

from __future__ import annotations

import textwrap

from sklearn_deepmlp._text import counted, wrapped

_WIDTH = 88


def counted_or_no(n: int, what: str) -> str:
    """Return, for example, "no findings", "1 finding" or "2 findings"."""
    return counted(n, what) if n else f"no {what}s"


def paragraph(heading: str, *texts: str) -> str:
    """Return a heading, and texts in indented lines below it."""
    return "\n".join([heading, *(wrapped(text, _WIDTH, "  ", "  ") for text in texts)])


def one_line(text: str) -> str:
    """Return text without what does not fit into a line."""
    return textwrap.shorten(text, _WIDTH, placeholder=" …")
