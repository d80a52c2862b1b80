"""The audit log: a chain that only grows, and shows every change."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError

from models.access.audit import FIRST, AuditEntry, chains, digest_at, verify, write_down
from models.cluster import Cluster

ONE, TWO = UUID(int=1), UUID(int=2)

SWAP = (
    "DO $$ BEGIN UPDATE audit SET number = -number WHERE number IN (2, 3); "
    "UPDATE audit SET number = 5 + number WHERE number < 0; END $$"
)


def write(cluster: Cluster, tenant_id: UUID = ONE, **more: object) -> None:
    told = {"actor": "account 7", "action": "put_unit", "subject": "member 9", **more}
    with cluster.control() as session:
        write_down(session, tenant_id, **told)


def break_open(cluster: Cluster, statement: str) -> None:
    """Do what the triggers refuse, as the owner of the table can."""
    with cluster.engine.begin() as connection:
        connection.execute(text("ALTER TABLE audit DISABLE TRIGGER USER"))
        connection.execute(text(statement))
        connection.execute(text("ALTER TABLE audit ENABLE TRIGGER USER"))


def broken_at(cluster: Cluster) -> int | None:
    with cluster.control() as session:
        return verify(session, ONE).broken_at


def test_entries_are_numbered_and_chained_for_each_tenant(cluster: Cluster) -> None:
    for tenant_id in (ONE, TWO, ONE):
        write(cluster, tenant_id, detail={"unit": "3rd Platoon", "é": "\u2028"})
    with cluster.control() as session:
        one = session.scalars(select(AuditEntry).where(AuditEntry.tenant_id == ONE)).all()
        assert [entry.number for entry in one] == [1, 2]
        assert [entry.previous for entry in one] == [FIRST, one[0].digest]
        assert list(chains(session)) == [ONE, TWO]
        found = verify(session, ONE)
        assert (found.entries, found.head, found.broken_at) == (2, one[1].digest, None)
        assert digest_at(session, ONE, 1) == one[0].digest
        assert digest_at(session, ONE, 3) is None


def test_writers_at_the_same_moment_make_one_chain(cluster: Cluster) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: write(cluster), range(40)))
    with cluster.control() as session:
        found = verify(session, ONE)
    assert (found.entries, found.broken_at) == (40, None)


def test_what_is_rolled_back_leaves_no_gap(cluster: Cluster) -> None:
    write(cluster)
    with pytest.raises(ZeroDivisionError), cluster.control() as session:
        write_down(session, ONE, actor="a", action="b", subject="c")
        raise ZeroDivisionError
    write(cluster)
    assert broken_at(cluster) is None


@pytest.mark.parametrize(
    "change", [update(AuditEntry).values(actor="nobody"), delete(AuditEntry), text("TRUNCATE audit")], ids=str
)
def test_the_database_refuses_changes(cluster: Cluster, change: object) -> None:
    write(cluster)
    with pytest.raises(DBAPIError, match="only grows"), cluster.control() as session:
        session.execute(change)


@pytest.mark.parametrize(
    ("statement", "at"),
    [
        ("UPDATE audit SET actor = 'nobody' WHERE number = 3", 3),
        ("UPDATE audit SET at = at + interval '1 microsecond' WHERE number = 3", 3),
        ('UPDATE audit SET detail = \'{"unit": "another"}\' WHERE number = 3', 3),
        ("UPDATE audit SET digest = sha256('x') WHERE number = 3", 3),
        ("DELETE FROM audit WHERE number = 3", 4),
        ("DELETE FROM audit WHERE number = 1", 2),
        ("UPDATE audit SET number = number + 10 WHERE number = 5", 15),
        (SWAP, 2),
    ],
)
def test_a_change_behind_its_back_is_seen(cluster: Cluster, statement: str, at: int) -> None:
    for _ in range(5):
        write(cluster)
    assert broken_at(cluster) is None
    break_open(cluster, statement)
    assert broken_at(cluster) == at
