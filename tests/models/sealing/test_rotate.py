"""A rotation that is interrupted is finished by the next; a root key may go when nothing needs it."""

import base64
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import select

from models.cluster import Cluster
from models.errors import SettingsError
from models.members.logs import entries, opened, write_entry
from models.members.member import Member, profile_of
from models.members.weight_log import WeightLog
from models.sealing.check import check_keys
from models.sealing.ring import version_of
from models.sealing.rotate import begin_rotation, data_keys, rewrap, rows_left, seal_anew
from models.settings import Settings
from tests.models.rows import PROFILE, add_member, default_tenant

NEW_ROOT = base64.b64encode(b"n" * 32).decode()
COUNT = 7


@pytest.fixture
def tenant(cluster: Cluster) -> UUID:
    """The default tenant, with members who have a profile and a weigh-in each."""
    with cluster.control() as session:
        for _ in range(COUNT):
            member = add_member(session)
            told = {"date": date(2026, 12, 1), "entry": {"weight_kg": 66.5}}
            write_entry(session, WeightLog, tenant_id=member.tenant_id, member_id=member.id, values=told)
        return default_tenant(session)


@pytest.fixture
def make_cluster(settings: Settings) -> Iterator[Callable[[str], Cluster]]:
    """A process with these root keys."""
    made = []

    def make(root_keys: str) -> Cluster:
        made.append(Cluster(replace(settings, root_keys=root_keys), name="test other"))
        return made[-1]

    yield make
    for each in made:
        each.close()


def versions(cluster: Cluster) -> list[int]:
    with cluster.control() as session:
        sealed = [*session.scalars(select(Member.profile)), *session.scalars(select(WeightLog.entry))]
        return sorted(version_of(each) for each in sealed)


def assert_readable(cluster: Cluster) -> None:
    with cluster.control() as session:
        for member in session.scalars(select(Member)):
            assert profile_of(session, member) == PROFILE
            (row,) = entries(session, WeightLog, member.id, limit=2)
            assert opened(session, row) == {"weight_kg": 66.5}


def test_every_row_is_sealed_anew_and_reads_as_before(cluster: Cluster, tenant: UUID) -> None:
    rotation = begin_rotation(cluster, tenant)
    assert (rotation.version, rotation.resumed) == (2, False)
    assert sum(seal_anew(cluster, rotation)) == 2 * COUNT
    assert versions(cluster) == [2] * 2 * COUNT
    assert_readable(cluster)


def test_a_rotation_that_was_interrupted_is_finished_by_the_next(
    cluster: Cluster, tenant: UUID, make_cluster: Callable[[str], Cluster], settings: Settings
) -> None:
    batches = seal_anew(cluster, begin_rotation(cluster, tenant), batch=3)
    assert next(batches) == 3
    batches.close()
    assert versions(cluster) == [1] * (2 * COUNT - 3) + [2] * 3
    other = make_cluster(settings.root_keys)
    assert_readable(other)
    again = begin_rotation(other, tenant)
    assert (again.version, again.resumed) == (2, True)
    assert sum(seal_anew(other, again, batch=3)) == 2 * COUNT - 3
    assert versions(cluster) == [2] * 2 * COUNT
    assert_readable(cluster)
    assert begin_rotation(other, tenant).version == 3


def test_a_row_that_somebody_holds_is_waited_for_by_nobody(cluster: Cluster, tenant: UUID) -> None:
    rotation = begin_rotation(cluster, tenant)
    with cluster.control() as session:
        held = session.scalars(select(Member).limit(1).with_for_update()).one()
        batches = seal_anew(cluster, rotation)
        assert next(batches) + next(batches) == 2 * COUNT - 1
        assert rows_left(cluster, tenant, rotation.version) == 1
        assert profile_of(session, held) == PROFILE
    assert list(batches) == [1]


def test_another_tenants_rows_are_left_alone(cluster: Cluster, tenant: UUID) -> None:
    rotation = begin_rotation(cluster, UUID(int=5))
    assert list(seal_anew(cluster, rotation)) == []
    assert set(versions(cluster)) == {1}


def test_a_new_root_key_takes_the_place_of_the_old_one_step_by_step(
    cluster: Cluster, tenant: UUID, settings: Settings, make_cluster: Callable[[str], Cluster]
) -> None:
    both = make_cluster(f"{NEW_ROOT} {settings.root_keys}")
    check_keys(both)
    assert_readable(both)
    with both.control() as session:
        assert rewrap(session, both.ring) == 1
        assert rewrap(session, both.ring) == 0
    new = make_cluster(NEW_ROOT)
    check_keys(new)
    assert_readable(new)
    with pytest.raises(SettingsError, match="lacks root key"):
        check_keys(make_cluster(settings.root_keys))


def test_a_root_key_that_is_still_needed_is_missed_at_the_start(
    cluster: Cluster, tenant: UUID, make_cluster: Callable[[str], Cluster]
) -> None:
    with pytest.raises(SettingsError, match=r"lacks root key [0-9a-f]{16}.*rewrap"):
        check_keys(make_cluster(NEW_ROOT))


def test_the_keys_are_listed_with_what_they_have_sealed(cluster: Cluster, tenant: UUID) -> None:
    batches = seal_anew(cluster, begin_rotation(cluster, tenant), batch=3)
    next(batches)
    batches.close()
    lines = [(line.tenant_id, line.version, line.rows) for line in data_keys(cluster)]
    assert lines == [(tenant, 1, 2 * COUNT - 3), (tenant, 2, 3)]
