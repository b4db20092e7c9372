"""All checks, in the order of their codes."""

from sklearn_deepmlp._diagnosis import data, duration, gradients, learned, learning_rate, units

CHECKS = tuple(
    sorted(
        (
            *gradients.CHECKS,
            *units.CHECKS,
            *learned.CHECKS,
            *learning_rate.CHECKS,
            *data.CHECKS,
            *duration.CHECKS,
        ),
        key=lambda check: check.code,
    )
)
