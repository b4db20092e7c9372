"""
Initializations compared over 50 layers
=======================================

The scale of the initial weights decides what becomes of a signal in a deep network. This example
follows its variance through 50 layers, for five initializations and six activations. It shows why
the right initialization depends on the activation, and what to do where the usual one does not
reach far enough.
"""

# %%
# One pass through 50 layers
# --------------------------
#
# A weighted sum of fan_in inputs has the variance fan_in · σ² times the mean square of the inputs,
# for weights of variance σ². So σ² should be about 1 / fan_in, times a factor that makes up for
# what the activation does to the mean square:
#
# - N(0, 1): σ² = 1, whatever the number of inputs
# - Glorot: σ² = 1 / fan_avg, the mean of the numbers of inputs and units
# - LeCun: σ² = 1 / fan_in
# - He: σ² = 2 / fan_in, as ReLU halves the mean square
# - `VarianceScaling(scale="auto")`: σ² = scale / fan_in, where the scale is computed from the
#   activation
#
# :func:`~sklearn_deepmlp.inspect_initialization` sends data through the network that `fit` would
# start with and records the standard deviation of each layer's outputs. SELU refuses any
# initialization but LeCun's; `self_normalization="ignore"` lets us look nevertheless.

import matplotlib.pyplot as plt
import numpy as np

from sklearn_deepmlp import DeepMLPClassifier, inspect_initialization
from sklearn_deepmlp.initializers import VarianceScaling

ACTIVATIONS = ["tanh", "relu", "elu", "selu", "gelu", "swish"]
INITS = {
    "N(0, 1)": ("standard_normal", {"color": "0.6"}),
    "Glorot": ("glorot_normal", {"color": "#D55E00"}),
    "LeCun": ("lecun_normal", {"color": "#56B4E9", "linestyle": "--"}),
    "He": ("he_normal", {"color": "#0072B2"}),
    'scale="auto"': (VarianceScaling(scale="auto"), {"color": "#009E73", "linewidth": 2.5}),
}
X = np.random.default_rng(0).standard_normal((500, 100))


def inspect(activation, init):
    """Return what 50 untrained layers of 100 units do to X."""
    network = DeepMLPClassifier(
        (100,) * 50, activation, init=init, self_normalization="ignore", random_state=0
    )
    return inspect_initialization(network, X)


reports = {
    (activation, name): inspect(activation, init)
    for activation in ACTIVATIONS
    for name, (init, _) in INITS.items()
}

figure, axes = plt.subplots(2, 3, figsize=(10, 6), sharex=True, sharey=True, layout="constrained")
for ax, activation in zip(axes.flat, ACTIVATIONS, strict=True):
    for name, (_, style) in INITS.items():
        variances = reports[activation, name].signals.activation_std[0, :-1] ** 2
        ax.semilogy(range(1, 51), variances, label=name, **style)
    ax.set(title=activation, ylim=(1e-10, 1e10))
figure.supxlabel("layer")
figure.supylabel("variance of the outputs")
figure.suptitle("What 50 layers do to the variance of a signal")
figure.legend(*ax.get_legend_handles_labels(), loc="outside right center", frameon=False)
plt.show()

# %%
# A flat line is what we want: the variance of the outputs of the last layer is then that of the
# first. The axis is logarithmic, so a straight line that rises or falls is exponential growth or
# decay.
#
# - With **N(0, 1)** weights (gray) every function without bounds explodes within a few layers. tanh
#   stays at its bounds of ±1, saturated.
# - **Glorot** and **LeCun** (orange and light blue) are the same here, since all layers have one
#   width. Their line falls slowly for tanh and ELU, which resemble the identity near 0. SELU keeps
#   it flat: this is what it was made for. ReLU, GELU and Swish fade out.
# - **He** (dark blue) is flat for ReLU, and for ELU nearly so. For GELU and Swish a factor of 2 is
#   not enough: they lose more than half of the mean square, and at 50 layers the signal is gone.
#   For SELU it is too much.
# - **scale="auto"** (green) is flat for the first four functions; for SELU it is LeCun's, so that
#   the lines coincide. For GELU and Swish the signal no longer dies, but it grows: where it is a
#   little too large, these functions approach ReLU and keep more of it than the scale assumes.
#
# The verdicts
# ------------
#
# The report judges the signal on its way forward and the gradient on its way back:

widths = [max(len(name), len("saturates")) + 2 for name in INITS]


def print_row(first, others):
    """Print a row of a table."""
    print(f"{first:6}" + "".join(f"{x:>{n}}" for x, n in zip(others, widths, strict=True)))


print_row("", INITS)
for activation in ACTIVATIONS:
    print_row(activation, [reports[activation, name].verdict for name in INITS])

# %%
# A preserved variance is not enough: tanh with `scale="auto"` keeps the variance, and yet the
# verdict is that it explodes. Its weights are larger than Glorot's, and while the function's bounds
# hold the signal, nothing holds the gradient:

report = reports["tanh", 'scale="auto"']
gradients = report.signals.gradient_norm[0, :-1]
print(f"gradient of the first layer over that of the last: {gradients[0] / gradients[-1]:.0f}")

# %%
# The whole report has a table of the layers, and a remedy that was found by trying. Here it is for
# GELU with He's weights:

reports["gelu", "He"]

# %%
# `report.params` holds the remedy for `set_params`. `init="auto"`, the default, follows common
# practice: Glorot for sigmoid and tanh, LeCun for SELU, He for the others. In networks of usual
# depth this is enough; :doc:`/guide/initializations` has the table, and says where `scale="auto"`
# pays off.
