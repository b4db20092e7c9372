"""How far a search is: what is counted while networks are trained, and the bar that shows it."""

import io
import os
import re
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from joblib import Parallel, delayed, parallel_config
from programs import printed_by
from sklearn.datasets import load_iris
from sklearn.exceptions import FitFailedWarning
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.model_selection import GridSearchCV, HalvingGridSearchCV, cross_val_score
from sklearn.preprocessing import scale

from sklearn_deepmlp import DeepMLPClassifier, fit_together
from sklearn_deepmlp._together.progress import Counts, Progress, counted_by
from sklearn_deepmlp.activations import ReLU

X, Y = load_iris(return_X_y=True)
X = scale(X)
ALPHAS = {"alpha": [0.0, 0.1]}


def net(**params):
    defaults = {"hidden_layer_sizes": (4,), "max_iter": 5, "random_state": 0}
    return DeepMLPClassifier(**(defaults | params))


def n_networks(report):
    return sum(len(stack.members) for stack in report.stacks) + len(report.separate)


# --- What is counted


class Sampled(Progress):
    """Remembers the numbers at each change."""

    def __init__(self):
        self.seen = []
        super().__init__()

    def __setattr__(self, name, value):
        super().__setattr__(name, value)
        if isinstance(value, Counts):
            self.seen.append(value)


def counted(run):
    """Run within `fit_together`; return the counts at the end, the samples and the report."""
    progress = Sampled()
    with counted_by(progress), fit_together() as report:
        run()
    for counts in progress.seen:
        assert min(counts) >= 0
        assert counts.n_epochs_done <= counts.n_epochs
    return progress.counts(), progress.seen, report


def search(estimator=None, grid=ALPHAS, **params):
    return GridSearchCV(estimator or net(), grid, cv=3, **params).fit(X, Y)


def halving():
    HalvingGridSearchCV(
        net(), {"alpha": [0.0, 0.1, 1.0, 3.0]}, cv=3, random_state=0, min_resources=40
    ).fit(X, Y)


def nested():
    cross_val_score(GridSearchCV(net(), ALPHAS, cv=3, n_jobs=-1), X, Y, cv=3)


def by_name():
    with parallel_config(backend="fit_together"):
        cross_val_score(net(), X, Y, cv=3)


def within_another_context():
    with fit_together(memory_budget=1):
        cross_val_score(net(), X, Y, cv=3)


def within_tasks():
    Parallel()(delayed(within_another_context)() for _ in range(2))


def in_threads():
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda seed: net(random_state=seed).fit(X, Y), range(8)))


def threads_of_tasks():
    Parallel()(delayed(in_threads)() for _ in range(2))


# What to run, and how many networks and epochs it takes.
RUNS = {
    "a search and its refit": (search, 7, 35),
    "a direct fit": (lambda: net().fit(X, Y), 1, 5),
    "n_jobs=1": (lambda: search(n_jobs=1), 7, 35),
    "lbfgs": (lambda: search(net(solver="lbfgs", tol=0.1, max_iter=300)), 7, 2100),
    "early stopping": (
        lambda: search(net(early_stopping=True, n_iter_no_change=1, tol=1.0, max_iter=50)), 7, 350,
    ),
    "unequal networks": (lambda: search(grid={"max_iter": [2, 9]}, refit=False), 6, 33),
    "two shapes": (
        lambda: search(grid={"hidden_layer_sizes": [(3,), (4,)]}, refit=False), 6, 30,
    ),
    "a search by halving": (halving, 19, 95),
    "nested searches": (nested, 21, 105),
    "the backend by name": (by_name, 3, 15),
    "a context within the context": (within_another_context, 3, 15),
    "contexts within tasks": (within_tasks, 6, 30),
    "threads of the caller": (in_threads, 8, 40),
    "threads of tasks": (threads_of_tasks, 16, 80),
}  # fmt: skip


