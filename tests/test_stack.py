"""A stack of networks gives what its members give separately, in as many kernels as any stack."""

import numpy as np
import pytest
import torch
from jobs import SGD, X, Y, epoch_of, make_job, run_of, stored_data
from stacks import STACKS, assert_same_result

from sklearn_deepmlp._stack.batches import Batches
from sklearn_deepmlp._training.train import train_stack
from sklearn_deepmlp._training.trainers import train
from sklearn_deepmlp.activations import GELU, LeakyReLU


@pytest.mark.parametrize("jobs", STACKS.values(), ids=STACKS)
def test_members_of_a_stack_equal_separate_fits(jobs):
    for job, together in zip(jobs, train_stack(jobs), strict=True):
        separate = train(job)
        assert_same_result(together, separate)
        assert together.converged == separate.converged


def test_members_stop_separately():
    jobs = [
        make_job(0, max_iter=9),
        make_job(1, max_iter=50, tol=10.0, n_iter_no_change=3),
        make_job(2, on_epoch=lambda report: report.epoch == 5),
    ]
    lengths = [len(result.loss_curve) for result in train_stack(jobs)]
    assert lengths == [9, 5, 5]  # the first epoch always improves, then more than 3 must not
    assert [result.converged for result in train_stack(jobs)] == [False, True, False]


def test_the_best_state_of_each_member_is_kept():
    def score_peaking_at(epoch):
        seen = []

        def score(state):
            seen.append(state)
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
    assert not lost.state.is_finite()
    assert len(lost.loss_curve) < wild.stopping.max_iter
    assert_same_result(together, train(steady))


def test_padding_is_replaced_not_multiplied_by_zero():
    run = run_of([make_job(0, 30, batch_size=30), make_job(1, 20, batch_size=20)])
    batch = next(iter(run.batches))
    raw = torch.zeros(2, 30, 10, dtype=torch.float64)
    raw[1, 20:] = torch.inf
    losses, derivatives = run.stack.loss(raw, batch)
    assert derivatives.isfinite().all()
    torch.testing.assert_close(losses, torch.full((2,), np.log(10.0), dtype=torch.float64))


def kernels_of_a_step(n_members):
    run = run_of([make_job(i, activation=GELU(), alpha=0.1, dropout=0.1) for i in range(n_members)])
    batch, noise, numbers = next(iter(epoch_of(run)))
    with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU]) as profile:
        run.stack.evaluate(batch, noise)
        run.optimizer.step(numbers)
    return sum(event.count for event in profile.key_averages() if event.key.startswith("aten::"))


def test_a_step_calls_as_many_kernels_for_40_members_as_for_5():
    kernels_of_a_step(5)  # remembers what all steps share
    assert kernels_of_a_step(40) == kernels_of_a_step(5)


def test_equal_arrays_are_stored_once():
    jobs = [make_job(i) for i in range(5)]
    assert len(stored_data(jobs).X) == len(X)


def test_members_share_features_but_not_targets():
    jobs = [
        make_job(i, targets=(i == Y)[:, None] * 1.0, loss="binary_log_loss", layer_sizes=(64, 9, 1))
        for i in range(3)
    ]
    for job, together in zip(jobs, train_stack(jobs), strict=True):
        assert_same_result(together, train(job))
    assert len(stored_data(jobs).X) == len(X)


@pytest.mark.parametrize("shuffle", [False, True])
def test_an_epoch_takes_each_row_once(shuffle):
    numbered = np.arange(1.0, 51.0)[:, None]
    jobs = [
        make_job(i, X=numbered, targets=Y[:50], rows=np.arange(n), batch_size=size, shuffle=shuffle)
        for i, (n, size) in enumerate([(50, 7), (20, 20), (33, 10)])
    ]
    batches = Batches(jobs, stored_data(jobs))
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
    batches = Batches(jobs, stored_data(jobs))
    first, second = next(iter(batches)), next(iter(batches))
    assert not torch.equal(first.X, second.X)


def test_members_with_one_seed_share_draws_and_order():
    a, b = train_stack([make_job(0, max_iter=1), make_job(0, max_iter=1)])
    for one, other in zip(a.state.coefs, b.state.coefs, strict=True):
        np.testing.assert_array_equal(one, other)
