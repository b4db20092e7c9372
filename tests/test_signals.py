"""Signals of the layers: against plain torch, at which epochs, for every way of training."""

import pickle

import numpy as np
import pytest
import torch
from joblib import Parallel, delayed
from jobs import make_job
from scipy.sparse import csr_matrix
from scipy.stats import entropy
from sklearn.base import clone
from sklearn.datasets import load_diabetes, load_digits
from sklearn.model_selection import GridSearchCV
from sklearn.preprocessing import scale
from torch.nn import functional as F

from sklearn_deepmlp import DeepMLPClassifier, DeepMLPRegressor, Signals, fit_together
from sklearn_deepmlp._stack.constant_loss import constant_loss
from sklearn_deepmlp._stack.recording_schedule import RecordingSchedule
from sklearn_deepmlp._training.train import train_separately, train_stack
from sklearn_deepmlp.activations import ACTIVATIONS, Activation, Swish
from sklearn_deepmlp.initializers import Initializer

X, Y = load_digits(return_X_y=True)
X, Y = scale(X)[:300], Y[:300]
EVERY_EPOCH = RecordingSchedule(1)
HIDDEN = ["preactivation_mean", "preactivation_std", "activation_mean", "activation_std"]


class Cube(Activation):
    """A custom function, whose derivative autograd computes."""

    default_init = "glorot_normal"

    def function(self, z):
        return (z / 2) ** 3


FUNCTIONS = {
    "identity": lambda z: z,
    "tanh": torch.tanh,
    "logistic": torch.sigmoid,
    "relu": torch.relu,
    "elu": F.elu,
    "gelu": F.gelu,
    "selu": F.selu,
    "mish": F.mish,
    "leaky_relu": lambda z: F.leaky_relu(z, 0.2),
}


def layers_of(net, function, rows=X):
    """Return pre-activations and activations of all layers, by plain torch."""
    h, layers = torch.from_numpy(np.asarray(rows, float)), []
    for coef, intercept in zip(net.coefs_, net.intercepts_, strict=True):
        z = h @ torch.from_numpy(coef) + torch.from_numpy(intercept)
        h = function(z)
        layers.append((z, h))
    return layers


def slopes(function, z):
    z = z.clone().requires_grad_()
    return torch.autograd.grad(function(z).sum(), z)[0]


def assert_close(actual, expected):
    np.testing.assert_allclose(actual, expected, rtol=1e-9, atol=1e-9)


def assert_last_record_equals_plain_torch(net, function, rows=X):
    signals, layers = net.signals_, layers_of(net, function, rows)
    assert_close(signals.preactivation_mean[-1], [z.mean() for z, _ in layers])
    assert_close(signals.preactivation_std[-1], [z.std(correction=0) for z, _ in layers])
    hidden = layers[:-1]
    assert_close(signals.activation_mean[-1, :-1], [h.mean() for _, h in hidden])
    assert_close(signals.activation_std[-1, :-1], [h.std(correction=0) for _, h in hidden])
    steepest = slopes(function, torch.linspace(-8, 8, 129, dtype=torch.float64)).abs().max()
    of_layers = [slopes(function, z) for z, _ in hidden]
    saturated = [(s.abs() <= 0.05 * steepest).double().mean() for s in of_layers]
    assert_close(signals.saturated[-1, :-1], saturated)
    assert_close(signals.dead[-1, :-1], [(s == 0).all(0).double().mean() for s in of_layers])


@pytest.mark.parametrize("activation", FUNCTIONS)
def test_the_last_record_describes_the_fitted_network(activation):
    ignored = {"self_normalization": "ignore"}
    net = DeepMLPClassifier((30, 20), activation, max_iter=3, batch_size=64, **ignored).fit(X, Y)
    assert_last_record_equals_plain_torch(net, FUNCTIONS[activation])


def test_a_custom_function():
    net = DeepMLPClassifier((30, 20), Cube(), max_iter=3).fit(X, Y)
    assert_last_record_equals_plain_torch(net, lambda z: (z / 2) ** 3)


