"""
A table with mixed columns
==========================

A table has numbers on different scales, categories and missing values; a network needs standardized
numbers. A ``ColumnTransformer`` prepares each kind of column, the network learns from the result,
and ``CalibratedClassifierCV`` makes its probabilities agree with frequencies. All of it is one
estimator.
"""

# %%
# A made-up table
# ---------------
#
# The customers of a telephone company, some of whom cancel their contract. The table is drawn from
# a random generator with a seed; no real customer is in it. Monthly contracts, high charges and
# many calls to the support make cancelling more probable. A tenth of the values is missing in two
# columns.

import warnings

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV, CalibrationDisplay
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from sklearn_deepmlp import DeepMLPClassifier, fit_together

warnings.simplefilter("ignore", ConvergenceWarning)  # 60 epochs are enough to overfit


def make_customers(n_customers, seed):
    """Draw customers, and whether they cancel."""
    rng = np.random.default_rng(seed)
    months = rng.exponential(24, n_customers).round()
    charge = rng.normal(60, 20, n_customers).clip(15)
    calls = rng.poisson(1.5, n_customers)
    contract = rng.choice(["month", "year", "two years"], n_customers, p=[0.5, 0.3, 0.2])
    payment = rng.choice(["card", "transfer", "check"], n_customers)
    monthly = contract == "month"
    logit = -2.6 + 1.4 * monthly + 0.02 * (charge - 60) * (1 + monthly) - 0.03 * months
    logit += 0.5 * calls + 0.8 * (calls > 3) + 0.5 * (payment == "check")
    cancels = rng.random(n_customers) < 1 / (1 + np.exp(-logit))
    table = pd.DataFrame(
        {
            "months": months,
            "charge": charge,
            "calls": calls,
            "contract": contract,
            "payment": payment,
        }
    )
    for column in ["charge", "payment"]:
        table.loc[rng.random(n_customers) < 0.1, column] = np.nan
    return table, cancels


X, y = make_customers(3000, seed=0)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.5, random_state=0)
X.head(8)

# %%
# Preparation and network
# -----------------------
#
# Missing numbers become the median, with a column that says where they were missing. Missing
# categories become the category "missing". One-hot columns and numbers then get mean 0 and variance
# 1.

numbers = SimpleImputer(strategy="median", add_indicator=True)
categories = make_pipeline(
    SimpleImputer(strategy="constant", fill_value="missing"),
    OneHotEncoder(handle_unknown="ignore", sparse_output=False),
)
columns = make_column_transformer(
    (numbers, make_column_selector(dtype_include="number")),
    (categories, make_column_selector(dtype_exclude="number")),
)


def make_model(classifier):
    """Make a pipeline of the preparation and a classifier."""
    return make_pipeline(columns, StandardScaler(), classifier)


net = DeepMLPClassifier(
    (64, 64), "swish", learning_rate_init=0.005, alpha=0, max_iter=60, random_state=0
)
unpenalized = make_model(net).fit(X_train, y_train)
unpenalized

# %%
# Calibration
# -----------
#
# This network has no penalty and fits the training rows too closely, which makes it too confident.
# ``CalibratedClassifierCV`` cross-validates the whole pipeline and learns from the held-out
# predictions how to correct the probabilities. Within ``fit_together`` the networks of its folds
# are trained together. The other remedy is not to overfit: ``alpha="auto"``, the default, penalizes
# the weights.

with fit_together() as report:
    calibrated = CalibratedClassifierCV(unpenalized, cv=5, ensemble=False).fit(X_train, y_train)
print(report)
penalized = make_model(clone(net).set_params(alpha="auto")).fit(X_train, y_train)
MODELS = {
    "network without penalty": unpenalized,
    "the same, calibrated": calibrated,
    "network with penalty": penalized,
    "logistic regression": make_model(LogisticRegression()).fit(X_train, y_train),
    "gradient boosting": make_model(HistGradientBoostingClassifier(random_state=0)).fit(
        X_train, y_train
    ),
}
for name, model in MODELS.items():
    probabilities = model.predict_proba(X_test)[:, 1]
    loss, auc = log_loss(y_test, probabilities), roc_auc_score(y_test, probabilities)
    print(f"{name:24} log loss {loss:.3f}, ROC AUC {auc:.3f}")

# %%
# The frequency of cancelling among customers with similar probabilities, for the three networks:

figure, axes = plt.subplots(figsize=(5.4, 4.6), layout="constrained")
for name, color in zip(list(MODELS)[:3], ["tab:orange", "tab:blue", "0.4"], strict=True):
    CalibrationDisplay.from_estimator(
        MODELS[name],
        X_test,
        y_test,
        n_bins=8,
        strategy="quantile",
        name=name,
        ax=axes,
        color=color,
    )
axes.set_title("Calibration of a network on a mixed table")
axes.set(xlabel="mean predicted probability", ylabel="frequency of cancelling")
plt.show()

# %%
# Each point stands for an eighth of the customers. Without a penalty the curve is too flat: more
# customers cancel than the network says where it says little, and fewer where it says much.
# Calibrated, it is close to the diagonal except for the eighth with the highest risk, as a sigmoid
# has only two parameters to correct the probabilities. With a penalty the network needs no
# correction. Calibration by a sigmoid leaves the ranking of the customers as it is, which the ROC
# AUC measures; the penalty improves it.
#
# This made-up table is nearly linear, so logistic regression is the best model here, and gradient
# boosting is the other one to try on a real table of this size.
