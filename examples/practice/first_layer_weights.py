"""
First-layer weights
===================

Every hidden unit of a network for images has one weight per pixel in the first layer, a column of
``coefs_[0]``. Drawn as a picture, the column shows the strokes that the unit looks for. The idea
is that of scikit-learn's example "Visualization of MLP weights on MNIST". Here ``MLPClassifier``
and ``DeepMLPClassifier`` learn the same digits, with nothing changed but the name of the class.
"""

# %%
# Two networks
# ------------
#
# The digits have 8 × 8 pixels. Twenty tanh units see them, and gradient descent with momentum
# trains both networks for 60 epochs. The penalty ``alpha=1.0`` is strong: it pulls every weight
# that the loss does not need towards 0.

import warnings

import matplotlib.pyplot as plt
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

from sklearn_deepmlp import DeepMLPClassifier

warnings.simplefilter("ignore", ConvergenceWarning)  # 60 epochs are enough to see the strokes

N_ROWS, N_COLUMNS = 4, 5
digits = load_digits()
X_train, X_test, y_train, y_test = train_test_split(
    digits.data / 16, digits.target, stratify=digits.target, random_state=0
)
networks = [
    network_class(
        (N_ROWS * N_COLUMNS,),
        activation="tanh",
        solver="sgd",
        learning_rate_init=0.2,
        alpha=1.0,
        max_iter=60,
        random_state=0,
    ).fit(X_train, y_train)
    for network_class in (MLPClassifier, DeepMLPClassifier)
]
for network in networks:
    print(f"{type(network).__name__}: test accuracy {network.score(X_test, y_test):.3f}")

# %%
# The weights of each unit
# ------------------------
#
# One color scale serves both networks: orange weights raise the unit's output where there is ink,
# purple ones lower it.


def draw_weights(network):
    """Draw the incoming weights of each hidden unit in the shape of a digit."""
    figure, panels = plt.subplots(N_ROWS, N_COLUMNS, figsize=(5.4, 4.2), layout="constrained")
    figure.suptitle(f"{type(network).__name__}: incoming weights of 20 units")
    for weights, axes in zip(network.coefs_[0].T, panels.flat, strict=True):
        image = axes.imshow(weights.reshape(8, 8), cmap="PuOr_r", vmin=-0.6, vmax=0.6)
        axes.set(xticks=[], yticks=[])
    figure.colorbar(image, ax=panels, label="weight", extend="both")


for network in networks:
    draw_weights(network)
plt.show()

# %%
# Each unit responds to strokes, edges or arcs in a different place. The left and right margins,
# where hardly any digit has ink, are pale: the loss does not depend on these weights, and the
# penalty has removed their initial values. The initial weights of the two classes differ, so the
# units respond to different strokes, while the accuracies are nearly equal.
