"""Activations are drawn with their derivatives."""

import numpy as np
import pytest

from sklearn_deepmlp import ActivationDisplay
from sklearn_deepmlp.activations import ACTIVATIONS, Activation, LeakyReLU, Swish

plt = pytest.importorskip("matplotlib.pyplot", reason="displays need an extra")


class Cube(Activation):
    def function(self, z):
        return z**3


def legend_texts(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def test_functions_and_derivatives_have_separate_axes():
    display = ActivationDisplay.from_activations(["relu", LeakyReLU(0.5), Cube()], z=[-2.0, 2.0])
    values = [line.get_ydata().tolist() for line in display.lines_]
    derivatives = [line.get_ydata().tolist() for line in display.derivative_lines_]
    assert values == [[0, 2], [-1, 2], [-8, 8]]
    assert derivatives == [[0, 1], [0.5, 1], [12, 12]]
    left, right = display.axes_
    assert {line.axes for line in display.lines_} == {left}
    assert {line.axes for line in display.derivative_lines_} == {right}
    assert legend_texts(left) == ["relu", "LeakyReLU(negative_slope=0.5)", "Cube()"]
    assert [ax.get_ylabel() for ax in display.axes_] == ["f(z)", "f′(z)"]


def test_functions_and_derivatives_can_share_axes():
    _, ax = plt.subplots()
    display = ActivationDisplay.from_activations("gelu", ax=ax)
    assert list(display.axes_) == [ax]
    assert display.figure_ is ax.figure
    assert legend_texts(ax) == ["gelu", "gelu, derivative"]
    assert ax.get_ylabel() == "f(z) and f′(z)"
    assert display.derivative_lines_[0].get_linestyle() == "--"
    assert display.derivative_lines_[0].get_color() == display.lines_[0].get_color()


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_derivative_is_the_slope_of_the_drawn_function(name):
    display = ActivationDisplay.from_activations([name], z=np.linspace(0.5, 3.0, 2001))
    z, values = display.lines_[0].get_data()
    derivatives = display.derivative_lines_[0].get_ydata()
    np.testing.assert_allclose(derivatives, np.gradient(values, z, edge_order=2), atol=1e-5)


def test_two_given_axes_are_used():
    _, axes = plt.subplots(1, 2)
    assert list(ActivationDisplay.from_activations([Swish(beta=2.0)], ax=axes).axes_) == list(axes)


def test_keywords_reach_functions_and_derivatives():
    display = ActivationDisplay.from_activations(
        ["relu"], line_kw={"linewidth": 3}, derivative_line_kw={"color": "red"}
    )
    assert display.lines_[0].get_linewidth() == 3
    assert display.derivative_lines_[0].get_color() == "red"


@pytest.mark.parametrize("wrong", ["no_such_name", 3, None, Swish])
def test_what_is_no_activation_is_refused(wrong):
    message = r"'activations' parameter of ActivationDisplay\.from_activations must be .*'identity'"
    with pytest.raises(ValueError, match=message):
        ActivationDisplay.from_activations(["relu", wrong])
