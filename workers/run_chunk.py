"""One chunk of a night in hand: load, look who needs a new plan, make those, save all at once.

A member whose data fails gets a reason and the others go on. When the deadline passes, what is done is saved
and the others are left to another chunk. A chunk of which nothing could be done is cut in two by whoever
finds it (models/nights/bisect.py).
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
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
from planners.told import of_member, told_allergies
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


@dataclass(kw_only=True)
class Worked:
    """What has come of the members that were looked at, and who of them the deadline left over."""

    made: list[NightPlan] = field(default_factory=list)
    unchanged: list[Standing] = field(default_factory=list)
    failed: dict[UUID, Json] = field(default_factory=dict)
    left: deque[Known]

    @property
    def any(self) -> bool:
        """Whether anybody has an outcome."""
        return bool(self.made or self.unchanged or self.failed)


def run_chunk(
    cluster: Cluster, in_hand: Held, ahead_days: int, now: datetime, renewing: Renewing = renew
) -> Tally:
    """Do the chunk, or what its deadline allows of it; a day that has begun by `now` is not planned anew.

    Raises
    ------
    LeaseLost
        When it is no longer held: nothing is written.
    Stopped
        When its deadline has passed before anybody was planned.
    """
    with cluster.write(in_hand.claim.id) as session:
        chunk = chunk_of(session, in_hand.claim, now)
        found = _sort(chunk, standings(session, chunk), ahead_days)
        all_known = known(session, chunk, found.looked_at)
    all_known.sort(key=lambda k: (likeness(k.request), k.standing.member_id))
    worked = _work(all_known, chunk, ahead_days, in_hand, renewing)
    if worked.left and not worked.any:
        raise Stopped("nobody of the chunk was planned within its deadline")
    in_hand.end()  # what is done may be saved after it
    gone = chunk.part.members - len(found.looked_at) - found.skipped - found.without
    outcomes = Outcomes(
        made=worked.made, unchanged=worked.unchanged, skipped=found.skipped, without=found.without + gone,
        failed=worked.failed, left=[k.standing.member_id for k in worked.left], versions=versions(),
    )  # fmt: skip
    with cluster.write_all([in_hand.claim.id, *(k.standing.member_id for k in all_known)]) as session:
        tally = save_chunk(session, chunk, outcomes)
    if worked.left:
        told = {"action": "chunk.rest", "job_id": in_hand.claim.id, "batch_id": chunk.batch_id}
        logger.info("%d members are left to another chunk: the deadline came", len(worked.left), extra=told)
    return tally


def _work(
    members: Sequence[Known], chunk: Chunk, ahead_days: int, in_hand: Held, renewing: Renewing
) -> Worked:
    """Plan the members, one after another, until the deadline."""
    found = Worked(left=deque(members))
    while found.left and not _is_over(in_hand):
        member = found.left[0]
        try:
            renewed = _renew(member, chunk, ahead_days, in_hand, renewing)
        except FOR_ALL:
            if _is_over(in_hand):
                break
            raise
        except Exception as error:  # one member's fault is not the others'
            found.failed[member.standing.member_id] = _reason(member, chunk, error)
        else:
            if renewed is None:
                found.unchanged.append(member.standing)
            else:
                found.made.append(_night_plan(member, renewed))
        found.left.popleft()
        in_hand.progress = PLANNED * (1 - len(found.left) / len(members))
    return found


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
    return not window_of(member.start_date, member.days, member.first_day, ahead_days).next


def _renew(member: Known, chunk: Chunk, ahead_days: int, in_hand: Held, renewing: Renewing) -> Renewed | None:
    told = of_member(member.profile) if member.profile_changed_at > member.asked_at else {}
    allergies = told_allergies(member.profile)
    return renewing(
        Before(request=member.request, body=member.body),
        Learned(profile=told, allergies=allergies, **vars(member.logged)),
        first_day=member.standing.first_day,
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


def _is_over(in_hand: Held) -> bool:
    """Whether the chunk's time is over; `LeaseLost` when it is no longer ours."""
    if in_hand.lost:
        raise LeaseLost(f"chunk {in_hand.claim.id} is no longer held")
    return in_hand.stopped()
