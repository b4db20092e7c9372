"""A network is drawn layer by layer, with its skip connections."""

import numpy as np
import pytest
from fitted_networks import X_REG, Y_REG, X, Y

from sklearn_deepmlp import DeepMLPClassifier, DeepMLPRegressor, NetworkDisplay
from sklearn_deepmlp.activations import Swish

pytest.importorskip("matplotlib.pyplot", reason="displays need an extra")


def fitted(hidden_layer_sizes=(8, 8), **params):
    return DeepMLPClassifier(hidden_layer_sizes, max_iter=2, random_state=0, **params).fit(X, Y)


def texts(display):
    return [text.get_text().replace("\n", " ") for text in display.texts_]


def ends(display):
    """Return the layers at which each skip connection begins and ends."""
    return [tuple(skip.get_path().vertices[[0, -1], 0]) for skip in display.skips_]


def test_there_is_a_box_per_layer_and_a_text_per_run_of_equal_layers():
    display = NetworkDisplay.from_estimator(fitted((16, 8, 8, 8)))
    assert texts(display) == ["4 features", "16 units", "3 layers of 8 units", "3 outputs"]
    features, first, *others, outputs = [box.get_height() for box in display.boxes_]
    assert len(others) == 3
    assert 1 == first > others[0] == others[1] == others[2] > features > outputs
    assert [text.get_position()[0] for text in display.texts_] == [0, 1, 3, 5]
    assert display.ax_.get_title() == "DeepMLPClassifier"
    assert display.ax_.get_xlabel() == "hidden layers: ReLU()"
    assert display.skips_ == []


def test_heights_grow_with_the_logarithm_of_the_sizes():
    display = NetworkDisplay(layer_sizes=[3, 15, 1], activation="relu").plot()
    heights = [box.get_height() for box in display.boxes_]
    np.testing.assert_allclose(heights, [0.5, 1.0, 0.25])
    np.testing.assert_allclose([box.get_y() for box in display.boxes_], np.multiply(heights, -0.5))


def test_residual_connections_go_around_layers_with_as_many_units_as_inputs():
    display = NetworkDisplay.from_estimator(fitted((4, 8, 8), skip_connections="residual"))
    assert ends(display) == [(0, 1), (2, 3)]
    assert "residual skip connections" in display.ax_.get_xlabel()


def test_a_wide_connection_goes_from_the_features_to_the_outputs_above_all_boxes():
    display = NetworkDisplay.from_estimator(fitted((64, 64), skip_connections="wide"))
    assert ends(display) == [(0, 3)]
    tops = [box.get_y() + box.get_height() for box in display.boxes_]
    assert display.skips_[0].get_path().vertices[:, 1].max() > max(tops)


def test_what_a_hidden_layer_does_is_told_in_its_order():
    net = fitted(normalization="layer", dropout=0.25, activation=Swish(beta=2.0))
    display = NetworkDisplay.from_estimator(net, name="mine")
    description = "hidden layers: layer normalization, Swish(beta=2.0), dropout 0.25"
    assert display.ax_.get_xlabel() == description
    assert display.ax_.get_title() == "mine"


def test_a_network_is_drawn_as_it_was_fitted():
    net = fitted(skip_connections="wide").set_params(skip_connections=None, activation="tanh")
    display = NetworkDisplay.from_estimator(net)
    assert display.ax_.get_xlabel() == "hidden layers: ReLU(), wide skip connections"


def test_a_linear_model_has_no_hidden_layers():
    net = DeepMLPRegressor((), max_iter=2, random_state=0).fit(X_REG, Y_REG)
    display = NetworkDisplay.from_estimator(net)
    assert texts(display) == ["10 features", "1 output"]
    assert display.ax_.get_xlabel() == "no hidden layers"


def test_keywords_reach_boxes_skips_and_texts():
    display = NetworkDisplay.from_estimator(
        fitted(skip_connections="wide"),
        box_kw={"alpha": 0.5},
        skip_kw={"linewidth": 3},
        text_kw={"fontsize": 7},
    )
    assert {box.get_alpha() for box in display.boxes_} == {0.5}
    assert display.skips_[0].get_linewidth() == 3
    assert {text.get_fontsize() for text in display.texts_} == {7}
