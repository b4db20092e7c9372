"""`fit_together` with arguments that it cannot use."""

from bad_inputs.cases import BOOL, BadCall
from sklearn_deepmlp import fit_together


def together(message, **arguments):
    def call():
        with fit_together(**arguments):
            pass

    return BadCall(message, call)


TOGETHER = {
    "fit_together: an unknown backend": together(
        "The 'backend' parameter of fit_together must be a str among {'loky', 'dask', "
        "'ray'} or None. Got 'threading' instead.",
        backend="threading",
    ),
    "fit_together: a misspelled backend": together(
        "The 'backend' parameter of fit_together must be a str among {'loky', 'dask', "
        "'ray'} or None. Got 'Daks' instead. Did you mean 'dask'?",
        backend="Daks",
    ),
    "fit_together: no process": together(
        "The 'n_jobs' parameter of fit_together must be an int in the range [1, inf) or "
        "an int in the range (-inf, -1]. Got 0 instead.",
        n_jobs=0,
    ),
    "fit_together: part of a process": together(
        "The 'n_jobs' parameter of fit_together must be an int in the range [1, inf) or "
        "an int in the range (-inf, -1]. Got 1.5 instead.",
        n_jobs=1.5,
    ),
    "fit_together: processes of None": together(
        "The 'n_jobs' parameter of fit_together must be an int in the range [1, inf) or "
        "an int in the range (-inf, -1]. Got None instead.",
        n_jobs=None,
    ),
    "fit_together: no memory": together(
        "The 'memory_budget' parameter of fit_together must be an int in the range [1, "
        "inf). Got 0 instead.",
        memory_budget=0,
    ),
    "fit_together: memory in words": together(
        "The 'memory_budget' parameter of fit_together must be an int in the range [1, "
        "inf). Got '1 GiB' instead.",
        memory_budget="1 GiB",
    ),
    "fit_together: a float of memory": together(
        "The 'memory_budget' parameter of fit_together must be an int in the range [1, "
        "inf). Got 1000000000.0 instead.",
        memory_budget=1e9,
    ),
    "fit_together: a word for progress": together(
        f"The 'progress' parameter of fit_together must be {BOOL}. Got 'yes' instead.",
        progress="yes",
    ),
    "fit_together: progress of workers": together(
        "The 'progress' parameter of fit_together must be False with backend='loky', "
        "whose workers do not report progress. Got True instead.",
        backend="loky",
        progress=True,
    ),
}
