"""A database that is away: a plain sentence for everybody, the driver's words for operators alone."""

import threading
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DataError
from sqlalchemy.orm import Session

from models.cluster import Cluster, database_away
from models.errors import Disturbed, Unavailable
from models.members.member import Member
from models.settings import Settings
from tests.models.rows import add_member

AWAY = "postgresql://nobody:secret@/none?host=/nowhere/at/all"
NO_ROW = UUID(int=0)


def faults() -> list[Unavailable]:
    away = Cluster(Settings(database_url=AWAY), name="test")
    caught = []
    for session in (lambda: away.read(NO_ROW), lambda: away.write(NO_ROW), away.control):
        with pytest.raises(Unavailable) as told, session() as opened:
            opened.execute(text("SELECT 1"))
        caught.append(told.value)
    with pytest.raises(Unavailable) as told:
        away.listen("channel")
    return [*caught, told.value]


def test_the_sentence_names_no_server_and_no_path() -> None:
    assert {str(fault) for fault in faults()} == {"the database does not answer at the moment; try again"}


def test_the_cause_is_one_line_with_the_address_and_without_the_password() -> None:
    for fault in faults():
        assert fault.cause.startswith("PostgreSQL does not answer: ")
        assert "/nowhere/at/all" in fault.cause
        assert "secret" not in fault.cause
        assert "\n" not in fault.cause


def test_a_driver_without_words_is_named_by_its_error() -> None:
    assert database_away(psycopg.OperationalError("")).cause == "PostgreSQL does not answer: OperationalError"


def test_a_deadlock_is_told_as_one_and_may_be_tried_again(cluster: Cluster) -> None:
    met, told = threading.Barrier(2), []

    def take(first: UUID, second: UUID) -> None:
        try:
            with cluster.control() as session:
                lock(session, first)
                met.wait(20)
                lock(session, second)
        except Disturbed as error:
            told.append(error)

    with cluster.control() as session:
        ids = [add_member(session).id for _ in range(2)]
    threads = [threading.Thread(target=take, args=order) for order in (ids, ids[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (error,) = told
    assert str(error) == "somebody else changed the same rows at this moment; try again"
    assert "deadlock detected" in error.cause
    assert not error.permanent


def test_a_change_that_came_first_is_told_as_one(cluster: Cluster) -> None:
    with cluster.control() as session:
        member_id = add_member(session).id
    with pytest.raises(Disturbed), cluster.control() as late:
        late.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        late.execute(text("SELECT 1"))
        with cluster.control() as early:
            early.execute(update(Member).values(version=2))
        lock(late, member_id)


def lock(session: Session, member_id: UUID) -> None:
    session.execute(select(Member.id).where(Member.id == member_id).with_for_update())


def test_a_workers_silent_transaction_is_ended_and_its_locks_are_free(
    settings: Settings, cluster: Cluster
) -> None:
    with cluster.control() as session:
        member_id = add_member(session).id
    worker = Cluster(settings, name="worker", idle_s=0.2)
    with pytest.raises(Unavailable) as told, worker.control() as silent:
        lock(silent, member_id)
        with cluster.control() as other:
            lock(other, member_id)  # waits until the server has ended the other transaction
        lock(silent, member_id)
    assert str(told.value) == "the database does not answer at the moment; try again"
    with worker.control() as again:
        lock(again, member_id)
    worker.close()


def test_an_error_of_a_statement_does_not_show_its_values(cluster: Cluster) -> None:
    with pytest.raises(DataError) as told, cluster.control() as session:
        session.execute(
            text("SELECT CAST(1 AS integer) / 0, CAST(:value AS text)"), {"value": "argon2id-hash"}
        )
    assert "argon2id-hash" not in str(told.value)
