"""Pieces of the texts that reports show."""

from __future__ import annotations

import textwrap
from html import escape


def counted(number: int, noun: str) -> str:
    """Return, for example, "1 pair" or "2 pairs"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def wrapped(text: str, width: int, first: str = "", others: str = "") -> str:
    """Return text in lines that break at spaces only.

    Parameters
    ----------
    text : str
        A paragraph.
    width : int
        Columns of a line, unless a word is longer.
    first, others : str, default=""
        Indents of the first line and of the others.
    """
    return textwrap.fill(
        text,
        width,
        initial_indent=first,
        subsequent_indent=others,
        break_long_words=False,
        break_on_hyphens=False,
    )


def text_html(text: str) -> str:
    """Return text as a paragraph of HTML."""
    return f"<p>{escape(text)}</p>"
