"""Searches trained together give what they give sequentially, and report what was trained how."""

import warnings
from pathlib import Path

import numpy as np
import pytest
import torch
from meetings import sequentially
from programs import printed_by
from sklearn.base import BaseEstimator
from sklearn.compose import TransformedTargetRegressor
from sklearn.datasets import load_diabetes, load_iris, load_wine
from sklearn.ensemble import BaggingClassifier, StackingClassifier, VotingClassifier
from sklearn.exceptions import FitFailedWarning
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import (
    GridSearchCV,
    HalvingGridSearchCV,
    RandomizedSearchCV,
    cross_val_predict,
    cross_val_score,
    cross_validate,
    learning_curve,
    permutation_test_score,
)
from sklearn.multiclass import OneVsRestClassifier
from sklearn.multioutput import MultiOutputRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler, scale
from threadpoolctl import threadpool_limits

from sklearn_deepmlp import DeepMLPClassifier, DeepMLPRegressor, fit_together
from sklearn_deepmlp.activations import ACTIVATIONS

X, Y = load_wine(return_X_y=True)
X_SCALED = scale(X)
NAMES = [name for name in ACTIVATIONS if name not in {"sigmoid", "silu"}]  # without aliases


def small_net(**params):
    defaults = {"hidden_layer_sizes": (10, 8), "max_iter": 10, "random_state": 0}
    return DeepMLPClassifier(**(defaults | params))


def scaled(net):
    return make_pipeline(StandardScaler(), net)


# --- Equal to sequential training

FOLDS = 5
GRID = {
    "activation": NAMES,
    "init": ["auto", "he_normal"],
    "learning_rate_init": [0.001, 0.01],
}
VARIANTS = {
    "early stopping": {"early_stopping": True, "n_iter_no_change": 2},
    "dropout": {"dropout": 0.1},
    "class weights": {"class_weight": "balanced"},
    "sample weights": {},
}


class Recorder:
    """A scorer that remembers each network's probabilities and epochs."""

    def __init__(self):
        self.seen = {}

    def __call__(self, net, X, y, sample_weight=None):
        key = net.get_params()["activation"], str(net.init), net.learning_rate_init, X[0, 0], len(X)
        self.seen[key] = net.predict_proba(X), net.n_iter_
        return net.score(X, y, sample_weight)


def search(variant):
    recorder = Recorder()
    weight = np.random.default_rng(0).uniform(0.5, 2, len(Y))
    fit_params = {"sample_weight": weight} if variant == "sample weights" else {}
    net = small_net(max_iter=8, self_normalization="ignore", **VARIANTS[variant])
    found = GridSearchCV(net, GRID, cv=3, scoring=recorder, refit=False)
    return found.fit(X_SCALED, Y, **fit_params), recorder.seen


@pytest.mark.no_cover
@pytest.mark.parametrize("variant", VARIANTS)
def test_a_search_over_everything_equals_a_sequential_one(variant):
    sequential, expected = search(variant)
    with fit_together() as report:
        together, found = search(variant)
    for name, scores in sequential.cv_results_.items():
        if name.startswith(("split", "mean_test")):
            np.testing.assert_array_equal(together.cv_results_[name], scores)
    n_fits = 3 * len(NAMES) * 4
    assert len(expected) == len(found) == n_fits
    for key, (proba, n_iter) in expected.items():
        assert found[key][1] == n_iter
        np.testing.assert_allclose(found[key][0], proba, rtol=0, atol=1e-8)
    assert [len(stack.members) for stack in report.stacks] == [n_fits]
    assert report.separate == []


@pytest.mark.no_cover
def test_float32_searches_differ_little():
    grid = {"activation": ["relu", "tanh", "gelu", "mish"], "dropout": [0.0, 0.1]}
    net = small_net(hidden_layer_sizes=(20,) * 5, max_iter=30)
    found = GridSearchCV(net, grid, cv=FOLDS, refit=False)
    sequential = found.fit(X_SCALED.astype(np.float32), Y).cv_results_["mean_test_score"]
    with fit_together():
        together = found.fit(X_SCALED.astype(np.float32), Y).cv_results_["mean_test_score"]
    assert abs((sequential - together).mean()) < 0.01


