"""The classifier."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, Self

import numpy as np
import scipy.sparse
import scipy.special
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import issparse
from sklearn.base import ClassifierMixin
from sklearn.metrics import accuracy_score
from sklearn.utils import Tags
from sklearn.utils.metaestimators import available_if

from sklearn_deepmlp._activation import Activation
from sklearn_deepmlp._estimators.base import BaseDeepMLP
from sklearn_deepmlp._estimators.class_weights import with_class_weights
from sklearn_deepmlp._estimators.conflicts import has_partial_fit
from sklearn_deepmlp._estimators.constraints import CLASSIFIER_CONSTRAINTS
from sklearn_deepmlp._estimators.labels import (
    check_kind,
    check_known_classes,
    checked_labels,
    classes_in,
    encode_labels,
)
from sklearn_deepmlp._estimators.naming import errors_name
from sklearn_deepmlp._estimators.one_state import reads_state_once
from sklearn_deepmlp._estimators.targets import Classes, Targets
from sklearn_deepmlp._estimators.training_data import TrainingData
from sklearn_deepmlp._sklearn import check_partial_fit_first_call, fit_context
from sklearn_deepmlp.initializers import Initializer


class DeepMLPClassifier(ClassifierMixin, BaseDeepMLP):
    """A deep multilayer perceptron classifier.

    It minimizes the log loss of binary, multiclass or multilabel targets. Parameters
    and attributes that :class:`sklearn.neural_network.MLPClassifier` has too mean the same. The
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
    class_weight : dict, list of dict, "balanced" or None, default=None
        Weights of classes, multiplied into the sample weights: a dict by label (1 for those
        that it leaves out), or "balanced", which gives all classes the same sum of weights. For
        multilabel targets a list with a dict a label, of weights for 0 and 1, or "balanced";
        the weights of all labels of a row are multiplied.
    label_smoothing : float in [0, 1), default=0.0
        Part of each target that is spread evenly over all classes; of a binary target and of a
        label over yes and no (Szegedy et al. 2016).
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
        early with ``X_val`` only. Both parts get their share of each class. Of data too few to
        divide, all rows are trained on without it, after a warning.
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
    classes_ : ndarray of shape (n_classes,)
        Class labels in sorted order; the column numbers of multilabel targets.
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
        Number of outputs: one for two classes, else one a class or label.
    out_activation_ : str
        Output activation: "softmax" for more than two classes, else "logistic".
    t_ : int
        Number of rows seen in training, repetitions counted.
    validation_scores_ : list of float or None
        Validation score of each epoch: accuracy. None without validation.

    See Also
    --------
    DeepMLPRegressor : The regressor.
    sklearn.neural_network.MLPClassifier : The multilayer perceptron of scikit-learn.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn.preprocessing import StandardScaler
    >>> from sklearn_deepmlp import DeepMLPClassifier
    >>> X, y = load_iris(return_X_y=True)
    >>> net = DeepMLPClassifier((32, 32), "swish", max_iter=500, random_state=0)
    >>> make_pipeline(StandardScaler(), net).fit(X, y).score(X, y) > 0.95
    True
    """

    loss = "log_loss"
    _parameter_constraints = CLASSIFIER_CONSTRAINTS
    _auto_alpha = 1e-3

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
        class_weight: dict[Any, float] | list[dict[int, float]] | Literal["balanced"] | None = None,
        label_smoothing: float = 0.0,
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
        self,
        X: ArrayLike,
        y: ArrayLike,
        sample_weight: ArrayLike | None = None,
        classes: ArrayLike | None = None,
    ) -> Self:
        """Train for one more epoch, on these data; not with ``solver="lbfgs"``.

        The solver goes on where the last call has left it; after `fit` it begins anew.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Features.
        y : array-like of shape (n_samples,) or (n_samples, n_labels)
            Class labels, or zeros and ones a label.
        sample_weight : array-like of shape (n_samples,), default=None
            Non-negative weight of each row.
        classes : array-like of shape (n_classes,), default=None
            All class labels that any call will bring; needed by the first call. Of multilabel
            targets they are the numbers of the columns of y, ``np.arange(n_labels)``.

        Returns
        -------
        object
            The fitted estimator.

        Raises
        ------
        ValueError
            As `fit` does, and for parameters that need all data at once: early stopping, the
            learning rates "cosine" and "one_cycle", and class_weight="balanced".
        """
        with self._atomically() as fitted:
            with errors_name("classes", "y"):
                is_first = check_partial_fit_first_call(fitted, classes)
            fitted._update(X, y, sample_weight, "announced" if is_first else "known")
        return self

    def _encode(self, y: Any, classes: Classes, name: str) -> Targets:
        labels = checked_labels(y, name)
        if classes == "new":
            self.classes_ = classes_in(labels)
        if classes in {"new", "announced"}:
            self._is_multilabel = labels.ndim == 2
            self._sparse_format = type(y).__name__ if issparse(y) else None
        if classes != "new":
            check_kind(labels, self.classes_, name, is_multilabel=self._is_multilabel)
            check_known_classes(labels, self.classes_, classes, name)
        return encode_labels(labels, self.classes_)

    def _decode(self, values: NDArray[Any]) -> NDArray[Any]:
        codes = values.astype(np.intp)
        return codes if self._is_multilabel else self.classes_[codes.ravel()]

    def _weigh(self, data: TrainingData) -> TrainingData:
        return with_class_weights(data, self.class_weight, self.classes_, type(self).__name__)

    def _codes(self, raw: NDArray[Any]) -> NDArray[np.intp]:
        """Return class numbers (n_samples,), or zeros and ones (n_samples, n_labels)."""
        if self.out_activation_ == "softmax":
            return raw.argmax(axis=1)
        codes = (raw > 0).astype(np.intp)
        if self._is_multilabel:
            return codes
        return np.minimum(codes.ravel(), len(self.classes_) - 1)  # of one class there is code 0

    def _score_raw(
        self, values: NDArray[Any], raw: NDArray[Any], sample_weight: NDArray[Any]
    ) -> float:
        predicted = self._codes(raw)
        true = values.reshape(predicted.shape).astype(np.intp)
        return accuracy_score(true, predicted, sample_weight=sample_weight)

    @reads_state_once
    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """Predict classes.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features.

        Returns
        -------
        {ndarray, sparse matrix} of shape (n_samples,) or (n_samples, n_labels)
            The most probable class of each row, or zeros and ones a label, sparse where the
            network was fitted to sparse labels.
        """
        codes = self._codes(self._raw_predictions(X))
        if self._is_multilabel:
            name = self._sparse_format
            return codes if name is None else getattr(scipy.sparse, name)(codes)
        return self.classes_[codes]

    @reads_state_once
    def decision_function(self, X: ArrayLike) -> NDArray[Any]:
        """Return logits: what the network gives before the output activation.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_outputs)
            For two classes one number, above 0 where the second class is predicted.
        """
        raw = self._raw_predictions(X)
        return raw.ravel() if self.n_outputs_ == 1 else raw

    @reads_state_once
    def predict_proba(self, X: ArrayLike) -> NDArray[Any]:
        """Predict probabilities.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features.

        Returns
        -------
        ndarray of shape (n_samples, n_classes) or (n_samples, n_labels)
            The probability of each class, in the order of `classes_`, or of each label.
        """
        return self._probabilities(
            self._raw_predictions(X), scipy.special.softmax, scipy.special.expit
        )

    @reads_state_once
    def predict_log_proba(self, X: ArrayLike) -> NDArray[Any]:
        """Predict logarithms of probabilities, also of those that round to 0.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features.

        Returns
        -------
        ndarray of shape (n_samples, n_classes) or (n_samples, n_labels)
            The logarithm of `predict_proba`; finite where that is 0 too.
        """
        raw = self._raw_predictions(X)
        proba = self._probabilities(raw, scipy.special.softmax, scipy.special.expit)
        exact = self._probabilities(raw, scipy.special.log_softmax, scipy.special.log_expit)
        return np.log(proba, out=exact, where=proba > 0)

    def _probabilities(
        self, raw: NDArray[Any], of_classes: Callable[..., Any], of_labels: Callable[..., Any]
    ) -> NDArray[Any]:
        if self.out_activation_ == "softmax":
            return of_classes(raw, axis=1)
        if self._is_multilabel:
            return of_labels(raw)
        if len(self.classes_) == 1:
            return of_labels(np.full_like(raw, np.inf))  # the one class is certain
        return of_labels(np.hstack([-raw, raw]))

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags
