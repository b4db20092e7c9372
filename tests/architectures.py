"""Random architectures, as jobs."""

import numpy as np
from jobs import make_job

from sklearn_deepmlp._layers.build import SKIP_CONNECTIONS
from sklearn_deepmlp._layers.normalizations import NORMALIZATIONS
from sklearn_deepmlp.activations import ACTIVATIONS, Swish

KINDS = [*ACTIVATIONS.values(), lambda: Swish(trainable=True)]


def random_jobs(seed, n_members):
    """Return jobs of networks of one shape, equal activations adjacent."""
    rng = np.random.default_rng(seed)
    n_hidden = int(rng.integers(4))
    kinds = sorted(rng.integers(len(KINDS), size=n_members).tolist())
    shared = {
        "layer_sizes": (64, *rng.integers(1, 4, n_hidden).tolist(), 10),
        "normalization": rng.choice([None, *NORMALIZATIONS]),
        "skip_connections": rng.choice([None, *SKIP_CONNECTIONS]),
    }
    return [
        make_job(
            i, 40, batch_size=20, max_iter=2, activation=KINDS[kind](),
            dropout=float(rng.choice([0.0, 0.3])), **shared,
        )
        for i, kind in enumerate(kinds)
    ]  # fmt: skip
