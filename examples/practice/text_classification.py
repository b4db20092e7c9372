"""
Text classification
===================

A network takes the sparse matrix of a ``TfidfVectorizer`` as it is. The texts of this example are
the docstrings of scikit-learn, and the question is to which module each belongs. A linear model is
the one to beat on short texts, so ``LogisticRegression`` is cross-validated in the same way.
"""

# %%
# Texts
# -----
#
# Every public estimator and function of scikit-learn has a docstring. Only its text before the
# parameters is used, without references to modules, which would give the answer away. Modules with
# fewer than fifteen docstrings are left out.

import re
import warnings
from collections import Counter
from time import perf_counter

import matplotlib.pyplot as plt
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import ConfusionMatrixDisplay, accuracy_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.utils.discovery import all_estimators, all_functions

from sklearn_deepmlp import DeepMLPClassifier, fit_together

warnings.simplefilter("ignore", ConvergenceWarning)  # 60 epochs are enough for so few texts
GIVEAWAYS = r"Read more in the :ref:`[^`]*`\.|:\w+:`[^`]*`|sklearn\.\S+"


def text_and_module(public):
    """Return the docstring of a class or function without giveaways, and its module."""
    text = public.__doc__.split("Parameters\n")[0]
    return re.sub(GIVEAWAYS, "", text), public.__module__.split(".")[1]


documented = [public for _, public in all_estimators() + all_functions() if public.__doc__]
pairs = [text_and_module(public) for public in documented]
frequency = Counter(module for _, module in pairs)
texts, modules = zip(*[pair for pair in pairs if frequency[pair[1]] >= 15], strict=True)
print(f"{len(texts)} texts of {len(set(modules))} modules")
print(texts[0].strip())
print(modules[0])

# %%
# Two classifiers
# ---------------
#
# Word weights are tf-idf. The network has one hidden layer and drops half of its units in training,
# as there are more words than texts. The folds have different vocabularies, so their networks have
# different numbers of inputs; ``fit_together`` trains them as one stack all the same.

folds = StratifiedKFold(5, shuffle=True, random_state=0)


def predict_held_out(classifier):
    """Predict each text by a pipeline that was fitted to other folds; print the accuracy."""
    vectorizer = TfidfVectorizer(stop_words="english", sublinear_tf=True, min_df=2)
    pipeline = make_pipeline(vectorizer, classifier)
    start = perf_counter()
    predicted = cross_val_predict(pipeline, texts, modules, cv=folds)
    seconds = perf_counter() - start
    accuracy = accuracy_score(modules, predicted)
    print(f"{type(classifier).__name__}: accuracy {accuracy:.3f}, {seconds:.1f} s")
    return predicted


net = DeepMLPClassifier((64,), dropout=0.5, learning_rate_init=0.01, max_iter=60, random_state=0)
with fit_together() as report:
    predicted = predict_held_out(net)
print(report)
predict_held_out(LogisticRegression(C=10, max_iter=1000))
print(f"frequency of the most frequent module: {max(Counter(modules).values()) / len(modules):.3f}")

# %%
# Which modules are confused
# --------------------------

figure, axes = plt.subplots(figsize=(7, 6), layout="constrained")
display = ConfusionMatrixDisplay.from_predictions(
    modules, predicted, xticks_rotation="vertical", cmap="Blues", colorbar=False, ax=axes
)
for number in display.text_.flat:
    if number.get_text() == "0":
        number.set_visible(False)
axes.set_title("Modules of docstrings, held out and predicted by a network")
plt.show()

# %%
# Most texts are on the diagonal. The confusions are between related modules: "feature_selection"
# has scores that read like "metrics", and "preprocessing" has functions that read like "utils". On
# so few texts the network and the linear model are close, and the linear model is fitted in a
# fraction of the time. A network is worth its cost if it is better in a comparison like this one,
# on your own texts.