@pytest.mark.parametrize("record_signals", ["auto", 1])
def test_the_kept_network_is_described_not_the_last_one(record_signals):
    options = {"learning_rate_init": 0.03, "n_iter_no_change": 3, "record_signals": record_signals}
    net = DeepMLPClassifier((20,), early_stopping=True, random_state=0, **options)
    net.fit(X, Y, X_val=X[:60], y_val=Y[:60])
    best = np.nanargmax(net.validation_scores_) + 1
    assert best < net.n_iter_
    assert net.signals_.epoch[-1] == net.n_iter_
    assert_last_record_equals_plain_torch(net, torch.relu)


def test_sparse_rows_and_small_chunks_give_the_same():
    rows = np.tile(X, (20, 1))  # more than one chunk
    rows[:1000] -= 3  # where more units are silent than elsewhere
    options = {"max_iter": 1, "random_state": 0, "batch_size": 500}
    dense = DeepMLPClassifier((200, 100), **options).fit(rows, np.tile(Y, 20))
    sparse = DeepMLPClassifier((200, 100), **options).fit(csr_matrix(rows), np.tile(Y, 20))
    assert_last_record_equals_plain_torch(dense, torch.relu, rows)
    for name, column in dense.signals_.columns().items():
        np.testing.assert_allclose(sparse.signals_.columns()[name], column, atol=1e-7, err_msg=name)


def leaves(arrays):
    return [torch.tensor(array).requires_grad_() for array in arrays]


def plain_gradients(coefs, intercepts, rows, labels):
    """Return the gradients of the mean log loss by weights and by intercepts, by autograd."""
    weights, biases, h = leaves(coefs), leaves(intercepts), torch.from_numpy(rows)
    for index, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
        h = h @ weight + bias
        h = torch.tanh(h) if index < len(weights) - 1 else h
    loss = F.cross_entropy(h, torch.from_numpy(labels))
    gradients = [gradient.numpy() for gradient in torch.autograd.grad(loss, weights + biases)]
    return gradients[: len(weights)], gradients[len(weights) :]


@pytest.mark.parametrize("solver", ["sgd", "adam", "rmsprop", "lbfgs"])
def test_gradients_and_updates_equal_those_of_plain_torch(solver):
    """Full batches, so that the last step of an epoch starts where the epoch before ended."""
    nets = []
    for max_iter in (5, 6):
        net = DeepMLPClassifier((12, 8), "tanh", solver=solver, max_iter=max_iter, batch_size=300)
        nets.append(net.set_params(alpha=0.0, tol=0.0, random_state=0).fit(X, Y))
    before, after = nets
    gradients, _ = plain_gradients(before.coefs_, before.intercepts_, X, Y)
    assert_close(after.signals_.gradient_norm[-1], [np.linalg.norm(g) for g in gradients])
    pairs = list(zip(before.coefs_, after.coefs_, strict=True))
    ratios = [np.linalg.norm(new - old) / np.linalg.norm(old) for old, new in pairs]
    assert_close(after.signals_.update_ratio[-1], ratios)


def test_the_last_full_batch_of_an_epoch_counts():
    """Batches have 120, 120 and 60 rows; the second one counts."""
    options = {"solver": "sgd", "momentum": 0.0, "alpha": 0.0, "shuffle": False, "random_state": 0}
    net = DeepMLPClassifier((12, 8), "tanh", batch_size=120, **options)
    before, after = (clone(net).set_params(max_iter=n).fit(X, Y) for n in (1, 2))
    coefs, intercepts, rate = before.coefs_, before.intercepts_, net.learning_rate_init
    of_coefs, of_intercepts = plain_gradients(coefs, intercepts, X[:120], Y[:120])
    coefs = [w - rate * g for w, g in zip(coefs, of_coefs, strict=True)]
    intercepts = [b - rate * g for b, g in zip(intercepts, of_intercepts, strict=True)]
    gradients, _ = plain_gradients(coefs, intercepts, X[120:240], Y[120:240])
    norms = np.array([np.linalg.norm(g) for g in gradients])
    assert_close(after.signals_.gradient_norm[-1], norms)
    assert_close(after.signals_.update_ratio[-1], rate * norms / list(map(np.linalg.norm, coefs)))