@pytest.mark.no_cover
def test_deep_and_long_training_differs_in_few_members():
    seen = {}

    def probabilities(net, X, y):
        key = str(net.activation), X[0, 0]
        seen.setdefault(key, []).append(net.predict_proba(X))
        return net.score(X, y)

    grid = {"activation": ["relu", "tanh", "gelu", "prelu"]}
    net = small_net(hidden_layer_sizes=(50,) * 10, max_iter=40, batch_size=32, tol=0.0)
    found = GridSearchCV(net, grid, cv=FOLDS, scoring=probabilities, refit=False)
    sequential = found.fit(X_SCALED, Y).cv_results_
    with fit_together():
        together = found.fit(X_SCALED, Y).cv_results_
    differences = np.array([np.abs(a - b).max() for a, b in seen.values()])
    assert len(differences) == 4 * FOLDS
    assert (differences < 1e-6).mean() >= 0.95
    scores, others = sequential["mean_test_score"], together["mean_test_score"]
    error = np.maximum(sequential["std_test_score"], 1e-9) / np.sqrt(FOLDS)
    assert (np.abs(scores - others) <= error).all()


def test_unequal_members_share_a_stack():
    grid = [
        {"batch_size": [20, 50]},
        {"max_iter": [3, 7], "alpha": [0.1]},
        {"max_norm": [0.5], "max_grad_norm": [0.1]},
        {"random_state": [3, 4], "shuffle": [False]},
        {"beta_1": [0.5], "learning_rate_init": [0.1]},
        {"label_smoothing": [0.2], "class_weight": ["balanced"]},
    ]
    with fit_together() as report:
        together = GridSearchCV(small_net(), grid, cv=3, refit=False).fit(X_SCALED, Y)
    sequential = GridSearchCV(small_net(), grid, cv=3, refit=False).fit(X_SCALED, Y)
    np.testing.assert_array_equal(
        together.cv_results_["mean_test_score"], sequential.cv_results_["mean_test_score"]
    )
    assert [len(stack.members) for stack in report.stacks] == [27]


@pytest.mark.parametrize(
    "grid",
    [
        {"hidden_layer_sizes": [(5,), (6,)]},
        {"solver": ["adam", "sgd"]},
        {"normalization": [None, "layer"]},
        {"skip_connections": [None, "wide"]},
        {"dtype": ["float32", "float64"]},
    ],
    ids=str,
)
def test_other_shapes_make_other_stacks(grid):
    with fit_together() as report:
        GridSearchCV(small_net(), grid, cv=3, refit=False).fit(X_SCALED, Y)
    assert [len(stack.members) for stack in report.stacks] == [3, 3]


# --- Whatever calls joblib


def net_scores(estimator, **params):
    return lambda: cross_validate(estimator, X, Y, cv=3, **params)["test_score"]


def fitted_proba(estimator):
    return lambda: estimator.fit(X, Y).predict_proba(X)


def halving():
    return HalvingGridSearchCV(
        scaled(small_net()),
        {"deepmlpclassifier__activation": ["relu", "tanh", "elu", "selu"]},
        cv=3, random_state=0, min_resources=40,
    ).fit(X, Y).cv_results_["mean_test_score"]  # fmt: skip


def random_search():
    params = {"deepmlpclassifier__alpha": [0.0, 0.1, 1.0, 3.0]}
    found = RandomizedSearchCV(scaled(small_net()), params, n_iter=3, cv=3, random_state=0)
    return found.fit(X, Y).cv_results_["mean_test_score"]


def multi_output():
    X, y = load_diabetes(return_X_y=True)
    net = DeepMLPRegressor((5,), max_iter=5, random_state=0)
    y = scale(y)
    return MultiOutputRegressor(net).fit(X, np.c_[y, 2 * y, -y]).predict(X)


