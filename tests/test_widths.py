"""Networks with different numbers of features in one stack: columns of zeros change no result."""

from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse
import torch
from jobs import ADAM, SGD, X, Y, epoch_of, make_job, run_of, stored_data
from sklearn.decomposition import PCA
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import GridSearchCV, KFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder
from stacks import assert_same_result

from sklearn_deepmlp import DeepMLPClassifier, fit_together
from sklearn_deepmlp._layers.sparse_features import as_dense
from sklearn_deepmlp._layers.tensors import CPU
from sklearn_deepmlp._stack.network import Network
from sklearn_deepmlp._stack.prediction import raw_outputs
from sklearn_deepmlp._stack.recording_schedule import RecordingSchedule
from sklearn_deepmlp._stack.rows import DenseRows, SparseRows
from sklearn_deepmlp._stack.solvers import SOLVERS
from sklearn_deepmlp._together.blocks import by_shape
from sklearn_deepmlp._training.train import train_separately, train_stack
from sklearn_deepmlp.activations import ELU, GELU, PReLU, RReLU, Swish, Tanh
from sklearn_deepmlp.activations.base import Activation

STOCHASTIC = [name for name, solver in SOLVERS.items() if solver.is_stochastic]
SKIPS = [None, "residual", "wide"]


class Cubed(Activation):
    """A custom activation without derivatives."""

    def function(self, z):
        return z - z**3 / 10


def job_of_width(width, seed=0, n_rows=300, hidden=(20, 20), *, is_sparse=False, **changes):
    """Return the job of a net that has some columns of the digits, the last ones first."""
    columns = X[:, ::-1][:, :width]
    columns = scipy.sparse.csr_array(columns) if is_sparse else np.ascontiguousarray(columns)
    changes = {"max_iter": 4, "layer_sizes": (width, *hidden, 10), **changes}
    return make_job(seed, n_rows, X=columns, **changes)


def random_jobs(seed):
    """Return jobs that differ in their widths, and in all else that may differ in a stack."""
    rng = np.random.default_rng(seed)
    solver = STOCHASTIC[seed % len(STOCHASTIC)]
    shared = {
        "solver": solver,
        "hyperparameters": SGD if solver == "sgd" else ADAM,
        "skip_connections": SKIPS[rng.integers(3)],
        "normalization": rng.choice([None, "batch", "layer"]),
        "is_sparse": bool(rng.integers(2)),
        "hidden": [(), (20,), (20, 20), (30, 20, 20)][rng.integers(4)],
    }
    activations = [Tanh(), ELU(0.5), GELU(), PReLU(), Swish(trainable=True), RReLU(), Cubed()]
    return [
        job_of_width(
            int(rng.integers(40, 65)),
            seed + member,
            int(rng.integers(100, 300)),
            **shared,
            activation=activations[rng.integers(len(activations))],
            alpha=float(rng.choice([0.0, 0.1, 1.0])),
            l1_ratio=0.0 if solver == "adamw" else float(rng.choice([0.0, 0.5, 1.0])),
            dropout=float(rng.choice([0.0, 0.2])),
            max_norm=rng.choice([None, 0.5]),
            max_grad_norm=rng.choice([None, 0.1]),
            batch_size=int(rng.integers(20, 70)),
            max_iter=int(rng.integers(2, 6)),
        )
        for member in range(4)
    ]


@pytest.mark.no_cover
@pytest.mark.parametrize("seed", range(40))
def test_a_stack_of_many_widths_trains_what_its_networks_train_separately(seed):
    jobs = random_jobs(seed)
    for job, together in zip(jobs, train_stack(jobs), strict=True):
        assert_same_result(together, train_separately(job), atol=1e-9)


@pytest.mark.parametrize("hidden", [(), (20,), (20, 20)], ids=str)
@pytest.mark.parametrize("skip_connections", SKIPS)
def test_a_network_starts_with_the_weights_that_it_has_separately(skip_connections, hidden):
    jobs = [
        job_of_width(width, hidden=hidden, skip_connections=skip_connections)
        for width in (50, 60, 41)
    ]
    network = Network(jobs)
    for member, job in enumerate(jobs):
        np.testing.assert_equal(vars(network.state(member)), vars(Network([job]).state(0)))


def own_coefs(network):
    """Tell which coefficients of a stack belong to its networks."""
    are_own = np.zeros(network.theta.shape)
    for member, row in enumerate(are_own):
        state = network.state(member)
        ones = replace(state, coefs=[np.ones_like(array) for array in state.coefs])
        network.layout.fill(ones, member, row)
    return are_own[:, : network.layout.n_coefs] == 1


