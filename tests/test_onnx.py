"""Estimators as ONNX models, which predict the same with onnxruntime."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import onnx
import pytest
import torch
from activation_cases import ACTIVATIONS
from fitted_networks import X_REG, Y_REG, X, Y
from onnx_models import assert_classified_alike, fit, fit_regressor, run
from sklearn.exceptions import NotFittedError
from torch import nn

from sklearn_deepmlp import DeepMLPRegressor
from sklearn_deepmlp._export.activation import ActivationModule
from sklearn_deepmlp._export.onnx_model import LEAST_OPSET
from sklearn_deepmlp._export.onnx_network import add_network
from sklearn_deepmlp._export.onnx_nodes import OnnxNodes
from sklearn_deepmlp._layers.build import SKIP_CONNECTIONS
from sklearn_deepmlp._layers.normalizations import NORMALIZATIONS
from sklearn_deepmlp.activations import Activation, LeakyReLU, Swish

SINGLE = X.astype(np.float32)
KINDS = [*dict.fromkeys(ACTIVATIONS.values())]


class Bent(Activation):
    """A custom function with a learned number."""

    def __init__(self, bend=0.3):
        self.bend = bend

    def function(self, z, *, bend):
        return z.tanh() + bend * z.square()

    def learned(self):
        return ("bend",)


class AllKinds(nn.Module):
    """Every activation, applied to a part of the units each."""

    def __init__(self, activations, n_units, dtype):
        super().__init__()
        self.parts = nn.ModuleList(
            ActivationModule(
                activation,
                {
                    name: torch.linspace(-1, 1, n_units, dtype=dtype)
                    for name in activation.learned()
                },
            )
            for activation in activations
        )

    def forward(self, z):
        return torch.cat([part(z) for part in self.parts], -1)


OTHERS = [Swish(trainable=True), Swish(beta=2.0), LeakyReLU(0.01), Bent()]
EVERY = [*(kind() for kind in KINDS), *OTHERS]


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_every_activation_is_exported(dtype):
    module = AllKinds(EVERY, 3, dtype).eval()
    nodes = OnnxNodes()
    raw = add_network(nodes, module, Bent(), 3, LEAST_OPSET)
    graph = onnx.helper.make_graph(
        nodes.nodes,
        "activations",
        [onnx.helper.make_tensor_value_info("X", nodes.type_of(str(dtype)[6:]), ["n", 3])],
        [onnx.helper.make_tensor_value_info(raw, nodes.type_of(str(dtype)[6:]), ["n", "units"])],
        nodes.initializers,
    )
    opsets = [onnx.helper.make_opsetid("", LEAST_OPSET)]
    z = torch.linspace(-6, 6, 303, dtype=dtype).view(101, 3)
    with torch.no_grad():
        expected = module(z).numpy()
    model = onnx.helper.make_model(graph, opset_imports=opsets, ir_version=10)
    [found] = run(model, z.numpy()).values()
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.no_cover
@pytest.mark.parametrize("skip_connections", [None, *SKIP_CONNECTIONS])
@pytest.mark.parametrize("normalization", [None, *NORMALIZATIONS])
def test_every_structure_predicts_the_same(normalization, skip_connections):
    if normalization == "batch" and torch.__version__.startswith("2.6."):
        pytest.skip("the exporter of torch 2.6 does not know batch normalization")
    net = fit(Bent(), normalization=normalization, skip_connections=skip_connections, dropout=0.3)
    assert_classified_alike(net, run(net.to_onnx(), SINGLE), SINGLE)


LABELS = {
    "int": Y,
    "strings": np.array(["rose", "iris", "Lilie für Ähren"])[Y],
    "objects": np.array(["rose", "iris", "tulip"], dtype=object)[Y],
    "two strings": np.where(Y == 1, "yes", "no"),
    "two ints": np.where(Y == 1, 7, -3),
    "bool": Y == 1,
    "float": Y.astype(float),
    "one class": np.full(len(Y), "only"),
    "multilabel": np.column_stack([Y == 0, Y > 0, Y == 2, Y != 1]).astype(int),
}


@pytest.mark.no_cover
@pytest.mark.parametrize("y", LABELS.values(), ids=LABELS)
def test_labels_and_probabilities_are_those_of_the_classifier(y):
    net = fit(y=y, hidden_layer_sizes=())
    outputs = run(net.to_onnx(), SINGLE)
    assert list(outputs) == ["label", "probabilities"]
    assert_classified_alike(net, outputs, SINGLE)
    assert outputs["label"].dtype == (np.int64 if y.dtype.kind in "iubf" else object)


def test_ties_are_broken_as_predict_does():
    for y in [Y, Y == 1]:
        net = fit(y=y)
        net.coefs_ = [np.zeros_like(coef) for coef in net.coefs_]
        net.intercepts_ = [np.zeros_like(intercept) for intercept in net.intercepts_]
        assert_classified_alike(net, run(net.to_onnx(), SINGLE), SINGLE)


@pytest.mark.parametrize(
    ("y", "params"),
    [
        (np.column_stack([Y_REG, -Y_REG]), {}),
        (np.exp(Y_REG), {"loss": "poisson"}),
        (Y_REG, {"loss": "quantile", "quantile": 0.9, "dtype": "float64"}),
    ],
    ids=["two targets", "exp", "double"],
)
def test_values_are_those_of_the_regressor(y, params):
    net = fit_regressor(y, **params)
    features = X_REG.astype(net.coefs_[0].dtype)
    [(name, values)] = run(net.to_onnx(), features).items()
    assert name == "variable"
    assert values.dtype == features.dtype
    expected = net.predict(features).reshape(len(features), -1)
    np.testing.assert_allclose(values, expected, rtol=1e-5, atol=1e-5)


@pytest.fixture(scope="module")
def net():
    return fit("tanh")


@pytest.fixture(scope="module")
def model(net):
    return net.to_onnx()


@pytest.mark.parametrize("n_rows", [0, 1, 7, 1000])
def test_any_number_of_rows(net, model, n_rows):
    rows = np.resize(SINGLE, (n_rows, SINGLE.shape[1]))
    outputs = run(model, rows)
    assert outputs["probabilities"].shape == (n_rows, 3)
    if n_rows:
        assert_classified_alike(net, outputs, rows)


def test_the_model_tells_nothing_of_the_machine(model):
    assert model.producer_name == "sklearn_deepmlp"
    assert b".py" not in model.SerializeToString()
    assert [
        d.dim_param or d.dim_value for d in model.graph.input[0].type.tensor_type.shape.dim
    ] == [
        "n_samples",
        4,
    ]


@pytest.mark.parametrize("target_opset", [20, 22])
def test_newer_operators(target_opset):
    net = fit("gelu", dtype="float64")
    model = net.to_onnx(target_opset=target_opset)
    assert {opset.version for opset in model.opset_import} == {target_opset}
    assert_classified_alike(net, run(model, X), X)


def test_older_operators_are_refused(net):
    with pytest.raises(ValueError, match=r"target_opset must be at least 18. Got 17 instead"):
        net.to_onnx(target_opset=17)


def test_nothing_is_printed(net, capfd, caplog):
    net.to_onnx()
    assert capfd.readouterr() == ("", "")
    assert not [record for record in caplog.records if record.levelname != "DEBUG"]


def test_threads_export_at_the_same_time(net, model):
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(lambda _: net.to_onnx(), range(2))
    np.testing.assert_array_equal(
        run(first, SINGLE)["probabilities"], run(model, SINGLE)["probabilities"]
    )
    assert first.SerializeToString() == second.SerializeToString()


WITHOUT_PACKAGE = """
import sys
import numpy as np, onnxruntime
session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
label, probabilities = session.run(None, {"X": np.load(sys.argv[2])})
assert not {"sklearn_deepmlp", "torch", "sklearn"} & set(sys.modules)
np.savez(sys.argv[3], label=label, probabilities=probabilities)
"""


def test_a_process_with_onnxruntime_only_predicts_the_same(net, tmp_path):
    paths = [tmp_path / name for name in ("net.onnx", "rows.npy", "found.npz")]
    returned = net.to_onnx(paths[0])
    assert onnx.load(paths[0]) == returned
    np.save(paths[1], SINGLE)
    subprocess.run([sys.executable, "-c", WITHOUT_PACKAGE, *map(str, paths)], check=True)
    with np.load(paths[2]) as found:
        assert_classified_alike(net, found, SINGLE)


def test_the_package_imports_nothing_of_onnx():
    code = (
        "import sys, sklearn_deepmlp; "
        "assert not {'onnx', 'onnxscript', 'skl2onnx'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


class ByNumpy(Activation):
    """A function that leaves torch."""

    def __init__(self):
        pass

    def function(self, z):
        return torch.from_numpy(np.sinc(z.detach().numpy()))


class Branching(Activation):
    """A function that looks at values."""

    def __init__(self):
        pass

    def function(self, z):
        return z if z.sum() > 0 else -z


@pytest.mark.parametrize("kind", [ByNumpy, Branching])
def test_a_function_that_cannot_be_exported_is_named(kind):
    net = fit("tanh", hidden_layer_sizes=(3,))
    net.activation_ = kind()
    message = rf"exporter of torch says: .+ If {kind.__name__}\(\) is a custom activation"
    with pytest.raises(ValueError, match=message):
        net.to_onnx()


def test_a_new_estimator_has_no_model():
    with pytest.raises(NotFittedError, match="not fitted yet"):
        DeepMLPRegressor().to_onnx()
