"""A member's response to training: belief, fit, forecast."""

from planners.workout.response.fit import Logged, Response, fit_response
from planners.workout.response.forecast import Forecast, forecast
from planners.workout.response.model import dose
from planners.workout.response.priors import Family, Prior, ceiling, family_of, prior_for

__all__ = [
    "Family",
    "Forecast",
    "Logged",
    "Prior",
    "Response",
    "ceiling",
    "dose",
    "family_of",
    "fit_response",
    "forecast",
    "prior_for",
]