@pytest.mark.parametrize(
    "stopped",
    [{"tol": np.inf, "n_iter_no_change": 3}, {"on_epoch": lambda report: report.epoch == 5}],
    ids=["no improvement", "callback"],
)
def test_the_step_of_the_last_epoch_is_told_whatever_ends_training(stopped):
    job = make_job(n_iter_no_change=100, recording=RecordingSchedule())
    ended = train_separately(job.changed(**stopped))
    expected = train_separately(job.changed(max_iter=5)).signals
    assert len(ended.loss_curve) == 5
    np.testing.assert_array_equal(ended.signals.gradient_norm, expected.gradient_norm)
    np.testing.assert_array_equal(ended.signals.update_ratio, expected.update_ratio)


def test_the_first_record_is_that_of_the_initial_network():
    class Fixed(Initializer):
        def draw(self, fan_in, fan_out, generator):
            return np.full((fan_in, fan_out), 0.1)

    net = DeepMLPClassifier((12, 8), "tanh", init=Fixed(), alpha=0.0, batch_size=300, max_iter=1)
    net.fit(X, Y)
    first = torch.from_numpy(X).sum(1, keepdim=True).mul(0.1).expand(-1, 12)
    assert net.signals_.epoch[0] == 0
    assert_close(net.signals_.activation_std[0, 0], torch.tanh(first).std(correction=0))
    assert_close(net.signals_.gradient_norm[0], net.signals_.gradient_norm[1])


def test_all_solvers_start_with_the_same_gradient():
    options = {"random_state": 0, "batch_size": 300, "max_iter": 3}
    adam, lbfgs = (
        DeepMLPClassifier((12, 8), solver=solver, **options).fit(X, Y).signals_
        for solver in ("adam", "lbfgs")
    )
    assert_close(lbfgs.gradient_norm[0], adam.gradient_norm[0])


def test_the_gradient_comes_before_its_bound():
    options = {"max_iter": 1, "random_state": 0, "batch_size": 300}
    free = DeepMLPClassifier((12, 8), **options).fit(X, Y)
    bounded = DeepMLPClassifier((12, 8), max_grad_norm=1e-3, **options).fit(X, Y)
    assert_close(bounded.signals_.gradient_norm, free.signals_.gradient_norm)


