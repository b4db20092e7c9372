"""The signals of a network that has just been initialized."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch

from sklearn_deepmlp._estimators.data_scale import data_scale
from sklearn_deepmlp._layers.base import pull_back
from sklearn_deepmlp._stack.batches import Batch, Batches
from sklearn_deepmlp._stack.job import Job
from sklearn_deepmlp._stack.network import Network, like_of
from sklearn_deepmlp._stack.signals import Signals
from sklearn_deepmlp._stack.stacked_data import StackedData
from sklearn_deepmlp._stack.threads import threads_for
from sklearn_deepmlp._stack.weight_norms import StepMeasurement
from sklearn_deepmlp._training.recorder import Recorder
from sklearn_deepmlp._training.watch import do_nothing


def initial_signals(job: Job) -> Signals:
    """Send all rows of a job through its new network, and gradients back through a batch of them.

    The gradients at the outputs are standard normal, each times the weight of its row in the mean.

    Parameters
    ----------
    job : Job
        The training, which is not started.

    Returns
    -------
    Signals
        One record, whose `update_ratio` is NaN.
    """
    with torch.inference_mode(False), torch.no_grad(), threads_for([job], do_nothing):
        network, data = Network([job]), StackedData([job], like_of(job))
        recorder = Recorder([job], data, do_nothing)
        recorder.record(network, 0)
        batch = next(iter(Batches([job.changed(shuffle=False)], data)))
        _set_gradients(network, batch, job.seeds.noise)
        recorder.record_step(StepMeasurement(network).norms(), None)
    signals = recorder.signals()[0]
    no_update = np.full_like(signals.update_ratio, np.nan)
    return replace(signals, update_ratio=no_update, data=data_scale(job))


def _set_gradients(network: Network, batch: Batch, seed: int) -> None:
    """Send standard normal gradients of the rows of a batch back from the outputs."""
    raw, tape = network.forward(batch, None)
    normal = np.random.default_rng(seed).standard_normal(raw.shape)
    pull_back(tape, torch.from_numpy(normal).to(raw) * batch.row_weight.unsqueeze(-1))
