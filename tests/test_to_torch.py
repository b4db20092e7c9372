"""Networks as modules of torch: the same outputs and gradients, and training that resumes."""

import copy
import itertools
import pickle

import numpy as np
import pytest
import torch
from architectures import KINDS
from fitted_networks import X_REG, Y_REG, X, Y
from gradient_jobs import one_batch
from jobs import epoch_of, run_of
from sklearn.exceptions import NotFittedError
from torch import nn

from sklearn_deepmlp import DeepMLPClassifier, DeepMLPRegressor
from sklearn_deepmlp._export.activation import ActivationModule
from sklearn_deepmlp._export.torch_module import torch_module
from sklearn_deepmlp._layers.architecture import Architecture
from sklearn_deepmlp._layers.build import SKIP_CONNECTIONS
from sklearn_deepmlp._layers.dropout import SELU_LIMIT, alpha_affine
from sklearn_deepmlp._layers.normalization import EPSILON, Normalization
from sklearn_deepmlp._layers.normalizations import NORMALIZATIONS
from sklearn_deepmlp.activations import Activation, PReLU, RReLU, Swish

TOLERANCE = {"float32": 1e-6, "float64": 1e-12}  # in units of the largest output
STRUCTURES = list(itertools.product([None, *NORMALIZATIONS], [None, *SKIP_CONNECTIONS]))


class Bent(Activation):
    """A custom function with a learned number, which writes to its input."""

    def __init__(self, bend=0.3):
        self.bend = bend

    def function(self, z, *, bend):
        return z.mul_(2).tanh() + bend * z.square()

    def learned(self):
        return ("bend",)


class MeanAbsoluteNorm(Normalization):
    """Over the units of the layer, by their mean absolute value, without a module of torch."""

    def normalize(self, z):
        return z / (z.abs().mean(-1, keepdim=True) + EPSILON)

    def normalize_train(self, z, context):
        size = z.abs().mean(-1, keepdim=True) + EPSILON
        normalized = z / size

        def pullback(grad_output):
            shared = (grad_output * normalized).mean(-1, keepdim=True)
            return (grad_output - z.sign() * shared) / size

        return normalized, pullback


def fit(activation, dtype="float64", **params):
    params = {"max_iter": 2, "random_state": 0, "self_normalization": "ignore", **params}
    net = DeepMLPRegressor((8, 8, 6), activation, dtype=dtype, **params)
    return net.fit(X_REG[:100], Y_REG[:100])


def outputs(module, X=X_REG):
    with torch.no_grad():
        return module(torch.as_tensor(X, dtype=next(module.parameters()).dtype))


def assert_same_outputs(net, module, X=X_REG):
    out = outputs(module, X)
    expected = net._raw_predictions(X)
    tolerance = TOLERANCE[str(expected.dtype)] * max(1, abs(expected).max())
    np.testing.assert_allclose(out.numpy(), expected, rtol=0, atol=tolerance)


