"""One chunk of a night in hand: load, look who needs a new plan, make those, save all at once.

A member whose data fails gets a reason and the others go on. A chunk that its worker cannot finish is cut in
two by whoever finds it (models/nights/bisect.py).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from models.base import Json
from models.cluster import Cluster
from models.errors import LeaseLost, ModelError
from models.jobs.progress import PLANNED
from models.nights.night import Chunk, Known, Standing, chunk_of, known, standings
from models.nights.save import NightPlan, Outcomes, save_chunk
from models.nights.tally import Tally
from models.plans.stored import packed_plan
from planners.errors import Stopped
from planners.plan import plan_json
from planners.renewal.learned import Learned
from planners.renewal.renew import Before, Renewed, likeness, renew, versions
from planners.renewal.window import window_of
from planners.spec import request_json
from workers.keeper import Held
from workers.translate import PASSING, is_refusal, job_problem

logger = logging.getLogger(__name__)

FOR_ALL: tuple[type[Exception], ...] = (Stopped, ModelError, *PASSING)
"""What is no fault of the member that was just being planned."""

Renewing = Callable[..., Renewed | None]
"""As planners.renewal.renew.renew."""


@dataclass(frozen=True, kw_only=True)
class Sorted:
    """The members of a chunk: those to look at, and how many need none."""

    looked_at: Sequence[Standing]
    skipped: int
    without: int


def run_chunk(
    cluster: Cluster, in_hand: Held, ahead_days: int, now: datetime, renewing: Renewing = renew
) -> Tally:
    """Do the chunk; a day that has begun by `now` is not planned anew.

    Raises
    ------
    LeaseLost
        When it is no longer held: nothing is written.
    Stopped
        When its deadline has passed.
    """
    with cluster.control() as session:
        chunk = chunk_of(session, in_hand.claim, now)
        found = _sort(chunk, standings(session, chunk), ahead_days)
        all_known = known(session, chunk, found.looked_at)
    all_known.sort(key=lambda k: (likeness(k.request), k.standing.member_id))
    made: list[NightPlan] = []
    unchanged: list[Standing] = []
    failed: dict[UUID, Json] = {}
    for nth, member in enumerate(all_known):
        _check(in_hand)
        try:
            renewed = _renew(member, chunk, ahead_days, in_hand, renewing)
        except FOR_ALL:
            _check(in_hand)
            raise
        except Exception as error:  # one member's fault is not the others'
            failed[member.standing.member_id] = _reason(member, chunk, error)
        else:
            if renewed is None:
                unchanged.append(member.standing)
            else:
                made.append(_night_plan(member, renewed))
        in_hand.progress = PLANNED * (nth + 1) / len(all_known)
    gone = chunk.part.members - len(found.looked_at) - found.skipped - found.without
    outcomes = Outcomes(
        made=made, unchanged=unchanged, skipped=found.skipped, without=found.without + gone, failed=failed,
        versions=versions(),
    )  # fmt: skip
    with cluster.control() as session:
        return save_chunk(session, chunk, outcomes)


def _sort(chunk: Chunk, members: Sequence[Standing], ahead_days: int) -> Sorted:
    planned = [m for m in members if m.plan_id is not None]
    looked_at = [m for m in planned if chunk.forced or not _is_as_before(m, chunk, ahead_days)]
    return Sorted(
        looked_at=looked_at, skipped=len(planned) - len(looked_at), without=len(members) - len(planned)
    )


def _is_as_before(member: Standing, chunk: Chunk, ahead_days: int) -> bool:
    """Whether a plan's inputs are those of when the night last looked, and its days reach far enough."""
    if member.plan_id is None or member.known != member.inputs(member.plan_id, versions()):
        return False
    return not window_of(member.start_date, member.days, chunk.first_day, ahead_days).next


def _renew(member: Known, chunk: Chunk, ahead_days: int, in_hand: Held, renewing: Renewing) -> Renewed | None:
    told = member.profile if member.profile_changed_at > member.asked_at else {}
    return renewing(
        Before(request=member.request, body=member.body),
        Learned(profile=told, **vars(member.logged)),
        first_day=chunk.first_day,
        ahead_days=ahead_days,
        forced=chunk.forced,
        stopped=in_hand.stopped,
    )


def _night_plan(member: Known, renewed: Renewed) -> NightPlan:
    request = request_json(renewed.request)
    packed = packed_plan(renewed.request.kind, plan_json(renewed.plan), request)
    return NightPlan(standing=member.standing, packed=packed)


def _reason(member: Known, chunk: Chunk, error: Exception) -> Json:
    if not is_refusal(error):
        told = {"action": "night.member", "member_id": member.standing.member_id, "batch_id": chunk.batch_id}
        logger.error("member %s: %r", member.standing.member_id, error, exc_info=error, extra=told)
    return job_problem(error)


def _check(in_hand: Held) -> None:
    """Go on only as long as the chunk is ours and its time is not over."""
    if in_hand.lost:
        raise LeaseLost(f"chunk {in_hand.claim.id} is no longer held")
    if in_hand.stopped():
        raise Stopped("the chunk was not finished within its deadline")