def test_units_silent_from_the_start_and_those_that_died_are_told_apart():
    class HalfSilent(Initializer):
        def draw(self, fan_in, fan_out, generator):
            weights = np.abs(generator.standard_normal((fan_in, fan_out)))
            weights[:, : fan_out // 2] *= -1
            return weights

    positive = X - X.min() + 1  # so that the first half of the units never speak
    net = DeepMLPClassifier((20,), init=HalfSilent(), solver="sgd", max_iter=1, alpha=0.0)
    net.fit(positive, Y)
    assert net.signals_.dead[0, 0] == 0.5
    assert net.signals_.died[0, 0] == 0.0
    net.set_params(learning_rate_init=100.0, max_grad_norm=10.0, max_iter=5).fit(positive, Y)
    assert net.signals_.dead[-1, 0] == 0.5 + net.signals_.died[-1, 0]
    assert net.signals_.died[-1, 0] > 0


def test_batch_normalization_is_described_as_in_training():
    net = DeepMLPClassifier((12, 8), "tanh", normalization="batch", max_iter=4, batch_size=300)
    signals = net.fit(X, Y).signals_
    assert_close(signals.preactivation_mean[0, :-1], 0.0)
    np.testing.assert_allclose(signals.preactivation_std[0, :-1], 1.0, atol=1e-3)


def test_noise_is_left_out():
    options = {"max_iter": 1, "random_state": 0, "learning_rate_init": 1e-12, "batch_size": 300}
    noisy = DeepMLPClassifier((30,), "rrelu", dropout=0.5, **options).fit(X, Y).signals_
    slope = (1 / 8 + 1 / 3) / 2
    quiet = DeepMLPClassifier((30,), ACTIVATIONS["leaky_relu"](slope), **options).fit(X, Y).signals_
    for name in HIDDEN:
        np.testing.assert_allclose(getattr(noisy, name)[0], getattr(quiet, name)[0], rtol=1e-12)


def test_learned_parameters_are_told():
    net = DeepMLPClassifier((12, 8), Swish(trainable=True), max_iter=30, random_state=0).fit(X, Y)
    betas = [layer["beta"] for layer in net.activation_params_]
    assert_close(net.signals_.activation_params["beta"][0, :-1], 1.0)
    assert_close(net.signals_.activation_params["beta"][-1, :-1], [b.mean() for b in betas])
    assert_close(net.signals_.activation_params_std["beta"][-1, :-1], [b.std() for b in betas])
    assert np.isnan(net.signals_.activation_params["beta"][:, -1]).all()


@pytest.mark.parametrize(
    ("record_signals", "max_iter", "epochs"),
    [
        ("auto", 1, [0, 1]),
        ("auto", 50, [0, 50]),
        ("auto", 160, [0, 50, 150, 160]),
        (3, 7, [0, 3, 6, 7]),
        (1, 3, [0, 1, 2, 3]),
        (100, 5, [0, 5]),
    ],
)
@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_epochs_of_records(record_signals, max_iter, epochs, solver):
    net = DeepMLPClassifier((5,), solver=solver, tol=0.0, max_iter=max_iter, n_iter_no_change=500)
    net.set_params(record_signals=record_signals).fit(X[:100], Y[:100])
    assert net.signals_.epoch.tolist() == epochs
    assert all(column.shape == (len(epochs), 2) for column in net.signals_.columns().values())


def test_nothing_is_recorded_where_nothing_is_asked_for():
    net = DeepMLPClassifier((5,), max_iter=2, record_signals=False).fit(X, Y)
    assert net.signals_ is None
    assert net.partial_fit(X, Y).signals_ is None


def test_a_network_without_hidden_layers():
    net = DeepMLPClassifier((), max_iter=2).fit(X, Y)
    assert net.signals_.n_layers == 1
    assert np.isnan(net.signals_.dead).all()
    assert np.isfinite(net.signals_.gradient_norm).all()


def test_records_continue_in_resumed_trainings():
    net = DeepMLPClassifier((5,), max_iter=4, warm_start=True, record_signals=2).fit(X, Y)
    net.set_params(max_iter=3).fit(X, Y)
    assert net.signals_.epoch.tolist() == [0, 2, 4, 6, 7]
    assert_last_record_equals_plain_torch(net, torch.relu)


def test_calls_of_partial_fit_are_recorded_ever_more_seldom():
    net = DeepMLPClassifier((5,))
    for _ in range(9):
        net.partial_fit(X, Y, classes=range(10))
    assert net.signals_.epoch.tolist() == [0, 1, 2, 4, 8]
    every = DeepMLPClassifier((5,), record_signals=3)
    for _ in range(7):
        every.partial_fit(X, Y, classes=range(10))
    assert every.signals_.epoch.tolist() == [0, 1, 3, 6]
    assert_last_record_equals_plain_torch(
        DeepMLPClassifier((5,), record_signals=1).partial_fit(X, Y, classes=range(10)), torch.relu
    )


def assert_same_bits(one, other):
    for a, b in zip(one.coefs_ + one.intercepts_, other.coefs_ + other.intercepts_, strict=True):
        np.testing.assert_array_equal(a, b)
    assert one.loss_curve_ == other.loss_curve_
    for a, b in zip(one.normalization_params_, other.normalization_params_, strict=True):
        assert a.keys() == b.keys()
        for name in a:
            np.testing.assert_array_equal(a[name], b[name])


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"solver": "lbfgs"},
        {"normalization": "batch", "dropout": 0.3, "batch_size": 40},
        {"activation": "prelu", "alpha": 0.1, "solver": "sgd", "max_grad_norm": 0.1},
        {"activation": "rrelu", "skip_connections": "residual", "early_stopping": True},
        {"activation": Cube(), "max_norm": 1.0},
    ],
    ids=str,
)
def test_recording_changes_no_bit(options):
    net = DeepMLPClassifier((12, 12), max_iter=6, random_state=0, **options)
    silent = clone(net).set_params(record_signals=False).fit(X, Y)
    assert_same_bits(clone(net).set_params(record_signals=1).fit(X, Y), silent)
    assert_same_bits(clone(net).fit(X, Y), silent)


