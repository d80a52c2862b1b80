"""`reveille jobs`: dead letters, cancel, priorities, pauses, shares and quotas from the command line."""

import json
from collections.abc import Callable
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import create_engine, select

from models import migrations
from models.cluster import Cluster, dialect_url
from models.errors import ModelError
from models.jobs.job import Job, JobState
from models.jobs.queue import paused_queues
from models.jobs.queues import QueueName
from models.members.tenant import Tenant
from models.settings import Settings
from operations.cli import reveille
from operations.stack.servers import Servers
from tests.models.endings import end_in_failure, end_well, end_with_its_worker, take
from tests.models.rows import add_job

Run = Callable[..., Result]


@pytest.fixture
def jobs(settings: Settings) -> Run:
    """`reveille jobs` with these words, on the test's own database."""
    return lambda *words: CliRunner().invoke(
        reveille, ["jobs", *map(str, words)], env=settings.environment(), catch_exceptions=False
    )


def new_job(cluster: Cluster, **changes: object) -> UUID:
    with cluster.control() as session:
        return add_job(session, **changes).id


def dead_job(cluster: Cluster) -> UUID:
    job_id = new_job(cluster)
    end_in_failure(cluster, job_id)
    return job_id


def state(cluster: Cluster, job_id: UUID) -> JobState | None:
    with cluster.read(job_id) as session:
        return session.scalar(select(Job.state).where(Job.id == job_id))


def test_dead_letters_are_listed_newest_first_in_pages(jobs: Run, cluster: Cluster) -> None:
    dead = sorted((str(dead_job(cluster)) for _ in range(3)), reverse=True)
    new_job(cluster)
    first = json.loads(jobs("dead", "--json", "--limit", 2).stdout)
    second = json.loads(jobs("dead", "--json", "--limit", 2, "--before", first["next_before"]).stdout)
    assert [job["id"] for job in first["jobs"] + second["jobs"]] == dead
    assert second["next_before"] is None
    assert first["jobs"][0]["error"]["type"] == "/problems/infeasible"
    assert first["jobs"][0]["finished_at"].endswith("Z")


def test_table_of_dead_letters_tells_how_to_see_more(jobs: Run, cluster: Cluster) -> None:
    dead = sorted((str(dead_job(cluster)) for _ in range(2)), reverse=True)
    listed = jobs("dead", "--limit", 1)
    assert dead[0] in listed.stdout
    assert "infeasible" in listed.stdout
    assert listed.stderr == f"There are more: --before {dead[0]}\n"
    assert dead[1] in jobs("dead", "--before", dead[0]).stdout
    assert jobs("dead", "--kind", "workout").stdout.split() == [
        "id",
        "kind",
        "attempts",
        "finished_at",
        "error",
    ]


def test_job_is_shown_with_its_past_and_without_the_members_data(jobs: Run, cluster: Cluster) -> None:
    job_id = new_job(cluster)
    end_with_its_worker(cluster, job_id)
    jobs("retry", job_id)
    end_in_failure(cluster, job_id)
    shown = jobs("show", job_id).stdout
    for told in (str(job_id), "failed", "worker-lost: the worker that held the job", "on w", "retried by"):
        assert told in shown
    told = json.loads(jobs("show", job_id, "--json").stdout)
    assert [past["attempt"] for past in told["history"]] == [1, 1, 1]
    assert "body" not in shown + json.dumps(told)
    assert "weight" not in shown + json.dumps(told)


def test_unknown_job_is_one_sentence(jobs: Run) -> None:
    shown = jobs("show", uuid4())
    assert (shown.exit_code, shown.stdout) == (1, "")
    assert "there is no job" in shown.stderr


def test_retry_queues_what_failed_and_names_what_did_not(jobs: Run, cluster: Cluster) -> None:
    dead, done, none = dead_job(cluster), new_job(cluster), uuid4()
    end_well(cluster, done)
    retried = jobs("retry", done, dead, none)
    assert retried.exit_code == 1
    assert retried.stdout == f"{dead} is queued again\n"
    assert f"{done} is succeeded, and must be failed for that\n{none} is not there\n" in lines(retried)
    assert state(cluster, dead) == JobState.QUEUED


def lines(result: Result) -> str:
    """Standard error without the log's lines."""
    return "".join(line for line in result.stderr.splitlines(keepends=True) if not line.startswith("{"))


def test_all_dead_letters_are_retried(jobs: Run, cluster: Cluster) -> None:
    dead = {dead_job(cluster) for _ in range(3)}
    retried = jobs("retry", "--all")
    assert retried.exit_code == 0
    assert {UUID(line.split()[0]) for line in retried.stdout.splitlines()} == dead
    assert {state(cluster, job_id) for job_id in dead} == {JobState.QUEUED}
    assert jobs("retry", "--all").stdout == ""


@pytest.mark.parametrize("words", [("retry",), ("retry", "--all", uuid4()), ("drop",), ("cancel",)])
def test_command_that_names_no_jobs_is_refused(jobs: Run, words: tuple[object, ...]) -> None:
    assert jobs(*words).exit_code == 2


