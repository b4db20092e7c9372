"""scikit-learn's callbacks reach the epochs of a fit."""

from contextlib import nullcontext

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler, scale

from sklearn_deepmlp import DeepMLPClassifier, DeepMLPRegressor, fit_together

callback = pytest.importorskip("sklearn.callback", reason="came with scikit-learn 1.9")

X, Y = load_iris(return_X_y=True)
X = scale(X)
PARAMS = {"hidden_layer_sizes": (8,), "random_state": 0, "max_iter": 6}


class Recorder:
    """Writes down what it is told, and stops training at an epoch."""

    def __init__(self, stop_at=np.inf, error=None):
        self.calls = []
        self.scores = []
        self.stop_at = stop_at
        self.error = error

    def setup(self, estimator, context):
        self.calls.append("setup")

    def teardown(self, estimator, context):
        self.calls.append("teardown")

    def on_fit_task_begin(self, estimator, context, *, X, y):
        self.calls.append(f"begin {context.task_name}")

    def on_fit_task_end(self, estimator, context, *, X, y, metadata, fitted_estimator):
        self.calls.append(f"end {context.task_name}")
        if context.task_name != "epoch" or fitted_estimator is None:
            return False
        self.metadata = metadata
        self.scores.append(fitted_estimator.score(X, y))
        self.last = fitted_estimator
        if len(self.scores) == self.stop_at and self.error is not None:
            raise self.error
        return len(self.scores) == self.stop_at


def recorded(net, **params):
    recorder = Recorder(**params)
    return net.set_callbacks(recorder), recorder


def test_a_fit_is_a_task_and_each_epoch_one_below():
    net, recorder = recorded(DeepMLPClassifier(**PARAMS))
    net.fit(X, Y)
    epochs = ["begin epoch", "end epoch"] * 6
    assert recorder.calls == ["setup", "begin fit", *epochs, "end fit", "teardown"]


def test_callbacks_see_the_network_as_it_is():
    weight = np.linspace(0.5, 2, len(X))
    net, recorder = recorded(DeepMLPClassifier(**PARAMS))
    net.fit(X, Y, sample_weight=weight)
    assert recorder.scores[-1] == net.score(X, Y)
    assert recorder.scores != [recorder.scores[0]] * 6
    assert recorder.metadata == {"sample_weight": weight}
    assert recorder.last.loss_curve_ == net.loss_curve_
    assert (recorder.last.n_iter_, recorder.last.t_) == (6, 6 * 150)


def test_callbacks_change_nothing():
    net, _ = recorded(DeepMLPClassifier(**PARAMS))
    np.testing.assert_array_equal(
        net.fit(X, Y).coefs_[0], DeepMLPClassifier(**PARAMS).fit(X, Y).coefs_[0]
    )
    assert not [name for name in vars(net) if "context" in name or "ctx" in name]


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_a_callback_stops_training(solver, recwarn):
    net, recorder = recorded(DeepMLPClassifier(**PARAMS, solver=solver), stop_at=3)
    net.fit(X, Y)
    assert net.n_iter_ == len(net.loss_curve_) == 3
    assert net.score(X, Y) == recorder.scores[-1]
    assert recorder.calls[-4:] == ["begin epoch", "end epoch", "end fit", "teardown"]
    assert not recwarn.list


def test_a_callback_that_stops_keeps_the_best_weights_of_early_stopping():
    net, _ = recorded(DeepMLPClassifier(**PARAMS, early_stopping=True), stop_at=4)
    assert len(net.fit(X, Y).validation_scores_) == 4
    assert net.best_validation_score_ == max(net.validation_scores_)


def test_iterations_of_lbfgs_are_epochs_too():
    net = DeepMLPClassifier((8,), solver="lbfgs", alpha=1.0, tol=0.01, random_state=0)
    net, recorder = recorded(net)
    net.fit(X, Y)
    assert len(recorder.scores) == net.n_iter_ < 200
    assert recorder.calls.count("begin epoch") == recorder.calls.count("end epoch")


def test_an_error_in_a_callback_ends_the_fit_and_leaves_the_old_network():
    net = DeepMLPClassifier(**PARAMS).fit(X, Y)
    before = net.coefs_[0].copy()
    net, recorder = recorded(net.set_params(random_state=1), stop_at=2, error=RuntimeError("away"))
    with pytest.raises(RuntimeError, match="away"):
        net.fit(X, Y)
    np.testing.assert_array_equal(net.coefs_[0], before)
    assert net.n_iter_ == 6
    assert recorder.calls[-1] == "teardown"