def transformed_target():
    X, y = load_diabetes(return_X_y=True)
    net = DeepMLPRegressor((5,), max_iter=5, random_state=0)
    model = TransformedTargetRegressor(net, transformer=StandardScaler())
    return cross_val_predict(model, X, y, cv=4)


def nested_search():
    inner = GridSearchCV(small_net(), {"alpha": [0.0, 0.5]}, cv=3, n_jobs=-1)
    return cross_val_score(make_pipeline(StandardScaler(), inner), X, Y, cv=3)


NET = scaled(small_net())
MEMBERS = [("relu", NET), ("tanh", scaled(small_net(activation="tanh")))]
# What to run, and how many networks its largest stack has.
CALLERS = {
    "cross_validate": (net_scores(NET), 3),
    "cross_val_predict": (lambda: cross_val_predict(NET, X, Y, cv=4), 4),
    "RandomizedSearchCV": (random_search, 9),
    "HalvingGridSearchCV": (halving, 12),
    "learning_curve": (
        lambda: learning_curve(NET, X, Y, cv=3, shuffle=True, random_state=0)[2], 15,
    ),
    "permutation_test_score": (
        lambda: permutation_test_score(NET, X, Y, cv=3, n_permutations=4, random_state=0)[1], 4,
    ),
    "BaggingClassifier": (fitted_proba(BaggingClassifier(NET, 6, random_state=0)), 6),
    "VotingClassifier": (fitted_proba(VotingClassifier(MEMBERS, voting="soft")), 2),
    "StackingClassifier": (fitted_proba(StackingClassifier(MEMBERS, cv=3)), 2),
    "OneVsRestClassifier": (fitted_proba(OneVsRestClassifier(NET)), 3),
    "MultiOutputRegressor": (multi_output, 3),
    "TransformedTargetRegressor": (transformed_target, 4),
    "nested search": (nested_search, 18),
}  # fmt: skip


@pytest.mark.parametrize("name", CALLERS)
def test_whatever_calls_joblib_gives_the_same(name):
    run, n_members = CALLERS[name]
    expected = sequentially(run)
    with fit_together() as report:
        found = run()
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-8)
    assert max(len(stack.members) for stack in report.stacks) == n_members


def test_other_estimators_run_beside_networks():
    model = VotingClassifier([("net", NET), ("linear", LogisticRegression())], voting="soft")
    expected = cross_val_score(model, X_SCALED, Y, cv=3)
    with fit_together() as report:
        found = cross_val_score(model, X_SCALED, Y, cv=3)
    np.testing.assert_allclose(found, expected)
    assert [len(stack.members) for stack in report.stacks] == [3]


def test_fitted_networks_resume_training_together():
    nets = [small_net(warm_start=True, random_state=i).fit(X_SCALED, Y) for i in range(3)]
    again = [small_net(warm_start=True, random_state=i).fit(X_SCALED, Y) for i in range(3)]
    model = VotingClassifier([(str(i), Refit(net)) for i, net in enumerate(again)])
    with fit_together() as report:
        model.fit(X_SCALED, Y)
    assert [len(stack.members) for stack in report.stacks] == [3]
    for net, together in zip(nets, again, strict=True):
        np.testing.assert_allclose(
            together.predict_proba(X_SCALED),
            net.fit(X_SCALED, Y).predict_proba(X_SCALED),
            atol=1e-9,
        )


class Refit(BaseEstimator):
    """Fits an estimator that clone does not replace."""

    _estimator_type = "classifier"

    def __init__(self, net):
        self.net = net

    def __sklearn_clone__(self):
        return self

    def __sklearn_tags__(self):
        return self.net.__sklearn_tags__()

    def fit(self, X, y):
        self.net.fit(X, y)
        return self


# --- What is trained separately, and the report


