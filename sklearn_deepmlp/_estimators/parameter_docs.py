"""What parameters and fitted attributes mean, in the words of the documentation.

Names after a dollar sign stand for facts, such as options with their descriptions, which
`docstrings.facts` takes from the tables of solvers and others. Defaults come from signatures.
"""

PARAMETERS = """
hidden_layer_sizes : int or array-like of int
    Number of units in each hidden layer; ``()`` gives a linear model.
activation : str or Activation
    Activation function of the hidden layers: a name from
    :data:`sklearn_deepmlp.activations.ACTIVATIONS`, or an object such as
    ``LeakyReLU(negative_slope=0.1)``, whose parameters a search can set as
    ``activation__negative_slope``.
init : str or Initializer
    Initialization of the hidden layers' weights: "auto", a name from
    :data:`sklearn_deepmlp.initializers.INITIALIZERS`, or an object such as
    ``VarianceScaling(scale=2.0, mode="fan_in")``. "auto" is the one that suits the activation,
    its ``default_init``. Layers with residual connections then divide the variance among them,
    as the signal would otherwise grow exponentially with their number (Hanin and Rolnick 2018);
    and in the regressor, the first hidden layer of the ReLU family starts with a quarter of
    Glorot's variance, which predicts better. The output layer's weights are always Glorot normal,
    and all intercepts start at 0.
solver : $solvers
    Optimizer:

    $solver_list

    Solvers that :class:`sklearn.neural_network.MLPClassifier` also has follow its formulas.
alpha : float or "auto"
    Strength of the penalty on the coefficients W, which is added to the loss:
    alpha · (l1_ratio · Σ|W| + (1 − l1_ratio) / 2 · ΣW²) / Σ sample weights of the batch.
    "auto" is $auto_alpha times that sum, so that the penalty does not depend on the
    batch size; it is 0 if the activation is self-normalizing. With $decaying, every step
    multiplies W by 1 − learning rate · alpha instead, and "auto" is $auto_alpha. Intercepts and
    the parameters of activations and normalizations are not penalized.
l1_ratio : float in [0, 1]
    Fraction of the penalty that is L1; it must be 0 with $decaying.
max_norm : float > 0 or None
    Upper bound on the Euclidean norm of each unit's incoming weights, enforced after every step
    (Srivastava et al. 2014).
dropout : float in [0, 1)
    Probability with which training drops the output of a hidden unit, drawn for every row and
    step.
dropout_kind : {"auto", "standard", "alpha"}
    "standard" sets dropped outputs to 0; "alpha" sets them to SELU's lower limit and preserves
    mean and variance (Klambauer et al. 2017). "auto" is "alpha" if the activation is
    self-normalizing, else "standard".
class_weight : dict, list of dict, "balanced" or None
    Weights of classes, by which sample weights are multiplied: a dict by label (labels left out
    have weight 1), or "balanced", which gives all classes the same total weight. For multilabel
    targets, a list with one dict per label, of weights for 0 and 1, or "balanced"; a row's weight
    is multiplied by those of all its labels.
label_smoothing : float in [0, 1)
    Fraction of each target that is spread evenly over all classes; for binary targets and for
    labels, over yes and no (Szegedy et al. 2016).
loss : $losses
    Loss of a row, summed over its outputs:

    $loss_list
quantile : float in (0, 1)
    Quantile to predict with ``loss="quantile"``.
normalization : $normalizations or None
    Normalization of the hidden layers' pre-activations:

    $normalization_list

    A learned scale and offset follow. If a batch effectively has fewer than two rows, because all
    rows are equal or one has most of the weight, running statistics take the place of those of the
    batch, and stay unchanged.
skip_connections : {"residual", "wide"} or None
    "residual" adds the input of each hidden layer to its output where both have the same number
    of units (He et al. 2016). "wide" also connects the features to the output layer, after the
    units of the last hidden layer (Cheng et al. 2016): ``coefs_[-1]`` then has one more row per
    feature.
batch_size : int or "auto"
    Rows per step; "auto" is ``min(200, n_samples)``. At least 2 with a normalization over the
    rows of a batch.
learning_rate : $schedules
    How the step size changes during training:

    $schedule_list
learning_rate_init : float
    Step size of the solver; its maximum where `learning_rate` is not constant.
power_t : float
    Exponent of the learning rate "invscaling".
max_iter : int
    Maximum number of epochs, or of iterations with $exact.
shuffle : bool
    Whether every epoch visits the rows in a new random order.
random_state : int, RandomState instance or None
    Source of initial weights, validation split, order of rows and noise. An int gives the same
    model each time; None draws a seed from numpy's global generator.
tol : float
    Smallest improvement of the loss (with early stopping, of the validation score) that counts as
    one. Training with $exact stops when no entry of the gradient exceeds it.
verbose : bool or int
    Whether to print the loss of every epoch.
warm_start : bool
    Whether `fit` resumes training of the fitted network, which must have the same features,
    layers and classes. The solver starts afresh; `loss_curve_` and `t_` are continued, and losses
    or scores are compared with the best ones of earlier fits.
momentum : float in [0, 1]
    Momentum of $readers_of_momentum.
nesterovs_momentum : bool
    Whether the momentum of $readers_of_nesterovs_momentum is Nesterov's.
early_stopping : bool
    Whether to hold out rows, stop when the score on them no longer improves, and keep the weights
    of the best epoch. A classifier holds out the same fraction of every class. With $exact no
    rows are held out, as in scikit-learn: training stops early only if ``X_val`` is given. If
    there are too few rows to split, all of them are trained on, without early stopping and with a
    warning.
scoring : str, callable or None
    Score on which early stopping is based: None for that of `score`, "loss" for the negative
    weighted loss without penalty, a name from :func:`sklearn.metrics.get_scorer_names`, or a
    function ``scorer(estimator, X, y)``, which is given arrays and returns a number for which
    greater is better.
validation_fraction : float in [0, 1)
    Fraction of the rows to hold out for early stopping.
max_grad_norm : float > 0 or None
    Upper bound on the Euclidean norm of the gradient of all parameters; longer gradients are
    scaled down to it (Pascanu et al. 2013).
beta_1 : float in [0, 1)
    Decay rate of the first moment, with $readers_of_beta_1.
beta_2 : float in [0, 1)
    Decay rate of the second moment, with $readers_of_beta_2; for "rmsprop", 0.9 to 0.99 is usual.
epsilon : float
    Guards $readers_of_epsilon against division by zero.
n_iter_no_change : int or float("inf")
    Training stops after more than this number of consecutive epochs without improvement.
max_fun : int
    Maximum number of evaluations of the loss with $exact.
device : str
    Where to train: "cpu", "cuda", "cuda:1", "mps", or "auto": an accelerator if there is one and
    steps are large enough to gain from it, else the CPU. A fitted estimator can also predict on
    machines without that device.
dtype : {"auto", "float32", "float64"}
    Number type of the network; "auto" is that of X on the CPU (float64 if X is neither float32
    nor float64) and float32 on accelerators.
self_normalization : {"enforce", "warn", "ignore"}
    What happens if the activation is self-normalizing (SELU), but X is not standardized or
    another parameter breaks self-normalization: a ValueError that lists all reasons with their
    remedies, a warning that does the same, or nothing.
"""

