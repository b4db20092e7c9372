"""What was probably meant by a misspelled name, for the end of an error."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

SIMILAR = 0.65  # by difflib; that of "bars" and "layers" is 0.6, of "rely" and "relu" 0.75


def did_you_mean(value: object, names: Iterable[str]) -> str:
    """Return a question to append to a message, or nothing if no name is similar.

    Examples
    --------
    >>> did_you_mean("LeakyReLu", ["relu", "leaky_relu"])
    " Did you mean 'leaky_relu'?"
    """
    if not isinstance(value, str):
        return ""
    by_letters = {letters_of(name): name for name in names}
    found = get_close_matches(letters_of(value), by_letters, n=1, cutoff=SIMILAR)
    return f" Did you mean {by_letters[found[0]]!r}?" if found else ""


def letters_of(name: str) -> str:
    """Return a name without case and underscores, in which libraries differ."""
    return name.lower().replace("_", "")
