"""What to pass instead of what is no activation or initializer of this package."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping

from sklearn_deepmlp._compat.documentation import page_of
from sklearn_deepmlp._compat.sklearn import parameter_names
from sklearn_deepmlp._did_you_mean import did_you_mean, letters_of
from sklearn_deepmlp.activations import ACTIVATIONS, Activation
from sklearn_deepmlp.initializers import INITIALIZERS, Initializer

BASES: dict[str, type[Activation | Initializer]] = {"activation": Activation, "init": Initializer}
_TABLES: dict[str, Mapping[str, Callable[[], object]]] = {
    "activation": ACTIVATIONS,
    "init": INITIALIZERS,
}
# torch names initializations after the first authors of their papers.
_FIRST_NAMES = {"xavier": "glorot", "kaiming": "he"}


def object_hint(name: str, value: object) -> str:
    """Return what to pass as `activation` or `init` instead of a value, to append to an error.

    Parameters
    ----------
    name : {"activation", "init"}
        The parameter.
    value : object
        Neither a known name nor an object of the right kind.
    """
    base = BASES[name]
    if isinstance(value, str):
        return did_you_mean(_by_surnames(value), _TABLES[name])
    if inspect.isclass(value) and issubclass(value, base):
        return f" Pass an object, {value.__name__}(), not its class."
    if not callable(value):
        return ""
    return _same_here(name, value) or _custom(base)


def _same_here(parameter: str, value: object) -> str:
    """Return what is called the same here as a function, class or module of another library."""
    letters = letters_of(_by_surnames(getattr(value, "__name__", type(value).__name__)))
    for name, make in _TABLES[parameter].items():
        if letters_of(name) == letters:
            return f" Pass its name here, {name!r}{_or_an_object(type(make()))}."
    return " Pass Normal()." if parameter == "init" and letters == "normal" else ""


def _or_an_object(kind: type) -> str:
    return f", or {kind.__name__}(...) to set its parameters" if parameter_names(kind) else ""


def _custom(base: type) -> str:
    page = page_of(base)
    where = "" if page is None else f", as on {page}"
    return f" For a custom one, subclass {base.__module__}.{base.__name__}{where}."


def _by_surnames(name: str) -> str:
    for first_name, surname in _FIRST_NAMES.items():
        name = re.sub(first_name, surname, name, flags=re.IGNORECASE)
    return name
