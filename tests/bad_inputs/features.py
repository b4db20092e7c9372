"""Features that cannot be used."""

import numpy as np
import pandas as pd
import polars as pl
from scipy.sparse import csr_array

from bad_inputs.cases import PER_FOLD, Bad, N, X, missing, spoiled
from sklearn_deepmlp import DivergenceError

FRAME = pd.DataFrame(X, columns=["age", "income", "height", "weight"])
WORDS = FRAME.assign(height=["tall", "small"] * (N // 2))
CATEGORIES = FRAME.assign(height=pd.Categorical(["tall", "small"] * (N // 2)))
DATES = FRAME.assign(income=pd.date_range("2020-01-01", periods=N))
DURATIONS = FRAME.assign(income=pd.to_timedelta(range(N), unit="D"))
MISSING = FRAME.assign(income=pd.array([1, None] * (N // 2), dtype="Int64"))
HOLES = FRAME.mask(FRAME.iloc[5, 2] == FRAME)
DECIMALS = FRAME.assign(income=spoiled(FRAME["income"], 1e60))
FLOAT32 = {"dtype": "float32"}

FEATURES = {
    "NaN in X": Bad(missing("X", "Row 1 of feature 1 holds nan."), {"X": spoiled(X, np.nan)}),
    "infinity in X": Bad(
        "Input X contains infinity or a value too large for dtype('float64').\n"
        f"Row 1 of feature 1 holds inf. {PER_FOLD}",
        {"X": spoiled(X, np.inf)},
    ),
    "minus infinity in X": Bad(
        "Input X contains infinity or a value too large for dtype('float64').\n"
        f"Row 1 of feature 1 holds -inf. {PER_FOLD}",
        {"X": spoiled(X, -np.inf)},
    ),
    "NaN in float32 X": Bad(
        missing("X", "Row 1 of feature 1 holds nan."), {"X": spoiled(X, np.nan).astype(np.float32)}
    ),
    "NaN in a frame": Bad(missing("X", "Row 5 of feature 'height' holds nan."), {"X": HOLES}),
    "missing integer in a frame": Bad(
        missing("X", "Row 1 of feature 'income' holds nan."), {"X": MISSING}
    ),
    "NaN in a polars frame": Bad(
        missing("X", "Row 1 of feature 'column_1' holds nan."),
        {"X": pl.DataFrame(spoiled(X, np.nan))},
    ),
    "null in a polars frame": Bad(
        missing("X", "Row 1 of feature 'a' holds nan."),
        {"X": pl.DataFrame({"a": [1.0, None] * (N // 2)})},
    ),
    "NaN in sparse X": Bad(
        missing("X", "Row 1 of feature 1 holds nan."), {"X": csr_array(spoiled(X, np.nan))}
    ),
    "infinity in sparse X": Bad(
        "Input X contains infinity or a value too large for dtype('float64').\n"
        f"Row 1 of feature 1 holds inf. {PER_FOLD}",
        {"X": csr_array(spoiled(X, np.inf))},
    ),
    "NaN in a masked array": Bad(
        missing("X", "Row 1 of feature 1 holds nan."),
        {"X": np.ma.masked_invalid(spoiled(X, np.nan))},
    ),
    "words in X": Bad(
        "could not convert string to float: 'tall'. This was found in X.\n"
        "Row 0 of feature 0 holds 'tall'. Encode words as numbers, for instance with "
        "OneHotEncoder in a ColumnTransformer.",
        {"X": np.full((N, 4), "tall", dtype=object)},
    ),
    "bytes in X": Bad(
        "could not convert string to float: b'tall'. This was found in X.\n"
        f"Row 0 of feature 0 holds b'tall'. {PER_FOLD}",
        {"X": np.full((N, 4), b"tall", dtype=object)},
    ),
    "words among objects": Bad(
        "could not convert string to float: 'tall'. This was found in X.\n"
        "Row 12 of feature 0 holds 'tall'. Encode words as numbers, for instance with "
        "OneHotEncoder in a ColumnTransformer.",
        {"X": np.where(X > 2, "tall", X.astype(object))},
    ),
    "None among objects": Bad(
        missing("X", "Row 12 of feature 0 holds None."),
        {"X": np.where(X > 2, None, X.astype(object))},
    ),
    "dicts among objects": Bad(
        "float() argument must be a string or a real number, not 'dict'. This was found "
        "in X.\n"
        f"Row 0 of feature 0 holds {{}}. {PER_FOLD}",
        {"X": np.full((N, 4), {}, dtype=object)},
        error=TypeError,
    ),
    "lists among objects": Bad(
        "setting an array element with a sequence. This was found in X.\n"
        f"Row 0 of feature 0 holds [1, 2]. {PER_FOLD}",
        {"X": np.array([[[1, 2]] * 4] * N + [[[1]] * 4], dtype=object)},
    ),
    "a column of words": Bad(
        "could not convert string to float: 'tall'. This was found in X.\n"
        "Row 0 of feature 'height' holds 'tall'. Encode words as numbers, for instance "
        "with OneHotEncoder in a ColumnTransformer.",
        {"X": WORDS},
    ),
    "a column of words, and a missing number": Bad(
        "could not convert string to float: 'tall'. This was found in X.\n"
        "Row 0 of feature 'height' holds 'tall'. Encode words as numbers, for instance "
        "with OneHotEncoder in a ColumnTransformer.\n"
        f"Row 3 of feature 'age' holds nan. {PER_FOLD}",
        {"X": WORDS.mask(WORDS.iloc[3, 0] == WORDS)},
    ),
    "a column of words in polars": Bad(
        "could not convert string to float: 'tall'. This was found in X.\n"
        "Row 0 of feature 'a' holds 'tall'. Encode words as numbers, for instance with "
        "OneHotEncoder in a ColumnTransformer.",
        {"X": pl.DataFrame({"a": ["tall"] * N})},
    ),
    "a column of categories": Bad(
        "could not convert string to float: 'tall'. This was found in X.\n"
        "Row 0 of feature 'height' holds 'tall'. Encode words as numbers, for instance "
        "with OneHotEncoder in a ColumnTransformer.",
        {"X": CATEGORIES},
    ),
    "a column of dates": Bad(
        "X holds dates or durations in feature 'income'. Turn them into numbers first, "
        "for instance into days since a fixed date.",
        {"X": DATES},
        error=TypeError,
    ),
    "a column of durations": Bad(
        "X holds dates or durations in feature 'income'. Turn them into numbers first, "
        "for instance into days since a fixed date.",
        {"X": DURATIONS},
        error=TypeError,
    ),
    "a column of dates in polars": Bad(
        "X holds dates or durations in feature 'a'. Turn them into numbers first, for "
        "instance into days since a fixed date.",
        {"X": pl.DataFrame({"a": pd.date_range("2020-01-01", periods=N)})},
        error=TypeError,
    ),
    "dates in X": Bad(
        "X holds dates or durations. Turn them into numbers first, for instance into "
        "days since a fixed date.",
        {"X": np.full((N, 4), np.datetime64("2020-01-01"))},
        error=TypeError,
    ),
    "durations in X": Bad(
        "X holds dates or durations. Turn them into numbers first, for instance into "
        "days since a fixed date.",
        {"X": np.full((N, 4), np.timedelta64(1, "D"))},
        error=TypeError,
    ),
    "a column of complex numbers": Bad(
        "Complex data not supported. This was found in X.\n"
        f"Row 0 of feature 'income' holds 1j. {PER_FOLD}",
        {"X": FRAME.assign(income=1j)},
    ),
    "complex X": Bad(
        "Complex data not supported. This was found in X.\n"
        f"Row 0 of feature 0 holds (0.38266942694188455+1j). {PER_FOLD}",
        {"X": X + 1j},
    ),
    "complex sparse X": Bad(
        "Complex data not supported. This was found in X.\n"
        f"Row 0 of feature 0 holds (0.38266942694188455+1j). {PER_FOLD}",
        {"X": csr_array(X + 1j)},
    ),
    "integers beyond float64": Bad(
        "int too large to convert to float. This was found in X.\n"
        f"Row 0 of feature 0 holds 100000000000000000...0000000000000000000. {PER_FOLD}",
        {"X": np.full((N, 4), 10**400, dtype=object)},
    ),
    "mixed names of columns": Bad(
        "Feature names are only supported if all input features have string names, but "
        "your input has ['int', 'str'] as feature name / column name types. If you want "
        "feature names to be stored and validated, you must convert them all to strings, "
        "by using X.columns = X.columns.astype(str) for example. Otherwise you can "
        "remove feature / column names from your input data, or convert them all to a "
        "non-string data type.",
        {"X": FRAME.rename(columns={"age": 0})},
        error=TypeError,
    ),
    "more than float32 holds": Bad(
        "Input X contains values too large for a network of dtype float32: row 1 of "
        "feature 1 holds 1e+60. Scale the features, for instance with StandardScaler in "
        "a Pipeline.",
        {"X": spoiled(X, 1e60)},
        FLOAT32,
    ),
    "less than float32 holds": Bad(
        "Input X contains values too large for a network of dtype float32: row 1 of "
        "feature 1 holds -1e+39. Scale the features, for instance with StandardScaler in "
        "a Pipeline.",
        {"X": spoiled(X, -1e39)},
        FLOAT32,
    ),
    "more than float32 holds, in a column": Bad(
        "Input X contains values too large for a network of dtype float32: row 5 of "
        "feature 'income' holds 1e+60. Scale the features, for instance with "
        "StandardScaler in a Pipeline.",
        {"X": DECIMALS},
        FLOAT32,
    ),
    "more than float32 holds, sparse": Bad(
        "Input X contains values too large for a network of dtype float32: row 1 of "
        "feature 1 holds 1e+60. Scale the features, for instance with StandardScaler in "
        "a Pipeline.",
        {"X": csr_array(spoiled(X, 1e60))},
        FLOAT32,
    ),
    "values that break every network": Bad(
        "Solver produced non-finite parameter weights. The input data may contain large "
        "values and need to be preprocessed, or learning_rate_init=10000000000.0 is too "
        "large. sklearn_deepmlp.diagnose(error), given this error, explains what happened "
        "in which layer.",
        {"X": 1e300 * X},
        {"solver": "sgd", "learning_rate_init": 1e10},
        error=DivergenceError,
    ),
    "values that break statistics": Bad(
        "Solver produced non-finite parameter weights. The input data may contain large "
        "values and need to be preprocessed, or learning_rate_init=0.001 is too large. "
        "sklearn_deepmlp.diagnose(error), given this error, explains what happened in "
        "which layer.",
        {"X": (1e25 * X).astype(np.float32)},
        {"normalization": "batch"},
        error=DivergenceError,
    ),
}
