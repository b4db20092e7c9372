"""
Optuna in batches
=================

Optuna proposes hyperparameters from what earlier trials have shown. ``study.optimize(n_jobs=...)``
runs trials in threads that :func:`~sklearn_deepmlp.fit_together` knows nothing about, so it trains
each network separately. With ``study.ask`` and ``study.tell`` the script asks for a batch of
trials, whose networks are trained as one stack.
"""

# %%
# Study and model
# ---------------
#
# A trial chooses an activation, a learning rate and a penalty. None of these changes the shape of
# the network, so all networks fit in one stack.

import warnings
from time import perf_counter

import matplotlib.pyplot as plt
import numpy as np
import optuna
from joblib import Parallel, delayed
from sklearn.datasets import load_breast_cancer
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_deepmlp import DeepMLPClassifier, fit_together

warnings.simplefilter("ignore", ConvergenceWarning)  # 20 epochs are enough to rank
optuna.logging.set_verbosity(optuna.logging.WARNING)

N_BATCHES, TRIALS_PER_BATCH, N_FOLDS = 4, 6, 3
N_TRIALS = N_BATCHES * TRIALS_PER_BATCH
X, y = load_breast_cancer(return_X_y=True)


def make_study():
    """Make a study that maximizes the score; the first batch is random, the others are not."""
    sampler = optuna.samplers.TPESampler(n_startup_trials=TRIALS_PER_BATCH, seed=0)
    return optuna.create_study(direction="maximize", sampler=sampler)


def make_model(trial):
    """Make the model of a trial."""
    net = DeepMLPClassifier(
        (32, 32),
        activation=trial.suggest_categorical("activation", ["relu", "tanh", "gelu", "mish"]),
        learning_rate_init=trial.suggest_float("learning_rate_init", 1e-4, 1e-1, log=True),
        alpha=trial.suggest_float("alpha", 1e-5, 1e-1, log=True),
        max_iter=20,
        random_state=0,
    )
    return make_pipeline(StandardScaler(), net)


def score(model, n_jobs=None):
    """Return the mean log-likelihood of a cross-validation."""
    scores = cross_val_score(model, X, y, cv=N_FOLDS, scoring="neg_log_loss", n_jobs=n_jobs)
    return scores.mean()


# %%
# Trials in threads
# -----------------


def optimize_in_threads():
    """Let Optuna run the trials in two threads."""
    study = make_study()
    study.optimize(lambda trial: score(make_model(trial)), N_TRIALS, n_jobs=2)
    return study


start = perf_counter()
with fit_together() as report_of_threads:
    study_of_threads = optimize_in_threads()
print(f"{N_TRIALS} trials in {perf_counter() - start:.1f} s")
print(report_of_threads)

# %%
# Trials in batches
# -----------------
#
# All trials of a batch are cross-validated in one call of ``joblib.Parallel``. With ``n_jobs=-1``
# the folds of each trial start at once, too, and meet those of the others.


def optimize_in_batches():
    """Ask for a batch of trials, score all of them in one call of joblib, and tell the scores."""
    study = make_study()
    for _ in range(N_BATCHES):
        trials = [study.ask() for _ in range(TRIALS_PER_BATCH)]
        models = [make_model(trial) for trial in trials]
        scores = Parallel(n_jobs=-1)(delayed(score)(model, n_jobs=-1) for model in models)
        for trial, value in zip(trials, scores, strict=True):
            study.tell(trial, value)
    return study


start = perf_counter()
with fit_together() as report_of_batches:
    study_of_batches = optimize_in_batches()
print(f"{N_TRIALS} trials in {perf_counter() - start:.1f} s")
print(report_of_batches)

# %%
# The best trial of the batches is the same in every run, because neither sampling nor training
# depends on which thread is faster.

print(f"best log-likelihood: {study_of_batches.best_value:.4f}")
for name, value in study_of_batches.best_params.items():
    print(f"  {name} = {value if isinstance(value, str) else f'{value:.3g}'}")

# %%
# Scores by trial
# ---------------

losses = -np.array([trial.value for trial in study_of_batches.trials])
numbers = np.arange(1, N_TRIALS + 1)
figure, axes = plt.subplots(figsize=(7, 3.6), layout="constrained")
axes.set_title("Log loss of each trial, and the best one so far")
for batch in range(1, N_BATCHES):
    axes.axvline(batch * TRIALS_PER_BATCH + 0.5, color="0.85")
axes.plot(numbers, losses, "o", color="tab:blue")
axes.step(numbers, np.minimum.accumulate(losses), where="post", color="tab:orange")
axes.text(N_TRIALS, losses.min(), "best so far ", color="tab:orange", ha="right", va="top")
axes.set(yscale="log", xlabel="trial; lines separate the batches", ylabel="log loss")
axes.minorticks_off()
axes.set_yticks([0.1, 0.2, 0.4], ["0.1", "0.2", "0.4"])
plt.show()

# %%
# The first batch is random, the others are proposed by the sampler, which learns only between
# batches: a batch should be small compared with the number of trials. On these easy data several
# trials of each batch are close to the best one, so the sampler gains little. The batches gain
# time.
