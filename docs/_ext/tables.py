"""A Sphinx extension that writes the tables of the documentation from the package itself.

An activation, an initialization or a parameter that is added to the package so appears in the
documentation.
"""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import partial
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from sklearn.neural_network import MLPClassifier, MLPRegressor

from sklearn_deepmlp import DeepMLPClassifier, DeepMLPRegressor
from sklearn_deepmlp._compat.sklearn import StrOptions
from sklearn_deepmlp._diagnosis.checks import CHECKS
from sklearn_deepmlp._estimators.named_objects import preserving_scale
from sklearn_deepmlp.activations import ACTIVATIONS, Activation
from sklearn_deepmlp.initializers import INITIALIZERS, Initializer, Normal, VarianceScaling

if TYPE_CHECKING:  # tests import this module without Sphinx
    from sphinx.application import Sphinx

DEPTH, WIDTH, ROWS, DRAWS = 30, 256, 100, 5
EXACT, NEARLY = 0.01, 1.1  # how far He's scale may be off to be called right, or nearly right
# Where all layers have one width, LeCun is the same as Glorot.
AUTO = 'scale="auto"'
SIGNAL_INITS = ("standard_normal", "glorot_normal", "he_normal", AUTO)
PAIRS = {
    "classifier": (DeepMLPClassifier, MLPClassifier),
    "regressor": (DeepMLPRegressor, MLPRegressor),
}


def markdown_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in markdown."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def names_by_class() -> dict[type[Activation], list[str]]:
    """Return each activation once, with all its names."""
    names: dict[type[Activation], list[str]] = {}
    for name, activation in ACTIVATIONS.items():
        names.setdefault(activation, []).append(name)
    return names


def activation_table() -> str:
    """Return names, formula, parameters and default initialization of each activation."""
    rows = [
        (
            ", ".join(f"`{name}`" for name in names),
            f"{{class}}`~sklearn_deepmlp.activations.{activation.__name__}`",
            inspect.getdoc(activation).split("\n\n")[0].replace("\n", " "),
            ", ".join(_defaults(activation)) or "none",
            f"`{activation.default_init}`",
        )
        for activation, names in names_by_class().items()
    ]
    return markdown_table(("Name", "Class", "Function", "Parameters", '`init="auto"`'), rows)


def _defaults(activation: type[Activation]) -> list[str]:
    parameters = inspect.signature(activation).parameters
    values = activation().get_params()
    return [f"`{name}={_short(values[name])}`" for name in parameters]


def _short(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) and value != round(value) else repr(value)


def initializer_table() -> str:
    """Return names, objects, variances and the activations that take each by default."""
    rows = [
        (f"`{name}`", f"`{make()!r}`", _variance(make()), _users(name))
        for name, make in INITIALIZERS.items()
    ]
    header = ("Name", "The same as an object", "Variance", 'Taken by `init="auto"` for')
    return markdown_table(header, rows)


def _variance(initializer: Initializer) -> str:
    if isinstance(initializer, Normal):
        return f"${initializer.std**2:g}$"
    if not isinstance(initializer, VarianceScaling):
        variance = initializer.draw(WIDTH, WIDTH, np.random.default_rng(0)).var()
        return f"${variance:.2g}$ in a layer of {WIDTH} units with {WIDTH} inputs"
    fan = initializer.mode.removeprefix("fan_")
    return rf"${initializer.scale:g}/\mathrm{{fan}}_\mathrm{{{fan}}}$"


def _users(init: str) -> str:
    users = [f"`{names[0]}`" for cls, names in names_by_class().items() if cls.default_init == init]
    return ", ".join(users) or "none"


def scale_table() -> str:
    """Return the scale that preserves the variance with each activation, and what He's is then."""
    scales = {names[0]: preserving_scale(cls()) for cls, names in names_by_class().items()}
    rows = [
        (f"`{name}`", f"{scale:.2f}", _judged(2 / scale))
        for name, scale in sorted(scales.items(), key=itemgetter(1))
    ]
    return markdown_table(("Activation", '`scale="auto"`', "He's scale of 2"), rows)


def _judged(ratio: float) -> str:
    if abs(ratio - 1) < EXACT:
        return "right"
    return "too small" if ratio < 1 else "nearly right" if ratio < NEARLY else "too large"


