"""Parameters that contradict each other, or the conditions of a self-normalizing network."""

from bad_inputs.cases import BOTH, CLASSIFIER, REGRESSOR, Bad, X
from bad_inputs.features import FRAME

EXACT = {"solver": "lbfgs"}


def conflict(message, kinds=BOTH, **params):
    return Bad(message, params=params, kinds=kinds)


def selu(message, data=None, **params):
    return Bad(message, data or {}, {"activation": "selu", **params}, kinds=CLASSIFIER)


CONFLICTS = {
    "lbfgs with dropout": conflict(
        "The 'dropout' parameter of {owner} must be 0 with solver='lbfgs', which "
        "minimizes the exact loss of all rows; use a stochastic solver for dropout. Got "
        "0.1 instead.",
        **EXACT,
        dropout=0.1,
    ),
    "lbfgs with random slopes": conflict(
        "The 'activation' parameter of {owner} must be one without random slopes with "
        "solver='lbfgs', which minimizes the exact loss of all rows. Got 'rrelu' instead.",
        **EXACT,
        activation="rrelu",
    ),
    "lbfgs with batch statistics": conflict(
        "The 'normalization' parameter of {owner} must be None or 'layer' with "
        "solver='lbfgs', which minimizes the exact loss of all rows and has no batches. "
        "Got 'batch' instead.",
        **EXACT,
        normalization="batch",
    ),
    "lbfgs with bfloat16": conflict(
        "The 'dtype' parameter of {owner} must be 'auto', 'float32' or 'float64' with "
        "solver='lbfgs', which minimizes the exact loss of all rows with a line search, "
        "which rounding misleads. Got 'bfloat16' instead.",
        **EXACT,
        dtype="bfloat16",
    ),
    "lbfgs with TF32": conflict(
        "The 'dtype' parameter of {owner} must be 'auto', 'float32' or 'float64' with "
        "solver='lbfgs', which minimizes the exact loss of all rows with a line search, "
        "which rounding misleads. Got 'tf32' instead.",
        **EXACT,
        dtype="tf32",
    ),
    "lbfgs with L1": conflict(
        "The 'l1_ratio' parameter of {owner} must be 0 with solver='lbfgs', which "
        "minimizes the exact loss of all rows with a line search, for which L1 is not "
        "smooth. Got 0.5 instead.",
        **EXACT,
        l1_ratio=0.5,
    ),
    "lbfgs with max_norm": conflict(
        "The 'max_norm' parameter of {owner} must be None with solver='lbfgs', which "
        "minimizes the exact loss of all rows with a line search. Got 1.0 instead.",
        **EXACT,
        max_norm=1.0,
    ),
    "lbfgs with max_grad_norm": conflict(
        "The 'max_grad_norm' parameter of {owner} must be None with solver='lbfgs', "
        "which minimizes the exact loss of all rows with a line search. Got 1.0 instead.",
        **EXACT,
        max_grad_norm=1.0,
    ),
    "lbfgs with cosine": conflict(
        "The 'learning_rate' parameter of {owner} must be 'constant' with "
        "solver='lbfgs', which minimizes the exact loss of all rows with a line search, "
        "not a learning rate. Got 'cosine' instead.",
        **EXACT,
        learning_rate="cosine",
    ),
    "lbfgs with one_cycle": conflict(
        "The 'learning_rate' parameter of {owner} must be 'constant' with "
        "solver='lbfgs', which minimizes the exact loss of all rows with a line search, "
        "not a learning rate. Got 'one_cycle' instead.",
        **EXACT,
        learning_rate="one_cycle",
    ),
    "adamw with L1": conflict(
        "The 'l1_ratio' parameter of {owner} must be 0 with solver='adamw', whose weight "
        "decay is L2; use solver from ['adam', 'nadam', 'rmsprop', 'sgd'] for L1. Got "
        "0.5 instead.",
        solver="adamw",
        l1_ratio=0.5,
    ),
    "batch statistics of one row": conflict(
        "The 'batch_size' parameter of {owner} must be at least 2 with "
        "normalization='batch', which computes statistics over the rows of a batch. Got "
        "1 instead.",
        normalization="batch",
        batch_size=1,
    ),
    "a quantile without its loss": conflict(
        "The 'quantile' parameter of {owner} must be 0.5 with loss='squared_error', as "
        "only loss='quantile' reads it. Got 0.9 instead.",
        REGRESSOR,
        quantile=0.9,
    ),
    "a quantile of another loss": conflict(
        "The 'quantile' parameter of {owner} must be 0.5 with loss='huber', as only "
        "loss='quantile' reads it. Got 0.9 instead.",
        REGRESSOR,
        loss="huber",
        quantile=0.9,
    ),
    "no hidden units": conflict(
        "hidden_layer_sizes must be > 0, got [5, 0].", hidden_layer_sizes=(5, 0)
    ),
    "negative hidden units": conflict(
        "hidden_layer_sizes must be > 0, got [-3].", hidden_layer_sizes=(-3,)
    ),
    "selu with another init": selu(
        "{owner} with activation SELU() is not self-normalizing, as these conditions are "
        "broken (self_normalization='warn' or 'ignore' trains anyway):\n"
        "- init='he_normal' is not LeCun normal. Remedy: use init='auto' or "
        "init='lecun_normal'.",
        init="he_normal",
    ),
    "selu with alpha": selu(
        "{owner} with activation SELU() is not self-normalizing, as these conditions are "
        "broken (self_normalization='warn' or 'ignore' trains anyway):\n"
        "- alpha=0.1 penalizes the weights. Remedy: set alpha=0; dropout with "
        "dropout_kind='auto' regularizes instead.",
        alpha=0.1,
    ),
    "selu with max_norm": selu(
        "{owner} with activation SELU() is not self-normalizing, as these conditions are "
        "broken (self_normalization='warn' or 'ignore' trains anyway):\n"
        "- max_norm=3.0 bounds the weights. Remedy: set max_norm=None; dropout with "
        "dropout_kind='auto' regularizes instead.",
        max_norm=3.0,
    ),
    "selu with a normalization": selu(
        "{owner} with activation SELU() is not self-normalizing, as these conditions are "
        "broken (self_normalization='warn' or 'ignore' trains anyway):\n"
        "- normalization='layer' normalizes activations that already normalize themselves. "
        "Remedy: set normalization=None, or use another activation.",
        normalization="layer",
    ),
    "selu with residual connections": selu(
        "{owner} with activation SELU() is not self-normalizing, as these conditions are "
        "broken (self_normalization='warn' or 'ignore' trains anyway):\n"
        "- skip_connections='residual' adds connections that plain networks do not have. "
        "Remedy: set skip_connections=None.",
        skip_connections="residual",
    ),
    "selu with standard dropout": selu(
        "{owner} with activation SELU() is not self-normalizing, as these conditions are "
        "broken (self_normalization='warn' or 'ignore' trains anyway):\n"
        "- dropout=0.2 is standard dropout. Remedy: use dropout_kind='auto' or 'alpha'.",
        dropout=0.2,
        dropout_kind="standard",
    ),
    "selu with raw data": selu(
        "{owner} with activation SELU() is not self-normalizing, as these conditions are "
        "broken (self_normalization='warn' or 'ignore' trains anyway):\n"
        "- X is not standardized: the mean over all features is not within ±0.1; the "
        "mean variance of the features is not within [0.8, 1.5]; 4 features are not "
        "centered within ±0.5: features 0, 1, 2 and 3; 4 features are spread by a "
        "standard deviation outside [0.5, 2.0]: features 0, 1, 2 and 3. Remedy: "
        "Standardize all features: StandardScaler as the last step before this estimator "
        "in a Pipeline, after one-hot encoding too.",
        {"X": 50 + 10 * X},
    ),
    "selu with shifted data": selu(
        "{owner} with activation SELU() is not self-normalizing, as these conditions are "
        "broken (self_normalization='warn' or 'ignore' trains anyway):\n"
        "- X is not standardized: the mean over all features is not within ±0.1. Remedy: "
        "Standardize all features: StandardScaler as the last step before this estimator "
        "in a Pipeline, after one-hot encoding too.",
        {"X": X + 0.6},
    ),
    "selu with one raw column": selu(
        "{owner} with activation SELU() is not self-normalizing, as these conditions are "
        "broken (self_normalization='warn' or 'ignore' trains anyway):\n"
        "- X is not standardized: the mean over all features is not within ±0.1; the "
        "mean variance of the features is not within [0.8, 1.5]; 1 feature is not "
        "centered within ±0.5: feature 'income'; 1 feature is spread by a standard "
        "deviation outside [0.5, 2.0]: feature 'income'. Remedy: Standardize all "
        "features: StandardScaler as the last step before this estimator in a Pipeline, "
        "after one-hot encoding too.",
        {"X": FRAME.assign(income=100 + 9 * FRAME["income"])},
    ),
    "selu with a constant column": selu(
        "{owner} with activation SELU() is not self-normalizing, as these conditions are "
        "broken (self_normalization='warn' or 'ignore' trains anyway):\n"
        "- X is not standardized: 1 feature is constant and not within ±0.5: feature "
        "'height'. Remedy: Standardize all features: StandardScaler as the last step "
        "before this estimator in a Pipeline, after one-hot encoding too.",
        {"X": FRAME.assign(height=1.7)},
    ),
    "selu with zeros and ones": selu(
        "{owner} with activation SELU() is not self-normalizing, as these conditions are "
        "broken (self_normalization='warn' or 'ignore' trains anyway):\n"
        "- X is not standardized: 1 feature is only zeros and ones: feature 'height'. "
        "Remedy: Standardize all features: StandardScaler as the last step before this "
        "estimator in a Pipeline, after one-hot encoding too.",
        {"X": FRAME.assign(height=FRAME["height"] > 0)},
    ),
    "selu with all of them": selu(
        "{owner} with activation SELU() is not self-normalizing, as these conditions are "
        "broken (self_normalization='warn' or 'ignore' trains anyway):\n"
        "- X is not standardized: the mean over all features is not within ±0.1. Remedy: "
        "Standardize all features: StandardScaler as the last step before this estimator "
        "in a Pipeline, after one-hot encoding too.\n"
        "- init='he_normal' is not LeCun normal. Remedy: use init='auto' or "
        "init='lecun_normal'.\n"
        "- skip_connections='wide' adds connections that plain networks do not have. "
        "Remedy: set skip_connections=None.\n"
        "- normalization='batch' normalizes activations that already normalize themselves. "
        "Remedy: set normalization=None, or use another activation.\n"
        "- alpha=0.1 penalizes the weights. Remedy: set alpha=0; dropout with "
        "dropout_kind='auto' regularizes instead.\n"
        "- max_norm=3.0 bounds the weights. Remedy: set max_norm=None; dropout with "
        "dropout_kind='auto' regularizes instead.\n"
        "- dropout=0.2 is standard dropout. Remedy: use dropout_kind='auto' or 'alpha'.",
        {"X": FRAME + 1},
        init="he_normal",
        alpha=0.1,
        max_norm=3.0,
        normalization="batch",
        skip_connections="wide",
        dropout=0.2,
        dropout_kind="standard",
    ),
}
