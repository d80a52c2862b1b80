"""`reveille jobs ask`: many plans at once from a file, with each bad line told by number and pointer."""

import json
from collections.abc import Callable
from uuid import uuid4

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from models.cluster import Cluster
from models.ids import new_id
from models.jobs.enqueue_many import MOST
from models.jobs.job import Job
from models.jobs.outbox import Outbox
from models.jobs.queues import QueueName
from models.members.member import Member, profile_columns
from models.members.tenant import Tenant, TenantState
from models.settings import Settings
from operations.cli import reveille
from tests.models.rows import PROFILE, add_member

Ask = Callable[..., Result]


@pytest.fixture
def ask(settings: Settings) -> Ask:
    """`reveille jobs ask -` with these lines, texts or objects, on standard input."""

    def run(*lines: object, options: tuple[str, ...] = ()) -> Result:
        texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
        words = ["jobs", "ask", "-", *options]
        environ = settings.environment()
        return CliRunner().invoke(
            reveille, words, input="\n".join(texts), env=environ, catch_exceptions=False
        )

    return run


@pytest.fixture
def member(cluster: Cluster) -> Member:
    with cluster.control() as session:
        return add_member(session)


def line(member: Member, **changes: object) -> dict[str, object]:
    return {"member_id": str(member.id), "kind": "nutrition", "days": 1, **changes}


def jobs(cluster: Cluster) -> list[Job]:
    with cluster.control() as session:
        return list(session.scalars(select(Job).order_by(Job.id)))


def test_each_line_becomes_a_job_of_the_batch_queue_filled_from_its_members_profile(
    ask: Ask, cluster: Cluster, member: Member
) -> None:
    with cluster.control() as session:
        other = add_member(session)
    told = ask(line(member), "")
    assert (told.exit_code, told.stdout) == (0, "1 jobs asked for, 0 joined a waiting one, 0 bad lines\n")
    workout = {"member_id": str(other.id), "kind": "workout", "weeks": 2, "member": {"age_years": 41}}
    told = ask(workout, options=("--priority", "7"))
    assert (told.exit_code, told.stdout) == (0, "1 jobs asked for, 0 joined a waiting one, 0 bad lines\n")
    first, second = jobs(cluster)
    assert (first.member_id, first.queue, first.priority) == (member.id, QueueName.BATCH, 0)
    assert (second.member_id, second.tenant_id, second.priority) == (other.id, other.tenant_id, 7)
    assert {name: first.request["member"][name] for name in PROFILE} == PROFILE
    assert second.request["member"]["age_years"] == 41
    with cluster.control() as session:
        assert set(session.scalars(select(Outbox.job_id))) == {first.id, second.id}


def test_bad_lines_are_told_by_number_and_pointer_and_the_others_go_on(
    ask: Ask, cluster: Cluster, member: Member
) -> None:
    stranger = uuid4()
    told = ask(
        line(member),
        "{",
        "[]",
        {"kind": "nutrition"},
        {"member_id": "17", "kind": "nutrition"},
        {"member_id": 17, "kind": "nutrition"},
        {"member_id": str(stranger), "kind": "nutrition"},
        line(member, days=900, budget=3),
        line(member, seed=2),
    )
    assert told.exit_code == 2
    assert told.stdout == "2 jobs asked for, 0 joined a waiting one, 7 bad lines\n"
    places = [text.split(" ")[:3] for text in told.stderr.splitlines()]
    assert places == [
        ["line", "2:", "the"],
        ["line", "3:", "the"],
        ["line", "4:", "/member_id"],
        ["line", "5:", "/member_id"],
        ["line", "6:", "/member_id"],
        ["line", "7:", "/member_id"],
        ["line", "8:", "/budget"],
        ["line", "8:", "/days"],
    ]
    assert f"line 7: /member_id there is no member {stranger}\n" in told.stderr
    assert len(jobs(cluster)) == 2


def test_a_profile_that_lacks_something_is_told(ask: Ask, cluster: Cluster) -> None:
    with cluster.control() as session:
        member = add_member(session)
        told = profile_columns(session, member.tenant_id, member.id, {"sex": "female"})
        member.profile = told["profile"]
    told = ask(line(member))
    assert told.exit_code == 2
    assert "line 1: /member/age_years is required" in told.stderr


def test_members_of_a_suspended_tenant_are_refused(ask: Ask, cluster: Cluster) -> None:
    with cluster.control() as session:
        tenant = Tenant(id=new_id(0), slug="away", name="Away", state=TenantState.SUSPENDED)
        session.add(tenant)
        session.flush()
        member = add_member(session, tenant.id)
    told = ask(line(member))
    assert (told.exit_code, told.stderr) == (2, "line 1: /member_id the member's tenant is suspended\n")
    assert jobs(cluster) == []


def test_a_request_that_waits_is_joined(ask: Ask, cluster: Cluster, member: Member) -> None:
    assert ask(line(member), line(member)).stdout.startswith("1 jobs asked for, 1 joined")
    assert ask(line(member), line(member, seed=9)).stdout.startswith("1 jobs asked for, 1 joined")
    assert len(jobs(cluster)) == 2


def test_dry_run_reads_everything_and_asks_for_nothing(ask: Ask, cluster: Cluster, member: Member) -> None:
    told = ask(line(member), "{", options=("--dry-run",))
    assert told.exit_code == 2
    assert told.stdout.startswith("1 good lines, nothing asked for")
    assert jobs(cluster) == []


def test_json_tells_the_same(ask: Ask, member: Member) -> None:
    told = ask(line(member), "{", options=("--json",))
    assert json.loads(told.stdout) == {
        "asked": 1,
        "joined": 0,
        "refused": [{"line": 2, "pointer": "", "detail": json.loads(told.stdout)["refused"][0]["detail"]}],
        "dry_run": False,
    }


def test_a_file_longer_than_one_statement_takes_is_asked_for_whole(
    ask: Ask, cluster: Cluster, member: Member
) -> None:
    told = ask(*(line(member, seed=n) for n in range(MOST)), "{", line(member, seed=MOST))
    assert told.stdout == f"{MOST + 1} jobs asked for, 0 joined a waiting one, 1 bad lines\n"
    assert f"line {MOST + 1}: the line is not JSON" in told.stderr
    assert len(jobs(cluster)) == MOST + 1
