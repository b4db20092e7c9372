"""All arrays that a fitted network has learned."""

import numpy as np


def learned(net):
    """Return weights, intercepts and learned parameters of layers, in a fixed order."""
    dicts = [*net.activation_params_, *net.normalization_params_]
    of_layers = [np.asarray(each[name]) for each in dicts for name in sorted(each)]
    return [*net.coefs_, *net.intercepts_, *of_layers, np.asarray(net.loss_curve_)]
