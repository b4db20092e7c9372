"""
Imbalanced classes
==================

Where one class is rare, a network that predicts the more probable class hardly ever predicts it.
There are two remedies: ``class_weight="balanced"`` changes what the network learns, and a lower
threshold changes what is concluded from its probabilities. This example compares them by precision,
recall and calibration.
"""

# %%
# Data
# ----
#
# Five percent of the rows belong to the rare class, and the classes overlap.

import warnings

import matplotlib.pyplot as plt
from sklearn.calibration import calibration_curve
from sklearn.datasets import make_classification
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import f1_score, precision_recall_curve, precision_score, recall_score
from sklearn.model_selection import (
    FixedThresholdClassifier,
    TunedThresholdClassifierCV,
    train_test_split,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_deepmlp import DeepMLPClassifier, fit_together

warnings.simplefilter("ignore", ConvergenceWarning)  # the cosine schedule ends after max_iter

X, y = make_classification(
    12_000,
    n_informative=6,
    n_clusters_per_class=3,
    weights=[0.95],
    class_sep=0.9,
    flip_y=0.01,
    random_state=0,
)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.5, stratify=y, random_state=0)

# %%
# Four classifiers
# ----------------
#
# Two networks differ in the weights of the classes. Two more classifiers take the probabilities of
# the first network: one with the threshold 0.1, which is right where missing a rare case costs nine
# times as much as a false alarm, the other with the threshold that maximizes the F1 score in a
# cross-validation of the training rows.


def make_model(class_weight=None):
    """Make a pipeline with a network."""
    net = DeepMLPClassifier(
        (32, 32),
        "swish",
        class_weight=class_weight,
        learning_rate_init=0.005,
        learning_rate="cosine",
        max_iter=40,
        random_state=0,
    )
    return make_pipeline(StandardScaler(), net)


with fit_together():
    tuned = TunedThresholdClassifierCV(make_model(), scoring="f1").fit(X_train, y_train)
plain = tuned.estimator_
balanced = make_model("balanced").fit(X_train, y_train)
fixed = FixedThresholdClassifier(make_model(), threshold=0.1).fit(X_train, y_train)
CLASSIFIERS = {
    "threshold 0.5": plain,
    "threshold 0.1": fixed,
    f"tuned, {tuned.best_threshold_:.2f}": tuned,
    "balanced weights": balanced,
}
print(f"{'':18} precision  recall     F1")
for name, model in CLASSIFIERS.items():
    predicted = model.predict(X_test)
    values = [score(y_test, predicted) for score in (precision_score, recall_score, f1_score)]
    print(f"{name:18} {values[0]:9.3f} {values[1]:7.3f} {values[2]:6.3f}")

# %%
# Precision and recall
# --------------------

NETWORKS = {
    "equal weights": (plain, "tab:blue"),
    "balanced weights": (balanced, "tab:orange"),
}
figure, axes = plt.subplots(figsize=(6, 4.2), layout="constrained")
axes.set_title("Precision and recall of the rare class")
for name, (model, color) in NETWORKS.items():
    precision, recall, _ = precision_recall_curve(y_test, model.predict_proba(X_test)[:, 1])
    axes.plot(recall, precision, color=color, label=name)
for name, model in CLASSIFIERS.items():
    predicted = model.predict(X_test)
    point = recall_score(y_test, predicted), precision_score(y_test, predicted)
    axes.plot(*point, "o", color="tab:orange" if model is balanced else "tab:blue")
    above = model is not balanced
    axes.annotate(name, point, xytext=(6, 4 if above else -12), textcoords="offset points")
axes.set(xlabel="recall", ylabel="precision", xlim=(0, 1.15), ylim=(0, 1.02))
axes.legend(loc="lower left", frameon=False)
plt.show()

# %%
# A curve shows all thresholds of a network, a dot the one that a classifier uses. Lowering the
# threshold moves along the curve: recall is paid for with precision. Balanced weights raise the
# recall too, but on a lower curve here: half of the loss then comes from a few hundred rare rows.
#
# Calibration
# -----------
#
# A threshold follows from the costs of errors only where probabilities agree with frequencies.

figure, axes = plt.subplots(figsize=(4.6, 4.2), layout="constrained")
axes.set_title("Calibration with and without class weights")
axes.plot([0, 1], [0, 1], color="0.7")
for name, (model, color) in NETWORKS.items():
    probabilities = model.predict_proba(X_test)[:, 1]
    print(f"{name}: mean probability {probabilities.mean():.3f}, frequency {y_test.mean():.3f}")
    frequency, mean = calibration_curve(y_test, probabilities, n_bins=8)
    axes.plot(mean, frequency, "o-", color=color, label=name)
axes.set(xlabel="mean predicted probability", ylabel="frequency of the rare class")
axes.legend(loc="upper left", frameon=False)
plt.show()

# %%
# With equal weights the curve is near the diagonal, and the mean probability is near the frequency
# of the class. Balanced weights pretend that both classes are equally frequent, so the
# probabilities of the rare class are several times too high.