@pytest.mark.parametrize("solver", STOCHASTIC)
def test_weights_of_padding_stay_zero(solver):
    params = {
        "solver": solver,
        "hyperparameters": SGD if solver == "sgd" else ADAM,
        "skip_connections": "wide",
        "alpha": 0.5,
        "l1_ratio": 0.0 if solver == "adamw" else 0.5,
        "max_norm": 0.3,
    }
    run = run_of([job_of_width(width, **params) for width in (60, 44)])
    network = run.stack.network
    for batch, noise, hyperparameters in epoch_of(run):
        run.stack.evaluate(batch, noise)
        run.optimizer.step(hyperparameters)
    coefs, are_own = network.theta[:, : network.layout.n_coefs].numpy(), own_coefs(network)
    assert (~are_own).sum() == 16 * (20 + 10)
    assert (coefs[~are_own] == 0).all()
    assert (coefs[are_own] != 0).all()


# --- What belongs to a training


def test_networks_that_stop_first_leave_the_others_as_they_are():
    jobs = [
        job_of_width(width, i, max_iter=max_iter, activation=activation)
        for i, (width, max_iter, activation) in enumerate(
            [(64, 2, PReLU()), (55, 9, Tanh()), (60, 4, Swish(trainable=True)), (52, 7, Tanh())]
        )
    ]
    for job, together in zip(jobs, train_stack(jobs), strict=True):
        assert_same_result(together, train_separately(job), atol=1e-9)


@pytest.mark.parametrize("solver", STOCHASTIC)
def test_training_resumes_in_a_stack_with_the_states_of_solvers(solver):
    hyperparameters = SGD if solver == "sgd" else ADAM
    params = {"solver": solver, "hyperparameters": hyperparameters, "skip_connections": "wide"}
    jobs = [
        job_of_width(width, i, **params, returns_optimizer_state=True, max_iter=2)
        for i, width in enumerate((60, 50, 64))
    ]
    firsts = train_stack(jobs)
    resumed = [
        job.changed(state=first.state, optimizer_state=first.optimizer_state, epochs=2)
        for job, first in zip(jobs, firsts, strict=True)
    ]
    for job, together in zip(resumed, train_stack(resumed), strict=True):
        separate = train_separately(job)
        assert_same_result(together, separate, atol=1e-9)
        for name, state in separate.optimizer_state.arrays.items():
            found = together.optimizer_state.arrays[name]
            for one, other in zip(found.coefs, state.coefs, strict=True):
                np.testing.assert_allclose(one, other, rtol=0, atol=1e-9)


def scored(job):
    """Let a job stop early by its accuracy on other rows."""

    def accuracy(state):
        rows = np.setdiff1d(np.arange(len(Y)), job.data.rows)[:200]
        raw = raw_outputs(state, job.architecture, job.data.X[rows], CPU)
        return float(np.mean(raw.argmax(axis=1) == Y[rows]))

    return job.changed(score=accuracy, n_iter_no_change=3, max_iter=30)


@pytest.mark.parametrize("is_sparse", [False, True], ids=["dense", "sparse"])
def test_scores_see_the_features_of_their_network_only(is_sparse):
    jobs = [
        scored(job_of_width(width, i, is_sparse=is_sparse)) for i, width in enumerate((64, 52, 58))
    ]
    for job, together in zip(jobs, train_stack(jobs), strict=True):
        separate = train_separately(job)
        assert together.validation_scores == separate.validation_scores
        assert_same_result(together, separate, atol=1e-8)


def recorded(widths):
    return [
        job_of_width(
            width,
            i,
            activation=Tanh() if i else PReLU(),
            skip_connections="wide",
            recording=RecordingSchedule(),
            max_iter=2 + i,
        )
        for i, width in enumerate(widths)
    ]


def assert_same_signals(together, job):
    found, expected = together.signals, train_separately(job).signals
    np.testing.assert_array_equal(found.epoch, expected.epoch)
    for name, values in expected.columns().items():
        np.testing.assert_allclose(found.columns()[name], values, rtol=1e-7, atol=1e-9)


def test_signals_are_those_of_separate_training():
    jobs = recorded((50, 64, 55))
    for job, together in zip(jobs, train_stack(jobs), strict=True):
        assert_same_signals(together, job)


def test_signals_remain_where_the_widest_network_fails():
    def fail(report):
        raise RuntimeError("no more epochs")

    narrow, wide = recorded((50, 64))
    found, error = train_stack([narrow, wide.changed(on_epoch=fail)])
    assert str(error) == "no more epochs"
    assert_same_signals(found, narrow)


# --- Data


@pytest.mark.parametrize("kind", [DenseRows, SparseRows])
def test_rows_of_fewer_columns_are_filled_up_with_zeros(kind):
    parts = [np.ones((2, 3)), np.full((3, 5), 2.0), np.full((1, 4), 3.0)]
    matrices = parts if kind is DenseRows else [scipy.sparse.csr_matrix(part) for part in parts]
    (rows,) = kind(matrices, CPU).steps(torch.arange(6)[None])
    expected = [[1, 1, 1, 0, 0]] * 2 + [[2, 2, 2, 2, 2]] * 3 + [[3, 3, 3, 3, 0]]
    np.testing.assert_array_equal(as_dense(rows).numpy(), expected)


