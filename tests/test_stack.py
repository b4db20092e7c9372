"""A stack of networks gives what its members give alone, in as many kernels as any stack."""

import numpy as np
import pytest
import skorch
import torch
from jobs import ADAM, SGD, X, Y, make_job

from sklearn_deepmlp._stack.batches import Batches, StackedData
from sklearn_deepmlp._stack.stack import Stack
from sklearn_deepmlp._training.training import train, train_stack
from sklearn_deepmlp.activations import (
    ELU,
    GELU,
    SELU,
    LeakyReLU,
    PReLU,
    RReLU,
    Swish,
    Tanh,
)

MIXED = [
    make_job(0, 500, "he_normal", activation=PReLU(), batch_size=32),
    make_job(1, 470, "glorot_uniform", activation=Swish(trainable=True), alpha=0.1),
    make_job(2, 200, "lecun_normal", activation=LeakyReLU(0.3), alpha=0.5, max_iter=7),
]
STACKS = {
    "activations, inits, seeds, penalties, folds, one that stops early": MIXED,
    "two, of which one is padded": [
        make_job(0, 120, batch_size=60),
        make_job(1, 50, batch_size=25),
    ],
    "one activation with different numbers": [
        make_job(i, activation=LeakyReLU(slope)) for i, slope in enumerate([0.0, 0.1, 0.4])
    ]
    + [make_job(3, activation=ELU(0.5)), make_job(4, activation=ELU(2.0))],
    "noise": [
        make_job(0, activation=RReLU(), dropout=0.3),
        make_job(1, 300, activation=RReLU(0.0, 0.5), batch_size=40),
        make_job(2, 450, "lecun_normal", activation=SELU(), dropout=0.1, alpha_dropout=True),
    ],
    "numbers of adam": [
        make_job(i, hyperparameters={**ADAM, "learning_rate": rate, "beta_1": beta})
        for i, (rate, beta) in enumerate([(1e-3, 0.9), (1e-2, 0.8), (3e-3, 0.99)])
    ],
    "numbers of sgd": [
        make_job(
            i,
            solver="sgd",
            hyperparameters={"learning_rate": r, "momentum": m, "nesterovs_momentum": n},
        )
        for i, (r, m, n) in enumerate([(0.1, 0.9, 1.0), (0.05, 0.5, 0.0), (0.2, 0.0, 1.0)])
    ],
    "members that rest while others step": [
        make_job(0, 500, batch_size=20),
        make_job(1, 90, batch_size=80),
        make_job(2, 33, batch_size=33, shuffle=False),
    ],
    "batch normalization": [
        make_job(0, 501, normalization="batch", batch_size=50, activation=LeakyReLU()),
        make_job(1, 301, normalization="batch", batch_size=30),
        make_job(2, 40, normalization="batch", batch_size=13, max_iter=5),
    ],
    "layer normalization, residual": [
        make_job(
            i,
            n,
            normalization="layer",
            skip_connections="residual",
            layer_sizes=(64, 20, 20, 10),
            activation=activation,
        )
        for i, (n, activation) in enumerate([(500, PReLU()), (400, Tanh()), (77, PReLU(0.1))])
    ],
    "wide": [make_job(i, skip_connections="wide", alpha=0.1 * i) for i in range(3)],
    "bounds": [
        make_job(0, max_norm=0.5, max_grad_norm=0.1),
        make_job(1, max_norm=1.0),
        make_job(2, max_grad_norm=0.01),
    ],
    "L1": [make_job(i, alpha=i / 2, l1_ratio=0.4 * i) for i in range(3)],
    "schedules of sgd": [
        make_job(0, solver="sgd", hyperparameters=SGD, schedule="invscaling", power_t=0.2),
        make_job(
            1,
            300,
            solver="sgd",
            hyperparameters={**SGD, "learning_rate": 0.1},
            schedule="adaptive",
            tol=0.3,
            n_iter_no_change=1,
        ),
        make_job(2, solver="sgd", hyperparameters=SGD),
    ],
    "schedules": [
        make_job(0, schedule="cosine"),
        make_job(1, 300, schedule="one_cycle", batch_size=30),
        make_job(2, schedule="constant"),
    ],
    "label smoothing": [make_job(i, loss_parameter=0.1 * i) for i in range(3)],
    "quantiles": [
        make_job(
            i,
            targets=X[:, :3] + X[:, 10:13],
            layer_sizes=(64, 9, 3),
            loss="quantile",
            loss_parameter=quantile,
            max_iter=10 + i,
        )
        for i, quantile in enumerate([0.1, 0.5, 0.8])
    ],
    "adamw": [make_job(i, solver="adamw", alpha=alpha) for i, alpha in enumerate([0.0, 0.5, 2.0])],
    "nadam": [
        make_job(i, 90 * (i + 1), solver="nadam", hyperparameters={**ADAM, "beta_1": beta})
        for i, beta in enumerate([0.9, 0.8, 0.7])
    ],
    "rmsprop": [make_job(i, 90 * (i + 1), solver="rmsprop") for i in range(3)],
    "weights": [
        make_job(i, sample_weight=np.random.default_rng(i).uniform(0.1, 3, len(X)), alpha=0.1)
        for i in range(3)
    ],
}