def test_the_report_says_what_was_trained_separately_and_why():
    with fit_together() as report:
        search = GridSearchCV(small_net(max_iter=3), {"alpha": [0.0, 0.1]}, cv=3).fit(X_SCALED, Y)
        cross_validate(small_net(max_iter=3), X_SCALED, Y, cv=3, n_jobs=1)
        cross_validate(small_net(max_iter=3, solver="lbfgs"), X_SCALED, Y, cv=3)
    text = str(report)
    assert "6 networks trained together in 1 stack, 7 separately" in text
    assert "4 separately" in text
    assert "n_jobs=1" in text
    assert "3 separately" in text
    assert "solver='lbfgs'" in text
    assert search.best_estimator_.n_iter_ == 3


def test_the_report_tells_each_members_share_of_the_time():
    with fit_together() as report:
        grid = {"max_iter": [2, 8], "activation": ["relu", "tanh"]}
        GridSearchCV(small_net(tol=0.0), grid, cv=2, refit=False).fit(X_SCALED, Y)
    (stack,) = report.stacks
    assert stack.layer_sizes == (13, 10, 8, 3)
    assert stack.solver == "adam"
    assert stack.n_blocks >= 1
    assert [member.activation for member in stack.members] == ["ReLU()"] * 4 + ["Tanh()"] * 4
    assert [member.n_epochs for member in stack.members] == [2, 2, 8, 8] * 2
    seconds = np.array([member.seconds for member in stack.members])
    assert seconds.sum() == pytest.approx(stack.seconds)
    np.testing.assert_allclose(seconds[2] / seconds[0], 4)


def test_a_network_without_others_of_its_shape_is_trained_separately():
    with fit_together() as report:
        VotingClassifier([("only", small_net(max_iter=2))]).fit(X_SCALED, Y)
    assert "no other network of its shape" in str(report)


# --- Failures

nan_scores = pytest.mark.filterwarnings("ignore:One or more of the test scores are non-finite")
RAW = {"activation": ["selu", "relu"]}


@nan_scores
def test_a_refused_network_fails_in_its_own_candidate():
    with fit_together() as report, pytest.warns(FitFailedWarning, match="not self-normalizing"):
        found = GridSearchCV(small_net(), RAW, cv=3, refit=False).fit(X, Y)
    selu, relu = found.cv_results_["mean_test_score"]
    assert np.isnan(selu)
    assert relu > 0
    assert [len(stack.members) for stack in report.stacks] == [3]


def test_the_error_of_a_network_itself_comes_out():
    with (
        fit_together(),
        pytest.raises(ValueError, match="is not self-normalizing"),
    ):
        cross_validate(small_net(activation="selu"), X, Y, cv=3, error_score="raise")


@nan_scores
def test_a_diverging_network_fails_without_the_others():
    grid = {"learning_rate_init": [1e-3, 1e300]}
    with fit_together(), pytest.warns(FitFailedWarning, match="non-finite"):
        found = GridSearchCV(small_net(), grid, cv=3, refit=False).fit(X_SCALED, Y)
    steady, lost = found.cv_results_["mean_test_score"]
    assert np.isnan(lost)
    assert steady == pytest.approx(cross_val_score(small_net(), X_SCALED, Y, cv=3).mean())


class Exploding(ACTIVATIONS["relu"]):
    """Raises in its function, in whose stack others are."""

    def __init__(self, fuse=0.0):
        self.fuse = fuse

    def function(self, z, *, fuse):
        if not isinstance(fuse, float) or fuse > 0:
            raise RuntimeError("the fuse has burnt down")
        return super().function(z)


@nan_scores
def test_an_activation_that_raises_takes_no_other_network_with_it():
    grid = {"activation": [Exploding(0.0), Exploding(1.0), "tanh"]}
    with fit_together() as report, pytest.warns(FitFailedWarning, match="the fuse has burnt down"):
        found = GridSearchCV(small_net(), grid, cv=3, refit=False).fit(X_SCALED, Y)
    assert list(np.isnan(found.cv_results_["mean_test_score"])) == [False, True, False]
    errors = [member.error for stack in report.stacks for member in stack.members]
    assert [error is None for error in errors] == [True] * 3 + [False] * 3 + [True] * 3


