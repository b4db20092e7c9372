"""Candidates of a search compared: the statistics, what is read of the search, what is told."""

import pickle
import sys
from html.parser import HTMLParser
from itertools import zip_longest

import numpy as np
import pytest
from scipy import stats
from sklearn.datasets import load_iris, make_classification
from sklearn.dummy import DummyClassifier
from sklearn.exceptions import NotFittedError
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.model_selection import (
    GridSearchCV,
    GroupKFold,
    GroupShuffleSplit,
    HalvingGridSearchCV,
    KFold,
    LeaveOneGroupOut,
    LeaveOneOut,
    PredefinedSplit,
    RandomizedSearchCV,
    RepeatedStratifiedKFold,
    ShuffleSplit,
    StratifiedKFold,
    StratifiedShuffleSplit,
    TimeSeriesSplit,
)
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_deepmlp import compare_candidates
from sklearn_deepmlp._comparison.mean_difference import MeanDifference, holm

X, Y = load_iris(return_X_y=True)
NEIGHBORS = {"n_neighbors": [1, 20, 40]}


class ScoredAs(DummyClassifier):
    """A classifier whose scores in each split are listed by its name; None fails."""

    def __init__(self, table=None, name="", group=""):
        super().__init__()
        self.table = table
        self.name = name
        self.group = group

    def fit(self, X, y):
        self.scores_ = self.table[self.name]
        if self.scores_ is None:
            raise ValueError("a fit that fails")
        self.split_ = int(X[0, 0])
        return super().fit(X, y)

    def score(self, X, y):
        return self.scores_[self.split_]


def search_with(groups="", **table):
    """Return a fitted search whose candidates have the given scores in each split."""
    n_splits = len(next(scores for scores in table.values() if scores is not None))
    rows = np.arange(5 * n_splits)
    cv = [(np.repeat(split, 4), np.full(1, split)) for split in range(n_splits)]
    grid = [
        {"name": [name], **({"group": [group]} if group else {})}
        for name, group in zip_longest(table, groups)
    ]
    search = GridSearchCV(ScoredAs(table), grid, cv=cv, refit=False)
    return search.fit(rows[:, None], rows % 2)


def neighbors(grid=None, **params):
    return GridSearchCV(KNeighborsClassifier(), grid or NEIGHBORS, **params).fit(X, Y)


class TestStatistics:
    def test_formula_of_nadeau_and_bengio(self):
        differences = np.array([0.02, 0.05, -0.01, 0.03, 0.04])
        n_train, n_test = 90, 10
        # their equation: J = 5 splits, variance (1/J + n2/n1) s²
        t = 0.026 / np.sqrt((1 / 5 + 10 / 90) * 0.00053)
        difference = MeanDifference.of(differences[None], n_test / n_train)
        assert differences.var(ddof=1) == pytest.approx(0.00053)
        assert difference.statistic == pytest.approx(t)
        assert difference.p_value == pytest.approx(2 * stats.t(4).sf(t))

    def test_without_shared_rows_it_is_the_paired_t_test(self):
        first, second = np.random.default_rng(0).normal(size=(2, 8))
        difference = MeanDifference.of((first - second)[None], ratio=0.0)
        expected = stats.ttest_rel(first, second)
        assert difference.statistic == pytest.approx(expected.statistic)
        assert difference.p_value == pytest.approx(expected.pvalue)

    def test_posterior_probabilities_are_those_of_draws_from_its_student_distribution(self):
        differences = np.array([[0.02, 0.05, -0.01, 0.03, 0.04]])
        correlation = 0.2  # n_test / n, with which Benavoli et al. write the variance
        scale = np.sqrt((1 / 5 + correlation / (1 - correlation)) * differences.var(ddof=1))
        draws = 0.026 + scale * np.random.default_rng(0).standard_t(4, size=400_000)
        difference = MeanDifference.of(differences, ratio=0.25)
        assert difference.probability_above(0.01) == pytest.approx((draws > 0.01).mean(), abs=3e-3)
        assert difference.probability_below(-0.01) == pytest.approx(
            (draws < -0.01).mean(), abs=3e-3
        )

    def test_holm_rejects_what_its_steps_reject(self):
        p_values = np.array([0.013, 0.04, 0.011, 0.02])
        for level in (0.01, 0.03, 0.0439, 0.0441, 0.05, 0.2):
            rejected = np.zeros(4, dtype=bool)
            for step, index in enumerate(np.argsort(p_values)):
                if p_values[index] > level / (4 - step):
                    break
                rejected[index] = True
            assert ((holm(p_values) <= level) == rejected).all()

    def test_adjusted_p_values_are_at_most_one(self):
        assert holm(np.array([0.7, 0.9])).tolist() == [1.0, 1.0]

    def test_holm_of_one_or_none_changes_nothing(self):
        assert holm(np.array([0.3])) == [0.3]
        assert holm(np.array([])).shape == (0,)

    def test_equal_candidates_are_told_apart_about_as_often_as_the_level_says(self):
        """Nadeau and Bengio's point: the naive t-test finds differences where there are none."""
        rng = np.random.default_rng(0)
        corrected, naive = [], []
        for _ in range(300):
            differences = score_differences_of_equal_learners(rng, n_splits=15)[None]
            corrected.append(MeanDifference.of(differences, ratio=0.25).p_value[0])
            naive.append(MeanDifference.of(differences, ratio=0.0).p_value[0])
        assert np.mean(np.array(corrected) < 0.05) <= 0.07
        assert np.mean(np.array(naive) < 0.05) >= 0.2


