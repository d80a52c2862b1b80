"""What is known of the member today, for a plan that was begun with less."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from planners.workout.ability import LIFTS, tested_bases
from planners.workout.adapt.evidence import as_of, evidence_of
from planners.workout.catalog import Bools, load_catalogue
from planners.workout.prepare import Prepared
from planners.workout.resistance import growth
from planners.workout.scheme import kinds
from planners.workout.vocabulary import Basis


@dataclass(frozen=True, kw_only=True, eq=False)
class Refreshed:
    """The member now.

    Attributes
    ----------
    prepared : choices as the plan was begun with; loads, paces and present results of today.
    fresh : (n,) exercises whose maximum was logged since the first day: the growth that the plan took for
        granted in the meantime is in it already.
    """

    prepared: Prepared
    fresh: Bools

    def at(self, loading_weeks: int) -> Prepared:
        """As the weeks after so many loading weeks ask for it: they multiply by the growth till then."""
        level = self.prepared.request.level
        capacity = self.prepared.trainee.capacity.copy()
        for row in np.flatnonzero(self.fresh).tolist():
            capacity[row] /= growth(kinds()[row], level, loading_weeks)
        return replace(self.prepared, trainee=replace(self.prepared.trainee, capacity=capacity))


def refreshed(begun: Prepared, now: Prepared) -> Refreshed:
    """The member of today in the plan of then.

    Parameters
    ----------
    begun, now : from the request as it was on the first day, and as it is.
    """
    request = now.request
    first = request.start_date
    evidence = evidence_of(request)
    lived = (as_of(request) - first).days if first is not None else 0
    rows = {effort.row for effort in evidence.efforts if effort.age_days <= lived}
    since = [t for t in request.results if first is not None and t.date >= first]
    bases = {load_catalogue().bases[row] for row in rows} | {
        basis for tested in since for basis in tested_bases({tested.event: tested.result})
    }
    if bases & set(LIFTS):
        bases |= set(LIFTS)
    fresh = np.array([basis in bases - {Basis.NONE} for basis in load_catalogue().bases], dtype=np.bool_)
    ran = any(run.age_days <= lived for run in evidence.runs) or bool(since)
    capacity = np.where(fresh, now.trainee.capacity, begun.trainee.capacity)
    certain = np.where(fresh, now.trainee.certain, begun.trainee.certain)
    ability = now.ability if ran else replace(now.ability, vdot=begun.ability.vdot)
    news = bool(rows) or ran
    prepared = replace(
        begun,
        request=request,
        aim=now.aim,
        ability=ability if news else begun.ability,
        learned=now.learned if news else begun.learned,
        trainee=replace(begun.trainee, capacity=capacity, certain=certain),
    )
    return Refreshed(prepared=prepared, fresh=fresh)
