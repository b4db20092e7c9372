"""The parameters that say how training minimizes it."""

from __future__ import annotations

from numbers import Real

from sklearn_deepmlp._compat.sklearn import Interval, str_options
from sklearn_deepmlp._estimators.parameter_table.parameter import (
    FRACTION,
    NON_NEGATIVE,
    POSITIVE,
    POSITIVE_INT,
    Parameter,
)
from sklearn_deepmlp._stack.schedules import SCHEDULES
from sklearn_deepmlp._stack.solvers import SOLVERS

OPTIMIZATION = {
    "solver": Parameter(
        [str_options(SOLVERS)],
        "$solvers",
        """
        Optimizer:

        $solver_list

        Solvers that :class:`sklearn.neural_network.MLPClassifier` also has follow its formulas.
        """,
    ),
    "batch_size": Parameter(
        [str_options(["auto"]), POSITIVE_INT],
        'int or "auto"',
        """
        Rows per step; "auto" is ``min(200, n_samples)``. At least 2 with a normalization over the
        rows of a batch.
        """,
    ),
    "shuffle": Parameter(
        ["boolean"],
        "bool",
        "Whether every epoch visits the rows in a new random order.",
    ),
    "learning_rate": Parameter(
        [str_options(SCHEDULES)],
        "$schedules",
        """
        How the step size changes during training:

        $schedule_list
        """,
    ),
    "learning_rate_init": Parameter(
        [POSITIVE],
        "float",
        "Step size of the solver; its maximum where `learning_rate` is not constant.",
    ),
    "power_t": Parameter(
        [NON_NEGATIVE],
        "float",
        """
        Exponent of the learning rate "invscaling".
        """,
    ),
    "momentum": Parameter(
        [Interval(Real, 0, 1, closed="both")],
        "float in [0, 1]",
        "Momentum of $readers_of_momentum.",
    ),
    "nesterovs_momentum": Parameter(
        ["boolean"],
        "bool",
        "Whether the momentum of $readers_of_nesterovs_momentum is Nesterov's.",
    ),
    "beta_1": Parameter(
        [FRACTION],
        "float in [0, 1)",
        "Decay rate of the first moment, with $readers_of_beta_1.",
    ),
    "beta_2": Parameter(
        [FRACTION],
        "float in [0, 1)",
        """
        Decay rate of the second moment, with $readers_of_beta_2; for "rmsprop", 0.9 to 0.99 is
        usual.
        """,
    ),
    "epsilon": Parameter(
        [POSITIVE],
        "float",
        "Guards $readers_of_epsilon against division by zero.",
    ),
    "max_grad_norm": Parameter(
        [POSITIVE, None],
        "float > 0 or None",
        """
        Upper bound on the Euclidean norm of the gradient of all parameters; longer gradients are
        scaled down to it (Pascanu et al. 2013).
        """,
    ),
    "max_fun": Parameter(
        [POSITIVE_INT],
        "int",
        "Maximum number of evaluations of the loss with $exact.",
    ),
    "device": Parameter(
        [str],
        "str",
        """
        Where to train: "cpu", "cuda", "cuda:1", "mps", or "auto": an accelerator if there is one
        and the fit is large enough to gain from it, else the CPU. A fitted estimator can also
        predict on machines without that device.
        """,
    ),
    "dtype": Parameter(
        [str_options(["auto", "float32", "float64", "tf32", "bfloat16"])],
        '{"auto", "float32", "float64", "tf32", "bfloat16"}',
        """
        Number type of the network:

        - "auto": that of X on the CPU (float64 if X is neither float32 nor float64), float32 on
          accelerators
        - "float32", "float64": this type for everything
        - "tf32": float32 whose matrix products may be computed in TF32, which rounds both factors
          to 11 significant bits; NVIDIA GPUs since Ampere do so, others compute in float32
        - "bfloat16": float32 whose matrix products are computed in bfloat16: both factors and the
          result, summed in float32, are rounded to 8 significant bits, and so are activations,
          unless there is a normalization or a residual connection. Weights, the solver's state,
          losses, products with sparse features and what `predict` returns stay float32. It needs a
          GPU with compute capability 8.0 or higher, or a processor with bfloat16 instructions

        The last two are for stochastic solvers.
        """,
    ),
    "random_state": Parameter(
        ["random_state"],
        "int, RandomState instance or None",
        """
        Source of initial weights, validation split, order of rows and noise. An int gives the same
        model each time; None draws a seed from numpy's global generator.
        """,
    ),
}
