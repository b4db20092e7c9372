"""Losses and validation scores are drawn over the epochs, each on a scale that suits it."""

import numpy as np
import pytest
from fitted_networks import X, Y

from sklearn_deepmlp import DeepMLPClassifier, LossCurveDisplay

plt = pytest.importorskip("matplotlib.pyplot", reason="displays need an extra")


def fitted(**params):
    return DeepMLPClassifier((8,), max_iter=5, random_state=0, **params).fit(X, Y)


def legend_texts(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def test_losses_are_drawn_over_epochs_from_1():
    net = fitted()
    display = LossCurveDisplay.from_estimator(net)
    np.testing.assert_array_equal(display.line_.get_xdata(), [1, 2, 3, 4, 5])
    np.testing.assert_array_equal(display.line_.get_ydata(), net.loss_curve_)
    assert display.ax_.get_xlabel() == "epoch"
    assert display.ax_.get_ylabel() == "loss"
    assert display.ax_.get_legend() is None
    assert display.validation_ax_ is display.validation_line_ is None


def test_validation_scores_have_their_own_axes_and_a_name():
    net = fitted(early_stopping=True)
    display = LossCurveDisplay.from_estimator(net)
    np.testing.assert_array_equal(display.validation_line_.get_ydata(), net.validation_scores_)
    assert display.validation_line_.axes is display.validation_ax_ is not display.ax_
    assert display.validation_line_.get_color() == display.line_.get_color()
    assert display.validation_ax_.get_ylabel() == "validation score"
    assert legend_texts(display.ax_) == ["loss", "validation score"]


def test_curves_of_several_estimators_share_axes():
    net, other = fitted(early_stopping=True), fitted(early_stopping=True, activation="tanh")
    first = LossCurveDisplay.from_estimator(net, name="first")
    second = LossCurveDisplay.from_estimator(other, name="second", ax=first.ax_)
    assert second.ax_ is first.ax_
    assert second.validation_ax_ is first.validation_ax_
    assert second.line_.get_color() != first.line_.get_color()
    names = ["first", "second", "first, validation score", "second, validation score"]
    assert legend_texts(first.ax_) == names


def test_panels_of_one_figure_have_separate_scores():
    _, panels = plt.subplots(1, 2, sharex=True)
    net = fitted(early_stopping=True)
    left, right = (LossCurveDisplay.from_estimator(net, ax=ax) for ax in panels)
    assert left.validation_ax_ is not right.validation_ax_


def test_scores_that_began_late_belong_to_the_last_epochs():
    display = LossCurveDisplay(loss_curve=[3.0, 2.0, 1.5, 1.4], validation_scores=[0.6, 0.7]).plot()
    np.testing.assert_array_equal(display.validation_line_.get_xdata(), [3, 4])


@pytest.mark.parametrize(
    ("losses", "scale"),
    [
        ([2.0, 0.5, 0.19], "log"),
        ([2.0, 0.5, 0.21], "linear"),
        ([2.0, -0.5, 0.001], "linear"),
        ([2.0, np.nan, np.inf, 0.001], "log"),
        ([np.nan], "linear"),
    ],
)
def test_the_scale_of_losses_is_logarithmic_where_they_span_a_factor_of_10(losses, scale):
    assert LossCurveDisplay(loss_curve=losses).plot().ax_.get_yscale() == scale


def test_the_scale_suits_all_curves():
    ax = LossCurveDisplay(loss_curve=[1.0, 0.5]).plot().ax_
    assert ax.get_yscale() == "linear"
    LossCurveDisplay(loss_curve=[0.06, 0.05]).plot(ax)
    assert ax.get_yscale() == "log"


def test_ticks_are_plain_numbers_unless_they_are_many():
    few = LossCurveDisplay(loss_curve=[2.0, 0.15]).plot().ax_
    many = LossCurveDisplay(loss_curve=[2.0, 1e-9]).plot().ax_
    labels = [[tick.get_text() for tick in ax.get_yticklabels()] for ax in (few, many)]
    assert "0.2" in labels[0]
    assert "0.2" not in labels[1]


def test_a_single_epoch_is_a_visible_point():
    display = LossCurveDisplay(loss_curve=[1.0], validation_scores=[0.5]).plot()
    assert display.line_.get_marker() == display.validation_line_.get_marker() == "o"


def test_keywords_reach_the_curves():
    display = LossCurveDisplay.from_estimator(
        fitted(early_stopping=True),
        line_kw={"linewidth": 3, "label": "mine"},
        validation_line_kw={"color": "red"},
    )
    assert display.line_.get_linewidth() == 3
    assert display.line_.get_label() == "mine"
    assert display.validation_line_.get_color() == "red"