# --- those of scikit-learn, through a search and its pipelines

GRID = {"deepmlpclassifier__activation": ["relu", "elu"]}


def search(*callbacks, n_jobs=None):
    net = DeepMLPClassifier(**PARAMS).set_callbacks(*callbacks)
    return GridSearchCV(make_pipeline(StandardScaler(), net), GRID, cv=3, n_jobs=n_jobs)


@pytest.mark.parametrize("n_jobs", [None, 2])
def test_scores_of_every_fold_at_every_epoch(n_jobs):
    pytest.importorskip("pandas")
    monitor = callback.ScoringMonitor(scoring="accuracy")
    found = search(monitor, n_jobs=n_jobs).fit(X, Y)
    log = monitor.get_logs().data_as_pandas
    epochs = log[log["task_name"] == "epoch"]
    assert len(epochs) == (2 * 3 + 1) * 6  # candidates × folds, and the best on all rows
    last = epochs[epochs["task_id"] == 5]
    assert found.best_estimator_.score(X, Y) in last["accuracy"].to_numpy()


def test_a_search_trained_together_tells_the_same_to_its_callbacks():
    pytest.importorskip("pandas")

    def scores():
        monitor = callback.ScoringMonitor(scoring="accuracy")
        search(monitor).fit(X, Y)
        log = monitor.get_logs().data_as_pandas
        return sorted(log["accuracy"][log["task_name"] == "epoch"])

    expected = scores()
    with fit_together() as report:
        np.testing.assert_allclose(scores(), expected)
    assert [len(stack.members) for stack in report.stacks] == [6]


class Propagated(Recorder):
    """Is handed down by a search to its networks, as `ProgressBar` is."""

    max_propagation_depth = 1


def test_a_search_trained_together_tells_each_epoch_when_it_ends():
    recorder = Propagated()
    model = GridSearchCV(DeepMLPClassifier(**PARAMS), {"alpha": [0.0, 0.1]}, cv=3, refit=False)
    with fit_together():
        model.set_callbacks(recorder).fit(X, Y)
    before_any_fit_ends = recorder.calls[: recorder.calls.index("end fit")]
    assert before_any_fit_ends.count("end epoch") == 2 * 3 * 6


@pytest.mark.parametrize("context", [nullcontext, fit_together])
def test_one_progress_bar_for_a_search_and_its_epochs(capsys, context):
    pytest.importorskip("rich")
    with context():
        search().set_callbacks(callback.ProgressBar(max_propagation_depth=None)).fit(X, Y)
    shown = capsys.readouterr().out
    assert "GridSearchCV" in shown
    assert "DeepMLPClassifier" in shown
    assert "100%" in shown


def test_clones_have_no_callbacks_and_fit_as_before():
    net, recorder = recorded(DeepMLPRegressor(**PARAMS))
    clone(net).set_callbacks().fit(X, X[:, 0])
    net.fit(X, X[:, 0])
    assert recorder.calls.count("setup") == 1


def test_optuna_prunes_at_an_epoch():
    optuna = pytest.importorskip("optuna")
    optuna.logging.set_verbosity(optuna.logging.ERROR)

    class Pruning:
        def __init__(self, trial):
            self.trial = trial

        def setup(self, estimator, context):
            pass

        teardown = on_fit_task_begin = setup

        def on_fit_task_end(self, estimator, context, *, fitted_estimator):
            if context.task_name != "epoch":
                return
            self.trial.report(fitted_estimator.loss_, context.task_id)
            if self.trial.should_prune():
                raise optuna.TrialPruned

    def objective(trial):
        rate = trial.suggest_categorical("learning_rate_init", [0.1, 1e-8])
        net = DeepMLPClassifier(**PARAMS, learning_rate_init=rate)
        return net.set_callbacks(Pruning(trial)).fit(X, Y).loss_

    sampler = optuna.samplers.GridSampler({"learning_rate_init": [0.1, 1e-8]}, seed=1)
    pruner = optuna.pruners.ThresholdPruner(upper=1.1, n_warmup_steps=3)
    study = optuna.create_study(sampler=sampler, pruner=pruner)
    study.optimize(objective, n_trials=2)
    states = {trial.params["learning_rate_init"]: trial for trial in study.trials}
    assert states[1e-8].state == optuna.trial.TrialState.PRUNED
    assert max(states[1e-8].intermediate_values) == 3
    assert states[0.1].state == optuna.trial.TrialState.COMPLETE
