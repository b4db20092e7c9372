"""Solvers, rates and bounds do what their definitions say, at every step."""

import numpy as np
import pytest
import torch
from jobs import ADAM, epoch_of, make_job, run_of
from sklearn.datasets import load_iris, make_regression
from sklearn.linear_model import ElasticNet
from sklearn.preprocessing import scale

from sklearn_deepmlp import DeepMLPClassifier, DeepMLPRegressor
from sklearn_deepmlp._stack.schedules import epoch_rates

X, Y = load_iris(return_X_y=True)
X = scale(X)

TORCH = {
    "adamw": lambda p, n: torch.optim.AdamW(
        [{"params": p[:1], "weight_decay": 0.7}, {"params": p[1:], "weight_decay": 0.0}],
        lr=n["learning_rate"],
        betas=(n["beta_1"], n["beta_2"]),
        eps=n["epsilon"],
    ),
    "nadam": lambda p, n: torch.optim.NAdam(
        p, lr=n["learning_rate"], betas=(n["beta_1"], n["beta_2"]), eps=n["epsilon"]
    ),
    "rmsprop": lambda p, n: torch.optim.RMSprop(
        p, lr=n["learning_rate"], alpha=n["beta_2"], eps=n["epsilon"]
    ),
}


@pytest.mark.parametrize("n_members", [1, 2], ids=["separately", "with another"])
@pytest.mark.parametrize("solver", TORCH)
def test_solver_equals_that_of_torch(solver, n_members):
    numbers = {"learning_rate": 0.01, "beta_1": 0.8, "beta_2": 0.95, "epsilon": 1e-3}
    job = make_job(
        solver=solver,
        hyperparameters=numbers,
        alpha=0.7 if solver == "adamw" else 0.0,
        batch_size=100,
    )
    other = make_job(1, 100, solver=solver, hyperparameters=ADAM, batch_size=100)
    run = run_of([job, other][:n_members])
    network, n_coefs = run.stack.network, run.stack.network.layout.n_coefs
    reference = [network.theta[0, :n_coefs].clone(), network.theta[0, n_coefs:].clone()]
    optimizer = TORCH[solver](reference, numbers)
    for _ in range(5):
        for batch, noise, of_step in epoch_of(run):
            run.stack.evaluate(batch, noise)
            gradient = network.gradient[0].clone()
            reference[0].grad, reference[1].grad = gradient[:n_coefs], gradient[n_coefs:]
            optimizer.step()
            run.optimizer.step(of_step)
            ours = network.theta[0]
            torch.testing.assert_close(ours[:n_coefs], reference[0], rtol=0, atol=1e-9)
            torch.testing.assert_close(ours[n_coefs:], reference[1], rtol=0, atol=1e-9)


def rates_of(schedule, max_iter=10, n_steps=8, highest=0.3):
    job = make_job(
        schedule=schedule, max_iter=max_iter, hyperparameters={**ADAM, "learning_rate": highest}
    )
    each = [epoch_rates([job], epoch, np.array([n_steps]), np.ones(1)) for epoch in range(max_iter)]
    return np.concatenate(each)[:, 0]


def torch_rates(make, n_steps, start):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=start)
    schedule = make(optimizer)
    rates = []
    for _ in range(n_steps):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    return rates


def test_cosine_is_torchs():
    expected = torch_rates(lambda o: torch.optim.lr_scheduler.CosineAnnealingLR(o, 80), 80, 0.3)
    np.testing.assert_allclose(rates_of("cosine"), expected, rtol=1e-9, atol=1e-12)


def test_one_cycle_is_torchs():
    def one_cycle(optimizer):
        # One step more, as torch refuses to be asked for the rate after the last.
        return torch.optim.lr_scheduler.OneCycleLR(
            optimizer, 0.3, total_steps=80, cycle_momentum=False
        )

    expected = torch_rates(one_cycle, 79, 0.3)
    np.testing.assert_allclose(rates_of("one_cycle")[:79], expected, rtol=1e-9)
    assert rates_of("one_cycle")[-1] == pytest.approx(0.3 / 25e4)


@pytest.mark.parametrize("schedule", ["cosine", "one_cycle"])
@pytest.mark.parametrize(("max_iter", "n_steps"), [(1, 1), (1, 2), (2, 1), (3, 1)])
def test_the_shortest_trainings_have_rates(schedule, max_iter, n_steps):
    rates = rates_of(schedule, max_iter, n_steps)
    assert len(rates) == max_iter * n_steps
    assert ((rates > 0) & (rates <= 0.3)).all()


@pytest.mark.parametrize("schedule", ["cosine", "one_cycle"])
def test_a_schedule_moves_the_weights_by_its_rates(schedule):
    params = {"hidden_layer_sizes": (), "solver": "sgd", "momentum": 0.0, "batch_size": 150}
    params |= {"random_state": 0, "tol": 0.0, "n_iter_no_change": 100, "shuffle": False}
    steps = []
    for max_iter in [1, 2]:
        net = DeepMLPClassifier(learning_rate=schedule, max_iter=2, **params)
        if max_iter == 1:
            rate = rates_of(schedule, 2, 1, highest=0.001)[0]
            net.set_params(learning_rate="constant", learning_rate_init=rate, max_iter=1)
        steps.append(net.fit(X, Y))
    after_one, after_two = steps
    last = DeepMLPClassifier(max_iter=1, learning_rate_init=1e-300, **params).fit(X, Y)
    first_move = after_one.coefs_[0] - last.coefs_[0]
    second_move = after_two.coefs_[0] - after_one.coefs_[0]
    ratio = np.linalg.norm(second_move) / np.linalg.norm(first_move)
    first, second = rates_of(schedule, 2, 1, highest=0.001)
    assert ratio == pytest.approx(second / first, rel=0.01)  # the gradient hardly changes


