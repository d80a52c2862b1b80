"""Two hundred thousand jobs that wait slow down nothing that moves one of them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, event, select, text
from sqlalchemy.orm import Session

from models.cluster import Cluster
from models.ids import new_id
from models.jobs.cancel import cancel
from models.jobs.claim import claim, renew
from models.jobs.dead import retry
from models.jobs.enqueue import enqueue
from models.jobs.finish import Made, fail, succeed
from models.jobs.job import Job
from models.jobs.priority import set_priority
from models.jobs.progress import report, still_held
from models.jobs.queues import QueueName
from models.jobs.quota import count_waiting
from models.jobs.rescue import rescue
from models.jobs.seen import see_dead
from models.members.tenant import Tenant
from models.patience import take_all_time
from models.settings import Settings
from planners.spec import read_request
from scheduler.prune import run_once
from tests.models.endings import BODY, PROBLEM
from tests.models.rows import NUTRITION, add_job, add_member
from workers.broker import make_broker
from workers.dispatch import Dispatcher, resend

FEW, MANY = 1_000, 200_000
QUOTA = 500
SLIGHTLY = 50  # buffers: more levels of trees, a page that splits; reading a table is thousands

FILL = (
    """
    INSERT INTO job (id, tenant_id, member_id, kind, queue, request, fingerprint)
    SELECT (:prefix || substr(md5(n::text), 1, 20))::uuid, tenant_id, id, 'nutrition', 'interactive', '{}',
        sha256(n::text::bytea)
    FROM generate_series(CAST(:start AS int), CAST(:end AS int)) n
    JOIN member ON member.id = CASE n % 2 WHEN 0 THEN :one ELSE :two END
    """,
    """
    INSERT INTO outbox (job_id, tenant_id, queue, due_at)
    SELECT id, tenant_id, queue, due_at FROM job WHERE state = 'queued' ON CONFLICT DO NOTHING
    """,
    """
    INSERT INTO plan (id, tenant_id, member_id, job_id, kind, state, start_date, days, catalogue_id,
        content)
    SELECT id, tenant_id, member_id, NULL, kind, 'superseded', '2026-12-01', 7, id, ''
    FROM job WHERE state = 'queued' ON CONFLICT DO NOTHING
    """,
)

Move = Callable[[Session], object]


@contextmanager
def recorded(engine: Engine) -> Iterator[list[tuple[str, Any]]]:
    """The statements that the block sends, with their parameters."""
    sent: list[tuple[str, Any]] = []

    def note(_c: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        sent.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def explain(cluster: Cluster, statement: str, parameters: object) -> dict[str, Any]:
    """The plan of a statement and what it touched; nothing of it stays."""
    with cluster.engine.connect() as connection:
        # Said alone, a plan is of a job that does not name it yet.
        connection.exec_driver_sql("ALTER TABLE plan DISABLE TRIGGER plan_of_its_job")
        told = connection.exec_driver_sql(
            f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}", parameters
        ).scalar_one()
        connection.rollback()
    return told[0]["Plan"]


def scans(plan: dict[str, Any]) -> set[str]:
    """The tables that the plan reads from end to end."""
    here = {plan["Relation Name"]} if plan["Node Type"] == "Seq Scan" else set()
    return here.union(*(scans(below) for below in plan.get("Plans", ())))


def fill(cluster: Cluster, members: list[UUID], start: int, end: int) -> None:
    told = {"prefix": new_id(0).hex[:12], "start": start, "end": end, "one": members[0], "two": members[1]}
    with cluster.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        take_all_time(connection)
        for statement in FILL:
            connection.execute(text(statement), told)
        connection.execute(text("RESET statement_timeout"))


def tidy(cluster: Cluster) -> None:
    """Leave no dead rows and no old statistics, as autovacuum does in time."""
    with cluster.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE job, outbox, plan, member, tenant"))


def moves(cluster: Cluster, tenant_id: UUID, member_id: UUID) -> dict[str, Move]:
    """Everything that moves or reads a job while others wait, on jobs of its own."""
    asked = read_request(NUTRITION, today=date(2026, 11, 30))
    with cluster.control() as session:
        member = add_member(session)
        waiting, running, failed = (add_job(session, member, seed=n).id for n in (1, 2, 3))
        taken = claim(session, [running, failed], worker="w", lease_s=60)
        fail(session, taken[failed], PROBLEM)
    held = taken[running]
    return {
        "enqueue": lambda s: enqueue(
            s, tenant_id=tenant_id, member_id=member_id, request=asked, queue=QueueName.INTERACTIVE,
            idempotency_key="a",
        ),
        "join": lambda s: add_job(s, member, seed=1),
        "claim": lambda s: claim(s, [waiting], worker="w", lease_s=60),
        "poll": lambda s: s.scalars(select(Job).where(Job.id == waiting)).one(),
        "wait": lambda s: s.scalar(select(Job.state).where(Job.id == waiting)),
        "renew": lambda s: renew(s, [held], lease_s=60),
        "look": lambda s: still_held(s, [held]),
        "report": lambda s: report(s, [(held, 0.5)]),
        "finish": lambda s: succeed(s, [Made(held=held, body=BODY)]),
        "rescue": lambda s: rescue(s, max_attempts=5),
        "cancel": lambda s: cancel(s, waiting),
        "raise": lambda s: set_priority(s, waiting, 1),
        "quota": lambda s: count_waiting(s, tenant_id, QueueName.INTERACTIVE, QUOTA),
        "dead letters": lambda s: see_dead(s, limit=20),
        "retry": lambda s: retry(s, failed, by="op"),
    }  # fmt: skip


def services(cluster: Cluster, settings: Settings) -> dict[str, Callable[[], object]]:
    """What the relay and the scheduler do of themselves, in transactions of their own."""
    broker = make_broker(settings)
    return {
        "dispatch": Dispatcher(QueueName.INTERACTIVE, cluster, broker).run_once,
        "resend": lambda: (resend(cluster, after_s=0), broker.client.flushdb()),
        "prune": lambda: run_once(cluster, settings, datetime.now(UTC)),
    }


def measure(
    cluster: Cluster, named: dict[str, Move], own: dict[str, Callable[[], object]]
) -> dict[str, tuple[int, set[str]]]:
    """For each of them, the buffers that its statements touch and the tables they read from end to end."""
    sent: dict[str, list[tuple[str, Any]]] = {}
    tidy(cluster)
    for name, move in named.items():
        with recorded(cluster.engine) as sent[name], Session(cluster.engine) as session:
            move(session)
            session.rollback()
    for name, act in own.items():
        with recorded(cluster.engine) as sent[name]:
            act()
    tidy(cluster)
    plans = {name: [explain(cluster, *each) for each in statements] for name, statements in sent.items()}
    return {name: (sum(map(buffers, of)), set().union(*map(scans, of))) for name, of in plans.items()}


def buffers(plan: dict[str, Any]) -> int:
    return int(plan["Shared Hit Blocks"]) + int(plan["Shared Read Blocks"])


def test_every_move_costs_as_much_with_200_000_waiting_as_with_1_000(cluster, settings):
    with cluster.control() as session:
        session.add(Tenant(id=(other := new_id(0)), slug="other", name="Other"))
        session.flush()
        members = [add_member(session), add_member(session, other)]
    ids, own = [member.id for member in members], services(cluster, settings)
    fill(cluster, ids, 1, FEW)
    named = moves(cluster, members[0].tenant_id, members[0].id)
    few = measure(cluster, named, own)
    fill(cluster, ids, FEW + 1, MANY)
    many = measure(cluster, named, own)
    costs = {name: (few[name][0], many[name][0]) for name in many}
    assert {name: read for name, (_, read) in many.items() if read & {"job", "outbox", "plan"}} == {}
    assert {name: pair for name, pair in costs.items() if pair[1] > pair[0] + SLIGHTLY} == {}
