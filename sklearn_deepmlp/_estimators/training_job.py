"""The job of a fit: which rows to train on, and which to score."""

from __future__ import annotations

from sklearn_deepmlp._estimators.early_stopping import Judged, hold_out, with_score
from sklearn_deepmlp._estimators.make_job import make_job
from sklearn_deepmlp._estimators.resolve import Resolved
from sklearn_deepmlp._estimators.training_data import FeatureNames, TrainingData
from sklearn_deepmlp._randomness import seeds_from
from sklearn_deepmlp._stack.job import Job, Start


def training_job(
    judged: Judged,
    resolved: Resolved,
    data: TrainingData,
    held_out: TrainingData | None,
    start: Start,
    *,
    feature_names: FeatureNames,
) -> Job:
    """Describe a training, with its score if there are validation data.

    Parameters
    ----------
    judged : Judged
        The estimator, with its parameters.
    resolved : Resolved
        The same, resolved.
    data : TrainingData
        All rows.
    held_out : TrainingData, optional
        The user's validation data. If there are none, early stopping holds out rows.
    start : Start
        Where training starts.
    feature_names : ndarray of shape (n_features,), optional
        For messages.
    """
    params = judged.params
    seeds = seeds_from(params["random_state"])
    if held_out is None:
        rows, held_out = hold_out(params, data, seeds.split)
    else:
        rows = data.all_rows()
    job = make_job(params, resolved, data, rows, start, seeds=seeds, feature_names=feature_names)
    return job if held_out is None else with_score(job, held_out, judged, feature_names)