def test_equal_arrays_are_stored_once():
    narrow, wide = (job_of_width(width) for width in (50, 60))
    data = stored_data([narrow, wide, narrow.changed(alpha=0.1), wide])
    assert len(data.X) == 2 * len(X)
    assert data.n_features == 60


# --- Which networks share a stack


def widths_of_stacks(jobs):
    return [[jobs[i].architecture.layer_sizes[0] for i in stack] for stack in by_shape(jobs)]


def stacks_of(widths, **params):
    return widths_of_stacks([job_of_width(width, **params) for width in widths])


def test_a_fifth_of_the_weights_may_be_padding():
    # Layers (width, 20, 20, 10) have 20 · width + 600 weights: 1800 for 60, of which 1440 are 42.
    assert stacks_of([60, 42, 51]) == [[60, 42, 51]]
    assert stacks_of([60, 41, 51]) == [[60, 51], [41]]
    assert stacks_of([41, 60, 51]) == [[41], [60, 51]]


def test_in_wide_networks_features_have_more_weights():
    # 20 · width + 600 + 10 · width: 2400 for 60, of which 1920 are 44.
    assert stacks_of([60, 44], skip_connections="wide") == [[60, 44]]
    assert stacks_of([60, 43], skip_connections="wide") == [[60], [43]]


def test_columns_at_most_double():
    hidden = (60, 60, 60)
    assert stacks_of([20, 10], hidden=hidden) == [[20, 10]]
    assert stacks_of([20, 9], hidden=hidden) == [[20], [9]]


def test_many_widths_make_few_stacks():
    widths = list(range(64, 20, -1))
    stacks = stacks_of(widths, hidden=())
    assert sorted((width for stack in stacks for width in stack), reverse=True) == widths
    assert all(min(stack) >= 0.8 * max(stack) for stack in stacks)
    assert len(stacks) == 5


def test_features_in_a_residual_connection_are_not_filled_up():
    assert stacks_of([20, 19, 20, 18], skip_connections="residual") == [[20, 20], [19, 18]]
    assert stacks_of([20, 19, 20, 18]) == [[20, 19, 20, 18]]


# --- Searches


def texts(n=120):
    """Return texts of two kinds of random words, most of which are rare."""
    rng = np.random.default_rng(0)
    words = np.array([f"word{i}" for i in range(400)])
    kinds = np.arange(n) % 2
    ranks = np.minimum(rng.zipf(1.3, (n, 30)), 200) - 1 + 150 * kinds[:, None]
    return np.array([" ".join(words[rank]) for rank in ranks]), kinds


CV = KFold(4)


def scores(model, grid, X, y):
    return GridSearchCV(model, grid, cv=CV, refit=False).fit(X, y).cv_results_


def assert_one_stack(model, grid, X, y, n_fits):
    """Compare a search with a sequential one, and return the report of its stack."""
    expected = scores(model, grid, X, y)
    with fit_together() as report:
        found = scores(model, grid, X, y)
    for name, values in expected.items():
        if name.startswith(("split", "mean_test")):
            np.testing.assert_array_equal(found[name], values)
    (stack,) = report.stacks
    assert len(stack.members) == n_fits
    return stack


def widths_of_folds(transformer, X):
    return [transformer.fit_transform(X[train]).shape[1] for train, _ in CV.split(X)]


NET = DeepMLPClassifier((20, 20), max_iter=15, random_state=0)


def test_a_search_over_texts_trains_in_one_stack():
    documents, kinds = texts()
    widths = widths_of_folds(TfidfVectorizer(), documents)
    assert len(set(widths)) == 4
    grid = {"deepmlpclassifier__activation": ["relu", "tanh", "mish"]}
    stack = assert_one_stack(make_pipeline(TfidfVectorizer(), NET), grid, documents, kinds, 12)
    assert stack.layer_sizes == (max(widths), 20, 20, 1)


def test_a_search_over_categories_trains_in_one_stack():
    rng = np.random.default_rng(0)
    categories = np.minimum(rng.zipf(1.5, (150, 4)), 30).astype(str)
    encoder = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    widths = widths_of_folds(encoder, categories)
    assert len(set(widths)) > 1
    grid = {"deepmlpclassifier__alpha": [0.0, 0.1]}
    stack = assert_one_stack(make_pipeline(encoder, NET), grid, categories, np.arange(150) % 3, 8)
    assert stack.layer_sizes[0] == max(widths)


def test_a_search_over_numbers_of_components_trains_in_one_stack():
    deep = DeepMLPClassifier((40,) * 4, max_iter=5, random_state=0)
    grid = {"pca__n_components": [10, 15, 20], "deepmlpclassifier__alpha": [0.0, 0.1]}
    stack = assert_one_stack(make_pipeline(PCA(random_state=0), deep), grid, X[:200], Y[:200], 24)
    assert stack.layer_sizes == (20, 40, 40, 40, 40, 10)
