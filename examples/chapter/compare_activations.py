"""
Activations compared honestly
=============================

Cross-validate nine activations, and one of them comes out first. Is it better, or was it lucky?
This example trains all networks as one stack, asks a test that is made for cross-validation, and
draws the scores of every split.
"""

# %%
# Ninety networks at once
# -----------------------
#
# The networks have five hidden layers and differ in nothing but their activation. Two repetitions
# of a 5-fold cross-validation make ten splits, on which every activation is scored. Within
# :func:`~sklearn_deepmlp.fit_together` all of them are trained as one network. Training is short,
# so a warning about that is expected.

import warnings

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV, RepeatedStratifiedKFold
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_deepmlp import DeepMLPClassifier, compare_candidates, fit_together

warnings.simplefilter("ignore", ConvergenceWarning)

X, y = load_digits(return_X_y=True)
net = DeepMLPClassifier(
    (32,) * 5, batch_size=64, learning_rate_init=0.003, max_iter=15, random_state=0
)
model = Pipeline([("scale", StandardScaler()), ("net", net)])
activations = [
    "logistic", "tanh", "relu", "leaky_relu", "elu", "selu", "gelu", "swish", "mish"
]  # fmt: skip
grid = {"net__activation": activations}
folds = RepeatedStratifiedKFold(n_splits=5, n_repeats=2, random_state=0)

with fit_together() as report:
    search = GridSearchCV(model, grid, cv=folds, refit=False).fit(X, y)
print(report)

# %%
# Which differences are real
# --------------------------
#
# The scores of a cross-validation share training rows, so that an ordinary t-test finds differences
# where there are none. :func:`~sklearn_deepmlp.compare_candidates` uses the corrected resampled
# t-test of Nadeau and Bengio (2003), and adjusts for the number of pairs.

comparison = compare_candidates(search)
detected = comparison.p_adjusted < comparison.significance_level
print(f"{detected.sum()} of {len(detected)} pairs differ detectably:")
for better, worse in comparison.pairs[detected]:
    print(f"{comparison.candidates[better]} is better than {comparison.candidates[worse]}")

# %%
# All differences that can be detected are to the logistic function, which does not learn at all at
# this depth. Here is how the first of the ranking compares with each of the others:

print(f"{comparison.candidates[0]} and      difference  p (Holm)  P(equivalent)")
for pair in np.flatnonzero(comparison.pairs[:, 0] == 0):
    print(
        f"{comparison.candidates[comparison.pairs[pair, 1]]:23}"
        f"{comparison.difference[pair]:11.3f}{comparison.p_adjusted[pair]:10.3f}"
        f"{comparison.p_equivalent[pair]:15.3f}"
    )

# %%
# The difference is that of the mean accuracies. The p-value is adjusted by Holm's method for the
# number of pairs. P(equivalent) is the probability that the two differ by no more than one
# hundredth of accuracy, whichever is ahead.
#
# The picture
# -----------
#
# :class:`~sklearn_deepmlp.ActivationComparisonDisplay` draws scores beside times, usually by one
# call of `from_search`. Networks that are trained together share their time, so the times come from
# a second search here, sequential and with only three epochs. The logistic function is left out,
# for its accuracy of 0.10 would squeeze the others into a corner.

from sklearn_deepmlp import ActivationComparisonDisplay

model.set_params(net__max_iter=3)
timed = GridSearchCV(model, grid, cv=2, refit=False).fit(X, y).cv_results_

scores = np.array([search.cv_results_[f"split{i}_test_score"] for i in range(10)]).T
ranking = [i for i in np.argsort(-scores.mean(axis=1)) if activations[i] != "logistic"]
display = ActivationComparisonDisplay(
    activations=[activations[i] for i in ranking],
    scores=scores[ranking],
    fit_time_share=timed["mean_fit_time"][ranking] / timed["mean_fit_time"][ranking].sum(),
    predict_time=timed["mean_score_time"][ranking],
    predict_time_std=timed["std_score_time"][ranking],
    score_name="test accuracy",
).plot()
display.figure_.suptitle("Eight activations in five hidden layers")
plt.show()

# %%
# Left, each dot is the accuracy on one split and each bar their mean. The dots of one activation
# spread further than the means of different activations are apart: this is what "no detectable
# difference" looks like. In the middle, the share of the training time, and on the right the time
# to predict, with error bars over the splits; both depend on the machine that built this page.
#
# So on these data the choice among the eight is a matter of cost, not of accuracy.
# :doc:`/guide/comparing` explains the tests, and :doc:`/guide/choosing_an_activation` says where to
# begin.
