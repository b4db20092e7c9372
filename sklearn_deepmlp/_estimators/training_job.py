"""The job of a fit: what to train on, and by what to judge."""

from __future__ import annotations

from sklearn_deepmlp._estimators.early_stopping import Judged, hold_out, with_score
from sklearn_deepmlp._estimators.job import make_job
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
    """Describe a training, with its score if there are rows to judge by.

    Parameters
    ----------
    judged : Judged
        The estimator, with its parameters.
    resolved : Resolved
        What these mean.
    data : TrainingData
        All rows.
    held_out : TrainingData, optional
        What the user has given to judge by. If there is none, early stopping holds out rows.
    start : Start
        What training sets out from.
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