def arrays(result):
    weights = result.state
    of_units = [*weights.activation_params, *weights.normalization_params]
    units = [a for layer in of_units for a in layer.values()]
    return [*weights.coefs, *weights.intercepts, *units, np.array(result.loss_curve)]


@pytest.mark.parametrize("jobs", STACKS.values(), ids=STACKS)
def test_members_of_a_stack_equal_fits_alone(jobs):
    for job, together in zip(jobs, train_stack(jobs), strict=True):
        alone = train(job)
        for a, b in zip(arrays(together), arrays(alone), strict=True):
            np.testing.assert_allclose(a, b, rtol=0, atol=1e-10)
        assert together.converged == alone.converged


def test_members_stop_in_their_own_time():
    jobs = [
        make_job(0, max_iter=9),
        make_job(1, max_iter=50, tol=10.0, n_iter_no_change=3),
        make_job(2, on_epoch=lambda report: report.epoch == 5),
    ]
    lengths = [len(result.loss_curve) for result in train_stack(jobs)]
    assert lengths == [9, 5, 5]  # the first epoch always improves, then more than 3 must not
    assert [result.converged for result in train_stack(jobs)] == [False, True, False]


def test_best_weights_of_each_member_are_kept():
    def score_peaking_at(epoch):
        seen = []

        def score(weights):
            seen.append(weights)
            return -abs(len(seen) - epoch)

        return score, seen

    (first, seen_first), (second, seen_second) = score_peaking_at(3), score_peaking_at(6)
    jobs = [make_job(0, score=first), make_job(1, score=second)]
    for result, seen, epoch in zip(
        train_stack(jobs), [seen_first, seen_second], [3, 6], strict=True
    ):
        for a, b in zip(result.state.coefs, seen[epoch - 1].coefs, strict=True):
            np.testing.assert_array_equal(a, b)
        assert len(result.loss_curve) == epoch + 11


def test_a_diverging_member_harms_no_other():
    steady = make_job(0, solver="sgd", hyperparameters=SGD)
    wild = make_job(
        1, solver="sgd", hyperparameters={**SGD, "learning_rate": 1e200}, activation=LeakyReLU()
    )
    together, lost = train_stack([steady, wild])
    assert not all(np.isfinite(a).all() for a in lost.state.coefs)
    assert len(lost.loss_curve) < wild.max_iter
    for a, b in zip(arrays(together), arrays(train(steady)), strict=True):
        np.testing.assert_allclose(a, b, rtol=0, atol=1e-10)


