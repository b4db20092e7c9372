"""Makes the errors of scikit-learn's checks name the user's argument."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

_COMPLEX = "Complex data not supported"
# How the messages of scikit-learn's checks begin with the name of what they check.
_BEGINNING = r"^(Input |Negative values in data passed to )?(`?){}\b"


@contextmanager
def errors_name(argument: str, called: str) -> Iterator[None]:
    """Have the errors of a check name the user's argument; a check of finite numbers does not warn.

    Parameters
    ----------
    argument : str
        What the user calls it.
    called : str
        What the check calls it. Messages that begin with this name get the user's name instead; to
        other messages the user's name is appended. An error of a class that Python does not define,
        such as one that the argument itself raises when it is read, comes out as it is, with a
        note.
    """
    try:
        with np.errstate(invalid="ignore"):  # scikit-learn adds them up, which may give inf − inf
            yield
    except (MemoryError, Warning):
        raise
    except Exception as error:
        if not (isinstance(error, (TypeError, ValueError)) or type(error).__module__ == "builtins"):
            error.add_note(f"This was raised by {argument}.")
            raise
        given = _without_data(str(error))
        beginning = _BEGINNING.format(re.escape(called))
        message = re.sub(beginning, rf"\1\2{argument}", given)
        if not re.search(rf"\b{argument}\b", message):
            message = message.rstrip(". \n") + f". This was found in {argument}."
        if message == str(error):
            raise
        kind = TypeError if isinstance(error, TypeError) else ValueError
        raise kind(message) from error


def _without_data(message: str) -> str:
    """Leave out all of the user's data, which the message about complex numbers repeats."""
    return _COMPLEX if message.startswith(_COMPLEX) else message