def test_drop_deletes_what_failed_and_leaves_a_log_line(jobs: Run, cluster: Cluster) -> None:
    dead, waiting = dead_job(cluster), new_job(cluster)
    dropped = jobs("drop", dead, waiting)
    assert (dropped.exit_code, dropped.stdout) == (1, f"{dead} is dropped\n")
    (logged,) = [json.loads(line) for line in dropped.stderr.splitlines() if line.startswith("{")]
    assert (logged["action"], logged["job_id"]) == ("job.drop", str(dead))
    assert "@" in logged["by"]
    assert (state(cluster, dead), state(cluster, waiting)) == (None, JobState.QUEUED)


def test_cancel_takes_waiting_and_running_jobs(jobs: Run, cluster: Cluster) -> None:
    waiting, running, dead = new_job(cluster), new_job(cluster), dead_job(cluster)
    take(cluster, running)
    assert jobs("cancel", waiting, running).exit_code == 0
    assert jobs("cancel", dead).exit_code == 1
    assert [state(cluster, job_id) for job_id in (waiting, running, dead)] == [
        JobState.CANCELLED, JobState.CANCELLED, JobState.FAILED,
    ]  # fmt: skip


@pytest.mark.parametrize(("to", "code"), [(-101, 2), (-100, 0), (100, 0), (101, 2)])
def test_priority_of_a_waiting_job_is_set_within_its_range(
    jobs: Run, cluster: Cluster, to: int, code: int
) -> None:
    job_id = new_job(cluster)
    assert jobs("raise", job_id, "--to", to).exit_code == code
    with cluster.read(job_id) as session:
        assert session.scalar(select(Job.priority).where(Job.id == job_id)) == (0 if code else to)


def test_pause_and_resume_are_seen_in_the_stats(jobs: Run, cluster: Cluster) -> None:
    new_job(cluster)
    dead_job(cluster)
    assert jobs("pause", "interactive", "--reason", "a bad release").exit_code == 0
    with cluster.control() as session:
        assert list(paused_queues(session)) == [QueueName.INTERACTIVE]
    rows = {row["queue"]: row for row in json.loads(jobs("stats", "--json").stdout)["queues"]}
    assert (rows["interactive"]["queued"], rows["interactive"]["dead"]) == (1, 1)
    assert (rows["interactive"]["reason"], rows["batch"]["reason"]) == ("a bad release", None)
    assert "a bad release" in jobs("stats").stdout
    assert jobs("resume", "interactive").stdout == "interactive works again\n"
    assert jobs("resume", "interactive").stdout == "interactive was not paused\n"


@pytest.mark.parametrize("words", [("pause", "night", "--reason", "x"), ("pause", "batch"), ("resume",)])
def test_pause_of_no_queue_or_for_no_reason_is_refused(jobs: Run, words: tuple[str, ...]) -> None:
    assert jobs(*words).exit_code == 2


def test_tenants_share_and_quota_are_set_and_listed(jobs: Run, cluster: Cluster) -> None:
    new_job(cluster)
    changed = jobs("tenant", "default", "--weight", 2.5, "--most-waiting", 0)
    assert changed.stdout == "default: weight is 2.5, most_waiting is 0\n"
    (row,) = json.loads(jobs("tenants", "--json").stdout)["tenants"]
    assert row == {"slug": "default", "state": "active", "weight": 2.5, "most_waiting": 0, "waiting": 1}
    assert jobs("tenant", "default", "--default-waiting").exit_code == 0
    assert jobs("tenants").stdout.splitlines()[1].split() == ["default", "active", "2.5", "-", "1"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("default", "--weight", 0.0009), 2), (("default", "--weight", 0.001), 0),
        (("default", "--weight", 1000), 0), (("default", "--weight", 1000.1), 2),
        (("default", "--weight", "nan"), 2), (("default", "--most-waiting", -1), 2),
        (("default",), 2), (("nowhere", "--weight", 1), 1),
    ],
)  # fmt: skip
def test_shares_and_quotas_have_their_ranges(
    jobs: Run, cluster: Cluster, words: tuple[object, ...], code: int
) -> None:
    assert jobs("tenant", *words).exit_code == code
    if code:
        with cluster.control() as session:
            assert session.scalars(select(Tenant.weight)).all() == [1]


def test_data_folder_leads_to_the_servers_of_its_owner(servers: Servers) -> None:
    engine = create_engine(dialect_url(servers.database_url))
    migrations.migrate(engine)
    engine.dispose()
    told = CliRunner().invoke(reveille, ["jobs", "stats", "--json", "--data", str(servers.folder.path)])
    assert [row["queue"] for row in json.loads(told.stdout)["queues"]] == list(QueueName)


def test_folder_without_a_platform_is_one_sentence_and_stays_as_it_is(tmp_path: Path) -> None:
    told = CliRunner().invoke(reveille, ["jobs", "dead", "--data", str(tmp_path / "none")])
    assert isinstance(told.exception, ModelError)
    assert "There is no platform in" in str(told.exception)
    assert not (tmp_path / "none").exists()


def test_database_of_another_version_is_one_sentence(settings: Settings, cluster: Cluster) -> None:
    with cluster.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    told = CliRunner().invoke(reveille, ["jobs", "dead"], env=settings.environment())
    assert f"is of revision 0001 and this version needs {migrations.head()}" in str(told.exception)
