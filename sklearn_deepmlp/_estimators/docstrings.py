"""The docstrings of the estimators, composed from shared texts and from the tables of options."""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Callable, Iterable, Mapping
from string import Template
from typing import Any, TypeVar

from sklearn_deepmlp._estimators.attribute_docs import ATTRIBUTES
from sklearn_deepmlp._estimators.parameter_table import PARAMETERS
from sklearn_deepmlp._layers.normalizations import NORMALIZATIONS
from sklearn_deepmlp._losses import REGRESSION_LOSSES
from sklearn_deepmlp._stack.schedules import SCHEDULES, Schedule
from sklearn_deepmlp._stack.solvers import SOLVERS
from sklearn_deepmlp._text import wrapped

Kind = TypeVar("Kind", bound=type)

_WIDTH = 88
_SECTION = re.compile(r"^(?=[A-Z][\w ]*\n-{3,}$)", re.MULTILINE)


def documented(auto_alpha: float) -> Callable[[Kind], Kind]:
    """Add the sections of parameters and of shared attributes to the docstring of an estimator.

    Parameters
    ----------
    auto_alpha : float
        What alpha="auto" is per unit of sample weight.
    """

    def decorate(kind: Kind) -> Kind:
        if kind.__doc__ is not None:  # as it is where Python runs with -OO
            kind.__doc__ = _docstring(kind, auto_alpha)
        return kind

    return decorate


def _docstring(kind: Any, auto_alpha: float) -> str:
    summary, *sections = _SECTION.split(inspect.cleandoc(kind.__doc__ or ""))
    of_kind = {section.split("\n")[0]: section for section in sections}
    own = _entries(of_kind.pop("Attributes", ""))
    known = facts(auto_alpha)
    parts = [
        summary,
        _section("Parameters", _parameters(kind), known),
        _section("Attributes", dict(sorted({**_entries(ATTRIBUTES), **own}.items())), known),
        *of_kind.values(),
    ]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _entries(text: str) -> dict[str, str]:
    """Return the entries of a section by name, each "name : type" with its description below."""
    entries = [entry for entry in re.split(r"\n(?=\w)", text.strip()) if " : " in entry]
    return {entry.split(" : ")[0]: entry for entry in entries}


def _parameters(kind: type) -> dict[str, str]:
    """Return the entries of a class's parameters, in their order and with their defaults."""
    return {
        name: _entry(name, each.default)
        for name, each in inspect.signature(kind).parameters.items()
    }


def _entry(name: str, default: object) -> str:
    parameter = PARAMETERS[name]
    head = f"{name} : {parameter.type}, default={_shown(default)}"
    return "\n".join([head, textwrap.dedent(parameter.description).strip()])


def _shown(default: object) -> str:
    return f'"{default}"' if isinstance(default, str) else repr(default).replace("e-0", "e-")


def _section(title: str, entries: Mapping[str, str], known: Mapping[str, str]) -> str:
    filled = [_wrapped(Template(entry).substitute(known)) for entry in entries.values()]
    return "\n".join([title, "-" * len(title), *filled])


def _wrapped(entry: str) -> str:
    """Rewrap the lines of a description; paragraphs and the items of lists stay separate."""
    head, _, description = entry.partition("\n")
    paragraphs = re.split(r"\n\s*\n", description)
    return "\n".join([head, "\n\n".join(map(_paragraph, paragraphs))])


def _paragraph(text: str) -> str:
    if not text.strip().startswith("- "):
        return _filled(text, "    ")
    items = re.split(r"\n(?=- )", text.strip())
    return "\n".join(_filled(item, "      ", first="    ") for item in items)


def _filled(text: str, indent: str, first: str | None = None) -> str:
    return wrapped(" ".join(text.split()), _WIDTH, indent if first is None else first, indent)


def facts(auto_alpha: float) -> dict[str, str]:
    """Return the texts that replace the names after a dollar sign."""
    exact = [name for name, solver in SOLVERS.items() if not solver.is_stochastic]
    decaying = [name for name, solver in SOLVERS.items() if solver.decays_weights]
    return {
        **{f"readers_of_{name}": _listed(_readers(name)) for name in _read_by_solvers()},
        "auto_alpha": repr(auto_alpha),
        "solvers": _options(SOLVERS),
        "solver_list": _list((name, solver.description) for name, solver in SOLVERS.items()),
        "exact": _listed(exact),
        "decaying": _listed(decaying),
        "losses": _options(REGRESSION_LOSSES),
        "loss_list": _list((name, loss.description) for name, loss in REGRESSION_LOSSES.items()),
        "normalizations": _options(NORMALIZATIONS),
        "normalization_list": _list((name, _line(each)) for name, each in NORMALIZATIONS.items()),
        "schedules": _options(SCHEDULES),
        "schedule_list": _list((name, _described(each)) for name, each in SCHEDULES.items()),
    }


def _read_by_solvers() -> set[str]:
    return {name for solver in SOLVERS.values() for name in solver.reads}


def _readers(name: str) -> list[str]:
    return [solver for solver, facts_ in SOLVERS.items() if name in facts_.reads]


def _options(names: Iterable[str]) -> str:
    return "{" + ", ".join(f'"{name}"' for name in names) + "}"


def _listed(names: Iterable[str]) -> str:
    *others, last = [f'"{name}"' for name in names]
    return f"{', '.join(others)} and {last}" if others else last


def _list(items: Iterable[tuple[str, str]]) -> str:
    return "\n".join(f'- "{name}": {description}' for name, description in items)


def _line(kind: type) -> str:
    """Return the first line of a class's docstring, as the end of a sentence."""
    line = (inspect.getdoc(kind) or "").split("\n")[0].rstrip(".")
    return line[:1].lower() + line[1:]


def _described(schedule: Schedule) -> str:
    if schedule.only_for is not None:
        return f'{schedule.description}; only with "{schedule.only_for}", else constant'
    if schedule.needs_length:
        return f"{schedule.description}, over `max_iter` epochs and so not in `partial_fit`"
    return schedule.description