@pytest.mark.parametrize("kind", [*dict.fromkeys(KINDS), Bent], ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("dtype", TOLERANCE)
def test_outputs_of_activations_are_the_raw_outputs(kind, dtype):
    net = fit(kind(), dtype)
    assert {p.dtype for p in net.to_torch().parameters()} == {getattr(torch, dtype)}
    assert_same_outputs(net, net.to_torch())


@pytest.mark.parametrize(("normalization", "skip_connections"), STRUCTURES, ids=str)
@pytest.mark.parametrize("dtype", TOLERANCE)
def test_outputs_of_structures_are_the_raw_outputs(normalization, skip_connections, dtype):
    for activation in [PReLU(), Bent()]:
        net = fit(activation, dtype, normalization=normalization, skip_connections=skip_connections)
        assert_same_outputs(net, net.to_torch())


def test_a_network_without_hidden_layers_is_linear():
    for skip_connections in [None, *SKIP_CONNECTIONS]:
        net = DeepMLPRegressor((), max_iter=2, skip_connections=skip_connections)
        assert_same_outputs(net.fit(X_REG, Y_REG), net.to_torch())


def test_rounded_products_are_exact():
    net = fit("tanh", "tf32")
    exact = copy.copy(net)
    exact._layers = {**net._layers, "products": "exact"}
    assert_same_outputs(exact, net.to_torch())


@pytest.mark.parametrize("y", [Y == 1, Y, np.eye(3, dtype=int)[Y]], ids=["two", "three", "labels"])
def test_probabilities_follow_from_outputs(y):
    net = DeepMLPClassifier((5,), max_iter=2, dtype="float64").fit(X, y)
    raw = outputs(net.to_torch(), X)
    probabilities = raw.softmax(1) if net.out_activation_ == "softmax" else raw.sigmoid()
    expected = net.predict_proba(X)[:, -raw.shape[1] :]
    np.testing.assert_allclose(probabilities.numpy(), expected, rtol=1e-12)


def test_counts_follow_from_outputs():
    net = DeepMLPRegressor((5,), loss="poisson", max_iter=2, dtype="float64")
    net.fit(X_REG, np.exp(Y_REG))
    np.testing.assert_allclose(outputs(net.to_torch()).exp().numpy()[:, 0], net.predict(X_REG))


@pytest.fixture
def own_norm(monkeypatch):
    monkeypatch.setitem(NORMALIZATIONS, "mean_absolute", MeanAbsoluteNorm)


@pytest.mark.usefixtures("own_norm")
@pytest.mark.parametrize("normalization", [None, *NORMALIZATIONS, "mean_absolute"])
@pytest.mark.parametrize("skip_connections", [None, *SKIP_CONNECTIONS])
@pytest.mark.parametrize("kind", [*dict.fromkeys(KINDS), Bent], ids=lambda kind: kind.__name__)
def test_gradients_are_those_of_training(kind, normalization, skip_connections):
    architecture = Architecture((64, 5, 5, 10), kind(), normalization, skip_connections)
    run = run_of([one_batch(architecture=architecture, layer_sizes=architecture.layer_sizes)])
    network = run.stack.network
    network.theta.add_(0.1)
    [(batch, _, _)] = epoch_of(run)
    module = torch_module(network.state(0), architecture).train()
    for part in module.modules():
        part.training = not isinstance(part, ActivationModule)  # no noise
    run.stack.evaluate(batch, None)
    network.theta.copy_(network.gradient)
    expected = torch_module(network.state(0), architecture)
    nn.functional.cross_entropy(module(batch.X), batch.targets).backward()
    for (name, parameter), other in zip(
        module.named_parameters(), expected.parameters(), strict=True
    ):
        torch.testing.assert_close(parameter.grad, other.detach(), rtol=1e-9, atol=1e-12, msg=name)


@pytest.mark.usefixtures("own_norm")
@pytest.mark.parametrize("normalization", [*NORMALIZATIONS, "mean_absolute"])
def test_custom_and_other_normalizations_predict_the_same(normalization):
    assert_same_outputs(net := fit("tanh", normalization=normalization), net.to_torch())


class RunningScale(MeanAbsoluteNorm):
    """Divided by a running mean of absolute values."""

    least_rows = 2
    stats = {"size": 1.0}

    def normalize(self, z):
        return z / self._running[0]

    def normalize_train(self, z, context):
        size = (z.abs() * context.row_weight.unsqueeze(-1)).sum(-2, keepdim=True)
        self._running[0].add_(0.5 * (size - self._running[0]))
        inverse = 1 / self._running[0]
        return z * inverse, lambda grad_output: grad_output * inverse


def test_running_statistics_are_buffers_that_train_mode_updates(monkeypatch):
    monkeypatch.setitem(NORMALIZATIONS, "size", RunningScale)
    for normalization in ["batch", "size"]:
        module = fit("tanh", normalization=normalization).to_torch()
        before = [buffer.clone() for buffer in module.buffers()]
        outputs(module)
        assert all(map(torch.equal, module.buffers(), before))
        outputs(module.train())
        assert len(before) >= 3
        assert not any(map(torch.equal, module.buffers(), before))


def test_batch_normalization_updates_as_training_does_but_for_the_unbiased_variance():
    architecture = Architecture((64, 5, 10), PReLU(), "batch")
    run = run_of([one_batch(architecture=architecture, layer_sizes=architecture.layer_sizes)])
    [(batch, _, _)] = epoch_of(run)
    module = torch_module(run.stack.network.state(0), architecture).train()
    outputs(module, batch.X)
    run.stack.evaluate(batch, None)
    [params] = run.stack.network.state(0).normalization_params
    norm = module.hidden_0.normalization
    np.testing.assert_allclose(norm.running_mean.numpy(), params["mean"], rtol=1e-12)
    biased = 0.9 + (norm.running_var.numpy() - 0.9) * 39 / 40
    np.testing.assert_allclose(biased, params["var"], rtol=1e-12)


@pytest.mark.parametrize(
    "params",
    [
        {"activation": "tanh", "dropout": 0.5},
        {"activation": "selu", "dropout": 0.1, "dropout_kind": "alpha"},
        {"activation": RReLU()},
    ],
    ids=["dropout", "alpha dropout", "rrelu"],
)
def test_noise_is_fresh_in_train_mode_and_absent_in_eval_mode(params):
    module = fit(**params).to_torch()
    assert not module.training
    assert torch.equal(outputs(module), outputs(module))
    module.train()
    assert not torch.equal(outputs(module), outputs(module))
    torch.manual_seed(0)
    first = outputs(module)
    torch.manual_seed(0)
    assert torch.equal(outputs(module), first)


def test_random_slopes_lie_between_their_bounds():
    module = ActivationModule(RReLU(0.2, 0.6), {}).train()
    slopes = -module(torch.full((1000, 3), -1.0))
    assert 0.2 <= slopes.min() < 0.25
    assert 0.55 < slopes.max() <= 0.6


def test_alpha_dropout_is_that_of_training():
    dropout = fit("selu", dropout=0.2).to_torch().hidden_0.dropout.train()
    scale, shift = alpha_affine(0.2)
    kept, dropped = scale * 2 + shift, scale * SELU_LIMIT + shift
    found = dropout(torch.full((1000,), 2.0, dtype=torch.float64)).unique()
    torch.testing.assert_close(found, torch.tensor([dropped, kept], dtype=torch.float64))


@pytest.mark.parametrize("normalization", [None, *NORMALIZATIONS])
@pytest.mark.parametrize("activation", [PReLU(), Swish(trainable=True), Bent()], ids=str)
def test_copies_pickles_and_state_dicts_have_the_same_outputs(activation, normalization):
    module = fit(activation, normalization=normalization).to_torch()
    expected = outputs(module)
    assert torch.equal(outputs(copy.deepcopy(module)), expected)
    assert torch.equal(outputs(pickle.loads(pickle.dumps(module))), expected)
    other = fit(activation, normalization=normalization, random_state=1).to_torch()
    assert not torch.equal(outputs(other), expected)
    other.load_state_dict(module.state_dict())
    assert torch.equal(outputs(other), expected)


def test_modules_change_their_data_type():
    module = fit(PReLU(), normalization="batch").to_torch()
    expected = outputs(module)
    single = outputs(module.to(torch.float32))
    torch.testing.assert_close(single.double(), expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("skip_connections", [None, *SKIP_CONNECTIONS])
@pytest.mark.parametrize("normalization", [None, *NORMALIZATIONS])
def test_training_goes_on_and_leaves_the_estimator_as_it_was(normalization, skip_connections):
    net = DeepMLPClassifier(
        (8, 8), PReLU(), normalization=normalization, skip_connections=skip_connections,
        dropout=0.1, max_iter=3, random_state=0,
    ).fit(X, Y)  # fmt: skip
    before = copy.deepcopy(vars(net))
    module = net.to_torch().train()
    start = {name: p.detach().clone() for name, p in module.named_parameters()}
    features, targets = torch.tensor(X, dtype=torch.float64), torch.tensor(Y)
    optimizer = torch.optim.Adam(module.parameters(), 0.01)
    losses = []
    for _ in range(40):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(module(features), targets)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.7 * losses[0]
    assert not any(torch.equal(p, start[name]) for name, p in module.named_parameters())
    for name in ("coefs_", "intercepts_", "activation_params_", "normalization_params_"):
        np.testing.assert_equal(getattr(net, name), before[name])


def test_the_module_does_not_move_the_generator_of_torch():
    net = fit("relu", dropout=0.1)
    state = torch.get_rng_state()
    outputs(net.to_torch())
    assert torch.equal(torch.get_rng_state(), state)


def test_read_only_and_foreign_arrays_are_copied():
    net = fit("relu")
    expected = outputs(net.to_torch())
    for array in [*net.coefs_, *net.intercepts_]:
        array.flags.writeable = False
    net.coefs_ = [coef.astype(coef.dtype.newbyteorder()) for coef in net.coefs_]
    assert torch.equal(outputs(net.to_torch()), expected)


def test_names_tell_the_parts():
    module = fit(PReLU(), normalization="layer", dropout=0.1).to_torch()
    assert isinstance(module.hidden_0.linear, nn.Linear)
    assert isinstance(module.hidden_0.normalization, nn.LayerNorm)
    assert isinstance(module.hidden_0.dropout, nn.Dropout)
    assert "PReLU()" in repr(module)
    names = dict(module.named_parameters())
    assert {"hidden_2.activation.learned.negative_slope", "output.bias"} <= names.keys()


def test_a_new_estimator_has_no_module():
    with pytest.raises(NotFittedError, match="not fitted yet"):
        DeepMLPClassifier().to_torch()
