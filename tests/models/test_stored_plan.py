"""Plans in rows: read back with the catalogue that they were saved with, whatever the process carries."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select, update

from models.cluster import Cluster
from models.ids import new_id
from models.plans import catalogue as versions
from models.plans.catalogue import CatalogueGone, CatalogueVersion, catalogue_of, keep
from models.plans.plan import Plan
from models.plans.stored import DamagedPlan, StoredPlan, read_plan
from planners.lean import Catalogue, Packed, carried, menus, pack
from planners.make import make_plan
from planners.plan import plan_json
from planners.spec import Kind, read_request, request_json
from tests.models.rows import NUTRITION, add_job


@pytest.fixture(scope="module")
def menu() -> dict[str, Any]:
    return plan_json(make_plan(read_request(NUTRITION, date(2026, 11, 30))))


def older_catalogue() -> Catalogue:
    """Another version: its foods have other names and prices, and its examples are others."""
    now = carried(Kind.NUTRITION)
    table = now.table.replace(" milk", " milk of old").replace(",0.1", ",0.2")
    return Catalogue(kind=now.kind, table=table, examples="an example of old")


def save(cluster: Cluster, kept: Packed) -> Plan:
    with cluster.control() as session:
        job = add_job(session)
        keep(session, kept.catalogue)
        plan = Plan(
            id=new_id(0), tenant_id=job.tenant_id, member_id=job.member_id, kind=job.kind,
            start_date=date(2026, 12, 1), days=1, catalogue_id=kept.catalogue.id, content=kept.content,
        )  # fmt: skip
        session.add(plan)
    return plan


def read(cluster: Cluster, plan: Plan) -> StoredPlan:
    with cluster.read(plan.id) as session:
        found = read_plan(session, plan.id)
    assert found is not None
    return found


def kept_versions(cluster: Cluster) -> int:
    with cluster.control() as session:
        return session.scalar(select(func.count()).select_from(CatalogueVersion)) or 0


def test_a_plan_is_read_back_whole(cluster, menu):
    request = request_json(read_request(NUTRITION, date(2026, 11, 30)))
    found = read(cluster, save(cluster, pack(menu, request, carried(Kind.NUTRITION))))
    assert (found.body, found.request, found.start_date) == (menu, request, date(2026, 12, 1))


def test_a_plan_of_an_older_catalogue_keeps_its_names_and_prices(cluster, menu):
    old, now = older_catalogue(), carried(Kind.NUTRITION)
    of_old = menus.whole(menus.kept(menu, now.foods), old.foods)
    kept = pack(of_old, {}, old)
    assert len(kept.content) < 2 * len(pack(menu, {}, old).content)  # nothing is kept beside the decisions
    plan = save(cluster, kept)
    versions._from_bytes.cache_clear()  # as in a new process
    found = read(cluster, plan)
    assert found.catalogue.id == old.id != now.id
    assert found.body == of_old != menu


def test_a_version_is_kept_once_whoever_saves(cluster, menu):
    for _ in range(3):
        save(cluster, pack(menu, {}, carried(Kind.NUTRITION)))
    assert kept_versions(cluster) == 1


def test_a_version_is_kept_after_a_save_that_was_taken_back(cluster, menu):
    class Sudden(Exception):
        pass

    with pytest.raises(Sudden), cluster.control() as session:
        keep(session, carried(Kind.NUTRITION))
        raise Sudden
    assert kept_versions(cluster) == 0
    save(cluster, pack(menu, {}, carried(Kind.NUTRITION)))
    assert kept_versions(cluster) == 1


def test_a_version_that_is_gone_is_told_of(cluster):
    missing = uuid4()
    with cluster.control() as session, pytest.raises(CatalogueGone, match=str(missing)):
        catalogue_of(session, missing)


def test_a_version_whose_content_is_not_what_its_id_says_is_refused(cluster, menu):
    old = older_catalogue()
    plan = save(cluster, pack(menu, {}, old))
    other = versions._as_bytes(replace(old, table=old.table.upper()))
    with cluster.control() as session:
        session.execute(update(CatalogueVersion).values(content=other))
    versions._from_bytes.cache_clear()
    with pytest.raises(CatalogueGone, match="damaged"):
        read(cluster, plan)


def test_a_damaged_plan_is_told_of(cluster, menu):
    plan = save(cluster, pack(menu, {}, carried(Kind.NUTRITION)))
    with cluster.control() as session:
        session.execute(update(Plan).values(content=func.substr(Plan.content, 1, 40)))
    with pytest.raises(DamagedPlan, match=str(plan.id)):
        print(read(cluster, plan).body)