def score_differences_of_equal_learners(rng, n_splits):
    """Return score differences of two equally good learners on random splits, 80 rows to 20.

    Each learns the means of two classes, from one of two features that tell equally much.
    """
    y = np.arange(100) % 2
    features = rng.normal(size=(2, 100)) + 0.5 * y
    differences = []
    for _ in range(n_splits):
        train, test = np.split(rng.permutation(100), [80])
        middle = [f[train][y[train] == label].mean(-1) for label in (0, 1) for f in features]
        thresholds = np.reshape(middle, (2, 2)).mean(0)
        accuracies = ((features[:, test] > thresholds[:, None]) == y[test]).mean(1)
        differences.append(accuracies[0] - accuracies[1])
    return np.array(differences)


class TestRatio:
    @pytest.mark.parametrize(
        ("cv", "ratio"),
        [
            (None, 1 / 4),
            (3, 1 / 2),
            (KFold(10), 1 / 9),
            (StratifiedKFold(4, shuffle=True, random_state=0), 1 / 3),
            (RepeatedStratifiedKFold(n_splits=5, n_repeats=2, random_state=0), 1 / 4),
            (GroupKFold(3), 1 / 2),
            (LeaveOneGroupOut(), 1 / 4),
            (ShuffleSplit(3, random_state=0), 1 / 9),
            (ShuffleSplit(3, test_size=0.25, random_state=0), 1 / 3),
            (ShuffleSplit(3, test_size=0.2, train_size=0.4, random_state=0), 1 / 2),
            (StratifiedShuffleSplit(3, train_size=0.75, random_state=0), 1 / 3),
            (GroupShuffleSplit(3, random_state=0), 1 / 4),
            (PredefinedSplit(np.repeat([-1, 0, 1], 50)), 1 / 2),
            ([(range(100), range(100, 120)), (range(50, 150), range(40))], 0.3),
            ([(np.arange(150) < 100, np.arange(150) >= 100)] * 2, 1 / 2),
        ],
        ids=str,
    )
    def test_it_is_read_from_the_splits(self, cv, ratio):
        search = GridSearchCV(KNeighborsClassifier(), {"n_neighbors": [1, 3]}, cv=cv)
        needs_groups = "Group" in type(cv).__name__
        search.fit(X, Y, groups=np.arange(150) % 5 if needs_groups else None)
        assert compare_candidates(search).split_ratio == pytest.approx(ratio, abs=1e-4)

    @pytest.mark.parametrize(
        "cv",
        [
            TimeSeriesSplit(3),
            ShuffleSplit(3, test_size=30, random_state=0),
            (pair for pair in KFold(3, shuffle=True).split(X)),
        ],
        ids=["times", "numbers of rows", "generator"],
    )
    def test_where_the_splits_do_not_tell_it_is_asked_for(self, cv):
        search = neighbors({"n_neighbors": [1, 3]}, cv=cv, error_score=0.0)
        with pytest.raises(ValueError, match=r"from cv=.* Give the 'test_fraction' parameter of"):
            compare_candidates(search)
        assert compare_candidates(search, test_fraction=0.2).split_ratio == pytest.approx(0.25)

    def test_leaving_one_row_out(self):
        search = GridSearchCV(KNeighborsClassifier(), {"n_neighbors": [1, 3]}, cv=LeaveOneOut())
        assert compare_candidates(search.fit(X[::5], Y[::5])).split_ratio == pytest.approx(1 / 29)

    def test_shuffled_splits_leave_the_random_state_of_the_user(self):
        generator = np.random.RandomState(0)
        search = neighbors(cv=ShuffleSplit(3, random_state=generator))
        before = generator.get_state()[1].copy(), np.random.get_state()[1].copy()  # noqa: NPY002
        compare_candidates(search)
        after = generator.get_state()[1], np.random.get_state()[1]  # noqa: NPY002
        np.testing.assert_array_equal(before, after)
        assert search.cv.random_state is generator

    def test_one_split_is_too_few(self):
        search = neighbors(cv=ShuffleSplit(1, random_state=0))
        with pytest.raises(ValueError, match="at least 2 splits, but the search has 1"):
            compare_candidates(search)