def test_padding_is_replaced_not_multiplied_by_zero():
    jobs = [make_job(0, 30, batch_size=30), make_job(1, 20, batch_size=20)]
    batch = next(iter(Stack(jobs).batches))
    raw = torch.zeros(2, 30, 10, dtype=torch.float64)
    raw[1, 20:] = torch.inf
    losses, slopes = Stack(jobs).loss(raw, batch)
    assert slopes.isfinite().all()
    torch.testing.assert_close(losses, torch.full((2,), np.log(10.0), dtype=torch.float64))


def kernels_of_a_step(n_members):
    jobs = [make_job(i, activation=GELU(), alpha=0.1, dropout=0.1) for i in range(n_members)]
    stack = Stack(jobs)
    batch, noise = next(iter(stack.batches)), stack.network.epoch_noise(1, 1)[0]
    with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU]) as profile:
        stack.evaluate(batch, noise)
        stack.step(batch, None)
    return sum(event.count for event in profile.key_averages() if event.key.startswith("aten::"))


def test_a_step_calls_as_many_kernels_for_40_members_as_for_2():
    kernels_of_a_step(2)  # remembers what all steps share
    assert kernels_of_a_step(40) == kernels_of_a_step(2)


def test_skorchs_own_loop_drives_the_stack(monkeypatch):
    epochs = []
    original = skorch.NeuralNet.fit_loop

    def counting(net, *args, **kwargs):
        epochs.append(kwargs["epochs"])
        return original(net, *args, **kwargs)

    monkeypatch.setattr(skorch.NeuralNet, "fit_loop", counting)
    train_stack(MIXED)
    assert epochs == [20]


def test_equal_arrays_are_stored_once():
    jobs = [make_job(i) for i in range(5)]
    assert len(StackedData(jobs, torch.device("cpu")).X) == len(X)


def test_members_share_features_but_not_targets():
    jobs = [
        make_job(i, targets=(i == Y)[:, None] * 1.0, loss="binary_log_loss", layer_sizes=(64, 9, 1))
        for i in range(3)
    ]
    for job, together in zip(jobs, train_stack(jobs), strict=True):
        for a, b in zip(arrays(together), arrays(train(job)), strict=True):
            np.testing.assert_allclose(a, b, rtol=0, atol=1e-10)
    assert len(StackedData(jobs, torch.device("cpu")).X) == len(X)


@pytest.mark.parametrize("shuffle", [False, True])
def test_an_epoch_takes_each_row_once(shuffle):
    numbered = np.arange(1.0, 51.0)[:, None]
    jobs = [
        make_job(i, X=numbered, targets=Y[:50], rows=np.arange(n), batch_size=size, shuffle=shuffle)
        for i, (n, size) in enumerate([(50, 7), (20, 20), (33, 10)])
    ]
    batches = Batches(jobs, StackedData(jobs, torch.device("cpu")))
    for _ in range(2):
        seen = [[], [], []]
        for batch in batches:
            weight = batch.row_weight.sum(1)
            real = batch.row_weight > 0
            assert real.all() if batch.real is None else torch.equal(batch.real, real)
            for member in range(3):
                rows = batch.X[member, :, 0][batch.row_weight[member] > 0].tolist()
                assert weight[member].item() == pytest.approx(1.0 if rows else 0.0)
                seen[member] += rows
        for rows, n in zip(seen, [50, 20, 33], strict=True):
            assert sorted(rows) == list(range(1, n + 1))
            assert (rows == sorted(rows)) is not shuffle


def test_the_order_changes_from_epoch_to_epoch():
    jobs = [make_job(0)]
    batches = Batches(jobs, StackedData(jobs, torch.device("cpu")))
    first, second = next(iter(batches)), next(iter(batches))
    assert not torch.equal(first.data.X, second.X)


def test_members_with_one_seed_share_draws_and_order():
    a, b = train_stack([make_job(0, max_iter=1), make_job(0, max_iter=1)])
    for one, other in zip(a.state.coefs, b.state.coefs, strict=True):
        np.testing.assert_array_equal(one, other)
