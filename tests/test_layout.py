"""Where the arrays of layers lie in the arrays of a stack."""

import numpy as np
import pytest
import torch
from architectures import random_jobs
from jobs import make_job

from sklearn_deepmlp._layers.base import FIELDS, ArraySpec, Layer
from sklearn_deepmlp._layers.build import build_layers
from sklearn_deepmlp._stack.layout import Layout, layout_of
from sklearn_deepmlp._stack.network import Network
from sklearn_deepmlp.activations import PReLU, Tanh


class Bound(Layer):
    """Holds what it is bound to."""

    def __init__(self, index, parameters, running_stats):
        self.index = index
        self._parameters, self._running_stats = parameters, running_stats

    def parameters(self):
        return self._parameters

    def running_stats(self):
        return self._running_stats

    def bind(self, parameters, gradients, running):
        self.tensors = [*parameters, *gradients, *running]

    def predict(self, x):
        return x

    def train(self, x, context):
        return x, lambda grad_output: grad_output


def declaring_layers():
    """Return layers whose arrays a row holds in another order than the layers."""
    unit_spec = ArraySpec("normalization_params", (1, 2), ("scale",))
    return [
        Bound(0, [ArraySpec("coefs", (3, 2)), ArraySpec("intercepts", (1, 2)), unit_spec], []),
        Bound(0, [ArraySpec("activation_params", (1, 2), ("slope",))], []),
        Bound(1, [ArraySpec("coefs", (2, 4)), ArraySpec("intercepts", (1, 4))], [unit_spec]),
    ]


@pytest.mark.parametrize("n_members", [1, 3])
def test_layers_are_bound_to_views_of_the_shapes_that_they_declare(n_members):
    layers = declaring_layers()
    layout = Layout(layers)
    theta, gradient = torch.zeros(2, n_members, layout.n_parameters)
    running = torch.zeros(n_members, layout.n_running)
    layout.bind(theta, gradient, running)
    leading = (n_members,) if n_members > 1 else ()
    for layer in layers:
        declared = [*layer.parameters(), *layer.parameters(), *layer.running_stats()]
        shapes = [(*leading, *spec.shape) for spec in declared]
        assert [tuple(tensor.shape) for tensor in layer.tensors] == shapes
        for tensor in layer.tensors:
            tensor.add_(1)
    for whole in (theta, gradient, running):
        assert (whole == 1).all()  # each entry belongs to one array of one layer


def test_a_row_holds_one_field_after_another_coefficients_first():
    layout = Layout(declaring_layers())
    state = layout.state(0, np.arange(layout.n_parameters))
    assert layout.n_coefs == 3 * 2 + 2 * 4
    firsts = [state.coefs[0][0, 0], state.coefs[1][0, 0], *(b[0] for b in state.intercepts)]
    firsts += [state.activation_params[0]["slope"][0], state.normalization_params[0]["scale"][0]]
    assert firsts == sorted(firsts)
    assert FIELDS[0] == "coefs"


@pytest.mark.parametrize("n_members", [1, 3])
@pytest.mark.parametrize("seed", range(15))
def test_a_state_comes_back_from_its_rows_unchanged(seed, n_members):
    layout = Layout(build_layers([job.architecture for job in random_jobs(seed, n_members)]))
    rng = np.random.default_rng(seed)
    row, running = rng.standard_normal(layout.n_parameters), rng.standard_normal(layout.n_running)
    for member in range(n_members):
        state = layout.state(member, row, running)
        rows = np.full_like(row, np.nan), np.full_like(running, np.nan)
        layout.fill(state, member, *rows)
        for array, same in zip(rows, (row, running), strict=True):
            known = array != 0  # a network lacks what only other activations learn
            assert known.all() or n_members > 1
            np.testing.assert_array_equal(array[known], same[known])
        again = layout.state(member, *rows)
        np.testing.assert_equal(vars(again), vars(state))


@pytest.mark.parametrize("seed", range(15))
def test_a_network_has_the_same_state_in_a_stack_and_separately(seed):
    jobs = random_jobs(seed, 3)
    network = Network(jobs)
    for member, job in enumerate(jobs):
        np.testing.assert_equal(vars(network.state(member)), vars(Network([job]).state(0)))


@pytest.mark.parametrize("seed", range(15))
@pytest.mark.parametrize("kept", [[0], [2], [0, 2], [1, 2]], ids=str)
def test_networks_keep_their_states_when_others_leave(seed, kept):
    jobs = random_jobs(seed, 3)
    network = Network(jobs)
    before = [network.state(member) for member in kept]
    network.keep(kept)
    for member, state in enumerate(before):
        np.testing.assert_equal(vars(network.state(member)), vars(state))


def test_columns_of_what_only_networks_that_left_have_learned_are_dropped():
    learns, learns_not = (
        make_job(normalization="layer", activation=kind()).architecture for kind in (PReLU, Tanh)
    )
    both = Layout(build_layers([learns, learns_not]))
    single = layout_of(learns_not)
    columns = single.columns_in(both)
    row = np.arange(both.n_parameters)
    assert len(row[columns]) == single.n_parameters < both.n_parameters
    state = both.state(1, row)
    np.testing.assert_equal(vars(single.state(0, row[columns])), vars(state))
    np.testing.assert_array_equal(row[both.columns_in(both)], row)
