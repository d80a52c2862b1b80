"""`reveille batch`: the same functions by hand, on the configured database."""

import json

import pytest

from operations.batch import batch
from tests.models.rows import add_member
from tests.operations.by_hand import caller_of


@pytest.fixture
def reveille(settings, cluster, monkeypatch):
    with cluster.control() as session:
        add_member(session)
    return caller_of(batch, settings, monkeypatch)


def started(reveille, *more):
    return json.loads(reveille("run", "--date", "2026-12-02", "--kind", "nutrition", "--json", *more))[
        "batches"
    ]


def test_run_starts_a_night_and_status_shows_it(reveille):
    (made,) = started(reveille)
    assert (made["date"], made["kind"], made["members"], made["state"]) == (
        "2026-12-02",
        "nutrition",
        1,
        "running",
    )
    assert json.loads(reveille("status", made["id"], "--json")) == made
    assert made["id"] in reveille("status")


def test_pause_resume_and_cancel_are_told(reveille):
    (made,) = started(reveille)
    assert "is paused" in reveille("pause", made["id"])
    assert "goes on" in reveille("resume", made["id"])
    assert "is cancelled" in reveille("cancel", made["id"])


def test_earlier_night_beside_a_later_one_ends_with_one_sentence(reveille):
    (later,) = started(reveille, "--date", "2026-12-03")
    told = reveille("run", "--date", "2026-12-02", "--kind", "nutrition", status=1)
    assert f"cancel batch {later['id']} first" in told
    assert len(told.strip().splitlines()) == 1


def test_unknown_tenant_and_batch_end_with_one_sentence(reveille):
    assert "there is no active tenant 'nobody'" in reveille("run", "--tenant", "nobody", status=1)
    assert "there is no batch" in reveille("status", "0198c0de-0000-7000-8000-000000000000", status=1)


def test_forced_run_says_so(reveille):
    (made,) = started(reveille, "--force")
    assert made["forced"] is True


def test_zone_of_a_tenant_is_shown_and_set(reveille):
    assert reveille("zone", "default") == "UTC\n"
    assert reveille("zone", "default", "America/New_York") == "America/New_York\n"
    assert reveille("zone", "default") == "America/New_York\n"
    assert "there is no time zone 'America/NewYork'" in reveille(
        "zone", "default", "America/NewYork", status=1
    )
    assert "there is no tenant nobody" in reveille("zone", "nobody", status=1)
