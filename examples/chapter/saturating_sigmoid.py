"""
Why sigmoid layers saturate
===========================

The sigmoid was the usual activation function until about 2010, and deep networks of it hardly
trained. Its ends are flat: a unit that is pushed there passes almost no gradient back. This example
draws the function, and then what ten layers of it do to a signal, beside tanh and beside the
initialization of Glorot and Bengio.
"""

# %%
# The flat ends
# -------------
#
# :class:`~sklearn_deepmlp.ActivationDisplay` draws the sigmoid and its slope. We add the tangent at
# 0, and shade the ends at which the slope is at most a twentieth of its largest value. This is
# where the package calls a unit *saturated*.

import matplotlib.pyplot as plt
import numpy as np
from scipy.special import expit as sigmoid

from sklearn_deepmlp import ActivationDisplay

SIGMOID, TANH = "#D55E00", "#CC79A7"  # colors that color-blind readers can tell apart

z = np.linspace(-8, 8, 401)
_, ax = plt.subplots(figsize=(7, 4.2), layout="constrained")
display = ActivationDisplay.from_activations(
    "logistic", z=z, ax=ax, line_kw={"color": SIGMOID, "linewidth": 2}
)
ax.plot(z, 0.5 + z / 4, color="0.5", linestyle=":", zorder=0)

slope = np.asarray(display.derivatives[0])
saturated_from = z[slope > slope.max() / 20].max()
for end in (-8, 8):
    ax.axvspan(np.sign(end) * saturated_from, end, color="0.93", zorder=-1)
    ax.text(np.sign(end) * 6.2, 0.5, "saturated", ha="center", color="0.3")
ax.text(1.5, 1.03, "tangent: the linear part", color="0.4", ha="right")
ax.text(2.4, 0.78, "σ(z)", color=SIGMOID, fontsize="large")
ax.text(1.6, 0.19, "slope σ′(z), at most 1/4", color=SIGMOID)
ax.get_legend().remove()
ax.set(title="The sigmoid is linear near 0 and flat at both ends", xlim=(-8, 8), ylim=(-0.1, 1.1))
print(f"Saturated where |z| > {saturated_from:.1f}")

# %%
# The solid line is the function. Between about -1 and 1 it follows its tangent, and a layer is
# little more than a linear map there. In the shaded ends the slope (dashed) is almost 0. Two facts
# are visible that matter in deep networks. The slope never exceeds 1/4, so with weights of moderate
# size every layer shrinks the gradient, even if nothing saturates. And the function is centered on
# 0.5, not on 0.
#
# What ten layers do to a signal
# ------------------------------
#
# Now we send the handwritten digits, standardized, through ten layers of 100 units, without any
# training. Weights with mean 0 and standard deviation 1 were once the usual choice. Glorot and
# Bengio (2010) proposed a variance of 1 / fan_avg, where fan_avg is the mean of the number of
# inputs and the number of units of the layer.

from sklearn.datasets import load_digits
from sklearn.preprocessing import scale

from sklearn_deepmlp.initializers import Normal, VarianceScaling

X = scale(load_digits().data)
FUNCTIONS = {"sigmoid": sigmoid, "tanh": np.tanh}
INITS = {"N(0, 1) weights": Normal(), "Glorot weights": VarianceScaling(mode="fan_avg")}


def outputs_of_layers(function, init, n_layers=10, units=100):
    """Return the outputs of each layer of a network that is not trained."""
    generator = np.random.default_rng(0)
    outputs = [X]
    for _ in range(n_layers):
        weights = init.draw(outputs[-1].shape[1], units, generator)
        outputs.append(function(outputs[-1] @ weights))
    return outputs[1:]


figure, axes = plt.subplots(2, 2, figsize=(9, 6.4), sharex=True, sharey="row", layout="constrained")
for row, (name, function) in zip(axes, FUNCTIONS.items(), strict=True):
    edges = np.linspace(0 if name == "sigmoid" else -1, 1, 41)
    for ax, (init_name, init) in zip(row, INITS.items(), strict=True):
        outputs = outputs_of_layers(function, init)
        shares = np.transpose([np.histogram(h, edges)[0] / h.size for h in outputs])
        image = ax.pcolormesh(np.arange(0.5, 11), edges, shares, vmin=0, vmax=0.2)
        ax.set(title=f"{name}, {init_name}", xticks=range(1, 11))
    row[0].set_ylabel("output of a unit")
for ax in axes[-1]:
    ax.set_xlabel("layer")
figure.colorbar(image, ax=axes, label="share of outputs", extend="max")
figure.suptitle("Where the outputs of each layer lie")

# %%
# Each column of a panel is the histogram of one layer's outputs; bright cells hold many of them.
#
# - **Left, N(0, 1) weights.** A weighted sum of 100 inputs has a standard deviation of up to 10, so
#   most outputs lie at the ends, from the first layer on. tanh fares no better. In narrower layers
#   this is milder, since the sum has fewer terms.
# - **Top right, sigmoid with Glorot's weights.** Nothing saturates, but the outputs shrink to a
#   band around 0.5. In the deeper layers the histogram falls apart into blocks: each unit outputs
#   nearly the same number for every row.
# - **Bottom right, tanh with Glorot's weights.** Centered on 0, the outputs keep a broad spread
#   that decreases slowly with depth.
#
# What it means for the gradient
# ------------------------------
#
# :func:`~sklearn_deepmlp.inspect_initialization` makes the same trip through the network that `fit`
# would start with, and also sends a gradient back from the output layer.

from sklearn_deepmlp import DeepMLPClassifier, inspect_initialization

figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
layers = np.arange(1, 11)
for activation, color in (("sigmoid", SIGMOID), ("tanh", TANH)):
    for init, style in (("standard_normal", "--"), ("glorot_normal", "-")):
        network = DeepMLPClassifier((100,) * 10, activation, init=init, random_state=0)
        report = inspect_initialization(network, X)
        print(f"{activation:8} {init:16} {report.verdict}")
        line = {"color": color, "linestyle": style, "marker": ".", "label": f"{activation}, {init}"}
        left.plot(layers, report.signals.saturated[0, :-1], **line)
        right.plot(layers, report.signals.gradient_norm[0, :-1], **line)
left.set(xlabel="layer", ylabel="saturated outputs (fraction)", xticks=layers, ylim=(-0.03, 1.03))
right.set(xlabel="layer", ylabel="norm of the gradient of the weights", xticks=layers, yscale="log")
figure.suptitle("Saturation on the way forward, gradients on the way back")
figure.legend(*left.get_legend_handles_labels(), loc="outside lower center", ncols=4, frameon=False)
plt.show()

# %%
# On the left is the fraction of saturated outputs: about half of them or more with N(0, 1) weights
# (dashed), nearly none with Glorot's (solid). On the right is the gradient that arrives at each
# layer on its way back from the output. The sigmoid with Glorot's weights (solid orange) loses
# about a factor of 4 per layer, as its slope of at most 1/4 says: the gradient *vanishes* although
# nothing is saturated. Saturated tanh layers (dashed purple) do the opposite, since their large
# weights outweigh the flat ends: the gradient *explodes*. The saturated sigmoid (dashed orange)
# lies between the two. Only tanh with Glorot's weights (solid purple) neither saturates nor changes
# the size of the gradient.
#
# A better initialization alone does not save the sigmoid. The next step is a function that is
# centered on 0 and whose slope can be 1: see :doc:`/auto_examples/chapter/vanishing_gradients`.
