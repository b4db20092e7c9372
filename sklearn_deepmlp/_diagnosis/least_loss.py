"""The least loss that any prediction can have."""

from __future__ import annotations

from scipy.special import entr

from sklearn_deepmlp._estimators.fit_record import FitRecord


def least_loss(record: FitRecord) -> float:
    """Return the loss of perfect predictions: 0, or the entropy of smoothed labels.

    Parameters
    ----------
    record : FitRecord
        The fit.
    """
    smoothing = record.params.get("label_smoothing", 0.0)
    if record.out_activation == "softmax":
        n_classes = record.layer_sizes[-1]
        others = smoothing / n_classes
        return float(entr(1 - smoothing + others) + (n_classes - 1) * entr(others))
    n_labels = record.layer_sizes[-1]
    return float(n_labels * entr([1 - smoothing / 2, smoothing / 2]).sum())
