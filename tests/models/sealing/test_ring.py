"""What is sealed opens in its own place alone, and nothing else fits into a sealed column."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import StatementError

from models.cluster import Cluster
from models.errors import SettingsError
from models.ids import new_id
from models.members.member import Member, profile_of
from models.sealing.data_key import DataKey
from models.sealing.place import HEAD, Place, Sealed
from models.sealing.ring import FRESH_S, STALE_S, BrokenSeal, Ring, version_of
from models.settings import Settings
from tests.models.rows import PROFILE, add_member

PLACE = Place(UUID(int=1), "member", "profile", (UUID(int=2),))
ELSEWHERE = [
    PLACE._replace(tenant_id=UUID(int=9)),
    PLACE._replace(table="account"),
    PLACE._replace(column="name"),
    PLACE._replace(key=(UUID(int=3),)),
    PLACE._replace(key=(UUID(int=2), UUID(int=2))),
]


def test_what_was_sealed_is_opened(cluster: Cluster) -> None:
    sealed = cluster.ring.seal_json(PLACE, {"weight_kg": 66.5, "name": "Zoë"})
    assert cluster.ring.open_json(PLACE, sealed) == {"weight_kg": 66.5, "name": "Zoë"}
    assert b"weight" not in sealed


@pytest.mark.parametrize("place", ELSEWHERE)
def test_it_opens_nowhere_else(cluster: Cluster, place: Place) -> None:
    sealed = cluster.ring.seal(PLACE, b"about one")
    cluster.ring.seal(place, b"so that there is a key")
    with pytest.raises(BrokenSeal):
        cluster.ring.open(place, sealed)


def test_no_byte_of_it_can_be_changed(cluster: Cluster) -> None:
    sealed = cluster.ring.seal(PLACE, b"66 kg")
    for at in range(len(sealed)):
        changed = bytearray(sealed)
        changed[at] ^= 1
        with pytest.raises(BrokenSeal):
            cluster.ring.open(PLACE, Sealed(bytes(changed)))
    for length in range(len(sealed)):
        with pytest.raises(BrokenSeal):
            cluster.ring.open(PLACE, Sealed(sealed[:length]))


def test_equal_values_are_sealed_differently_and_lengths_tell_little(cluster: Cluster) -> None:
    sealed = [cluster.ring.seal_json(PLACE, {"weight_kg": kg}) for kg in (66, 66, 101.25)]
    assert len(set(sealed)) == 3
    assert len({len(each) for each in sealed}) == 1


def test_a_sealed_column_takes_nothing_that_is_not_sealed(cluster: Cluster) -> None:
    for plain in (b"66 kg, a member", "66 kg", {"weight_kg": 66}):
        with pytest.raises(StatementError, match="sealed"), cluster.control() as session:
            session.execute(update(Member).values(profile=plain))


def test_a_row_put_in_the_place_of_another_is_found_out(cluster: Cluster) -> None:
    with cluster.control() as session:
        anna, ben = add_member(session), add_member(session)
        session.flush()
        session.execute(update(Member).where(Member.id == ben.id).values(profile=anna.profile))
        session.refresh(ben)
        assert profile_of(session, anna) == PROFILE
        with pytest.raises(BrokenSeal, match=str(ben.id)):
            profile_of(session, ben)


def test_many_at_once_make_one_key(settings: Settings, cluster: Cluster) -> None:
    others = [Cluster(settings, name="test other") for _ in range(4)]
    with ThreadPoolExecutor(8) as threads:
        sealed = list(threads.map(lambda n: others[n % 4].ring.seal(PLACE, b"x"), range(16)))
    assert {cluster.ring.open(PLACE, each) for each in sealed} == {b"x"}
    with cluster.control() as session:
        own = DataKey.tenant_id == PLACE.tenant_id
        assert session.scalar(select(func.count()).select_from(DataKey).where(own)) == 1
    for other in others:
        other.close()


def test_a_new_key_seals_in_every_process_after_a_minute_and_the_old_one_opens(
    cluster: Cluster, settings: Settings
) -> None:
    now = [0.0]
    ours = Ring(settings.root_keys, cluster.alone, clock=lambda: now[0])
    first = ours.seal(PLACE, b"x")
    assert cluster.ring.add_version(PLACE.tenant_id) == 2
    now[0] = FRESH_S - 1
    ours.ready(PLACE.tenant_id)
    assert version_of(ours.seal(PLACE, b"x")) == 1
    now[0] = FRESH_S
    ours.ready(PLACE.tenant_id)
    assert version_of(ours.seal(PLACE, b"x")) == 2
    assert ours.open(PLACE, first) == b"x"


def test_within_a_transaction_a_known_key_serves_twice_as_long(cluster: Cluster, settings: Settings) -> None:
    now = [0.0]
    ours = Ring(settings.root_keys, cluster.alone, clock=lambda: now[0])
    ours.seal(PLACE, b"x")
    cluster.ring.add_version(PLACE.tenant_id)
    now[0] = STALE_S - 1
    assert version_of(ours.seal(PLACE, b"x")) == 1
    now[0] = STALE_S
    assert version_of(ours.seal(PLACE, b"x")) == 2


def test_what_another_process_sealed_with_a_newer_key_is_opened_at_once(
    cluster: Cluster, settings: Settings
) -> None:
    cluster.ring.seal(PLACE, b"x")
    other = Cluster(settings, name="test other")
    other.ring.add_version(PLACE.tenant_id)
    assert cluster.ring.open(PLACE, other.ring.seal(PLACE, b"y")) == b"y"
    other.close()


def test_a_blind_index_is_the_same_everywhere_and_differs_by_its_use(
    cluster: Cluster, settings: Settings
) -> None:
    other = Cluster(settings, name="test other")
    index: Callable[..., bytes] = cluster.ring.blind_index
    assert index("a", "x@example.mil") == other.ring.blind_index("a", "x@example.mil")
    assert len({index("a", "x"), index("b", "x"), index("a", "y")}) == 3
    other.close()


def test_without_a_root_key_nothing_is_sealed(settings: Settings) -> None:
    ours = Cluster(replace(settings, root_keys=""), name="test")
    with pytest.raises(SettingsError, match="REVEILLE_ROOT_KEYS is needed"):
        ours.ring.seal(PLACE, b"x")
    ours.close()


def test_a_data_key_of_another_tenant_is_not_taken(cluster: Cluster) -> None:
    cluster.ring.seal(PLACE, b"x")
    other = new_id(0)
    with cluster.control() as session:
        theirs = session.scalars(select(DataKey).where(DataKey.tenant_id == PLACE.tenant_id)).one()
        session.add(DataKey(tenant_id=other, version=1, root_id=theirs.root_id, wrapped=theirs.wrapped))
    with pytest.raises(SettingsError, match="changed or moved"):
        cluster.ring.seal(PLACE._replace(tenant_id=other), b"x")


def test_the_version_stands_in_front(cluster: Cluster) -> None:
    assert cluster.ring.seal(PLACE, b"x")[:HEAD] == b"\1\0\0\0\1"
