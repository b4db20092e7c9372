"""
ELU and SELU: activations with a mean near 0
============================================

ReLU never outputs a negative number, so the outputs of a layer have a positive mean, which shifts
the inputs of the next layer. ELU and SELU bend smoothly to a negative limit. This example draws
them, measures what they do to the means, and what they cost.
"""

# %%
# The curves
# ----------
#
# ELU is z above 0 and α (exp(z) - 1) below, so that it approaches -α. SELU is ELU with α = 1.673,
# times 1.051: two numbers for which mean 0 and variance 1 reproduce themselves from layer to layer.

import matplotlib.pyplot as plt
import numpy as np

from sklearn_deepmlp import ActivationDisplay
from sklearn_deepmlp.activations import ELU

COLORS = {"relu": "black", "elu": "#009E73", "selu": "#0072B2"}

display = ActivationDisplay.from_activations(
    ["relu", "elu", ELU(alpha=0.5), "selu"], z=np.linspace(-4, 2, 301)
)
looks = [("black", "-"), (COLORS["elu"], "-"), (COLORS["elu"], "--"), (COLORS["selu"], "-")]
for lines in (display.lines_, display.derivative_lines_):
    for line, (color, style) in zip(lines, looks, strict=True):
        line.set(color=color, linestyle=style, linewidth=2)
functions, slopes = display.axes_
functions.legend()
functions.set(title="The functions")
slopes.set(title="Their slopes")
display.figure_.suptitle("ReLU, ELU and SELU")
plt.show()

# %%
# Left, ELU (green) leaves 0 with the slope of 1 that it has above, and levels off at -1, or at -0.5
# with α = 0.5 (dashed). SELU (blue) levels off at -1.758 and is a little steeper than 1 above 0.
#
# Right, the slopes below 0 are positive everywhere, so that units do not die (see
# :doc:`/auto_examples/chapter/dying_relus`). Only ELU with α = 1 has a slope without a jump at 0;
# gradient descent does not bounce between two sides of a kink.
#
# Means are pushed towards 0
# --------------------------
#
# Twenty layers of 50 units learn the digits with each of the three. `signals_` has the mean and the
# standard deviation of every layer's outputs, at the start and at the end.

import warnings

from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.preprocessing import scale

from sklearn_deepmlp import DeepMLPClassifier, LossCurveDisplay

warnings.simplefilter("ignore", ConvergenceWarning)  # training is short

X, y = load_digits(return_X_y=True)
X = scale(X)
networks = {
    activation: DeepMLPClassifier(
        (50,) * 20, activation, alpha=0, batch_size=100, max_iter=25, random_state=0
    ).fit(X, y)
    for activation in COLORS
}

figure, axes = plt.subplots(1, 2, figsize=(10, 4), sharey=True, layout="constrained")
layers = np.arange(1, 21)
for ax, record, when in zip(axes, (0, -1), ("before", "after"), strict=True):
    for activation, network in networks.items():
        signals = network.signals_
        ratio = signals.activation_mean[record, :-1] / signals.activation_std[record, :-1]
        ax.plot(layers, ratio, ".-", color=COLORS[activation], label=activation)
    ax.axhline(0, color="0.8", zorder=0)
    ax.set(title=f"{when} training", xlabel="layer", xticks=layers[::3])
axes[0].set_ylabel("mean of the outputs / standard deviation")
axes[0].set_ylim(-0.1, 0.95)
axes[0].legend(frameon=False, ncols=3, loc="upper center")
figure.suptitle("How far the mean of each layer's outputs is from 0")
plt.show()

# %%
# The mean is given in units of the standard deviation, as a layer of large outputs also has a large
# mean. ReLU (black) stays well above 0. The negative part of ELU (green) brings the mean down, and
# SELU (blue) holds it at 0 in all layers before training (left). After training (right) it is still
# below 0.2.
#
# What it does for training
# -------------------------

figure, ax = plt.subplots(figsize=(7, 4), layout="constrained")
for activation, network in networks.items():
    LossCurveDisplay.from_estimator(
        network, name=activation, ax=ax, line_kw={"color": COLORS[activation]}
    )
    print(f"{activation:5}  training accuracy {network.score(X, y):.3f}")
ax.set_title("Training loss of twenty layers")
plt.show()

# %%
# The picture shows the loss of each epoch on a logarithmic axis. ELU and SELU fall faster, and
# after ten epochs are where ReLU is after twenty-five. This is one data set and one seed; with
# three layers instead of twenty, the three end close to each other.
#
# What it costs
# -------------
#
# An exponential takes longer than a comparison. The bars are the time of a prediction for 20 000
# rows, the best of five.

from time import perf_counter

many_rows = np.tile(X, (12, 1))[:20_000]


def seconds_to_predict(network):
    """Return the shortest of five times, in seconds."""
    times = []
    for _ in range(5):
        start = perf_counter()
        network.predict(many_rows)
        times.append(perf_counter() - start)
    return min(times)


seconds = {activation: seconds_to_predict(network) for activation, network in networks.items()}
figure, ax = plt.subplots(figsize=(7, 2.2), layout="constrained")
bars = ax.barh([*seconds], seconds.values(), color=[*COLORS.values()], alpha=0.8)
ax.bar_label(bars, [f"{value:.2f} s" for value in seconds.values()], padding=3)
ax.invert_yaxis()
ax.margins(x=0.15)
ax.spines[["top", "right"]].set_visible(False)
ax.set(xlabel="seconds", title="Time to predict 20 000 rows")
plt.show()

# %%
# The length of a bar depends on the machine that built this page. ELU and SELU take longer than
# ReLU; how much longer depends on the rest of the network, whose matrix products cost the same for
# all.
#
# SELU's push towards 0 and 1 is strong enough for very deep networks, under conditions:
# :doc:`/auto_examples/chapter/self_normalization_at_50_layers`.
