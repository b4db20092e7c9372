"""Activations, initializers and their parameters that cannot be used."""

import numpy as np
import torch
from torch import nn
from torch.nn.functional import leaky_relu

from bad_inputs.cases import (
    BOOL,
    CLASSIFIER,
    CUSTOM_ACTIVATION,
    CUSTOM_INITIALIZER,
    Bad,
    BadCall,
)
from sklearn_deepmlp import DeepMLPClassifier
from sklearn_deepmlp.activations import ELU, Activation, LeakyReLU, PReLU, RReLU, Swish
from sklearn_deepmlp.initializers import Initializer, Normal, VarianceScaling

NAN = float("nan")


class Odd(Activation):
    """Returns what its constructor names."""

    def __init__(self, found="a number"):
        self.found = found

    def function(self, z):
        return {"a number": 3.0, "bools": z > 0, "None": None, "sums": z.sum(-1)}[self.found]


class OddInit(Initializer):
    """Draws what its constructor names."""

    def __init__(self, found="NaN"):
        self.found = found

    def draw(self, fan_in, fan_out, generator):
        weights = np.ones((fan_in, fan_out))
        return {"NaN": NAN * weights, "words": np.full(weights.shape, "x"), "rows": weights[0]}[
            self.found
        ]


def mine(z):
    return z


def no_activation(value, hint=""):
    return (
        "The 'activation' parameter of {owner} must be a str among {'identity', 'logistic', "
        "'sigmoid', 'tanh', 'relu', 'leaky_relu', 'rrelu', 'prelu', 'elu', 'selu', 'gelu', "
        "'gelu_sigmoid', 'swish', 'silu', 'mish'} or an instance of "
        f"'sklearn_deepmlp.activations.Activation'. Got {value!r} instead.{hint}"
    )


def no_init(value, hint=""):
    return (
        "The 'init' parameter of {owner} must be a str among {'auto'}, a str among "
        "{'glorot_normal', 'glorot_uniform', 'he_normal', 'he_uniform', 'lecun_normal', "
        "'lecun_uniform', 'standard_normal'} or an instance of "
        f"'sklearn_deepmlp.initializers.Initializer'. Got {value!r} instead.{hint}"
    )


def activation(message, value, **more):
    return Bad(message, params={"activation": value}, kinds=CLASSIFIER, **more)


def init(message, value, **more):
    return Bad(message, params={"init": value}, kinds=CLASSIFIER, **more)


def setting(message, **params):
    return BadCall(message, lambda: DeepMLPClassifier().set_params(**params))