def signal_table() -> str:
    """Return the standard deviation of the last of many layers, the median of some draws."""
    draws = [[_last_deviations(init, seed) for seed in range(DRAWS)] for init in SIGNAL_INITS]
    medians = np.median(draws, axis=1)  # (initializations, activations)
    rows = [
        (f"`{names[0]}`", *(f"{deviation:.2g}" for deviation in deviations))
        for names, deviations in zip(names_by_class().values(), medians.T, strict=True)
    ]
    return markdown_table(("Activation", *(f"`{init}`" for init in SIGNAL_INITS)), rows)


def _last_deviations(init: str, seed: int) -> list[float]:
    """Send one input through a network of each activation, all with the same random numbers."""
    activations = [activation() for activation in names_by_class()]
    initializer = VarianceScaling() if init == AUTO else INITIALIZERS[init]()
    generator = np.random.default_rng(seed)
    h = torch.from_numpy(generator.standard_normal((ROWS, WIDTH)))
    h = h.expand(len(activations), -1, -1)
    for layer in range(DEPTH):
        z = h @ torch.from_numpy(initializer.draw(WIDTH, WIDTH, generator))
        if init == AUTO and layer > 0:
            z = z * _gains(activations)
        h = torch.stack(
            [
                activation.function(of_one, **activation.hyperparameters())
                for activation, of_one in zip(activations, z, strict=True)
            ]
        )
    return h.std(dim=(1, 2)).tolist()


def _gains(activations: Sequence[Activation]) -> torch.Tensor:
    scales = [preserving_scale(activation) for activation in activations]
    return torch.tensor(scales, dtype=torch.float64).sqrt().view(-1, 1, 1)


Found = dict[Any, list[str]]


def compared(names_of: Callable[[type], Collection[Any]]) -> tuple[Found, Found]:
    """Return what only this package's estimators have, and what only scikit-learn's MLPs have.

    Parameters
    ----------
    names_of : callable
        Returns the names that an estimator class has.

    Returns
    -------
    here, there : dict of name to list of {"classifier", "regressor"}
    """
    here: Found = {}
    there: Found = {}
    for role, (ours, theirs) in PAIRS.items():
        our_names, their_names = names_of(ours), names_of(theirs)
        for found, names, others in [
            (here, our_names, their_names),
            (there, their_names, our_names),
        ]:
            for name in names:
                if name not in others:
                    found.setdefault(name, []).append(role)
    return here, there


def parameters_of(kind: type) -> list[str]:
    """Return the parameters of an estimator."""
    return list(inspect.signature(kind).parameters)


def defaults_of(kind: type) -> list[tuple[str, str]]:
    """Return pairs of a parameter and its default."""
    parameters = inspect.signature(kind).parameters
    return [(name, _quoted(parameter.default)) for name, parameter in parameters.items()]


def values_of(kind: type) -> list[tuple[str, str]]:
    """Return pairs of a parameter and a value or kind of value that it may take."""
    values = []
    for name, constraints in kind._parameter_constraints.items():
        for constraint in constraints:
            if isinstance(constraint, StrOptions):
                values += [(name, _quoted(option)) for option in constraint.options]
            elif isinstance(constraint, type):
                values.append((name, f"objects of the class {constraint.__name__}"))
            else:
                values.append((name, str(constraint)))
    return values


def methods_of(kind: type) -> list[str]:
    """Return the public methods of an estimator."""
    return [
        name for name in dir(kind) if not name.startswith("_") and callable(getattr(kind, name))
    ]


def arguments_of(kind: type) -> list[tuple[str, str]]:
    """Return pairs of a public method and one of its parameters."""
    return [
        (method, name)
        for method in methods_of(kind)
        for name in inspect.signature(getattr(kind, method)).parameters
    ]


