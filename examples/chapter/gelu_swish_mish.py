"""
GELU, Swish and Mish
====================

Three smooth relatives of ReLU that dip below 0 before they rise. This example draws them, finds
their lowest points, compares GELU with its approximation, and shows what smoothness means for a
function that a network has learned.
"""

# %%
# The curves
# ----------
#
# Each function is z times a curve that rises from 0 to 1: the normal distribution function Φ(z) for
# GELU, the sigmoid σ(z) for Swish, and tanh(softplus(z)) for Mish.

import matplotlib.pyplot as plt
import numpy as np

from sklearn_deepmlp import ActivationDisplay

COLORS = {"relu": "black", "gelu": "#882255", "swish": "#44AA99", "mish": "#999933"}

display = ActivationDisplay.from_activations([*COLORS], z=np.linspace(-5, 2.5, 1501))
for lines in (display.lines_, display.derivative_lines_):
    for line, color in zip(lines, COLORS.values(), strict=True):
        line.set(color=color, linewidth=2)
functions, slopes = display.axes_
curves = dict(zip(COLORS, zip(display.values, display.derivatives, strict=True), strict=True))
for name in ("gelu", "swish", "mish"):
    values, _ = curves[name]
    lowest = values.argmin()
    functions.plot(display.z[lowest], values[lowest], "o", color=COLORS[name])
    print(f"{name:5}  minimum {values[lowest]:.3f} at z = {display.z[lowest]:.2f}")
functions.legend()
functions.set(title="The functions", ylim=(-0.6, 2.5))
slopes.set(title="Their slopes")
display.figure_.suptitle("ReLU, GELU, Swish and Mish")
plt.show()

# %%
# Left, all three come from 0 at the left, dip to their minimum (the dots) and then approach the
# line z. Unlike ReLU (black), they are neither monotonic nor convex. Below 0 Mish overlaps with
# Swish, above 0 with GELU. Right, the slopes have no jump. They are negative at the left, and
# larger than 1 somewhere above 0.

# %%
# GELU and its approximation
# --------------------------
#
# Swish with a factor β in its sigmoid is zσ(βz). With β = 1.702 it is close to GELU, and needs an
# exponential instead of the error function. The package has it as `"gelu_sigmoid"`.

display = ActivationDisplay.from_activations(["gelu", "gelu_sigmoid"])
for lines in (display.lines_, display.derivative_lines_):
    for line, style in zip(lines, ("-", "--"), strict=True):
        line.set(color=COLORS["gelu"] if style == "-" else COLORS["relu"], linestyle=style)
functions, slopes = display.axes_
functions.set(title="The functions")
slopes.set(title="Their slopes")
functions.legend()
display.figure_.suptitle("GELU and zσ(1.702z)")
plt.show()

exact, approximate = display.values
difference = np.abs(approximate - exact)
print(f"largest difference: {difference.max():.4f}", end="")
print(f" at z = ±{abs(display.z[difference.argmax()]):.2f}")

# %%
# The dashed line of the approximation covers the solid one of GELU. They differ by at most 0.02, at
# the ends of the bend; the slopes on the right differ a little more.
#
# What smoothness means
# ---------------------
#
# A network is as smooth as its activation. Two networks of two layers learn forty noisy points of a
# wave by L-BFGS, one with ReLU and one with Swish. We draw what they predict, and its derivative.

import warnings

from sklearn.exceptions import ConvergenceWarning

from sklearn_deepmlp import DeepMLPRegressor

warnings.simplefilter("ignore", ConvergenceWarning)  # 300 iterations are enough to see it

generator = np.random.default_rng(0)
x = np.sort(generator.uniform(-3, 3, 40))
y = np.sin(2 * x) + generator.normal(0, 0.05, 40)
grid = np.linspace(-3, 3, 601)

figure, axes = plt.subplots(
    2, 2, figsize=(10, 5.5), sharex=True, sharey="row", layout="constrained"
)
for (upper, lower), activation in zip(axes.T, ("relu", "swish"), strict=True):
    network = DeepMLPRegressor((20, 20), activation, solver="lbfgs", max_iter=300, random_state=0)
    network.fit(x[:, np.newaxis], y)
    prediction = network.predict(grid[:, np.newaxis])
    upper.plot(x, y, ".", color="0.6")
    upper.plot(grid, prediction, color=COLORS[activation], linewidth=2)
    upper.set_title(f"{activation}: R² = {network.score(x[:, np.newaxis], y):.3f}")
    lower.plot(grid, np.gradient(prediction, grid), color=COLORS[activation])
    lower.set_xlabel("x")
axes[0, 0].set_ylabel("prediction")
axes[1, 0].set_ylabel("its derivative")
figure.suptitle("What a network learns is as smooth as its activation")
plt.show()

# %%
# Both fit the points (gray) equally well. The prediction of the ReLU network (left) consists of
# straight pieces, so its derivative below is a staircase. That of the Swish network (right) bends
# everywhere. The same holds for the loss as a function of the weights: with ReLU it has kinks, at
# which the gradient changes abruptly, and with the three smooth functions it has none.
#
# Smooth functions cost an exponential or two per unit. Whether they score better depends on the
# data: :doc:`/auto_examples/chapter/compare_activations` shows how to find out.
