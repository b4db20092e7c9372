"""What an import and a fit do to the process around them: nothing that is seen."""

import io
import os
import signal
import sys
import tempfile
import threading
import warnings
from contextlib import contextmanager, redirect_stdout
from importlib import import_module
from pathlib import Path

import skorch  # noqa: F401
import torch  # noqa: F401
from joblib import Parallel
from settings import unchanged

warnings.simplefilter("ignore")
Parallel()  # each one, whatever it runs, settles the start method of multiprocessing


@contextmanager
def written():
    """Catch what is written to the files of standard output and error, by whatever library."""
    caught = {}
    with tempfile.TemporaryDirectory() as folder:
        files = {n: Path(folder, str(n)).open("w+") for n in (1, 2)}  # noqa: SIM115
        before = {n: os.dup(n) for n in files}
        sys.stdout.flush()
        for n, file in files.items():
            os.dup2(file.fileno(), n)
        try:
            yield caught
        finally:
            sys.stdout.flush()
            for n, file in files.items():
                os.dup2(before[n], n)
                os.close(before[n])
                caught[n] = Path(file.name).read_text(encoding="utf-8")
                file.close()


def import_of_the_package():
    assert "sklearn_deepmlp" not in sys.modules
    with unchanged(), written() as caught:
        import_module("sklearn_deepmlp")
    assert caught == {1: "", 2: ""}


def work_of_all_kinds():
    """Yield calls by their names, some of which fail."""
    from fitted import X, Y, make_net, raised_by
    from sklearn.model_selection import GridSearchCV

    from sklearn_deepmlp import DeepMLPRegressor, fit_together

    def failing_score(net, X, y):
        raise OSError

    def interrupted():
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        endless = make_net(max_iter=10**6, tol=0.0, n_iter_no_change=10**7)
        timer = threading.Timer(0.2, signal.raise_signal, [signal.SIGINT])
        timer.start()
        raised_by(KeyboardInterrupt, endless.fit, X, Y)
        timer.join()
        signal.signal(signal.SIGINT, before)

    def together():
        with fit_together():
            GridSearchCV(make_net(), {"alpha": [0.0, 0.1]}, cv=2).fit(X, Y)

    net = make_net().fit(X, Y)
    broken = make_net(early_stopping=True, scoring=failing_score)
    yield "fit", lambda: make_net(dropout=0.2, normalization="batch").fit(X, Y)
    yield "L-BFGS", lambda: make_net(solver="lbfgs").fit(X, Y)
    yield "partial_fit", lambda: net.partial_fit(X, Y)
    yield "prediction", lambda: net.predict_proba(X)
    yield "regression", lambda: DeepMLPRegressor((4,), max_iter=2, random_state=0).fit(X, X[:, 0])
    yield "failure", lambda: raised_by(OSError, broken.fit, X, Y)
    yield "wrong data", lambda: raised_by(ValueError, net.fit, X[:3], Y)
    yield "interruption", interrupted
    yield "search", together


def nothing_is_printed_and_no_setting_changes():
    for name, work in work_of_all_kinds():
        with written() as caught, unchanged():
            work()
        assert caught == {1: "", 2: ""}, (name, caught)


def verbose_prints_to_standard_output_only():
    from fitted import X, Y, make_net

    with written() as caught:
        make_net(verbose=True).fit(X, Y)
    assert caught[2] == ""
    assert "loss" in caught[1]
    lines = io.StringIO()
    with written() as caught, redirect_stdout(lines):
        make_net(verbose=True).fit(X, Y)
    assert caught == {1: "", 2: ""}
    assert "loss" in lines.getvalue()