ATTRIBUTES = """
activation_ : Activation
    Activation function used.
activation_params_ : list of dict of str to ndarray of shape (units,)
    What the activation has learned, one dict per hidden layer; empty dicts if it learns nothing.
best_loss_ : float or None
    Lowest loss of an epoch; None if there are validation scores.
best_validation_score_ : float or None
    Best validation score; NaN if all of them are undefined, None without validation.
coefs_ : list of ndarray of shape (fan_in, fan_out)
    Weights, one array per layer, the output layer last. With "wide" skip connections, the last
    rows of the last array belong to the features.
feature_names_in_ : ndarray of shape (n_features,)
    Names of the features, if X has names that are all strings.
init_ : Initializer
    Initialization of the hidden layers, before ``init="auto"`` changes its variance in the first
    layer and in layers with residual connections.
intercepts_ : list of ndarray of shape (fan_out,)
    Biases, one array per layer, the output layer last.
loss_ : float
    Loss of the last epoch, with penalty.
loss_curve_ : list of float
    Loss of each epoch, with penalty: the mean over its batches, weighted by their rows.
n_features_in_ : int
    Number of features.
n_iter_ : int
    Number of epochs trained.
n_layers_ : int
    Number of layers, including the input and the output.
normalization_params_ : list of dict of str to ndarray of shape (units,)
    Scale and offset of the normalization, and its running statistics if it has any, one dict per
    hidden layer; empty dicts without normalization.
t_ : int
    Number of rows seen in training, counting repetitions.
validation_scores_ : list of float or None
    Validation score of each epoch, of the kind that `scoring` asks for; None without validation.
"""
