"""A network that diverges ends in a stack as it does separately, and so do its neighbors."""

import numpy as np
import pytest
import torch
from jobs import ADAM, SGD, X, Y, make_job
from stacks import assert_same_result

from sklearn_deepmlp._losses import LOSSES
from sklearn_deepmlp._stack.clipping import clip_gradient
from sklearn_deepmlp._stack.network import Network
from sklearn_deepmlp._stack.optimizer import StackOptimizer
from sklearn_deepmlp._stack.penalties import StackedPenalty
from sklearn_deepmlp._stack.solvers import SOLVERS
from sklearn_deepmlp._stack.step_grid import StepGrid
from sklearn_deepmlp._training.train import train_stack
from sklearn_deepmlp._training.trainers import train
from sklearn_deepmlp.activations import ACTIVATIONS

INF = np.inf
STOCHASTIC = [name for name, solver in SOLVERS.items() if solver.is_stochastic]


def how_it_ends(result):
    """Return what rounding does not change: how long training was, and what is finite.

    Whether sums that overflow are infinite or NaN depends on their order.
    """
    return result.state.is_finite(), np.isfinite(result.loss_curve).tolist()


def assert_ends_as_separately(jobs):
    for job, together in zip(jobs, train_stack(jobs), strict=True):
        separate = train(job)
        assert how_it_ends(together) == how_it_ends(separate)
        if job.optimization.hyperparameters["learning_rate"] <= 1e-3:
            assert_same_result(together, separate, rtol=1e-6, atol=1e-6)


def numbers_of(solver, rate):
    return {**(SGD if solver == "sgd" else ADAM), "learning_rate": rate}


BOUNDS = {
    "none": {},
    "of the gradient": {"max_grad_norm": 1.0},
    "of the weights": {"max_norm": 1.0},
    "L1": {"alpha": 0.1, "l1_ratio": 1.0},
    "L2": {"alpha": 0.1},
}


@pytest.mark.parametrize("solver", STOCHASTIC)
@pytest.mark.parametrize("normalization", [None, "batch", "layer"])
@pytest.mark.parametrize("bound", BOUNDS.values(), ids=BOUNDS)
def test_a_diverging_member_that_rests_ends_as_separately(solver, normalization, bound):
    if solver == "adamw" and "l1_ratio" in bound:
        bound = {"alpha": 0.1}
    shared = {"solver": solver, "normalization": normalization, "max_iter": 5}
    shared["layer_sizes"] = (64, 7, 7, 10)
    assert_ends_as_separately(
        [
            make_job(
                0, 61, batch_size=20, hyperparameters=numbers_of(solver, 1e-3), **bound, **shared
            ),
            make_job(1, 30, batch_size=29, hyperparameters=numbers_of(solver, 1e200), **shared),
            make_job(2, 12, batch_size=12, hyperparameters=numbers_of(solver, 1e160), **shared),
        ]
    )


def any_job(rng, seed, shared):
    """Return a job of anything that a stack may mix, which diverges as often as not."""
    n_rows, targets = int(rng.integers(4, 70)), {"log_loss": Y, "squared_error": X[:, 20:22]}
    rate = float(rng.choice([1e-3, 1e100, 1e200, 1e308]))
    return make_job(
        seed,
        n_rows,
        batch_size=int(rng.integers(2, n_rows + 1)),
        max_iter=int(rng.integers(2, 6)),
        hyperparameters=numbers_of(shared["solver"], rate),
        targets=targets[shared["loss"]],
        loss_parameter=float(rng.choice([0.0, 0.2])),
        sample_weight=rng.choice([1e-3, 1.0, 1e6], len(X))
        if rng.random() < 0.3
        else np.ones(len(X)),
        activation=ACTIVATIONS[rng.choice(list(ACTIVATIONS))](),
        alpha=float(rng.choice([0.0, 0.1, 1e10])),
        l1_ratio=0.0 if shared["solver"] == "adamw" else float(rng.choice([0.0, 0.5, 1.0])),
        max_norm=rng.choice([None, None, 1.0, 1e5]),
        max_grad_norm=rng.choice([None, None, 1.0, 1e5]),
        dropout=float(rng.choice([0.0, 0.3])),
        **shared,
    )