OBJECTS = {
    "a negative slope below 0": activation(
        "The 'negative_slope' parameter of LeakyReLU must be a float in the range [0.0, "
        "1.0]. Got -3 instead.",
        LeakyReLU(negative_slope=-3),
    ),
    "a slope of NaN": activation(
        "The 'negative_slope' parameter of LeakyReLU must be a float in the range [0.0, "
        "1.0]. Got nan instead.",
        LeakyReLU(negative_slope=NAN),
    ),
    "a slope in words": activation(
        "The 'negative_slope' parameter of LeakyReLU must be a float in the range [0.0, "
        "1.0]. Got '0.2' instead.",
        LeakyReLU(negative_slope="0.2"),
    ),
    "a slope True": activation(
        "The 'negative_slope' parameter of LeakyReLU must be a number. Got True instead.",
        LeakyReLU(negative_slope=True),
    ),
    "slopes in reverse": activation(
        "The 'lower' parameter of RReLU must be at most its 'upper' parameter, 0.1. Got "
        "0.5 instead.",
        RReLU(lower=0.5, upper=0.1),
    ),
    "a slope above 1": activation(
        "The 'upper' parameter of RReLU must be a float in the range [0.0, 1.0]. Got 1.5 instead.",
        RReLU(upper=1.5),
    ),
    "a learned slope that is infinite": activation(
        "The 'negative_slope' parameter of PReLU must be a float in the range (-inf, "
        "inf). Got inf instead.",
        PReLU(negative_slope=float("inf")),
    ),
    "an alpha of 0": activation(
        "The 'alpha' parameter of ELU must be a float in the range (0.0, inf). Got 0 instead.",
        ELU(alpha=0),
    ),
    "a beta of None": activation(
        "The 'beta' parameter of Swish must be a float in the range (-inf, inf). Got None instead.",
        Swish(beta=None),
    ),
    "a yes": activation(
        f"The 'trainable' parameter of Swish must be {BOOL}. Got 'yes' instead.",
        Swish(trainable="yes"),
    ),
    "a class instead of an object": activation(
        no_activation(LeakyReLU, " Pass an object, LeakyReLU(), not its class."), LeakyReLU
    ),
    "a function of numpy": activation(
        no_activation(np.tanh, " Pass its name here, 'tanh'."), np.tanh
    ),
    "a function of torch": activation(
        no_activation(torch.relu, " Pass its name here, 'relu'."), torch.relu
    ),
    "a function of torch with parameters": activation(
        no_activation(
            leaky_relu,
            " Pass its name here, 'leaky_relu', or LeakyReLU(...) to set its parameters.",
        ),
        leaky_relu,
    ),
    "a module of torch": activation(
        no_activation(nn.ReLU(), " Pass its name here, 'relu'."), nn.ReLU()
    ),
    "a class of modules": activation(
        no_activation(nn.SiLU, " Pass its name here, 'silu', or Swish(...) to set its parameters."),
        nn.SiLU,
    ),
    "a module that has no name here": activation(
        no_activation(nn.Softplus(), CUSTOM_ACTIVATION), nn.Softplus()
    ),
    "a function of the user": activation(no_activation(mine, CUSTOM_ACTIVATION), mine),
    "an init as activation": activation(no_activation(Normal()), Normal()),
    "function returns a number": activation(
        "Odd.function must return a tensor of the shape and the data type of z, here "
        "(129, 1) and torch.float64. Got <class 'float'> instead.",
        Odd(),
        error=TypeError,
    ),
    "function returns bools": activation(
        "Odd.function must return a tensor of the shape and the data type of z, here "
        "(129, 1) and torch.float64. Got shape (129, 1) and torch.bool instead.",
        Odd("bools"),
        error=TypeError,
    ),
    "function returns None": activation(
        "Odd.function must return a tensor of the shape and the data type of z, here "
        "(129, 1) and torch.float64. Got <class 'NoneType'> instead.",
        Odd("None"),
        error=TypeError,
    ),
    "function returns sums": activation(
        "Odd.function must return a tensor of the shape and the data type of z, here "
        "(129, 1) and torch.float64. Got shape (129,) and torch.float64 instead.",
        Odd("sums"),
        error=TypeError,
    ),
    "a scale of 0": init(
        "The 'scale' parameter of VarianceScaling must be a float in the range (0.0, "
        "inf) or a str among {'auto'}. Got 0 instead.",
        VarianceScaling(scale=0),
    ),
    "a scale of NaN": init(
        "The 'scale' parameter of VarianceScaling must be a float in the range (0.0, "
        "inf) or a str among {'auto'}. Got nan instead.",
        VarianceScaling(scale=NAN),
    ),
    "an unknown mode": init(
        "The 'mode' parameter of VarianceScaling must be a str among {'fan_in', "
        "'fan_avg', 'fan_out'}. Got 'fan' instead. Did you mean 'fan_in'?",
        VarianceScaling(mode="fan"),
    ),
    "an unknown distribution": init(
        "The 'distribution' parameter of VarianceScaling must be a str among {'normal', "
        "'uniform'}. Got 'cauchy' instead.",
        VarianceScaling(distribution="cauchy"),
    ),
    "no spread": init(
        "The 'std' parameter of Normal must be a float in the range (0.0, inf). Got 0.0 instead.",
        Normal(std=0.0),
    ),
    "an infinite mean": init(
        "The 'mean' parameter of Normal must be a float in the range (-inf, inf). Got inf instead.",
        Normal(mean=float("inf")),
    ),
    "an init class": init(no_init(Normal, " Pass an object, Normal(), not its class."), Normal),
    "an init function of torch": init(
        no_init(
            nn.init.kaiming_normal_,
            " Pass its name here, 'he_normal', or VarianceScaling(...) to set its parameters.",
        ),
        nn.init.kaiming_normal_,
    ),
    "an init function that is a class here": init(
        no_init(nn.init.normal_, " Pass Normal()."), nn.init.normal_
    ),
    "an init function that has no name here": init(
        no_init(nn.init.orthogonal_, CUSTOM_INITIALIZER), nn.init.orthogonal_
    ),
    "an activation as init": init(no_init(LeakyReLU()), LeakyReLU()),
    "draws of NaN": init(
        "OddInit.draw must return finite numbers of shape (fan_in, fan_out) = (4, 3). "
        "Got an array of shape (4, 3) and float64 with entries that are not finite "
        "numbers instead.",
        OddInit(),
    ),
    "draws of words": init(
        "OddInit.draw must return finite numbers of shape (fan_in, fan_out) = (4, 3). "
        "Got an array of shape (4, 3) and <U1 with entries that are not finite numbers "
        "instead.",
        OddInit("words"),
    ),
    "draws of another shape": init(
        "OddInit.draw must return finite numbers of shape (fan_in, fan_out) = (4, 3). "
        "Got an array of shape (3,) and float64 instead.",
        OddInit("rows"),
    ),
}
SETTINGS = {
    "set_params: an unknown parameter": setting(
        "Invalid parameter 'hidden_layers' for estimator DeepMLPClassifier(). Valid "
        "parameters are: ['activation', 'alpha', 'batch_size', 'beta_1', 'beta_2', "
        "'class_weight', 'device', 'dropout', 'dropout_kind', 'dtype', 'early_stopping', "
        "'epsilon', 'hidden_layer_sizes', 'init', 'l1_ratio', 'label_smoothing', "
        "'learning_rate', 'learning_rate_init', 'max_fun', 'max_grad_norm', 'max_iter', "
        "'max_norm', 'momentum', 'n_iter_no_change', 'nesterovs_momentum', "
        "'normalization', 'power_t', 'random_state', 'record_signals', 'scoring', "
        "'self_normalization', 'shuffle', 'skip_connections', 'solver', 'tol', "
        "'validation_fraction', 'verbose', 'warm_start'].",
        hidden_layers=3,
    ),
    "set_params: a parameter that the activation lacks": setting(
        "Invalid parameter 'negative_slope' for estimator ReLU(). Valid parameters are: [].",
        activation="relu",
        activation__negative_slope=0.1,
    ),
    "set_params: an unknown parameter of the activation": setting(
        "Invalid parameter 'slope' for estimator ReLU(). Valid parameters are: [].",
        activation__slope=0.1,
    ),
    "set_params: a parameter of an unknown activation": setting(
        "Parameters of 'activation' can be set where activation is an object or one of "
        "['identity', 'logistic', 'sigmoid', 'tanh', 'relu', 'leaky_relu', 'rrelu', "
        "'prelu', 'elu', 'selu', 'gelu', 'gelu_sigmoid', 'swish', 'silu', 'mish']. Got "
        "activation='rely'. Did you mean 'relu'?",
        activation="rely",
        activation__negative_slope=0.1,
    ),
    "set_params: a parameter of an unknown init": setting(
        "Parameters of 'init' can be set where init is an object or one of "
        "['glorot_normal', 'glorot_uniform', 'he_normal', 'he_uniform', 'lecun_normal', "
        "'lecun_uniform', 'standard_normal']. Got init='xavier'. Did you mean 'glorot_normal'?",
        init="xavier",
        init__scale=2.0,
    ),
    "set_params: a parameter that the init lacks": setting(
        "Invalid parameter 'std' for estimator VarianceScaling(scale=2.0). Valid "
        "parameters are: ['distribution', 'mode', 'scale'].",
        init="he_normal",
        init__std=2.0,
    ),
    "set_params: a parameter of auto": setting(
        "Parameters of 'init' can be set where init is an object or one of "
        "['glorot_normal', 'glorot_uniform', 'he_normal', 'he_uniform', 'lecun_normal', "
        "'lecun_uniform', 'standard_normal']. Got init='auto'.",
        init__scale=2.0,
    ),
    "set_params: a parameter of a number": setting(
        "Invalid parameter 'alpha__strength': 'alpha' is not an object with parameters. Got "
        "alpha='auto'.",
        alpha__strength=2.0,
    ),
}