class TestVerdicts:
    def test_a_clear_difference_and_none(self):
        good, as_good, bad = (0.9, 0.95, 0.92, 0.93), (0.95, 0.9, 0.93, 0.91), (0.5, 0.6, 0.5, 0.55)
        comparison = compare_candidates(search_with(bad=bad, good=good, as_good=as_good))
        assert comparison.indices.tolist() == [1, 2, 0]
        assert comparison.verdicts == [
            "no detectable difference between name='good' and name='as_good'",
            "name='good' is better than name='bad'",
            "name='as_good' is better than name='bad'",
        ]
        assert (np.diff(comparison.scores.mean(1)) <= 0).all()
        assert (comparison.difference >= 0).all()

    def test_equal_scores_are_equivalent_and_not_different(self):
        comparison = compare_candidates(search_with(a=(0.9, 0.8), b=(0.9, 0.8)))
        assert comparison.p_value == [1.0]
        assert comparison.statistic == [0.0]
        assert comparison.p_equivalent == [1.0]
        assert comparison.verdicts == [
            "no detectable difference between name='a' and name='b': practically equivalent"
        ]

    def test_equal_scores_are_equivalent_without_any_rope(self):
        comparison = compare_candidates(search_with(a=(0.9, 0.8), b=(0.9, 0.8)), rope=0)
        assert comparison.p_equivalent == [1.0]

    def test_a_difference_that_never_varies_is_certain(self):
        comparison = compare_candidates(search_with(a=(1.0, 1.0), b=(0.5, 0.5)))
        assert comparison.p_value == comparison.p_worse == [0.0]
        assert comparison.p_better == [1.0]
        assert "is better than" in comparison.verdicts[0]

    def test_a_difference_that_does_not_matter(self):
        search = search_with(a=(0.9, 0.8, 0.7, 0.85), b=(0.902, 0.8021, 0.7019, 0.852))
        assert compare_candidates(search).verdicts == [
            "name='b' is better than name='a', but practically equivalent"
        ]
        assert compare_candidates(search, rope=0.001).verdicts == [
            "name='b' is better than name='a'"
        ]

    def test_probabilities_sum_to_one(self):
        comparison = compare_candidates(neighbors())
        total = comparison.p_better + comparison.p_equivalent + comparison.p_worse
        np.testing.assert_allclose(total, 1.0)

    def test_no_probability_is_negative(self):
        scores = np.random.default_rng(0).normal(size=(40, 4))
        search = search_with(**{f"number {i}": tuple(row) for i, row in enumerate(scores)})
        assert compare_candidates(search, rope=0.0).p_equivalent.min() == 0

    def test_only_adjusted_p_values_detect(self):
        scores = np.random.default_rng(8).normal(size=(12, 5))
        search = search_with(**{f"number {i}": tuple(row) for i, row in enumerate(scores)})
        comparison = compare_candidates(search)
        assert comparison.p_value.min() < 0.05 < comparison.p_adjusted.min()
        assert all(verdict.startswith("no detectable") for verdict in comparison.verdicts)

    def test_a_stricter_level_detects_less(self):
        search = search_with(a=(0.9, 0.95, 0.92), b=(0.8, 0.82, 0.81))
        detected = [
            "is better than" in compare_candidates(search, significance_level=level).verdicts[0]
            for level in (0.05, 1e-6)
        ]
        assert detected == [True, False]


