"""Signals are drawn as lines or as a heat map, on a scale that suits them."""

import numpy as np
import pytest
from fitted_networks import X, Y

from sklearn_deepmlp import DeepMLPClassifier, SignalDisplay, Signals

plt = pytest.importorskip("matplotlib.pyplot", reason="displays need an extra")

N_RECORDS, N_HIDDEN = 4, 3
EPOCHS = [0, 1, 2, 4]
DECADES = np.logspace(-9, 0, N_RECORDS * (N_HIDDEN + 1)).reshape(N_RECORDS, -1)


def recorded(n_records=N_RECORDS, n_hidden=N_HIDDEN, **replaced):
    """Return signals between 1 and 2, each number another."""
    everywhere = np.linspace(1, 2, n_records * (n_hidden + 1)).reshape(n_records, -1)
    of_hidden = everywhere.copy()
    of_hidden[:, -1] = np.nan
    names = ("preactivation_mean", "preactivation_std", "gradient_norm", "update_ratio")
    hidden_names = ("activation_mean", "activation_std", "saturated", "dead", "died")
    signals = dict.fromkeys(names, everywhere) | dict.fromkeys(hidden_names, of_hidden)
    epochs = EPOCHS if n_records == N_RECORDS else 2 * np.arange(n_records)
    return Signals(epoch=np.array(epochs), **(signals | replaced))


