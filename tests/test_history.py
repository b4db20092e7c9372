"""What skorch's net of a stack holds: its module, its callbacks, its history."""

from contextlib import suppress

import numpy as np
import torch
from jobs import make_job, run_of
from stacks import MIXED

from sklearn_deepmlp._stack.layout import layout_of
from sklearn_deepmlp._training.callbacks.compaction import AllStopped
from sklearn_deepmlp._training.net import StackNet
from sklearn_deepmlp._training.train import train_stack
from sklearn_deepmlp._training.trainers import train


def trained_net(jobs):
    """Train a stack by skorch's own loop, and return skorch's net."""
    net = StackNet(run_of(jobs)).initialize()
    with torch.no_grad(), suppress(AllStopped):
        net.fit_loop(None, epochs=max(job.stopping.max_iter for job in jobs))
    return net


def assert_columns_are_curves(history, column, curves):
    table = np.array([epoch[column] for epoch in history])
    assert table.shape == (max(map(len, curves)), len(curves))
    for of_member, curve in zip(table.T, curves, strict=True):
        np.testing.assert_allclose(of_member[: len(curve)], curve, rtol=0, atol=1e-12)
        assert np.isnan(of_member[len(curve) :]).all()


def test_a_row_per_epoch_has_the_loss_of_each_member_nan_after_its_end():
    assert_columns_are_curves(
        trained_net(MIXED).history, "loss", [train(job).loss_curve for job in MIXED]
    )


def test_scores_are_a_column_nan_where_a_member_has_none():
    def norm(state):
        return float(np.linalg.norm(state.coefs[0]))

    jobs = [
        make_job(0, max_iter=4, score=norm),
        make_job(1, max_iter=6, score=norm),
        make_job(2, max_iter=6),
    ]
    history = trained_net(jobs).history
    results = train_stack(jobs)
    assert_columns_are_curves(history, "loss", [result.loss_curve for result in results])
    scores = [[*result.validation_scores] or [np.nan] * 6 for result in results]
    assert_columns_are_curves(history, "score", scores)


def test_without_scores_there_is_no_column():
    history = trained_net([make_job(i, max_iter=2) for i in range(2)]).history
    assert all("score" not in epoch for epoch in history)


def test_the_module_has_one_parameter_with_a_row_per_member():
    jobs = [make_job(i) for i in range(3)]
    module = StackNet(run_of(jobs)).initialize().module_
    n_parameters = layout_of(jobs[0].architecture).n_parameters
    shapes = [tuple(parameter.shape) for parameter in module.parameters()]
    assert shapes == [(3, n_parameters)]
    assert module.packed.grad.shape == module.packed.shape


def test_callbacks_are_there_by_name_in_the_order_of_their_work():
    net = StackNet(run_of([make_job()])).initialize()
    names = [name for name, _ in net.callbacks_]
    work = ["schedule", "validation", "stopping", "progress", "recording", "compaction"]
    assert names == work


def test_members_that_have_stopped_leave_the_module():
    net = trained_net([make_job(0, max_iter=2), make_job(1, max_iter=3)])
    assert net.module_.packed.shape[0] == 1