class Falling(Initializer):
    """Negative weights, by which positive features silence units."""

    def draw(self, fan_in, fan_out, generator):
        return generator.standard_normal((fan_in, fan_out)) - 1.0


def members():
    """Return fits of one shape that differ in everything else, with their rows."""
    options = [
        {"activation": "relu", "init": Falling(), "max_iter": 9},
        {"activation": "tanh", "max_iter": 9},
        {"activation": "prelu", "learning_rate_init": 0.01, "max_iter": 7},
        {"activation": "prelu", "dropout": 0.2, "max_iter": 9},
        {"activation": "relu", "early_stopping": True, "n_iter_no_change": 1, "max_iter": 9},
        {"activation": Cube(), "batch_size": 30, "alpha": 0.1, "max_iter": 4},
    ]
    n_rows = [290, 300, 290, 300, 300, 295]
    return [
        (DeepMLPClassifier((12, 8), random_state=i, record_signals=2, **each), slice(0, n))
        for i, (each, n) in enumerate(zip(options, n_rows, strict=True))
    ]


def test_members_of_a_stack_record_what_they_record_separately():
    def fitted(net, rows):
        return clone(net).fit(X[rows], Y[rows])

    with fit_together() as report:
        together = Parallel()(delayed(fitted)(*member) for member in members())
    assert [len(stack.members) for stack in report.stacks] == [6]
    assert together[0].signals_.dead[:, 1].min() > 0
    for net, member in zip(together, members(), strict=True):
        separate = fitted(*member).signals_
        assert net.signals_.epoch.tolist() == separate.epoch.tolist()
        columns = net.signals_.columns()
        assert list(columns) == list(separate.columns())
        for name, column in separate.columns().items():
            np.testing.assert_allclose(columns[name], column, rtol=1e-8, err_msg=name)


def test_members_whose_score_fails_do_not_disturb_the_others():
    def refuse(state):
        raise RuntimeError("no score")

    jobs = [make_job(i, 200 - i, max_iter=3 + i, recording=EVERY_EPOCH) for i in range(3)]
    jobs[0] = jobs[0].changed(score=refuse)
    failed, *others = train_stack(jobs)
    assert isinstance(failed, RuntimeError)
    for job, result in zip(jobs[1:], others, strict=True):
        separate = train_separately(job).signals.columns()
        for name, column in result.signals.columns().items():
            np.testing.assert_allclose(column, separate[name], rtol=1e-9, err_msg=name)


def test_recording_changes_no_bit_of_a_search():
    grid = {"activation": ["relu", "prelu", "gelu"], "learning_rate_init": [1e-3, 1e-2]}
    scores = []
    for record_signals in ("auto", False):
        net = DeepMLPClassifier((12, 8), max_iter=5, random_state=0, record_signals=record_signals)
        with fit_together():
            search = GridSearchCV(net, grid, scoring="neg_log_loss", cv=3).fit(X, Y)
        scores.append(search.cv_results_["mean_test_score"])
    np.testing.assert_array_equal(*scores)


def test_the_loss_of_a_constant_is_the_lowest_that_ignores_the_features():
    constant = np.zeros((len(X), 1))
    options = {"solver": "lbfgs", "max_iter": 500, "alpha": 0.0, "tol": 1e-9}
    weight = np.random.default_rng(0).uniform(0.5, 2, len(X))
    targets = np.abs(X[:, :2] + 0.5)
    for net, y in [
        (DeepMLPClassifier(()), Y),
        (DeepMLPClassifier((), label_smoothing=0.1), Y),
        (DeepMLPClassifier(()), Y > 3),
        (DeepMLPClassifier(()), targets > 0.5),
        (DeepMLPRegressor(()), targets),
        (DeepMLPRegressor((), loss="huber"), targets),
        (DeepMLPRegressor((), loss="poisson"), targets),
    ]:
        net.set_params(**options).fit(constant, y, sample_weight=weight)
        assert net.signals_.constant_loss == pytest.approx(net.loss_, rel=1e-6)


