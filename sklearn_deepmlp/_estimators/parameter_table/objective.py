"""The parameters that say what training minimizes."""

from __future__ import annotations

from numbers import Real

from sklearn_deepmlp._compat.sklearn import Interval, str_options
from sklearn_deepmlp._estimators.parameter_table.parameter import (
    FRACTION,
    NON_NEGATIVE,
    POSITIVE,
    Parameter,
)
from sklearn_deepmlp._losses import REGRESSION_LOSSES

OBJECTIVE = {
    "loss": Parameter(
        [str_options(REGRESSION_LOSSES)],
        "$losses",
        """
        Loss of a row, summed over its outputs:

        $loss_list
        """,
    ),
    "quantile": Parameter(
        [Interval(Real, 0, 1, closed="neither")],
        "float in (0, 1)",
        """
        Quantile to predict with ``loss="quantile"``.
        """,
    ),
    "class_weight": Parameter(
        [str_options(["balanced"]), dict, list, None],
        'dict, list of dict, "balanced" or None',
        """
        Weights of classes, by which sample weights are multiplied: a dict by label (labels left out
        have weight 1), or "balanced", which gives all classes the same total weight. For multilabel
        targets, a list with one dict per label, of weights for 0 and 1, or "balanced"; a row's
        weight is multiplied by those of all its labels.
        """,
    ),
    "label_smoothing": Parameter(
        [FRACTION],
        "float in [0, 1)",
        """
        Fraction of each target that is spread evenly over all classes; for binary targets and for
        labels, over 0 and 1 (Szegedy et al. 2016).
        """,
    ),
    "alpha": Parameter(
        [str_options(["auto"]), NON_NEGATIVE],
        'float or "auto"',
        """
        Strength of the penalty on the coefficients W, which is added to the loss: alpha · (l1_ratio
        · Σ|W| + (1 − l1_ratio) / 2 · ΣW²) / Σ sample weights of the batch. "auto" is $auto_alpha
        times that sum, so that the penalty does not depend on the batch size; it is 0 if the
        activation is self-normalizing. With $decaying, every step multiplies W by 1 − learning rate
        · alpha instead, and "auto" is $auto_alpha. Intercepts and the parameters of activations and
        normalizations are not penalized.
        """,
    ),
    "l1_ratio": Parameter(
        [Interval(Real, 0, 1, closed="both")],
        "float in [0, 1]",
        "Fraction of the penalty that is L1; it must be 0 with $decaying.",
    ),
    "max_norm": Parameter(
        [POSITIVE, None],
        "float > 0 or None",
        """
        Upper bound on the Euclidean norm of each unit's incoming weights, enforced after every step
        (Srivastava et al. 2014).
        """,
    ),
}