def attributes_of(kind: type, solver: str) -> list[str]:
    """Return the fitted attributes that an estimator has after training by a solver."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # two epochs are too few, which does not matter here
        net = kind(hidden_layer_sizes=(3,), solver=solver, max_iter=2, random_state=0)
        net.fit([[0.0, 1.0], [1.0, 0.5], [2.0, 1.5], [0.5, 2.0]], [0, 1, 0, 1])
    return sorted(name for name in vars(net) if name.endswith("_") and not name.startswith("_"))


def _quoted(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else repr(value)


def _who(roles: Sequence[str]) -> str:
    return "both" if len(roles) == len(PAIRS) else roles[0]


def _missing(what: str, there: Iterable[Any]) -> str:
    names = [name if isinstance(name, str) else ": ".join(name) for name in there]
    listed = ", ".join(f"`{name}`" for name in names) or "none"
    return f"\n{what} that only scikit-learn's estimators have: {listed}.\n"


def parameter_table() -> str:
    """Return the parameters that only this package has, with their defaults."""
    here, there = compared(parameters_of)
    defaults = dict(defaults_of(DeepMLPClassifier)) | dict(defaults_of(DeepMLPRegressor))
    rows = [(f"`{name}`", f"`{defaults[name]}`", _who(roles)) for name, roles in here.items()]
    table = markdown_table(("Parameter", "Default", "Of"), rows)
    return table + _missing("Parameters", there)


def default_table() -> str:
    """Return the defaults that differ, of parameters that both packages have."""
    here, there = compared(defaults_of)
    theirs = {(name, role): default for (name, default), roles in there.items() for role in roles}
    rows = [
        (f"`{name}`", f"`{default}`", f"`{theirs[name, roles[0]]}`", _who(roles))
        for (name, default), roles in here.items()
        if (name, roles[0]) in theirs
    ]
    return markdown_table(("Parameter", "Default here", "In scikit-learn", "Of"), rows)


def value_table() -> str:
    """Return the values that only this package allows, of parameters that both have."""
    new_parameters, _ = compared(parameters_of)
    here, there = compared(values_of)
    added: dict[tuple[str, str], list[str]] = {}
    for (name, value), roles in here.items():
        if name not in new_parameters:
            shown = f"`{value}`" if value.startswith('"') else value
            added.setdefault((name, _who(roles)), []).append(shown)
    rows = [(f"`{name}`", ", ".join(values), who) for (name, who), values in added.items()]
    table = markdown_table(("Parameter", "Added values", "Of"), rows)
    return table + _missing("Values", there)


def method_table() -> str:
    """Return the methods and parameters of methods that only this package has."""
    new_methods, missing_methods = compared(methods_of)
    here, there = compared(arguments_of)
    rows = [(f"`{name}`", "the method", _who(roles)) for name, roles in new_methods.items()]
    added: dict[tuple[str, str], list[str]] = {}
    for (method, name), roles in here.items():
        if method not in new_methods:
            added.setdefault((method, _who(roles)), []).append(f"`{name}`")
    rows += [(f"`{name}`", f"parameters {', '.join(of)}", who) for (name, who), of in added.items()]
    table = markdown_table(("Method", "What is added", "Of"), rows)
    return table + _missing("Methods and parameters of methods", [*missing_methods, *there])


def attribute_table() -> str:
    """Return the fitted attributes that only this package has."""
    here, there = compared(partial(attributes_of, solver="adam"))
    here_lbfgs, there_lbfgs = compared(partial(attributes_of, solver="lbfgs"))
    rows = [
        (f"`{name}`", "every solver" if name in here else '"lbfgs"', _who(roles))
        for name, roles in (here | here_lbfgs).items()
    ]
    table = markdown_table(("Attribute", "Only here with", "Of"), rows)
    return table + _missing("Attributes", there | there_lbfgs)


def finding_table() -> str:
    """Return what each check looks for, and why there."""
    rows = [
        (
            check.code,
            check.title,
            f"{'training has stalled, and ' * check.only_if_stalled}{check.threshold}",
            check.reason,
        )
        for check in CHECKS
    ]
    return markdown_table(("Code", "Finding", "Found if", "Reason for the bounds"), rows)


TABLES = {
    "activations": activation_table,
    "initializers": initializer_table,
    "scales": scale_table,
    "signals": signal_table,
    "added_parameters": parameter_table,
    "other_defaults": default_table,
    "added_values": value_table,
    "added_methods": method_table,
    "added_attributes": attribute_table,
    "findings": finding_table,
}


def write_tables(app: Sphinx) -> None:
    """Write each table to a file that a page includes."""
    folder = Path(app.srcdir) / "generated" / "tables"
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in TABLES.items():
        (folder / f"{name}.md").write_text(table(), encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx when to write the tables: before it reads any page."""
    app.connect("builder-inited", write_tables)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
