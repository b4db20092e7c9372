"""The parameters that say how long training lasts, and what it reports."""

from __future__ import annotations

from numbers import Real

import numpy as np
from sklearn.metrics import get_scorer_names

from sklearn_deepmlp._compat.sklearn import Options, str_options
from sklearn_deepmlp._estimators.parameter_table.parameter import (
    FRACTION,
    NON_NEGATIVE,
    POSITIVE_INT,
    Parameter,
)

DURATION = {
    "max_iter": Parameter(
        [POSITIVE_INT],
        "int",
        "Maximum number of epochs, or of iterations with $exact.",
    ),
    "tol": Parameter(
        [NON_NEGATIVE],
        "float",
        """
        Smallest improvement of the loss (with early stopping, of the validation score) that counts
        as one. Training with $exact stops when no entry of the gradient exceeds it.
        """,
    ),
    "n_iter_no_change": Parameter(
        [POSITIVE_INT, Options(Real, {np.inf})],
        'int or float("inf")',
        """
        Training stops after more than this number of consecutive epochs without improvement.
        """,
    ),
    "early_stopping": Parameter(
        ["boolean"],
        "bool",
        """
        Whether to hold out rows, stop when the score on them no longer improves, and keep the
        weights of the best epoch. A classifier holds out the same fraction of every class. With
        $exact no rows are held out, as in scikit-learn: training stops early only if ``X_val`` is
        given. If there are too few rows to split, all of them are trained on, without early
        stopping and with a warning.
        """,
    ),
    "scoring": Parameter(
        [str_options(["loss", *get_scorer_names()]), callable, None],
        "str, callable or None",
        """
        Score on which early stopping is based: None for that of `score`, "loss" for the negative
        weighted loss without penalty, a name from :func:`sklearn.metrics.get_scorer_names`, or a
        function ``scorer(estimator, X, y)``, which is given arrays and returns a number for which
        greater is better.
        """,
    ),
    "validation_fraction": Parameter(
        [FRACTION],
        "float in [0, 1)",
        "Fraction of the rows to hold out for early stopping.",
    ),
    "warm_start": Parameter(
        ["boolean"],
        "bool",
        """
        Whether `fit` resumes training of the fitted network, which must have the same features,
        layers and classes. The solver starts afresh; `loss_curve_` and `t_` are continued, and
        losses or scores are compared with the best ones of earlier fits.
        """,
    ),
    "record_signals": Parameter(
        [str_options(["auto"]), POSITIVE_INT, Options(bool, {False})],
        'int, False or "auto"',
        """
        After which epochs to record signals of the layers as `signals_`: an int n records every n
        epochs, "auto" after 50, 150, 350, … epochs, with gaps that double, and False never. Both
        record the initial and the final network, too; `partial_fit` counts its calls as epochs,
        which "auto" records after 1, 2, 4, 8, … calls. Recording does not change what is learned.
        """,
    ),
    "verbose": Parameter(
        ["verbose"],
        "bool or int",
        "Whether to print the loss of every epoch.",
    ),
}