class TestCandidates:
    def test_one_candidate_makes_no_pair(self):
        comparison = compare_candidates(neighbors({"n_neighbors": [3]}))
        assert comparison.pairs.shape == (0, 2)
        assert comparison.verdicts == []
        assert "1 candidate compared in 0 pairs" in str(comparison)
        assert comparison.to_frame().empty

    @pytest.mark.filterwarnings("ignore::sklearn.exceptions.FitFailedWarning")
    @pytest.mark.filterwarnings("ignore:One or more of the test scores are non-finite")
    def test_failed_fits_are_named(self):
        comparison = compare_candidates(search_with(a=(0.9, 0.8), b=None, c=(0.7, 0.9)))
        assert comparison.indices.tolist() == [0, 2]
        (left_out,) = comparison.left_out
        assert left_out.index == 1
        assert left_out.candidate == "name='b'"
        assert "or the scorer failed): name='b'" in str(comparison)

    @pytest.mark.filterwarnings("ignore:One or more of the test scores are non-finite")
    def test_a_single_score_that_is_not_finite_leaves_a_candidate_out(self):
        search = search_with(a=(0.9, np.nan), b=(0.7, 0.9))
        comparison = compare_candidates(search)
        assert comparison.indices.tolist() == [1]
        assert [one.index for one in comparison.left_out] == [0]

    @pytest.mark.filterwarnings("ignore:One or more of the test scores are non-finite")
    def test_nothing_to_compare_is_told_too(self):
        comparison = compare_candidates(search_with(a=(np.nan, 0.9), b=(0.7, np.nan)))
        assert "0 candidates compared in 0 pairs" in str(comparison)
        assert len(comparison.left_out) == 2

    def test_of_a_successive_halving_the_last_iteration_is_compared(self):
        search = HalvingGridSearchCV(
            KNeighborsClassifier(), {"n_neighbors": [1, 2, 3, 4]}, random_state=0, factor=2, cv=3
        ).fit(X, Y)
        comparison = compare_candidates(search)
        last = search.cv_results_["iter"] == search.n_iterations_ - 1
        assert sorted(comparison.indices) == np.flatnonzero(last).tolist()
        assert "scored in an earlier iteration, with fewer resources" in str(comparison)

    def test_the_best_of_each_value_is_one_of_the_last_iteration(self):
        grid = {"n_neighbors": [1, 3, 5, 7, 9], "weights": ["uniform", "distance"]}
        search = HalvingGridSearchCV(
            KNeighborsClassifier(), grid, random_state=0, factor=2, cv=3, max_resources=60
        ).fit(X, Y)
        comparison = compare_candidates(search, best_of_each="weights")
        table = search.cv_results_
        last = table["iter"] == search.n_iterations_ - 1
        assert last[comparison.indices].all()
        assert len(comparison.indices) == len(set(table["param_weights"][last]))

    def test_the_best_of_each_value(self):
        search = search_with("aabb", a=(0.1, 0.2), b=(0.9, 0.8), c=(0.5, 0.4), d=(0.3, 0.4))
        comparison = compare_candidates(search, best_of_each="group")
        assert comparison.indices.tolist() == [1, 2]
        assert [one.index for one in comparison.left_out] == [0, 3]
        assert "another candidate with the same value of 'group'" in comparison.left_out[0].reason

    @pytest.mark.filterwarnings("ignore:One or more of the test scores are non-finite")
    def test_the_best_of_each_value_is_one_that_can_be_compared(self):
        search = search_with("aab", a=(0.1, 0.2), b=(0.9, np.nan), c=(0.5, 0.4))
        comparison = compare_candidates(search, best_of_each="group")
        assert comparison.indices.tolist() == [2, 0]

    def test_a_grid_that_leaves_a_parameter_out_has_its_default(self):
        model = make_pipeline(StandardScaler(), KNeighborsClassifier(n_neighbors=3))
        grid = [
            {"kneighborsclassifier__n_neighbors": [1, 3]},
            {"kneighborsclassifier__weights": ["distance"]},
        ]
        search = GridSearchCV(model, grid).fit(X, Y)
        comparison = compare_candidates(search, best_of_each="kneighborsclassifier__n_neighbors")
        assert len(comparison.candidates) == 2

    def test_names_are_the_parameters_that_differ_without_common_steps(self):
        model = make_pipeline(StandardScaler(), KNeighborsClassifier())
        grid = {f"kneighborsclassifier__{name}": values for name, values in NEIGHBORS.items()}
        grid["kneighborsclassifier__weights"] = ["distance"]
        comparison = compare_candidates(GridSearchCV(model, grid).fit(X, Y))
        assert sorted(comparison.candidates) == [
            "n_neighbors=1",
            "n_neighbors=20",
            "n_neighbors=40",
        ]

    def test_names_of_several_parameters_are_in_parentheses(self):
        grid = {"n_neighbors": [1, 20], "weights": ["uniform", "distance"]}
        comparison = compare_candidates(neighbors(grid))
        assert "(n_neighbors=20, weights='distance')" in comparison.candidates

    def test_names_have_plain_numbers(self):
        comparison = compare_candidates(neighbors({"n_neighbors": np.array([1, 20])}))
        assert sorted(comparison.candidates) == ["n_neighbors=1", "n_neighbors=20"]

    def test_many_candidates(self):
        scores = np.random.default_rng(0).normal(size=(60, 3))
        search = search_with(**{f"number {i}": tuple(row) for i, row in enumerate(scores)})
        comparison = compare_candidates(search)
        assert len(comparison.to_frame()) == 60 * 59 // 2
        assert str(comparison).count("no detectable difference") == 50
        assert "Not shown: 10 candidates and 1720 pairs, see to_frame()" in str(comparison)

    def test_a_randomized_search_with_two_splits(self):
        search = RandomizedSearchCV(
            KNeighborsClassifier(), {"n_neighbors": range(1, 9)}, n_iter=3, cv=2, random_state=0
        ).fit(X, Y)
        comparison = compare_candidates(search)
        assert comparison.scores.shape == (3, 2)
        assert np.isfinite(comparison.p_value).all()