def test_the_loss_of_a_constant_is_that_on_the_rows_of_training():
    job = make_job(n_rows=20)
    _, counts = np.unique(job.data.targets[job.data.rows], return_counts=True)
    assert constant_loss(job) == pytest.approx(entropy(counts))


@pytest.mark.parametrize(("loss", "quantile"), [("absolute_error", 0.5), ("quantile", 0.2)])
def test_the_loss_of_a_constant_where_the_loss_has_a_kink(loss, quantile):
    y = X[:, 3]
    net = DeepMLPRegressor((), loss=loss, max_iter=1)
    if loss == "quantile":
        net.set_params(quantile=quantile)
    net.fit(X, y)
    error = np.subtract.outer(y, y)  # of all constants that are values of y
    scale_of_loss = 2 if loss == "absolute_error" else 1
    losses = scale_of_loss * np.where(error > 0, quantile * error, (quantile - 1) * error).mean(0)
    assert net.signals_.constant_loss == pytest.approx(losses.min())


def test_the_scale_of_the_data_is_told():
    diabetes, y = load_diabetes(return_X_y=True)
    rows = scale(diabetes)
    rows[:, 3] = 1000 * rows[:, 3] + 5
    rows[:, 7] *= 1e-4
    data = DeepMLPRegressor((5,), max_iter=1).fit(rows, y).signals_.data
    assert (data.n_features, data.features[0], data.features[3]) == (10, 3, 7)
    np.testing.assert_allclose(data.feature_means[[0, 3]], [5, 0], atol=1e-9)
    np.testing.assert_allclose(data.feature_stds[[0, 3]], [1000, 1e-4])
    few = DeepMLPRegressor((5,), max_iter=1).fit(rows[:, :4], y).signals_.data
    assert sorted(few.features) == [0, 1, 2, 3]
    assert (data.target_mean, data.target_std) == pytest.approx((y.mean(), y.std()))
    sparse = DeepMLPRegressor((5,), max_iter=1).fit(csr_matrix(rows), y).signals_.data
    np.testing.assert_allclose(sparse.feature_stds, data.feature_stds)


def test_targets_of_a_classifier_have_no_scale():
    assert DeepMLPClassifier((5,), max_iter=1).fit(X, Y).signals_.data.target_std is None


def test_the_frame_has_a_row_per_record_and_layer():
    signals = DeepMLPClassifier((5, 4), "prelu", max_iter=3, record_signals=1).fit(X, Y).signals_
    frame = signals.to_frame()
    assert frame.shape == (4 * 3, 2 + len(signals.columns()))
    row = frame[(frame["epoch"] == 2) & (frame["layer"] == 1)].iloc[0]
    assert row["activation_std"] == signals.activation_std[2, 0]
    assert row["negative_slope"] == signals.activation_params["negative_slope"][2, 0]


def test_signals_are_small_by_default():
    net = DeepMLPClassifier((1,) * 300, max_iter=51, n_iter_no_change=1000)
    signals = net.fit(X[:5], Y[:5]).signals_
    assert signals.epoch.tolist() == [0, 51]
    assert len(pickle.dumps(signals)) < 64_000
    asked = net.set_params(record_signals=50).fit(X[:5], Y[:5]).signals_
    assert asked.epoch.tolist() == [0, 50, 51]


def test_signals_cannot_be_reassigned():
    signals = DeepMLPClassifier((5,), max_iter=1).fit(X, Y).signals_
    assert isinstance(signals, Signals)
    with pytest.raises(AttributeError, match="cannot assign to field 'dead'"):
        signals.dead = 0


def test_nothing_is_left_of_a_fit_that_fails():
    net = DeepMLPClassifier((5,), max_iter=2, random_state=0).fit(X, Y)
    before = {**vars(net)}
    net.set_params(solver="sgd", learning_rate_init=1e300)
    with pytest.raises(ValueError, match="non-finite"):
        net.fit(X, Y)
    assert net.signals_ is before["signals_"]
    assert vars(net).keys() == before.keys()


def test_networks_that_explode_are_described_without_a_warning():
    net = DeepMLPClassifier((50,) * 30, init="standard_normal", max_iter=1, dtype="float32")
    signals = net.fit(X, Y).signals_
    assert 1e15 < signals.activation_std[0, -2] < np.inf
