"""Plain text of findings."""

from __future__ import annotations

import textwrap

_WIDTH = 88


def counted(n: int, what: str) -> str:
    """Return, for example, "no findings", "1 finding" or "2 findings"."""
    return f"{n or 'no'} {what}{'' if n == 1 else 's'}"


def paragraph(heading: str, *texts: str) -> str:
    """Return a heading, and texts in indented lines below it."""
    return "\n".join([heading, *map(_indented, texts)])


def one_line(text: str) -> str:
    """Return text without what does not fit into a line."""
    return textwrap.shorten(text, _WIDTH, placeholder=" …")


def _indented(text: str) -> str:
    return textwrap.fill(
        text,
        width=_WIDTH,
        initial_indent="  ",
        subsequent_indent="  ",
        break_long_words=False,
        break_on_hyphens=False,
    )
