"""`reveille privacy`: export, erase, hold, retention."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from models.access.account import Account
from models.errors import Conflict, NotFound
from models.members.member import Member
from models.members.tenant import Tenant
from operations.cli import reveille
from tests.models.archives import LONG_AGO, add_plans, new_member, open_months

Run = Callable[..., Result]


@pytest.fixture
def privacy(settings, tmp_path) -> Run:
    environ = replace(settings, archive_url=tmp_path.as_uri()).environment()
    return lambda *words: CliRunner().invoke(
        reveille, ["privacy", *map(str, words)], env=environ, catch_exceptions=False
    )


def test_a_member_is_exported_held_and_erased(privacy, cluster):
    open_months(cluster)
    member = new_member(cluster)
    add_plans(cluster, member, [LONG_AGO])
    told = json.loads(privacy("export", member).stdout)
    assert (len(told["plan"]), told["member"][0]["id"]) == (1, str(member))
    assert privacy("hold", member, "--reason", "a claim").exit_code == 0
    assert json.loads(privacy("holds", "--json").stdout)["holds"][0]["reason"] == "a claim"
    with pytest.raises(Conflict, match="legal hold"):
        privacy("erase", member, "--yes")
    assert privacy("lift", member).exit_code == 0
    assert privacy("lift", member).exit_code == 1
    told = json.loads(privacy("erase", member, "--yes", "--json").stdout)
    assert told == {"archived": 0, "plan": 1, "uncounted": []}
    with cluster.control() as session:
        assert session.get(Member, member) is None
        assert session.scalars(select(Account)).all() == []
    with pytest.raises(NotFound):
        privacy("erase", member, "--yes")


def test_an_erasure_asks_first(privacy, cluster):
    member = new_member(cluster)
    assert privacy("erase", member).exit_code == 1
    with cluster.control() as session:
        assert session.get(Member, member) is not None


def test_a_tenant_has_days_of_its_own(privacy, cluster):
    assert json.loads(privacy("retention", "default").stdout) == {"job_days": 30, "archive_days": 1095}
    told = json.loads(privacy("retention", "default", "--job-days", 7, "--archive-days", 365).stdout)
    assert told == {"job_days": 7, "archive_days": 365}
    with cluster.control() as session:
        tenant = session.scalars(select(Tenant)).one()
        assert (tenant.job_days, tenant.archive_days) == (7, 365)
    assert json.loads(privacy("retention", "default", "--job-days", 0).stdout)["job_days"] == 30
    assert privacy("retention", "nobody").exit_code == 1
