"""
Leaky ReLUs: fixed, random and learned slopes
=============================================

ReLU outputs 0 for every negative input, and its slope there is 0 too: a unit whose input is
negative for all rows stops learning. The leaky relatives of ReLU let a little through. They differ
in where the slope below 0 comes from: it is fixed, drawn at random, or learned.
"""

# %%
# Fixed and random slopes
# -----------------------
#
# `LeakyReLU` has one fixed slope. `RReLU` draws a slope for each row and unit at each training
# step, uniformly from 1/8 to 1/3, and predicts with the mean of the two. We draw the functions and
# their slopes, and add the band from which RReLU draws.

import matplotlib.pyplot as plt
import numpy as np

from sklearn_deepmlp import ActivationDisplay
from sklearn_deepmlp.activations import LeakyReLU, PReLU, RReLU

RELU, LEAKY, RRELU, PRELU = "black", "#E69F00", "#56B4E9", "#0072B2"
rrelu = RReLU()

display = ActivationDisplay.from_activations(
    ["relu", LeakyReLU(0.01), LeakyReLU(0.2), rrelu], z=np.linspace(-4, 1.5, 221)
)
looks = [(RELU, "-"), (LEAKY, "--"), (LEAKY, "-"), (RRELU, "-")]
for lines in (display.lines_, display.derivative_lines_):
    for line, (color, style) in zip(lines, looks, strict=True):
        line.set(color=color, linestyle=style, linewidth=2)
functions, slopes = display.axes_
functions.fill_between(
    [-4, 0], [-4 * rrelu.lower, 0], [-4 * rrelu.upper, 0], color=RRELU, alpha=0.3
)
slopes.fill_between([-4, 0], rrelu.lower, rrelu.upper, color=RRELU, alpha=0.3)
functions.legend()
functions.set(title="The functions")
slopes.set(title="Their slopes")
display.figure_.suptitle("What leaks below 0")
plt.show()

# %%
# Above 0 all are the same. Below 0 ReLU (black) is flat. A leak of 0.01 (dashed) is barely visible,
# one of 0.2 (solid orange) is clear. Xu et al. (2015) found the large leak better, and it is the
# default here. The light blue band is where the slopes of RReLU lie in training, and the line in it
# is the mean, 11/48, used for prediction.
#
# Random slopes are noise, and noise regularizes
# ----------------------------------------------
#
# We train five networks that differ in their activation only, on half of the digits, without
# penalty, and draw their losses. A network that is still improving after 60 epochs would warn,
# which we ignore.

import warnings

from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import scale

from sklearn_deepmlp import DeepMLPClassifier, LossCurveDisplay

warnings.simplefilter("ignore", ConvergenceWarning)

X, y = load_digits(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(
    scale(X), y, test_size=0.5, stratify=y, random_state=0
)
NETWORKS = {
    "ReLU": ("relu", RELU, "-"),
    "leaky ReLU, 0.01": (LeakyReLU(0.01), LEAKY, "--"),
    "leaky ReLU, 0.2": (LeakyReLU(0.2), LEAKY, "-"),
    "RReLU": (RReLU(), RRELU, "-"),
    "PReLU": (PReLU(), PRELU, "-"),
}
fitted = {}
figure, ax = plt.subplots(figsize=(7, 4.2), layout="constrained")
for name, (activation, color, style) in NETWORKS.items():
    network = DeepMLPClassifier(
        (64,) * 5, activation, alpha=0, batch_size=64, max_iter=60, record_signals=2, random_state=0
    )
    fitted[name] = network.fit(X_train, y_train)
    LossCurveDisplay.from_estimator(
        network, name=name, ax=ax, line_kw={"color": color, "linestyle": style}
    )
    print(f"{name:16}  test accuracy {network.score(X_test, y_test):.3f}")
ax.set_title("Training loss of ReLU and its leaky relatives")
plt.show()

# %%
# All five learn the digits at the same pace: at this learning rate dying units, the problem that a
# leak solves, do no harm. RReLU (light blue) stays above the others for most of the training. Its
# slopes change at every step, so that the network never sees the same function twice, and fits the
# training rows less closely. Differences as small as those of the test accuracies are chance on a
# single split: :doc:`/auto_examples/chapter/compare_activations` shows how to tell.
#
# What PReLU learned
# ------------------
#
# After `fit`, `activation_params_` holds one dictionary per hidden layer, with one slope per unit.
# `signals_` has followed their mean during training, and :class:`~sklearn_deepmlp.SignalDisplay`
# draws it.

from sklearn_deepmlp import SignalDisplay

network = fitted["PReLU"]
learned = [params["negative_slope"] for params in network.activation_params_]

figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4), sharey=True, layout="constrained")
SignalDisplay.from_estimator(network, "negative_slope", kind="epochs", ax=left)
left.set(title="Mean during training", ylabel="slope below 0")
for layer, negative_slopes in enumerate(learned, start=1):
    right.plot([layer] * 64, negative_slopes, "o", color=PRELU, alpha=0.3, markeredgewidth=0)
    right.plot(layer, negative_slopes.mean(), "_", color="black", markersize=24)
right.axhline(0.25, color="0.6", linestyle=":")
right.text(0.4, 0.251, "start", color="0.4", va="bottom")
right.set(title="All units after training", xlabel="layer", xlim=(0.3, 5.5))
figure.suptitle("Learned slopes of PReLU")
plt.show()

# %%
# Left, one line per layer: the mean slope begins at 0.25 and rises a little, while the loss still
# falls. Right, each dot is one of the 64 units of a layer, and a bar is their mean. Each unit has
# found its own slope, but none moved far from the start. PReLU has one more parameter per unit to
# fit. He et al. (2015) benefited from it on a large data set; with few rows it is one more way to
# overfit.