def legend_texts(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def heatmap(name="gradient_norm", **replaced):
    return SignalDisplay.from_signals(recorded(**replaced), name, kind="heatmap").image_


def test_signals_of_an_estimator_are_those_that_it_has_recorded():
    net = DeepMLPClassifier((8,) * 3, max_iter=4, record_signals=2, random_state=0).fit(X, Y)
    display = SignalDisplay.from_estimator(net, "update_ratio", kind="layers")
    assert legend_texts(display.ax_) == ["0", "2", "4"]
    for line, values in zip(display.lines_, net.signals_.update_ratio, strict=True):
        np.testing.assert_array_equal(line.get_ydata(), values)


def test_an_estimator_that_has_recorded_nothing_is_refused():
    net = DeepMLPClassifier((8,), max_iter=2, record_signals=False, random_state=0).fit(X, Y)
    message = 'DeepMLPClassifier has recorded no signals. Fit it with record_signals="auto"'
    with pytest.raises(ValueError, match=message):
        SignalDisplay.from_estimator(net)


def test_lines_over_layers_are_one_per_record():
    signals = recorded()
    display = SignalDisplay.from_signals(signals, "gradient_norm", kind="layers")
    for line, values in zip(display.lines_, signals.gradient_norm, strict=True):
        np.testing.assert_array_equal(line.get_xdata(), [1, 2, 3, 4])
        np.testing.assert_array_equal(line.get_ydata(), values)
    assert legend_texts(display.ax_) == [str(epoch) for epoch in EPOCHS]
    assert display.ax_.get_legend().get_title().get_text() == "epoch"
    assert display.ax_.get_xlabel() == "layer (the last is the output)"
    assert display.ax_.get_ylabel() == "gradient norm"
    assert display.image_ is None


def test_lines_over_epochs_are_one_per_layer():
    signals = recorded()
    display = SignalDisplay.from_signals(signals, "gradient_norm", kind="epochs")
    for line, values in zip(display.lines_, signals.gradient_norm.T, strict=True):
        np.testing.assert_array_equal(line.get_xdata(), EPOCHS)
        np.testing.assert_array_equal(line.get_ydata(), values)
    assert legend_texts(display.ax_) == ["layer 1", "layer 2", "layer 3", "output"]
    assert display.ax_.get_xlabel() == "epoch"


def test_a_heat_map_has_a_row_per_layer_and_a_column_per_record():
    signals = recorded()
    display = SignalDisplay.from_signals(signals, "gradient_norm", kind="heatmap")
    np.testing.assert_array_equal(display.image_.get_array(), signals.gradient_norm.T)
    assert display.image_.origin == "lower"
    assert list(display.image_.get_extent()) == [-0.5, 3.5, 0.5, 4.5]
    assert display.image_.colorbar.ax.get_ylabel() == "gradient norm"
    assert display.lines_ is None


def test_columns_of_a_heat_map_are_named_by_their_epochs():
    name = heatmap().axes.xaxis.get_major_formatter()
    assert [name(record) for record in (-1, 0, 3, 4)] == ["", "0", "4", ""]


@pytest.mark.parametrize(
    ("n_records", "n_hidden", "kind"),
    [(2, 30, "layers"), (10, 30, "layers"), (50, 3, "epochs"), (11, 30, "heatmap")],
)
def test_auto_draws_the_fewer_lines_and_a_heat_map_where_they_are_many(n_records, n_hidden, kind):
    display = SignalDisplay.from_signals(recorded(n_records, n_hidden))
    n_lines = {"layers": n_records, "epochs": n_hidden, "heatmap": None}[kind]
    assert (display.lines_ and len(display.lines_)) == n_lines
    assert (display.image_ is None) == (kind != "heatmap")


def test_the_output_layer_is_left_out_where_it_has_no_signal():
    assert heatmap("activation_std").get_array().shape == (N_HIDDEN, N_RECORDS)
    display = SignalDisplay.from_signals(recorded(), "activation_std", kind="layers")
    np.testing.assert_array_equal(display.lines_[0].get_xdata(), [1, 2, 3])
    assert display.ax_.get_xlabel() == "layer"


def test_a_signal_that_no_layer_has_is_refused():
    with pytest.raises(ValueError, match="There is no 'dead' to draw: no layer of this network"):
        SignalDisplay.from_signals(recorded(n_hidden=0), "dead")


@pytest.mark.parametrize("kind", ["layers", "epochs"])
def test_the_scale_of_lines_suits_the_signal(kind):
    signals = recorded(gradient_norm=DECADES, dead=DECADES, preactivation_mean=DECADES - 0.1)
    scales = {
        name: SignalDisplay.from_signals(signals, name, kind=kind).ax_.get_yscale()
        for name in ("gradient_norm", "dead", "preactivation_mean", "activation_std")
    }
    assert scales.pop("gradient_norm") == "log"
    assert set(scales.values()) == {"linear"}


def test_fractions_are_shown_from_0_to_1():
    quarters = np.full_like(DECADES, 0.25)
    low, high = SignalDisplay.from_signals(recorded(dead=quarters), "dead").ax_.get_ylim()
    assert low < 0
    assert high > 1
    for values in (quarters, DECADES):
        image = heatmap("dead", dead=values)
        assert image.get_clim() == (0, 1)
        assert type(image.norm).__name__ == "Normalize"


def test_the_colors_of_signed_values_have_their_middle_at_0():
    means = np.linspace(-1, 3, DECADES.size).reshape(DECADES.shape)
    assert heatmap("preactivation_mean", preactivation_mean=means).get_clim() == (-3, 3)


def test_a_heat_map_of_decades_shows_0_and_infinity_as_the_ends_of_its_scale():
    norms = DECADES.copy()
    norms[0, 0], norms[3, 3], norms[2, 2] = 0, np.inf, np.nan
    image = heatmap(gradient_norm=norms)
    shown, (low, high) = image.get_array(), image.get_clim()
    assert type(image.norm).__name__ == "LogNorm"
    assert (low, high) == (norms[0, 1], norms[3, 2])
    assert (shown[0, 0], shown[3, 3]) == (low, high)
    np.testing.assert_array_equal(np.argwhere(shown.mask), [[2, 2]])
    assert image.colorbar.extend == "both"


def test_learned_hyperparameters_are_signals_too():
    slopes = np.linspace(0.1, 0.4, DECADES.size).reshape(DECADES.shape)
    signals = recorded(activation_params={"negative_slope": slopes})
    display = SignalDisplay.from_signals(signals, "negative_slope", kind="epochs")
    np.testing.assert_array_equal(display.lines_[1].get_ydata(), slopes[:, 1])


@pytest.mark.parametrize("kind", ["auto", "layers", "epochs", "heatmap"])
@pytest.mark.parametrize("name", recorded().columns())
def test_every_signal_can_be_drawn_in_every_kind(name, kind):
    SignalDisplay.from_signals(recorded(), name, kind=kind).figure_.draw_without_rendering()


@pytest.mark.parametrize("value", [0.0, np.inf, 1e300])
@pytest.mark.parametrize("kind", ["layers", "heatmap"])
def test_signals_of_a_diverged_network_can_be_drawn(kind, value):
    norms = np.full_like(DECADES, value)
    signals = recorded(gradient_norm=norms)
    display = SignalDisplay.from_signals(signals, "gradient_norm", kind=kind)
    display.figure_.draw_without_rendering()


def test_unknown_signals_and_kinds_are_refused():
    message = r"'signal' parameter of SignalDisplay must be one of \['preactivation_mean'.*'loss'"
    with pytest.raises(ValueError, match=message):
        SignalDisplay.from_signals(recorded(), "loss")
    with pytest.raises(ValueError, match=r"'kind' parameter of SignalDisplay must be .*'bars'"):
        SignalDisplay.from_signals(recorded(), kind="bars")


def test_keywords_reach_lines_and_image():
    signals = recorded()
    lines = SignalDisplay.from_signals(signals, kind="layers", line_kw={"linewidth": 3}).lines_
    assert {line.get_linewidth() for line in lines} == {3}
    display = SignalDisplay.from_signals(signals, kind="heatmap", image_kw={"cmap": "magma"})
    assert display.image_.get_cmap().name == "magma"