def test_the_gradient_is_bounded_and_its_direction_kept():
    free, bound = run_of([make_job()]), run_of([make_job(max_grad_norm=0.05)])
    networks = free.stack.network, bound.stack.network
    for _ in range(3):
        for steps in zip(epoch_of(free), epoch_of(bound), strict=True):
            networks[1].theta.copy_(networks[0].theta)
            for run, (batch, noise, numbers) in zip((free, bound), steps, strict=True):
                run.stack.evaluate(batch, noise)
                run.optimizer.step(numbers)
            long, short = (network.gradient[0] for network in networks)
            assert short.norm() == pytest.approx(min(0.05, long.norm().item()))
            torch.testing.assert_close(short / short.norm(), long / long.norm())


def test_a_wide_bound_changes_nothing():
    params = {"random_state": 0, "max_iter": 5}
    free = DeepMLPClassifier((10,), **params).fit(X, Y)
    bound = DeepMLPClassifier((10,), max_grad_norm=1e9, max_norm=1e9, **params).fit(X, Y)
    np.testing.assert_array_equal(free.coefs_[0], bound.coefs_[0])


def test_incoming_weights_are_bounded_after_every_step():
    run = run_of([make_job(max_norm=0.5), make_job(1)])
    bounded, free = [], []
    for batch, noise, numbers in epoch_of(run):
        run.stack.evaluate(batch, noise)
        run.optimizer.step(numbers)
        for weight in run.stack.network.weights():
            bounded.append(weight[0].norm(dim=0).max().item())
            free.append(weight[1].norm(dim=0).max().item())
    assert max(bounded) <= 0.5 + 1e-12
    assert min(free) > 0.5


def test_the_bound_holds_for_a_fitted_network():
    net = DeepMLPClassifier((20, 20), max_norm=0.7, alpha=0.0, max_iter=50, random_state=0).fit(
        X, Y
    )
    norms = np.concatenate([np.linalg.norm(coef, axis=0) for coef in net.coefs_])
    assert norms.max() <= 0.7 + 1e-12
    assert np.mean(np.isclose(norms, 0.7)) > 0.5


def test_decay_shrinks_beside_the_gradient():
    params = {"max_iter": 30, "random_state": 0, "learning_rate_init": 0.01, "tol": 0.0}
    free = DeepMLPClassifier((10,), solver="adamw", **params).fit(X, Y)
    held = DeepMLPClassifier((10,), solver="adamw", alpha=5.0, **params).fit(X, Y)
    assert np.linalg.norm(held.coefs_[0]) < 0.7 * np.linalg.norm(free.coefs_[0])
    # The loss has no penalty in it: it starts where the free one does.
    first = [
        DeepMLPClassifier((10,), solver="adamw", alpha=a, batch_size=150, **params).fit(X, Y)
        for a in [0.0, 5.0]
    ]
    assert first[0].loss_curve_[0] == first[1].loss_curve_[0]


def test_adamw_has_no_l1():
    with pytest.raises(ValueError, match=r"'l1_ratio' parameter .* must be 0 with solver='adamw'"):
        DeepMLPClassifier(solver="adamw", alpha=0.1, l1_ratio=0.5).fit(X, Y)


def test_l1_leaves_out_the_features_that_its_neighbor_leaves_out():
    X, y = make_regression(300, 12, n_informative=4, noise=1.0, random_state=0)
    X, y = scale(X), scale(y)
    strength = 0.05
    lasso = ElasticNet(alpha=strength, l1_ratio=1.0).fit(X, y)
    net = DeepMLPRegressor(
        (), alpha=strength * len(X), l1_ratio=1.0, batch_size=300, max_iter=3000, tol=0.0,
        n_iter_no_change=np.inf, learning_rate="cosine", learning_rate_init=0.01, random_state=0,
    ).fit(X, y)  # fmt: skip
    ours, theirs = net.coefs_[0][:, 0], lasso.coef_
    left_out = theirs == 0
    assert 4 <= left_out.sum() <= 10
    np.testing.assert_allclose(ours, theirs, atol=2e-3)
    assert np.abs(ours[left_out]).max() < 1e-3 < np.abs(ours[~left_out]).min()


def test_l1_ratio_divides_the_penalty():
    params = {"alpha": 3.0, "batch_size": 150, "max_iter": 1, "random_state": 0}
    curves = {
        ratio: DeepMLPClassifier((10,), l1_ratio=ratio, **params).fit(X, Y).loss_curve_[0]
        for ratio in [0.0, 0.5, 1.0]
    }
    assert curves[0.5] == pytest.approx((curves[0.0] + curves[1.0]) / 2)
    assert curves[0.0] != pytest.approx(curves[1.0], rel=0.1)
