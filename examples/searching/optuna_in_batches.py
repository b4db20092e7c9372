"""Optuna in batches
=================

Tune a network with Optuna so that its trials are trained together.

`study.optimize(n_jobs=...)` runs trials in threads of its own. `fit_together` cannot know how many
fits such threads will bring, so it waits for none of them, and each network is trained separately.

With `study.ask` and `study.tell` the trials are in the hands of the script. It asks for a batch of
trials, cross-validates all of them in one call of `joblib.Parallel`, and tells the study the
scores. So the networks of all trials and folds of a batch are trained as one stack. The sampler
learns from one batch to the next instead of from trial to trial.

The script runs both ways with the same number of trials. It prints what was trained how, and the
best trial of the batches, which is the same in every run.
"""

import warnings
from time import perf_counter

import optuna
from joblib import Parallel, delayed
from sklearn.datasets import load_breast_cancer
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_deepmlp import DeepMLPClassifier, fit_together

N_BATCHES = 3
TRIALS_PER_BATCH = 6
N_FOLDS = 3


def make_study():
    """Make a study that maximizes the score; the first batch is random, the others are not."""
    sampler = optuna.samplers.TPESampler(n_startup_trials=TRIALS_PER_BATCH, seed=0)
    return optuna.create_study(direction="maximize", sampler=sampler)


def make_model(trial):
    """Make the model of a trial; its hyperparameters leave the shape of the network as it is."""
    net = DeepMLPClassifier(
        (32, 32),
        activation=trial.suggest_categorical("activation", ["relu", "tanh", "gelu", "mish"]),
        learning_rate_init=trial.suggest_float("learning_rate_init", 1e-4, 1e-1, log=True),
        alpha=trial.suggest_float("alpha", 1e-5, 1e-1, log=True),
        max_iter=30,
        random_state=0,
    )
    return make_pipeline(StandardScaler(), net)


def score(model, X, y, n_jobs=None):
    """Return the mean log-likelihood of a cross-validation."""
    scores = cross_val_score(model, X, y, cv=N_FOLDS, scoring="neg_log_loss", n_jobs=n_jobs)
    return scores.mean()


def optimize_in_threads(X, y):
    """Let Optuna run the trials in two threads."""
    study = make_study()
    n_trials = N_BATCHES * TRIALS_PER_BATCH
    study.optimize(lambda trial: score(make_model(trial), X, y), n_trials, n_jobs=2)
    return study


def optimize_in_batches(X, y):
    """Ask for a batch of trials, score all of them in one call of joblib, and tell the scores.

    With `n_jobs=-1` the folds of each trial start at once, too, and meet those of the others.
    """
    study = make_study()
    for _ in range(N_BATCHES):
        trials = [study.ask() for _ in range(TRIALS_PER_BATCH)]
        models = [make_model(trial) for trial in trials]
        scores = Parallel(n_jobs=-1)(delayed(score)(model, X, y, n_jobs=-1) for model in models)
        for trial, value in zip(trials, scores, strict=True):
            study.tell(trial, value)
    return study


def run(optimize, X, y):
    """Optimize within `fit_together`; return the study, the report and the seconds."""
    start = perf_counter()
    with fit_together() as report:
        study = optimize(X, y)
    return study, report, perf_counter() - start


def main():
    """Tune in both ways and compare."""
    warnings.simplefilter("ignore", ConvergenceWarning)  # 30 epochs are enough to rank
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    X, y = load_breast_cancer(return_X_y=True)
    for optimize in (optimize_in_threads, optimize_in_batches):
        study, report, seconds = run(optimize, X, y)
        print(f"{optimize.__name__}: {len(study.trials)} trials in {seconds:.2f} s")
        print(report, end="\n\n")
    print(f"The best log-likelihood of the batches is {study.best_value:.4f}, with")
    for name, value in study.best_params.items():
        print(f"  {name} = {value if isinstance(value, str) else f'{value:.3g}'}")


if __name__ == "__main__":
    main()