@pytest.mark.parametrize("name", RUNS)
@pytest.mark.timeout(60)
def test_every_network_and_each_of_its_epochs_is_counted_once(name):
    run, n_done, n_epochs = RUNS[name]
    counts, _, report = counted(run)
    assert counts == Counts(n_done=n_done, n_epochs=n_epochs, n_epochs_done=n_epochs)
    assert n_networks(report) == n_done


def test_counts_move_while_a_stack_is_trained():
    _, seen, report = counted(lambda: search(refit=False))
    assert [len(stack.members) for stack in report.stacks] == [6]
    in_training = [counts.n_epochs_done for counts in seen if counts.n_in_training == 6]
    assert in_training == sorted(in_training)
    assert sorted(set(in_training)) == [0, 6, 12, 18, 24, 30]
    assert [counts.n_waiting for counts in seen[:7]] == [0, 1, 2, 3, 4, 5, 6]


def test_more_groups_raise_the_number_of_epochs():
    _, seen, _ = counted(halving)
    totals = [counts.n_epochs for counts in seen]
    assert totals == sorted(totals)
    assert len({counts.n_epochs for counts in seen if counts.n_in_training > 1}) == 2


nan_scores = pytest.mark.filterwarnings("ignore:One or more of the test scores are non-finite")


class FailingLate(ReLU):
    """Raises after `n_left` calls, if it has a fuse."""

    n_left = 0

    def __init__(self, fuse=0.0):
        self.fuse = fuse

    def function(self, z, *, fuse):
        if not isinstance(fuse, float) or fuse > 0:
            FailingLate.n_left -= 1
            if FailingLate.n_left < 0:
                raise RuntimeError("the fuse has burnt down")
        return super().function(z)


@nan_scores
@pytest.mark.parametrize("n_steps", [0, 7])
def test_a_stack_that_is_halved_counts_no_epoch_twice(n_steps):
    FailingLate.n_left = n_steps
    grid = {"activation": [FailingLate(0.0), FailingLate(1.0), "tanh"]}
    with pytest.warns(FitFailedWarning, match="the fuse has burnt down"):
        counts, seen, _ = counted(lambda: search(net(batch_size=50), grid, refit=False))
    assert counts == Counts(n_done=9, n_epochs=45, n_epochs_done=45)
    done = [one.n_epochs_done for one in seen]
    assert (done != sorted(done)) == (n_steps > 0)  # an attempt's epochs are taken back


@nan_scores
def test_a_network_that_fails_counts_as_done():
    def moody(net, X, y):
        if net.alpha > 0:
            raise RuntimeError("no score for a penalty")
        return net.score(X, y)

    with pytest.warns(FitFailedWarning, match="no score for a penalty"):
        counts, _, _ = counted(lambda: search(net(early_stopping=True, scoring=moody), refit=False))
    assert counts == Counts(n_done=6, n_epochs=30, n_epochs_done=30)


@nan_scores
def test_a_fit_that_is_refused_before_its_training_is_not_counted():
    with pytest.warns(FitFailedWarning, match="must be"):
        counts, _, _ = counted(lambda: search(grid={"alpha": [0.0, -1.0]}, refit=False))
    assert counts == Counts(n_done=3, n_epochs=15, n_epochs_done=15)


def test_networks_of_a_search_that_ends_early_are_forgotten():
    def run():
        grid = {"alpha": [0.0, -1.0]}
        with pytest.raises(ValueError, match="must be"):
            search(grid=grid, error_score="raise")
        search(refit=False)

    counts, _, report = counted(run)
    assert counts == Counts(n_done=6, n_epochs=30, n_epochs_done=30)
    assert n_networks(report) == 6


# --- What is shown


@pytest.fixture
def console():
    """Return what rich writes to a terminal."""
    rich = pytest.importorskip("rich")
    file = io.StringIO()
    rich.reconfigure(file=file, force_terminal=True, width=100, _environ={})
    yield file
    rich.reconfigure()


