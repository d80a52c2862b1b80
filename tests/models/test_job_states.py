"""The transitions that models/jobs/job.py draws are the ones that the database lets through."""

from itertools import product

import pytest
from sqlalchemy import func, text, update
from sqlalchemy.exc import IntegrityError

from models.ids import new_id
from models.jobs.job import FINISHED, TRANSITIONS, Job, JobState
from tests.models.rows import add_job

WAY_TO = {  # a path of allowed moves to each state
    JobState.QUEUED: [],
    JobState.RUNNING: [JobState.RUNNING],
    JobState.SUCCEEDED: [JobState.RUNNING, JobState.SUCCEEDED],
    JobState.FAILED: [JobState.RUNNING, JobState.FAILED],
    JobState.CANCELLED: [JobState.CANCELLED],
}


def move(session, job, state):
    lease = func.now() if state == JobState.RUNNING else None
    plan = new_id(0) if state == JobState.SUCCEEDED else None
    session.execute(update(Job).where(Job.id == job.id).values(state=state, lease_until=lease, plan_id=plan))


@pytest.mark.parametrize(("start", "goal"), [p for p in product(JobState, JobState) if p[0] != p[1]])
def test_database_allows_exactly_the_moves_of_the_table(cluster, start, goal):
    with cluster.control() as session:
        job = add_job(session)
        for state in WAY_TO[start]:
            move(session, job, state)
    if goal in TRANSITIONS[start]:
        with cluster.write(job.id) as session:
            move(session, job, goal)
    else:
        with pytest.raises(IntegrityError, match="a job cannot move"), cluster.write(job.id) as session:
            move(session, job, goal)


def test_only_a_failed_job_leaves_a_finished_state():
    assert {state for state in FINISHED if TRANSITIONS[state]} == {JobState.FAILED}


def test_unknown_state_is_refused_by_the_database(cluster):
    with cluster.control() as session:
        job = add_job(session)
    with pytest.raises(IntegrityError), cluster.write(job.id) as session:
        session.execute(text("UPDATE job SET state = 'lost' WHERE id = :id"), {"id": job.id})
