"""Bad inputs as data: what is called, and the whole text of the error."""

from bad_inputs.conflicts import CONFLICTS
from bad_inputs.displays import DISPLAYS
from bad_inputs.features import FEATURES
from bad_inputs.functions import FUNCTIONS
from bad_inputs.objects import OBJECTS, SETTINGS
from bad_inputs.parameters import PARAMETERS
from bad_inputs.prediction import PREDICTION
from bad_inputs.resuming import RESUMING
from bad_inputs.shapes import SHAPES
from bad_inputs.targets import TARGETS
from bad_inputs.together import TOGETHER
from bad_inputs.validation import VALIDATION
from bad_inputs.weights import WEIGHTS

ESTIMATOR_CALLS = {
    "features": FEATURES,
    "shapes": SHAPES,
    "targets": TARGETS,
    "weights": WEIGHTS,
    "parameters": PARAMETERS,
    "conflicts": CONFLICTS,
    "objects": OBJECTS,
    "resuming": RESUMING,
    "validation": VALIDATION,
    "prediction": PREDICTION,
}
FUNCTION_CALLS = {**TOGETHER, **FUNCTIONS, **DISPLAYS}
PARAMETER_CALLS = SETTINGS