@nan_scores
def test_a_score_that_raises_ends_one_network_only():
    def moody(net, X, y):
        if net.alpha > 0:
            raise RuntimeError("no score for a penalty")
        return net.score(X, y)

    net = small_net(early_stopping=True, scoring=moody)
    with fit_together(), pytest.warns(FitFailedWarning, match="no score for a penalty"):
        found = GridSearchCV(net, {"alpha": [0.0, 0.1]}, cv=3, refit=False).fit(X_SCALED, Y)
    assert list(np.isnan(found.cv_results_["mean_test_score"])) == [False, True]


# --- Around it


def test_leaving_restores_joblib_and_the_warning_filters():
    from joblib.parallel import get_active_backend

    before = type(get_active_backend()[0]), get_active_backend()[1]
    filters = warnings.filters[:]
    with fit_together():
        GridSearchCV(small_net(max_iter=2), {"alpha": [0, 1]}, cv=5, refit=False).fit(X_SCALED, Y)
        assert warnings.filters == filters
    assert (type(get_active_backend()[0]), get_active_backend()[1]) == before
    assert warnings.filters == filters


def test_it_can_be_used_by_its_name():
    from joblib import parallel_config

    X, y = load_iris(return_X_y=True)
    expected = cross_val_score(NET, X, y, cv=3)
    with parallel_config(backend="fit_together"):
        np.testing.assert_allclose(cross_val_score(NET, X, y, cv=3), expected)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"backend": "threads"}, "'backend' parameter of fit_together must be a str among"),
        ({"n_jobs": 0}, "'n_jobs' parameter of fit_together must be an int in the range"),
        ({"n_jobs": 2.5}, "'n_jobs' parameter of fit_together must be an int in the range"),
        ({"memory_budget": 0}, "'memory_budget' parameter of fit_together must be an int"),
    ],
)
def test_unknown_parameters_are_refused(params, message):
    with pytest.raises(ValueError, match=message), fit_together(**params):
        pass


def threads_of_training(seen):
    def score(net, X, y):
        seen.append(torch.get_num_threads())
        return 0.0

    net = small_net(max_iter=1, early_stopping=True, scoring=score)
    with fit_together():
        cross_validate(net, X_SCALED, Y, cv=2)


def test_training_has_the_torch_threads_of_the_caller():
    seen = []
    threads_of_training(seen)
    with threadpool_limits(1, user_api="openmp"):
        assert torch.get_num_threads() == 1
        seen_limited = []
        threads_of_training(seen_limited)
    assert seen == [torch.get_num_threads()] * 2
    assert seen_limited == [1, 1]


SEARCH_IN_A_PROCESS = """
import warnings
import numpy as np
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn_deepmlp import DeepMLPClassifier, fit_together
warnings.simplefilter("ignore")

def peak():
    lines = open("/proc/self/status").read().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) * 1024

rng = np.random.default_rng(0)
X, y = rng.standard_normal((10_000, 32)), rng.integers(2, size=10_000)
net = DeepMLPClassifier((4,), max_iter=1, batch_size=2000, random_state=0)
def search(n):
    grid = {"deepmlpclassifier__alpha": np.linspace(0, 1, n)}
    return GridSearchCV(make_pipeline(StandardScaler(), net), grid, cv=5, refit=False).fit(X, y)
search(2)
before = peak()
with fit_together(memory_budget=BUDGET) as report:
    search(60)
print(peak() - before, len(report.stacks))
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads the peak from /proc")
def test_fits_in_flight_stay_within_the_budget():
    budget = 2**29  # of what 300 fits would hold, which is about four times as much
    program = SEARCH_IN_A_PROCESS.replace("BUDGET", str(budget))
    grown, n_stacks = map(int, printed_by(program).split())
    assert n_stacks == 5
    assert grown < budget