def frames(file):
    """Return the bars of a terminal as its lines of text: description and percentage."""
    text = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", file.getvalue())
    lines = re.split(r"[\r\n]+", text)
    found = [re.match(r"(Networks: .*?) *[━╸╺ ]* *(\d+)% ", line) for line in lines]
    return [(match[1], int(match[2])) for match in found if match]


def is_restored(file):
    return file.getvalue().rfind("\x1b[?25h") > file.getvalue().rfind("\x1b[?25l")


def slow(net, X, y):
    time.sleep(0.04)
    return 0.0


def test_the_bar_of_a_search_moves_with_its_epochs(console):
    with fit_together(progress=True):
        search(net(early_stopping=True, scoring=slow, max_iter=5), refit=False)
    seen = frames(console)
    percentages = [percentage for _, percentage in seen]
    assert percentages == sorted(percentages)
    assert any(0 < p < 100 for _, p in seen)
    assert ("Networks: 6 in training", percentages[len(seen) // 2]) in seen
    assert seen[-1] == ("Networks: 6 done", 100)
    assert is_restored(console)


def test_nothing_is_shown_without_being_asked_for(console, capsys):
    with fit_together():
        search()
    assert console.getvalue() == ""
    assert capsys.readouterr() == ("", "")


def test_a_context_without_networks_leaves_nothing_on_the_terminal(console):
    with fit_together(progress=True):
        pass
    erased = "\x1b[1A\x1b[2K"
    assert console.getvalue().replace(erased, "").count("\n") <= 1
    assert not frames(console)
    assert is_restored(console)


def test_a_file_gets_the_end_only(capsys):
    pytest.importorskip("rich")
    with fit_together(progress=True):
        search()
    printed = capsys.readouterr()
    assert re.fullmatch(r"Networks: 7 done ━+ 100% 0:00:\d\d\n", printed.out)
    assert printed.err == ""
    with fit_together(progress=True):
        pass
    assert capsys.readouterr().out == ""


def test_what_is_printed_meanwhile_stays(console):
    with fit_together(progress=True):
        search()
        print("the search is over")
    assert "the search is over" in console.getvalue()
    assert frames(console)[-1] == ("Networks: 7 done", 100)


def test_an_error_restores_the_terminal(console):
    def run():
        search()
        search(grid={"alpha": [-1.0]}, error_score="raise")

    before = sys.stdout, sys.stderr
    with pytest.raises(ValueError, match="must be"), fit_together(progress=True):
        run()
    assert (sys.stdout, sys.stderr) == before
    assert is_restored(console)
    assert frames(console)[-1] == ("Networks: 7 done", 100)


def test_contexts_within_a_context_share_its_bar(console):
    with fit_together(progress=True):
        Parallel()(delayed(shown_search)() for _ in range(3))
        shown_search()
        within_another_context()
    assert frames(console)[-1] == ("Networks: 27 done", 100)
    assert "\x1b[1A" not in console.getvalue()  # the cursor goes up where there are more rows


def shown_search():
    with fit_together(progress=True):
        search(n_jobs=-1, refit=False)


def test_a_bar_within_a_context_that_has_none(console):
    with fit_together():
        search()
        shown_search()
    assert frames(console)[-1] == ("Networks: 6 done", 100)


@pytest.mark.timeout(60)
def test_contexts_of_several_threads_have_a_row_each(console):
    barrier = threading.Barrier(4)

    def show(n_folds):
        with fit_together(progress=True):
            barrier.wait()
            cross_val_score(net(), X, Y, cv=n_folds)
            barrier.wait()

    threads = [threading.Thread(target=show, args=(n,)) for n in range(2, 6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    last = frames(console)
    assert {(f"Networks: {n} done", 100) for n in range(2, 6)} <= set(last)
    assert is_restored(console)


def test_the_bar_and_that_of_scikit_learn_are_shown_together(console):
    callback = pytest.importorskip("sklearn.callback", reason="came with scikit-learn 1.9")
    with fit_together(progress=True):
        model = GridSearchCV(net(), ALPHAS, cv=3).set_callbacks(callback.ProgressBar())
        model.fit(X, Y)
    assert frames(console)[-1] == ("Networks: 7 done", 100)
    assert "GridSearchCV" in console.getvalue()


@pytest.mark.parametrize("backend", ["loky", "dask", "ray"])
def test_a_bar_of_what_other_processes_train_is_refused(backend):
    with (
        pytest.raises(ValueError, match=f"'progress' .* must be False with backend='{backend}'"),
        fit_together(backend, progress=True),
    ):
        pass


def test_progress_must_be_a_bool():
    with (
        pytest.raises(ValueError, match="'progress' parameter of fit_together must be"),
        fit_together(progress="bar"),
    ):
        pass


WITHOUT_RICH = """
import sys
sys.modules["rich"] = None
from sklearn_deepmlp import fit_together
with fit_together():
    pass
try:
    with fit_together(progress=True):
        pass
except ImportError as error:
    print(error)
"""


def test_without_rich_the_error_says_what_to_install():
    expected = (
        "fit_together(progress=True) needs rich, which is not installed: pip install rich, or "
        "pip install 'sklearn-deepmlp[progress]'\n"
    )
    assert printed_by(WITHOUT_RICH) == expected


PROGRAM = """
import io, os, signal, sys, threading, warnings
import rich
from sklearn.datasets import load_iris
from sklearn.model_selection import cross_val_score
from sklearn_deepmlp import DeepMLPClassifier, fit_together
warnings.simplefilter("ignore")
X, y = load_iris(return_X_y=True)
file = io.StringIO()
rich.reconfigure(file=file, force_terminal=True, width=100)
net = DeepMLPClassifier((4,), max_iter=3, random_state=0)
"""
INTERRUPTED = (
    PROGRAM
    + """
signal.signal(signal.SIGINT, signal.default_int_handler)
endless = DeepMLPClassifier((50,), max_iter=100_000, tol=0.0, n_iter_no_change=10**6)
stdout = sys.stdout
try:
    with fit_together(progress=True):
        threading.Timer(1.0, lambda: signal.raise_signal(signal.SIGINT)).start()
        cross_val_score(endless, X, y, cv=3)
except KeyboardInterrupt:
    shown = file.getvalue()
    print(sys.stdout is stdout, shown.endswith("\\x1b[?25h"), "3 in training" in shown)
with fit_together(progress=True):
    cross_val_score(net, X, y, cv=3)
print("3 done" in file.getvalue())
"""
)


def test_ctrl_c_restores_the_terminal():
    pytest.importorskip("rich")
    assert printed_by(INTERRUPTED) == "True True True\nTrue\n"


FORKED = (
    PROGRAM
    + """
def in_a_child():
    child = os.fork()
    if child == 0:
        try:
            length = len(file.getvalue())
            net.fit(X, y)
            with fit_together(progress=True):
                cross_val_score(net, X, y, cv=3)
            assert "rich" not in type(sys.stdout).__module__
            raise RuntimeError("leaves the context")
        except RuntimeError:
            os._exit(len(file.getvalue()) - length)
    assert os.waitpid(child, 0)[1] == 0

with fit_together(progress=True):
    for _ in range(3):
        cross_val_score(net, X, y, cv=3)
        in_a_child()
print("9 done" in file.getvalue())
"""
)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="cannot fork")
def test_a_forked_child_leaves_the_terminal_to_its_parent():
    pytest.importorskip("rich")
    assert printed_by(FORKED) == "True\n"


def test_results_do_not_depend_on_the_bar(console):
    with fit_together():
        expected = search().cv_results_["mean_test_score"]
    with fit_together(progress=True):
        np.testing.assert_array_equal(search().cv_results_["mean_test_score"], expected)