@pytest.mark.parametrize("seed", range(40))
def test_any_mixture_of_members_ends_as_separately(seed):
    rng = np.random.default_rng(seed)
    loss = str(rng.choice(["log_loss", "squared_error"]))
    shared = {
        "solver": str(rng.choice(STOCHASTIC)),
        "normalization": rng.choice([None, "batch", "layer"]),
        "skip_connections": rng.choice([None, "residual", "wide"]),
        "loss": loss,
        "layer_sizes": (64, 7, 7, 10 if loss == "log_loss" else 2),
    }
    assert_ends_as_separately([any_job(rng, i, shared) for i in range(rng.integers(2, 5))])


def test_clipping_leaves_a_member_without_a_bound_unchanged():
    gradient = torch.tensor([[1e200, -3.0], [INF, 2.0], [3.0, 4.0], [0.0, 0.0]]).double()
    expected = torch.tensor([[1e200, -3.0], [INF, 2.0], [0.6, 0.8], [0.0, 0.0]]).double()
    clip_gradient(gradient, torch.tensor([INF, INF, 1.0, 1.0]).double()[:, None])
    torch.testing.assert_close(gradient, expected)


@pytest.mark.parametrize("l1_ratio", [0.0, 1.0])
def test_members_without_penalty_have_none_whatever_their_weights(l1_ratio):
    theta = torch.tensor([[1e200, -INF], [1.0, -2.0]]).double()
    gradient = torch.zeros_like(theta)
    objectives = [make_job(alpha=alpha, l1_ratio=l1_ratio).objective for alpha in (0.0, 1.0)]
    penalty = StackedPenalty(objectives, theta, gradient)
    value = penalty.add_gradient(torch.ones(2, 1).double())
    assert value.tolist() == [0.0, 3.0 if l1_ratio else 2.5]
    assert gradient.tolist() == [[0.0, 0.0], [1.0, -1.0] if l1_ratio else [1.0, -2.0]]


def test_smoothing_of_one_member_leaves_another_unchanged():
    raw = torch.tensor([[[0.0, -INF]], [[0.0, -1.0]]]).double()
    target = torch.zeros(2, 1, dtype=torch.long)
    losses, derivatives = LOSSES["log_loss"].evaluate(
        raw, target, torch.tensor([0.0, 0.1]).view(2, 1, 1)
    )
    assert losses[0].item() == 0.0
    assert derivatives.isfinite().all()


@pytest.mark.parametrize("solver", ["adam", "adamw"])
@pytest.mark.parametrize("size", [1e-160, 1.0, 1e130, 1e160, 1e200, 1e308])
@pytest.mark.parametrize("rate", [1e-3, 1e200, 1e308])
def test_the_fused_kernel_overflows_where_the_formula_does(solver, size, rate):
    def after_steps(mate_rate):
        jobs = [
            make_job(solver=solver, hyperparameters=numbers_of(solver, one_rate), alpha=0.0)
            for one_rate in [rate, mate_rate]
        ]
        network = Network(jobs)
        network.theta.zero_()
        gradient = torch.linspace(-1, 3, network.theta.shape[1]).double()
        network.gradient.copy_(gradient * size)
        optimizer = StackOptimizer(network)
        for numbers in optimizer.begin_epoch(None, StepGrid(np.ones((3, 2), int))):
            optimizer.step(numbers)
            network.gradient.mul_(-0.5)
        return network.theta[0].detach()

    fused, formula = after_steps(rate), after_steps(0.5)
    torch.testing.assert_close(fused, formula, rtol=1e-12, atol=0, equal_nan=True)
