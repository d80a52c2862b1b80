"""What logged training changes in the next plan: maxima, paces, load, response."""

from planners.workout.adapt.evidence import as_of, evidence_faults
from planners.workout.adapt.learned import Learned, learn
from planners.workout.adapt.past import Past

__all__ = ["Learned", "Past", "as_of", "evidence_faults", "learn"]
