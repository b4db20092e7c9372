"""Matrix products in bfloat16, and the switch of the process for TF32."""

import threading
import time
from itertools import product

import numpy as np
import pytest
import torch
from scipy.sparse import csr_array

from sklearn_deepmlp._compat.number_types import float32_products, set_float32_products
from sklearn_deepmlp._layers.base import Context, flattened
from sklearn_deepmlp._layers.linear_map import linear_map
from sklearn_deepmlp._layers.products import BFLOAT16, EXACT, TF32, switched
from sklearn_deepmlp._layers.sparse_features import features_of_rows
from sklearn_deepmlp._layers.wide import Wide, WideLinear

CPU = torch.device("cpu")


def drawn(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def bound(layer, n_members=None):
    """Bind the linear maps of a layer to random float32 tensors; return these and gradients."""
    leading = () if n_members is None else (n_members,)
    parameters = [drawn(*leading, *s.shape) for p in flattened([layer]) for s in p.parameters()]
    gradients = [torch.full_like(parameter, torch.nan) for parameter in parameters]
    for i, part in enumerate(flattened([layer])):
        part.bind(parameters[2 * i : 2 * i + 2], gradients[2 * i : 2 * i + 2], [])
    return parameters, gradients


def rounded_product(a, b):
    """Return the product of factors rounded to bfloat16, summed exactly and then rounded."""
    return (a.bfloat16().double() @ b.bfloat16().double()).bfloat16().double()


def assert_nearly_all_equal(found, expected):
    """Compare numbers that differ only where the order of a sum decides how it is rounded."""
    assert found.dtype == torch.float32
    found = found.double()
    np.testing.assert_allclose(found, expected, rtol=2**-7, atol=1e-6)
    assert torch.isclose(found, expected, rtol=1e-6, atol=1e-6).double().mean() > 0.99


@pytest.mark.parametrize("n_members", [None, 3])
@pytest.mark.parametrize("index", [0, 1])
def test_products_of_a_training_step_are_those_of_rounded_factors(n_members, index):
    layer = linear_map(30, 20, index, products=BFLOAT16)
    (weight, bias), (grad_weight, grad_bias) = bound(layer, n_members)
    leading = () if n_members is None else (n_members,)
    x, grad_output = drawn(*leading, 50, 30, seed=1), drawn(*leading, 50, 20, seed=2)
    out, pullback = layer.train(x, Context(x))
    assert_nearly_all_equal(out, bias.double() + rounded_product(x, weight))
    grad_x = pullback(grad_output)
    assert_nearly_all_equal(grad_weight, rounded_product(x.mT, grad_output))
    np.testing.assert_array_equal(grad_bias, grad_output.sum(-2, keepdim=True))
    if index > 0:
        assert_nearly_all_equal(grad_x, rounded_product(grad_output, weight.mT))


def test_training_rounds_the_weights_of_each_step_anew():
    layer = linear_map(30, 20, 0, products=BFLOAT16)
    (weight, bias), _ = bound(layer)
    x = drawn(50, 30, seed=1)
    layer.train(x, Context(x))
    weight.mul_(2.0)
    expected = bias.double() + rounded_product(x, weight)
    assert_nearly_all_equal(layer.train(x, Context(x))[0], expected)
    assert_nearly_all_equal(layer.predict(x), expected)


@pytest.mark.parametrize("n_rows", [1, 200])
def test_predictions_round_as_training_does(n_rows):
    layer = linear_map(30, 20, 0, products=BFLOAT16)
    parameters, _ = bound(layer)
    x = drawn(n_rows, 30, seed=1)
    trained, _ = layer.train(x, Context(x))
    layer.bind(parameters, [], [])
    np.testing.assert_array_equal(layer.predict(x), trained)


def test_a_wide_network_rounds_both_products_of_its_output():
    output = WideLinear(10, 30, 5, 1, products=BFLOAT16)
    wide = Wide([linear_map(30, 10, 0, products=BFLOAT16)], output)
    (hidden, hidden_bias, weight, bias), (*_, grad_weight, _) = bound(wide)
    x, grad_output = drawn(50, 30, seed=1), drawn(50, 5, seed=2)
    out, pullback = wide.train(x, Context(x))
    h = (hidden_bias.double() + rounded_product(x, hidden)).float()
    deep = bias.double() + rounded_product(h, weight[:10])
    assert_nearly_all_equal(out, deep + rounded_product(x, weight[10:]))
    pullback(grad_output)
    assert_nearly_all_equal(grad_weight[10:], rounded_product(x.mT, grad_output))


def test_products_of_sparse_features_stay_in_float32():
    x = csr_array(drawn(50, 30, seed=1).relu().numpy())
    features, outs, gradients = features_of_rows(x, slice(0, 50), CPU), [], []
    for products in (EXACT, BFLOAT16):
        layer = linear_map(30, 20, 0, products=products)
        _, (grad_weight, _) = bound(layer)
        out, pullback = layer.train(features, Context(torch.ones(50)))
        pullback(drawn(50, 20, seed=2))
        outs += [out, layer.predict(features)]
        gradients.append(grad_weight)
    np.testing.assert_array_equal(np.stack(outs), np.stack(outs[:1] * 4))
    np.testing.assert_array_equal(*gradients)


@pytest.fixture(params=["ieee", "tf32"])
def process_wide(request):
    """Set the switch of the process as a user might; tell whether the tests leave it so."""
    before = float32_products()
    set_float32_products(request.param)
    yield request.param
    after = float32_products()
    set_float32_products(before)
    assert after == request.param


def seen(a, b, *, out=None):
    """Stand for a product; return what a GPU would look at."""
    return float32_products()


@pytest.mark.parametrize("products", [EXACT, TF32])
def test_a_product_sets_the_switch_for_itself_only(products, process_wide):
    found = switched(seen, products)(None, None, out=None)
    assert found == ("tf32" if products == TF32 else "ieee")
    assert float32_products() == process_wide


def test_a_product_that_fails_restores_the_switch(process_wide):
    for products in (EXACT, TF32):
        with pytest.raises(RuntimeError, match="mat1 and mat2 shapes cannot be multiplied"):
            switched(torch.mm, products)(drawn(2, 3), drawn(2, 3))


def test_threads_do_not_disturb_each_others_switch(process_wide):
    wrong, n_calls = [], 50

    def seen_later(a, b):
        time.sleep(1e-4)  # lets other threads run
        return float32_products()

    def compute(products):
        function = switched(seen_later, products)
        expected = "tf32" if products == TF32 else "ieee"
        wrong.extend(found for _ in range(n_calls) if (found := function(None, None)) != expected)

    threads = [threading.Thread(target=compute, args=[p]) for p in (EXACT, TF32) * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU with TF32")
@pytest.mark.parametrize("n_members", [None, 3])
def test_tf32_rounds_on_a_gpu_whatever_the_switch_says(n_members, process_wide):
    leading = () if n_members is None else (n_members,)
    x, outs = drawn(*leading, 256, 256, seed=1), {}
    for products, device in product([EXACT, TF32], ["cpu", "cuda"]):
        layer = linear_map(256, 256, 0, products=products)
        parameters, _ = bound(layer, n_members)
        layer.bind([parameter.to(device) for parameter in parameters], [], [])
        outs[products, device] = layer.predict(x.to(device)).cpu()
    np.testing.assert_array_equal(outs[TF32, "cpu"], outs[EXACT, "cpu"])
    np.testing.assert_allclose(outs[EXACT, "cuda"], outs[EXACT, "cpu"], atol=2e-4)
    error = (outs[TF32, "cuda"] - outs[EXACT, "cpu"]).abs().max()
    if torch.cuda.get_device_capability() >= (8, 0):
        assert 1e-3 < error < 0.2
