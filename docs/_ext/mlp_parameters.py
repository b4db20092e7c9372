"""The table of all parameters, beside those of scikit-learn's MLP."""

from __future__ import annotations

from markdown_tables import markdown_table
from mlp_comparison import PAIRS, compared, defaults_of, values_of

REMARKS = {
    "loss": "[](/guide/regression.md)",
    "hidden_layer_sizes": "`()` gives a linear model",
    "activation": "[](/guide/activations.md)",
    "init": '"glorot_uniform" gives scikit-learn\'s variance; [](/guide/initializations.md)',
    "solver": "[the formulas](how_it_works.md#solvers-and-learning-rates)",
    "alpha": "[](how_it_works.md#penalties-and-bounds)",
    "l1_ratio": "[](how_it_works.md#penalties-and-bounds)",
    "max_norm": "[](/guide/regularization.md)",
    "dropout": "[](/guide/regularization.md)",
    "dropout_kind": "[](/guide/self_normalization.md)",
    "class_weight": "[](differences.md#data)",
    "label_smoothing": "[](/guide/regularization.md)",
    "normalization": "[](how_it_works.md#a-layer)",
    "skip_connections": "[](how_it_works.md#a-layer)",
    "learning_rate": "[the formulas](how_it_works.md#solvers-and-learning-rates)",
    "quantile": 'with `loss="quantile"`; [](/guide/regression.md)',
    "early_stopping": "[](differences.md#early-stopping)",
    "scoring": "of early stopping; [](/guide/training_control.md)",
    "random_state": "other random numbers; [](how_it_works.md#randomness)",
    "warm_start": "[](differences.md#warm-start)",
    "max_grad_norm": "[](how_it_works.md#penalties-and-bounds)",
    "device": "[](/guide/gpu.md)",
    "dtype": "[](/guide/gpu.md#number-types)",
    "self_normalization": "[](/guide/self_normalization.md)",
    "record_signals": "[](/guide/signals.md)",
}


def all_parameters_table() -> str:
    """Return each parameter with its defaults in both packages, and the values that are added."""
    ours, theirs = _defaults(0), _defaults(1)
    added = _added_values()
    rows = [
        (
            f"`{name}`",
            f"`{default}`",
            "new" if name not in theirs else _if_different(theirs[name], default),
            ", ".join(added.get(name, [])) if name in theirs else "",
            "; ".join(filter(None, [_only(name), REMARKS.get(name)])),
        )
        for name, default in ours.items()
    ]
    header = ("Parameter", "Default here", "In scikit-learn", "Added values", "Remarks")
    return markdown_table(header, rows)


def _defaults(side: int) -> dict[str, str]:
    """Return the defaults of this package's estimators (0) or of scikit-learn's (1)."""
    return dict(default for pair in reversed(PAIRS.values()) for default in defaults_of(pair[side]))


def _if_different(theirs: str, ours: str) -> str:
    return "the same" if theirs == ours else f"`{theirs}`"


def _added_values() -> dict[str, list[str]]:
    added: dict[str, list[str]] = {}
    for name, value in compared(values_of)[0]:
        added.setdefault(name, []).append(f"`{value}`" if value.startswith('"') else value)
    return added


def _only(name: str) -> str | None:
    roles = [role for role, (ours, _) in PAIRS.items() if name in dict(defaults_of(ours))]
    return None if len(roles) == len(PAIRS) else f"{roles[0]} only"
