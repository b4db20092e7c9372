"""The parameters that say what the network is."""

from __future__ import annotations

from sklearn_deepmlp._compat.sklearn import str_options
from sklearn_deepmlp._estimators.parameter_table.parameter import FRACTION, POSITIVE_INT, Parameter
from sklearn_deepmlp._layers.build import SKIP_CONNECTIONS
from sklearn_deepmlp._layers.normalizations import NORMALIZATIONS
from sklearn_deepmlp.activations import ACTIVATIONS, Activation
from sklearn_deepmlp.initializers import INITIALIZERS, Initializer

NETWORK = {
    "hidden_layer_sizes": Parameter(
        ["array-like", POSITIVE_INT],
        "int or array-like of int",
        "Number of units in each hidden layer; ``()`` gives a linear model.",
    ),
    "activation": Parameter(
        [str_options(ACTIVATIONS), Activation],
        "str or Activation",
        """
        Activation function of the hidden layers: a name from
        :data:`sklearn_deepmlp.activations.ACTIVATIONS`, or an object such as
        ``LeakyReLU(negative_slope=0.1)``, whose parameters a search can set as
        ``activation__negative_slope``.
        """,
    ),
    "init": Parameter(
        [str_options(["auto"]), str_options(INITIALIZERS), Initializer],
        "str or Initializer",
        """
        Initialization of the hidden layers' weights: "auto", a name from
        :data:`sklearn_deepmlp.initializers.INITIALIZERS`, or an object such as
        ``VarianceScaling(scale=2.0, mode="fan_in")``. "auto" is the ``default_init`` of the
        activation. Layers with residual connections then divide the variance among them, as the
        signal would otherwise grow exponentially with their number (Hanin and Rolnick 2018); and in
        the regressor, the first hidden layer of the ReLU family starts with a quarter of Glorot's
        variance, which predicts better. The output layer's weights are always Glorot normal, and
        all intercepts start at 0.
        """,
    ),
    "normalization": Parameter(
        [str_options(NORMALIZATIONS), None],
        "$normalizations or None",
        """
        Normalization of the hidden layers' pre-activations:

        $normalization_list

        A learned scale and offset follow. If a batch effectively has fewer than two rows, because
        all rows are equal or one has most of the weight, running statistics take the place of those
        of the batch, and stay unchanged.
        """,
    ),
    "skip_connections": Parameter(
        [str_options(SKIP_CONNECTIONS), None],
        '{"residual", "wide"} or None',
        """
        "residual" adds the input of each hidden layer to its output where both have the same number
        of units (He et al. 2016). "wide" also connects the features to the output layer, after the
        units of the last hidden layer (Cheng et al. 2016): ``coefs_[-1]`` then has one more row per
        feature.
        """,
    ),
    "dropout": Parameter(
        [FRACTION],
        "float in [0, 1)",
        """
        Probability with which training drops the output of a hidden unit, drawn for every row and
        step.
        """,
    ),
    "dropout_kind": Parameter(
        [str_options(["auto", "standard", "alpha"])],
        '{"auto", "standard", "alpha"}',
        """
        "standard" sets dropped outputs to 0; "alpha" sets them to SELU's lower limit and preserves
        mean and variance (Klambauer et al. 2017). "auto" is "alpha" if the activation is
        self-normalizing, else "standard".
        """,
    ),
    "self_normalization": Parameter(
        [str_options(["enforce", "warn", "ignore"])],
        '{"enforce", "warn", "ignore"}',
        """
        What happens if the activation is self-normalizing (SELU), but X is not standardized or
        another parameter breaks self-normalization: a ValueError that lists all reasons with their
        remedies, a warning that does the same, or nothing.
        """,
    ),
}
