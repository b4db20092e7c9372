"""A diagnosis prints as text and shows as HTML, for a fit and for the candidates of a search."""

from dataclasses import replace

import numpy as np
import pytest
from markup import Balanced
from sklearn.datasets import load_wine
from sklearn.ensemble import BaggingClassifier
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler, scale

from sklearn_deepmlp import DeepMLPClassifier, diagnose, fit_together
from sklearn_deepmlp._diagnosis.check import CheckResult
from sklearn_deepmlp._diagnosis.diagnosis import Diagnosis
from sklearn_deepmlp._diagnosis.finding import Finding
from sklearn_deepmlp._diagnosis.search_diagnosis import CandidateDiagnosis, SearchDiagnosis

X, Y = load_wine(return_X_y=True)
X = scale(X)
FINDING = Finding(
    "DM10",
    "features not standardized",
    3,
    "The mean of feature '<b>&' is 9.",
    "Why it matters.",
    'Scale: scale="yes".',
)
CHECKS = (
    CheckResult("DM09", "learning rate too low", "passed"),
    CheckResult("DM10", "features not standardized", "found"),
    CheckResult("DM11", "target not standardized", "not applicable", "not a <regressor>"),
    CheckResult("DM12", "loss still falling", "not applicable", "not a <regressor>"),
)
SICK = Diagnosis("DeepMLPClassifier", (FINDING,), CHECKS)
HEALTHY = Diagnosis("DeepMLPClassifier", (), CHECKS[:1])


def test_text_of_a_fit():
    assert str(SICK) == (
        "DeepMLPClassifier: 1 finding\n\n"
        "DM10 features not standardized, layer 3\n"
        "  The mean of feature '<b>&' is 9.\n"
        "  Why it matters.\n"
        '  Remedy: Scale: scale="yes".\n\n'
        "Passed: DM09\n"
        "Not applicable: DM11, DM12 (not a <regressor>)"
    )
    assert str(HEALTHY) == "DeepMLPClassifier: no findings\n\nPassed: DM09"


def test_html_of_a_fit_is_escaped_and_complete():
    html = SICK._repr_html_()
    assert "<b>&" not in html
    text = " ".join(Balanced(html).texts)
    parts = [FINDING.evidence, FINDING.explanation, FINDING.remedy, "4 checks", "not a <regressor>"]
    assert all(part in text for part in parts)


SEARCH = SearchDiagnosis(
    (
        CandidateDiagnosis({"init": "<i>"}, ((SICK,), (HEALTHY,), (SICK,))),
        CandidateDiagnosis({"init": "b"}, ((HEALTHY,), (HEALTHY,), (HEALTHY,))),
        CandidateDiagnosis({"init": "c"}, ((), (), ())),
        CandidateDiagnosis({}, ((HEALTHY, SICK, SICK), (), ())),
    )
)


def test_text_of_a_search():
    blocks = str(SEARCH).split("\n\n")
    assert blocks[0] == "Findings for 2 of 4 candidates"
    assert blocks[1].splitlines()[:2] == [
        "init='<i>': 1 finding",
        "DM10 features not standardized, layer 3 (in 2 of 3 splits)",
    ]
    assert "(in 1 of 3 splits)" in blocks[2]
    assert blocks[3:] == [
        "No findings for 1 candidate: init='b'",
        "No fit is known of 1 candidate: init='c'",
    ]


def test_candidates_without_findings_are_one_short_line():
    healthy = [CandidateDiagnosis({"alpha": 0.1 * i}, ((HEALTHY,),)) for i in range(18)]
    _, line = str(SearchDiagnosis((*healthy,))).split("\n\n")
    assert line.startswith("No findings for 18 candidates: alpha=0.0; alpha=0.1; ")
    assert line.endswith(" …")
    assert len(line) <= 88


def test_html_of_a_search():
    html = SEARCH._repr_html_()
    assert "<i>" not in html
    text = " ".join(Balanced(html).texts)
    assert "(in 2 of 3 splits)" in text
    assert "No findings for 1 candidate: init='b'" in text


def search(estimator, params, **options):
    return GridSearchCV(estimator, params, cv=3, refit=False, **options)


NET = DeepMLPClassifier((15,) * 12, max_iter=80, random_state=0)


def test_a_search_that_ran_together():
    pipeline = make_pipeline(StandardScaler(), NET)
    with fit_together():
        found = search(pipeline, {"deepmlpclassifier__init": ["he_normal", "standard_normal"]})
        found.fit(X, Y)
    healthy, exploding = diagnose(found).candidates
    assert healthy.findings == ()
    assert exploding.params == {"deepmlpclassifier__init": "standard_normal"}
    assert ("DM02", 3) in [(each.finding.code, each.n_splits) for each in exploding.findings]


def test_causes_come_first_in_a_search_too():
    saturated = replace(FINDING, code="DM03", title="saturation")
    fits = tuple((Diagnosis("Net", (each,), CHECKS),) for each in (saturated, FINDING))
    candidate = CandidateDiagnosis({}, fits)
    assert [each.finding.code for each in candidate.findings] == ["DM10", "DM03"]


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.FitFailedWarning")
@pytest.mark.filterwarnings("ignore:One or more of the test scores:UserWarning")
def test_candidates_that_diverge_are_told_too():
    with fit_together():
        rates = {"learning_rate_init": [1e-2, 1e9]}
        found = search(NET.set_params(solver="sgd"), rates, error_score=np.nan).fit(X, Y)
    assert np.isnan(found.cv_results_["mean_test_score"][1])
    codes = [each.finding.code for each in diagnose(found).candidates[1].findings]
    assert "DM08" in codes


def test_networks_of_an_ensemble():
    exploding = DeepMLPClassifier((15,) * 12, init="standard_normal", max_iter=10, random_state=0)
    ensemble = BaggingClassifier(exploding, n_estimators=2, random_state=0)
    with fit_together():
        found = search(ensemble, {"max_samples": [0.5]}).fit(X, Y)
    (candidate,) = diagnose(found).candidates
    assert [len(split) for split in candidate.splits] == [2, 2, 2]
    assert candidate.findings[0].n_splits == 3


def test_a_search_that_ran_otherwise():
    found = search(DeepMLPClassifier((3,), max_iter=1), {"alpha": [0, 1]}).fit(X, Y)
    with pytest.raises(ValueError, match="The fits of this GridSearchCV are not known"):
        diagnose(found)