class TestMetrics:
    SCORING = ("accuracy", "f1_macro")

    def test_the_metric_of_refit_is_the_default(self):
        search = neighbors(scoring=self.SCORING, refit="f1_macro")
        assert compare_candidates(search).metric == "f1_macro"
        assert compare_candidates(search, metric="accuracy").metric == "accuracy"

    def test_without_refit_the_metric_is_asked_for(self):
        search = neighbors(scoring=self.SCORING, refit=False)
        with pytest.raises(
            ValueError, match=r"'metric' parameter .* metrics, 'accuracy', 'f1_macro'\. Got None"
        ):
            compare_candidates(search)

    def test_an_unknown_metric(self):
        with pytest.raises(ValueError, match=r"one of the search's metrics, 'score'\. Got 'f1'"):
            compare_candidates(neighbors(), metric="f1")

    def test_a_metric_whose_name_begins_like_another(self):
        scoring = {"score": "accuracy", "score_2": "f1_macro"}
        search = neighbors(scoring=scoring, refit="score", cv=4)
        assert compare_candidates(search).scores.shape == (3, 4)


class TestErrors:
    def test_a_search_that_is_not_fitted(self):
        with pytest.raises(NotFittedError, match="GridSearchCV instance is not fitted yet"):
            compare_candidates(GridSearchCV(KNeighborsClassifier(), NEIGHBORS))

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("rope", -0.1),
            ("significance_level", 1.0),
            ("test_fraction", 1.0),
            ("metric", 3),
            ("best_of_each", 3),
        ],
    )
    def test_parameters(self, name, value):
        with pytest.raises(ValueError, match=f"The '{name}' parameter of compare_candidates must"):
            compare_candidates(neighbors(), **{name: value})

    def test_a_parameter_that_the_search_does_not_vary(self):
        with pytest.raises(
            ValueError,
            match=r"'best_of_each' parameter of compare_candidates .* 'n_neighbors'\. Got 'weight",
        ):
            compare_candidates(neighbors(), best_of_each="weights")


