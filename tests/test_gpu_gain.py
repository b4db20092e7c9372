"""Whether a GPU pays, against what was measured: docs/guide/gpu.md."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from sklearn_deepmlp._estimators.gpu_gain import (
    CPU_SPEED,
    GPU_SPEED,
    START_SECONDS,
    forward_flops,
    is_prediction_faster,
    seconds_saved,
)
from sklearn_deepmlp._layers.architecture import Architecture
from sklearn_deepmlp.activations import ReLU

# Layer sizes, rows per step, and microseconds of a step on 16 cores and on a GPU.
STEPS = [
    ((4, 100, 3), 32, 194, 434),
    ((20, 64, 64, 2), 64, 239, 486),
    ((20, *[50] * 10, 2), 32, 579, 1264),
    ((32, 64, 64, 10), 128, 287, 422),
    ((32, *[100] * 10, 10), 200, 1392, 1167),
    ((64, *[256] * 8, 10), 256, 3141, 1921),
    ((128, *[512] * 4, 10), 512, 5089, 1107),
    ((256, *[1024] * 4, 10), 1024, 27528, 844),
]
# Steps for which the start of the GPU does not matter.
MANY = 10**6


def saved_of(layer_sizes, n_rows, n_steps):
    X = np.zeros((1, layer_sizes[0]))
    return seconds_saved(Architecture(layer_sizes, ReLU()), X, n_rows, n_steps)


@pytest.mark.parametrize(("layer_sizes", "n_rows", "on_cpu", "on_gpu"), STEPS)
def test_steps_are_where_they_were_measured_to_be_faster(layer_sizes, n_rows, on_cpu, on_gpu):
    is_close = max(on_cpu, on_gpu) < 1.3 * min(on_cpu, on_gpu)
    assert is_close or (saved_of(layer_sizes, n_rows, MANY) > 0) == (on_gpu < on_cpu)


@pytest.mark.parametrize(("layer_sizes", "n_rows", "on_cpu", "on_gpu"), STEPS)
def test_times_of_steps_are_about_the_measured_ones(layer_sizes, n_rows, on_cpu, on_gpu):
    flops = 3 * forward_flops(
        Architecture(layer_sizes, ReLU()), np.zeros((1, layer_sizes[0])), n_rows
    )
    for speed, measured in [(CPU_SPEED, on_cpu), (GPU_SPEED, on_gpu)]:
        modeled = 1e6 * speed.seconds(len(layer_sizes) - 1, flops)
        assert 0.5 < modeled / measured < 2


def test_a_short_fit_does_not_pay_for_the_start_of_the_gpu():
    layer_sizes, n_rows, *_ = STEPS[-1]
    assert saved_of(layer_sizes, n_rows, 1) == pytest.approx(-START_SECONDS, abs=0.1)
    assert saved_of(layer_sizes, n_rows, 1000) > 0


def test_entries_of_sparse_rows_count():
    architecture = Architecture((4, 3, 2), ReLU())
    X = np.ones((5, 4)) * [0, 1, 0, 1]
    assert forward_flops(architecture, X, 10) == 2 * (4 * 3 + 3 * 2) * 10
    assert forward_flops(architecture, csr_array(X), 10) == 2 * (2 * 3 + 3 * 2) * 10


def test_predictions_are_where_they_were_measured_to_be_faster():
    per_row = forward_flops(Architecture((32, 100, 100, 100, 10), ReLU()), np.zeros((1, 32)), 1)
    assert not is_prediction_faster(per_row, is_started=True)
    assert not is_prediction_faster(1000 * per_row, is_started=True)
    assert is_prediction_faster(200_000 * per_row, is_started=True)
    assert not is_prediction_faster(200_000 * per_row, is_started=False)
