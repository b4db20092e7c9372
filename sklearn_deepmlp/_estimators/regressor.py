"""The regressor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import RegressorMixin
from sklearn.metrics import r2_score
from sklearn.utils import Tags
from sklearn.utils.metaestimators import available_if

from sklearn_deepmlp._activation import Activation
from sklearn_deepmlp._estimators.base import BaseDeepMLP
from sklearn_deepmlp._estimators.conflicts import has_partial_fit
from sklearn_deepmlp._estimators.constraints import REGRESSOR_CONSTRAINTS
from sklearn_deepmlp._estimators.one_state import reads_state_once
from sklearn_deepmlp._estimators.regression_targets import encode_values
from sklearn_deepmlp._estimators.target_scale import warn_of_scale
from sklearn_deepmlp._estimators.targets import Classes, Targets
from sklearn_deepmlp._losses import REGRESSION_LOSSES
from sklearn_deepmlp._sklearn import fit_context
from sklearn_deepmlp._stack.solvers import SOLVERS
from sklearn_deepmlp.initializers import Initializer


class DeepMLPRegressor(RegressorMixin, BaseDeepMLP):
    """A deep multilayer perceptron regressor.

    It minimizes half the squared error or another loss. Parameters
    and attributes that :class:`sklearn.neural_network.MLPRegressor` has too mean the same. The
    networks are PyTorch's, trained by skorch, on CPU or GPU.

    Parameters
    ----------
    hidden_layer_sizes : int or array-like of int, default=(100,)
        Units of each hidden layer; ``()`` gives a linear model.
    activation : str or Activation, default="relu"
        Activation function of the hidden layers: a name of
        :data:`sklearn_deepmlp.activations.ACTIVATIONS`, or an object such as
        ``LeakyReLU(negative_slope=0.1)``, whose parameters a search reaches as
        ``activation__negative_slope``.
    init : str or Initializer, default="auto"
        Initialization of the hidden layers' weights: "auto" (what suits the activation: Glorot
        for identity, logistic and tanh, LeCun for SELU, He for the others, each from a normal
        distribution), a name of :data:`sklearn_deepmlp.initializers.INITIALIZERS`, or an object
        such as ``VarianceScaling(scale=2.0, mode="fan_in")``. With "auto", layers that have
        residual connections divide the variance among them, without which the signal would
        grow exponentially with their number (Hanin and Rolnick 2018), and in the regressor the
        first hidden layer of the ReLU family starts with a quarter of Glorot's variance, which
        predicts better. The output layer's weights are always Glorot normal, all intercepts
        start at 0.
    solver : {"adam", "adamw", "nadam", "rmsprop", "sgd", "lbfgs"}, default="adam"
        Optimizer: Adam (Kingma and Ba 2014), Adam with decoupled weight decay (Loshchilov and
        Hutter 2019), Adam with Nesterov's momentum (Dozat 2016), gradients over their root mean
        square (Hinton 2012), gradient descent with momentum, or L-BFGS (Liu and Nocedal 1989),
        which takes all rows at each step, for small data. "adam", "sgd" and "lbfgs" follow the
        formulas of scikit-learn, the others those of torch.optim.
    alpha : float or "auto", default="auto"
        Strength of the penalty on coefficients W, which is added to the loss:
        alpha · (l1_ratio · Σ|W| + (1 − l1_ratio) / 2 · ΣW²) / Σ sample weights of the batch.
        "auto" is λ times that sum, so that the penalty does not depend on the size of the batch,
        with a λ of 0.001 in the classifier and 0.0001 in the regressor; it is 0 where the
        activation is self-normalizing. With "adamw" every step multiplies W by
        1 − learning rate · alpha instead, and "auto" is λ. Intercepts and what activations and
        normalizations learn are not penalized.
    l1_ratio : float in [0, 1], default=0.0
        Part of the penalty that is L1; 0 with "adamw".
    max_norm : float > 0 or None, default=None
        Bound on the Euclidean norm of the incoming weights of every unit, kept after each step
        (Srivastava et al. 2014).
    dropout : float in [0, 1), default=0.0
        Probability that training drops the output of a hidden unit, drawn for each row and
        step.
    dropout_kind : {"auto", "standard", "alpha"}, default="auto"
        "standard" drops to 0, "alpha" to SELU's lower limit while keeping mean and variance
        (Klambauer et al. 2017). "auto" is "alpha" where the activation is self-normalizing,
        else "standard".
    loss : {"squared_error", "absolute_error", "huber", "poisson", "quantile"}, \
            default="squared_error"
        Loss of a row, summed over its targets: half the squared error; the absolute error; half
        the squared error up to 1 (in units of y) and linear from there on; half the Poisson
        deviance, for which the output is exponential and y not negative; or the pinball loss,
        which is least at a quantile.
    quantile : float in (0, 1), default=0.5
        The quantile that the loss "quantile" asks for.
    normalization : {"batch", "layer"} or None, default=None
        Normalization of the pre-activations of hidden layers, over the rows of the batch, which
        count by their weights (Ioffe and Szegedy 2015), or over the units of the layer (Ba et
        al. 2016), each followed by a learned scale and offset. Where a batch is in effect a
        single row, "batch" uses the running moments and leaves them unchanged.
    skip_connections : {"residual", "wide"} or None, default=None
        "residual" adds the input of every hidden layer that has as many units as inputs to its
        output (He et al. 2016). "wide" shows the features to the output layer too, behind the
        last hidden layer (Cheng et al. 2016): ``coefs_[-1]`` then has one row more a feature.
    batch_size : int or "auto", default="auto"
        Rows a step; "auto" is ``min(200, n_samples)``. At least 2 with
        ``normalization="batch"``.
    learning_rate : {"constant", "invscaling", "adaptive", "cosine", "one_cycle"}, \
            default="constant"
        How the step size changes: not at all; with "sgd", falling from epoch to epoch with the
        power `power_t` of the rows seen, or divided by 5 where training no longer improves,
        until it is below 1e-6; with every solver, from step to step until `max_iter` epochs are
        over, falling to 0 along half a cosine (Loshchilov and Hutter 2017), or rising from 1/25
        in the first 30 % of the steps and falling to 1/250000 (Smith and Topin 2018).
    learning_rate_init : float, default=0.001
        Step size of the solver; the largest one, where `learning_rate` is not constant.
    power_t : float, default=0.5
        Exponent of the learning rate "invscaling".
    max_iter : int, default=200
        Most epochs to train; iterations of "lbfgs".
    shuffle : bool, default=True
        Whether every epoch takes the rows in a new random order.
    random_state : int, RandomState instance or None, default=None
        Source of initial weights, validation split, order of rows and noise. An int gives the
        same model each time; None draws a seed from numpy's global generator.
    tol : float, default=1e-4
        Smallest improvement of the loss (with early stopping: of the validation score) that
        counts as one. "lbfgs" stops where no entry of the gradient is above it.
    verbose : bool or int, default=False
        Whether to print the loss of every epoch.
    warm_start : bool, default=False
        Whether `fit` goes on with the fitted network, which must have the same features, layers
        and classes. The solver begins anew; `loss_curve_` and `t_` go on, and so does the best
        loss or score that later ones are compared with.
    momentum : float in [0, 1], default=0.9
        Momentum of "sgd".
    nesterovs_momentum : bool, default=True
        Whether the momentum of "sgd" is Nesterov's.
    early_stopping : bool, default=False
        Whether to hold rows back, stop when the score on them no longer improves, and keep the
        weights of the best epoch. From "lbfgs" no rows are held back, as in scikit-learn: it stops
        early with ``X_val`` only. Of data too few to divide, all rows are trained on without it,
        after a warning.
    scoring : str, callable or None, default=None
        What early stopping judges by: None for what `score` returns, "loss" for the negative
        weighted loss without penalty, a name of :func:`sklearn.metrics.get_scorer_names`, or
        ``scorer(estimator, X, y)``, which gets arrays and greater is better of.
    validation_fraction : float in [0, 1), default=0.1
        Part of the rows to hold back for early stopping.
    max_grad_norm : float > 0 or None, default=None
        Bound on the Euclidean norm of the gradient of all parameters, to which longer ones are
        scaled down (Pascanu et al. 2013).
    beta_1 : float in [0, 1), default=0.9
        Decay rate of the first moment of "adam", "adamw" and "nadam".
    beta_2 : float in [0, 1), default=0.999
        Decay rate of the second moment of these and of "rmsprop", for which 0.9 to 0.99 is
        usual.
    epsilon : float, default=1e-8
        Guard of these solvers against division by zero.
    n_iter_no_change : int or float("inf"), default=10
        Training stops after more than this number of epochs in a row without improvement.
    max_fun : int, default=15000
        Most evaluations of the loss by "lbfgs".
    device : str, default="auto"
        Where to train: "cpu", "cuda", "cuda:1", "mps", or "auto": an accelerator if there is
        one and a step is large enough to gain by it, else the CPU. A fitted estimator also
        predicts where that device is missing.
    dtype : {"auto", "float32", "float64"}, default="auto"
        Number type of the network; "auto" is that of X on the CPU (float64 where X is neither
        float32 nor float64) and float32 on accelerators.
    self_normalization : {"enforce", "warn", "ignore"}, default="enforce"
        What happens where the activation is self-normalizing (SELU) and X is not standardized,
        or another parameter breaks self-normalization: a ValueError that lists all reasons with
        their remedies, the same as a warning, or nothing.

    Attributes
    ----------
    activation_ : Activation
        The activation used.
    activation_params_ : list of dict of str to ndarray of shape (units,)
        What the activation learned, one dict a hidden layer; empty dicts where nothing is
        learned.
    best_loss_ : float or None
        Lowest loss of an epoch; None where training stopped by a validation score.
    best_validation_score_ : float or None
        Best validation score; NaN where all of them are undefined, None where there is none.
    coefs_ : list of ndarray of shape (fan_in, fan_out)
        Weights, one array a layer, the output layer last. With "wide" skip connections its last
        rows belong to the features.
    feature_names_in_ : ndarray of shape (n_features,)
        Names of the features, where X has names that are all strings.
    init_ : Initializer
        The initialization used for hidden layers, before ``init="auto"`` changes its variance
        in the first layer and in residual ones.
    intercepts_ : list of ndarray of shape (fan_out,)
        Biases, one array a layer, the output layer last.
    loss_ : float
        Loss of the last epoch, with penalty.
    loss_curve_ : list of float
        Loss of each epoch, with penalty: the mean over its batches, by their rows.
    n_features_in_ : int
        Number of features.
    n_iter_ : int
        Number of epochs trained.
    n_layers_ : int
        Number of layers, input and output included.
    normalization_params_ : list of dict of str to ndarray of shape (units,)
        Scale and offset of the normalization, and mean and var of batch normalization, one dict
        a hidden layer; empty dicts without normalization.
    n_outputs_ : int
        Number of outputs.
    out_activation_ : str
        Output activation: "exp" for the loss "poisson", else "identity".
    t_ : int
        Number of rows seen in training, repetitions counted.
    validation_scores_ : list of float or None
        Validation score of each epoch: R². None without validation.

    See Also
    --------
    DeepMLPClassifier : The classifier.
    sklearn.neural_network.MLPRegressor : The multilayer perceptron of scikit-learn.

    Examples
    --------
    >>> from sklearn.compose import TransformedTargetRegressor
    >>> from sklearn.datasets import load_diabetes
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn.preprocessing import StandardScaler
    >>> from sklearn_deepmlp import DeepMLPRegressor
    >>> X, y = load_diabetes(return_X_y=True)
    >>> net = DeepMLPRegressor((32, 32), "gelu", random_state=0)
    >>> pipeline = make_pipeline(StandardScaler(), net)
    >>> model = TransformedTargetRegressor(pipeline, transformer=StandardScaler())
    >>> model.fit(X, y).score(X, y) > 0.5
    True
    """

    _parameter_constraints = REGRESSOR_CONSTRAINTS
    _starts_small = True
    _auto_alpha = 1e-4

    def __init__(
        self,
        hidden_layer_sizes: int | ArrayLike = (100,),
        activation: str | Activation = "relu",
        *,
        init: str | Initializer = "auto",
        solver: Literal["adam", "adamw", "nadam", "rmsprop", "sgd", "lbfgs"] = "adam",
        alpha: float | Literal["auto"] = "auto",
        l1_ratio: float = 0.0,
        max_norm: float | None = None,
        dropout: float = 0.0,
        dropout_kind: Literal["auto", "standard", "alpha"] = "auto",
        loss: Literal[
            "squared_error", "absolute_error", "huber", "poisson", "quantile"
        ] = "squared_error",
        quantile: float = 0.5,
        normalization: Literal["batch", "layer"] | None = None,
        skip_connections: Literal["residual", "wide"] | None = None,
        batch_size: int | Literal["auto"] = "auto",
        learning_rate: Literal[
            "constant", "invscaling", "adaptive", "cosine", "one_cycle"
        ] = "constant",
        learning_rate_init: float = 0.001,
        power_t: float = 0.5,
        max_iter: int = 200,
        shuffle: bool = True,
        random_state: int | np.random.RandomState | None = None,
        tol: float = 1e-4,
        verbose: bool | int = False,
        warm_start: bool = False,
        momentum: float = 0.9,
        nesterovs_momentum: bool = True,
        early_stopping: bool = False,
        scoring: str | Callable[..., float] | None = None,
        validation_fraction: float = 0.1,
        max_grad_norm: float | None = None,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-8,
        n_iter_no_change: float = 10,
        max_fun: int = 15000,
        device: str = "auto",
        dtype: Literal["auto", "float32", "float64"] = "auto",
        self_normalization: Literal["enforce", "warn", "ignore"] = "enforce",
    ) -> None:
        self._store(locals())

    @available_if(has_partial_fit)
    @fit_context(prefer_skip_nested_validation=True)
    def partial_fit(
        self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None
    ) -> Self:
        """Train for one more epoch, on these data; not with ``solver="lbfgs"``.

        The solver goes on where the last call has left it; after `fit` it begins anew.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Features.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Targets.
        sample_weight : array-like of shape (n_samples,), default=None
            Non-negative weight of each row.

        Returns
        -------
        object
            The fitted estimator.

        Raises
        ------
        ValueError
            As `fit` does, and for parameters that need all data at once: early stopping and
            the learning rates "cosine" and "one_cycle".
        """
        with self._atomically() as fitted:
            fitted._update(X, y, sample_weight, "known")
        return self

    def _encode(self, y: Any, classes: Classes, name: str) -> Targets:
        return encode_values(y, self.loss, name)

    def _decode(self, values: NDArray[Any]) -> NDArray[Any]:
        return values.ravel() if values.shape[1] == 1 else values

    def _judge_targets(self, targets: Targets) -> None:
        if self.out_activation_ == "identity":
            by_line_search = not SOLVERS[self.solver].is_stochastic
            warn_of_scale(targets.values, by_line_search=by_line_search)

    def _values(self, raw: NDArray[Any]) -> NDArray[Any]:
        """Apply the output activation."""
        with np.errstate(over="ignore"):
            return np.exp(raw) if self.out_activation_ == "exp" else raw

    def _score_raw(
        self, values: NDArray[Any], raw: NDArray[Any], sample_weight: NDArray[Any]
    ) -> float:
        predicted = self._values(raw)
        if not np.isfinite(predicted).all():
            return np.nan
        return r2_score(values, predicted, sample_weight=sample_weight)

    @reads_state_once
    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """Predict targets.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_outputs)
            The predicted values.
        """
        raw = self._raw_predictions(X)
        values = self._values(raw)
        if not np.isfinite(values).all():
            row = int(np.argmax(raw.max(axis=1)))
            raise ValueError(
                f"The prediction for row {row} of X overflows: it is exp({raw[row].max():.6g}). Is "
                "the row unlike those of training? Scale the features, for instance with "
                "StandardScaler in a Pipeline."
            )
        return values.ravel() if self.n_outputs_ == 1 else values

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        tags.target_tags.positive_only = any(
            loss.needs_non_negative and name == self.loss
            for name, loss in REGRESSION_LOSSES.items()
        )
        return tags