class Cells(HTMLParser):
    """Collects the texts of the cells of HTML tables."""

    def __init__(self, html):
        super().__init__()
        self.cells, self.tags = [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)

    def handle_data(self, data):
        self.cells.append(data)


@pytest.fixture(scope="module")
def comparison():
    return compare_candidates(neighbors())


class TestReport:
    def test_the_text_has_a_line_for_each_candidate_and_pair(self, comparison):
        text = str(comparison)
        for name, mean in zip(comparison.candidates, comparison.scores.mean(1), strict=True):
            assert any(
                line.startswith(f"{name} ") and f"{mean:.4f}" in line for line in text.split("\n")
            )
        lines = [line[57:] if line.startswith(" ") else line for line in text.splitlines()]
        words = " ".join(" ".join(lines).split())
        assert all(verdict in words for verdict in comparison.verdicts)
        assert repr(comparison) == text

    def test_detected_differences_come_first(self):
        search = search_with(a=(0.9, 0.91), b=(0.9, 0.92), c=(0.1, 0.11))
        comparison = compare_candidates(search)
        assert [verdict.split()[0] for verdict in comparison.verdicts] == [
            "no",
            "name='b'",
            "name='a'",
        ]
        text = str(comparison)
        assert "A difference is detected in 2 of 3 pairs\n" in text
        assert text.index("is better") < text.index("no detectable")
        html = comparison._repr_html_()
        assert "detected in 2 of 3 pairs" in html
        assert html.index("is better") < html.index("no detectable")

    def test_lines_are_short_and_lose_no_words(self):
        names = {f"a candidate with a long name of {i} words": (0.9, 0.8) for i in range(3)}
        text = str(compare_candidates(search_with(**names)))
        assert max(map(len, text.splitlines())) <= 100
        verdicts = " ".join(line[57:] for line in text.splitlines() if line.startswith(" "))
        for name in names:
            assert f"name='{name}'" in " ".join(verdicts.split())

    def test_only_pairs_are_not_shown(self):
        scores = np.random.default_rng(0).normal(size=(12, 3))
        search = search_with(**{f"number {i}": tuple(row) for i, row in enumerate(scores)})
        assert str(compare_candidates(search)).endswith("Not shown: 16 pairs, see to_frame()")

    def test_html_says_the_same(self, comparison):
        html = Cells(comparison._repr_html_())
        assert set(comparison.verdicts) <= set(html.cells)
        assert set(comparison.candidates) <= set(html.cells)
        assert html.tags.count("table") == 2

    def test_html_escapes_names(self):
        search = search_with(**{"<b>": (0.9, 0.8), "&": (0.7, 0.8)})
        html = compare_candidates(search)._repr_html_()
        assert "<b>" not in html
        assert "&lt;b&gt;" in html

    def test_a_frame_has_the_numbers_of_each_pair(self, comparison):
        frame = comparison.to_frame()
        assert frame["verdict"].tolist() == comparison.verdicts
        np.testing.assert_array_equal(frame["p_adjusted"], comparison.p_adjusted)
        first = [comparison.candidates[pair[0]] for pair in comparison.pairs]
        assert frame["first"].tolist() == first

    def test_a_frame_needs_pandas(self, comparison, monkeypatch):
        monkeypatch.setitem(sys.modules, "pandas", None)
        with pytest.raises(ImportError, match=r"to_frame needs pandas.*: pip install pandas"):
            comparison.to_frame()

    def test_it_is_pickled(self, comparison):
        assert str(pickle.loads(pickle.dumps(comparison))) == str(comparison)


def test_real_differences_are_found():
    X, y = make_classification(600, n_informative=6, n_clusters_per_class=1, random_state=0)
    grid = {"n_neighbors": [5, 500]}  # the latter is close to predicting one class
    comparison = compare_candidates(GridSearchCV(KNeighborsClassifier(), grid, cv=10).fit(X, y))
    assert comparison.candidates[0] == "n_neighbors=5"
    assert comparison.p_better[0] > 0.99
    assert comparison.p_adjusted[0] < 0.01
