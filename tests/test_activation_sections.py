"""Each activation has a section in the documentation, whose formulas are right."""

import importlib
import re

import numpy as np
import pytest
from activation_cases import ALPHA, GRID, LAMBDA, value
from formulas import formulas_of, functions_of
from pages import DOCS, text_of
from scipy.optimize import minimize_scalar

from sklearn_deepmlp._layers.curves import curve
from sklearn_deepmlp.activations import ACTIVATIONS, SELU, PReLU, RReLU, Swish

pytest.importorskip("matplotlib", reason="curves need an extra")
KINDS = [*dict.fromkeys(ACTIVATIONS.values())]
# What the formulas call the numbers of an activation.
SYMBOLS = {"negative_slope": "alpha", "alpha": "alpha", "beta": "beta"}
Z = GRID[GRID != 0]  # rectifiers have no derivative at 0


def functions(activation):
    if isinstance(activation, SELU):
        symbols = {"alpha": ALPHA, "scale": LAMBDA}
    elif isinstance(activation, RReLU):
        symbols = {"alpha": (activation.lower + activation.upper) / 2}
    else:
        numbers = activation.hyperparameters()
        symbols = {SYMBOLS[name]: number for name, number in numbers.items()}
    return functions_of(type(activation), **symbols)


def assert_close(computed, expected, tolerance=1e-14):
    np.testing.assert_allclose(computed, expected, rtol=0, atol=tolerance)


@pytest.fixture
def sections(monkeypatch):
    monkeypatch.syspath_prepend(DOCS / "_ext")
    return importlib.import_module("activation_sections")


@pytest.fixture(params=KINDS, ids=lambda kind: kind.__name__)
def kind(request):
    return request.param


def test_the_page_has_a_section_for_each_class_with_all_names(sections):
    included = "```{include} /generated/activations/sections.txt\n```"
    assert included in text_of("guide/activations.md")
    headings = re.findall(r"^### (\w+)$", sections.sections(), re.MULTILINE)
    assert headings == [kind.__name__ for kind in KINDS]
    for name in ACTIVATIONS:
        assert f"`{name}`" in sections.sections()


def test_a_section_has_formula_derivative_curve_and_advice(sections, kind):
    text = sections.section(kind, ["name"])
    assert {"f", "slope"} <= formulas_of(kind).keys()
    for needed in [".. math::", f"{kind.__name__}.svg)", kind.default_init, *kind().get_params()]:
        assert needed in text
    for term in ["Range", "When to use it", "Cost"]:
        assert f"\n{term}\n    " in text


def test_a_curve_is_that_of_training(sections, kind):
    (ax,) = sections.curve_of(kind()).axes
    drawn = [line.get_ydata() for line in ax.lines if len(line.get_xdata()) == len(sections.Z)]
    np.testing.assert_array_equal(drawn, curve(kind(), sections.Z))


def test_the_curve_of_a_random_function_shows_what_training_draws(sections):
    (ax,) = sections.curve_of(RReLU(0.1, 0.3)).axes
    (band,) = (each.get_paths()[0].vertices for each in ax.collections)
    at_left = band[np.isclose(band[:, 0], -4), 1]
    assert (at_left.min(), at_left.max()) == pytest.approx((-4 * 0.3, -4 * 0.1))


@pytest.mark.parametrize("factor", [1.0, 0.5])
def test_formulas_of_docstrings_are_computed(kind, factor):
    numbers = {name: factor * number for name, number in kind().hyperparameters().items()}
    activation = kind(**numbers)
    defined = functions(activation)
    assert_close(defined["f"](Z), value(activation, Z))
    assert_close(defined["slope"](Z), curve(activation, Z)[1])


@pytest.mark.parametrize(("kind", "symbol"), [(PReLU, "alpha"), (Swish, "beta")])
def test_derivatives_by_learned_numbers_are_right(kind, symbol):
    higher, lower = value(kind(0.7 + 1e-6), Z), value(kind(0.7 - 1e-6), Z)
    computed = functions(kind(0.7))[f"slope_by_{symbol}"](Z)
    assert_close(computed, (higher - lower) / 2e-6, tolerance=1e-8)


def test_a_wrong_formula_is_found():
    class Wrong:
        r"""Tanh with a wrong derivative.

        .. math:: f(z) = \frac{e^{z} - e^{-z}}{e^{z} + e^{-z}}

        .. math:: f'(z) = 1 - f(z)
        """

    defined = functions_of(Wrong)
    assert_close(defined["f"](Z), np.tanh(Z))
    assert not np.allclose(defined["slope"](Z), 1 - np.tanh(Z) ** 2)


def test_minima_of_docstrings_are_right():
    pattern = r"\[−([\d.]+), ∞\), with the minimum at z\s≈\s−(\d\.\d+)"
    stated = {kind: found.groups() for kind in KINDS if (found := re.search(pattern, kind.__doc__))}
    assert len(stated) == 4
    for kind, (lowest, at) in stated.items():
        found = minimize_scalar(
            lambda z, kind=kind: float(value(kind(), z)), bounds=(-3, 0), method="bounded"
        )
        assert (lowest, at) == (f"{-found.fun:.3f}", f"{-found.x:.3f}")
