"""The main job on real processes: requests over HTTP, plans back, through stops and kills."""

from __future__ import annotations

import os
import pwd
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil
import pytest

from operations.client import Client
from operations.demo import nutrition_request, workout_request
from operations.demo_login import demo_login
from operations.errors import UpError
from operations.running import REVEILLE, Platform, running_platform, start_platform, stop_platform
from operations.stack import become
from operations.stack.folder import DataFolder
from operations.stack.orphans import wait
from tests.operations.leftovers import assert_nothing_left

PATIENCE_S = 60.0
REQUESTS = {"nutrition": nutrition_request, "workout": workout_request}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def login(platform: Platform) -> Client:
    return platform.client.login(*demo_login(platform.client, platform.data))


def ask(client: Client) -> dict[str, str]:
    """Ask for a plan of each kind; the paths of their jobs."""
    return {kind: client.request_plan(request()) for kind, request in REQUESTS.items()}


def assert_plans(client: Client, jobs: dict[str, str]) -> list[dict[str, object]]:
    """Each job succeeds, and its plan is the one that was asked for."""
    done = [client.finished_job(path, timeout_s=PATIENCE_S) for path in jobs.values()]
    assert [(job["kind"], job["state"], job["error"]) for job in done] == [
        (k, "succeeded", None) for k in jobs
    ]
    plans = {job["kind"]: client.plan(job["plan_id"]) for job in done}
    assert len(plans["nutrition"]["days"]) == nutrition_request()["days"]
    assert len(plans["workout"]["weeks"]) == workout_request()["weeks"]
    return done


def kill_owner(platform: Platform) -> None:
    """Kill `reveille up` alone, and wait until its guardian has cleaned up and gone."""
    guardian = next(
        p for p in psutil.Process(platform.process.pid).children() if "guardian" in p.cmdline()[-1]
    )
    platform.process.kill()
    platform.process.communicate()
    assert wait([guardian], timeout_s=PATIENCE_S) == []


def test_both_plans_come_back_and_nothing_is_left(data: Path) -> None:
    platform = start_platform(data)
    client = login(platform)
    jobs = assert_plans(client, ask(client))
    assert [job["attempts"] for job in jobs] == [1, 1]
    assert stop_platform(platform) == 0
    assert_nothing_left(DataFolder(path=data))


def test_plans_come_back_when_everything_restarts_after_the_request(data: Path) -> None:
    with running_platform(data, "--workers", "0") as platform:
        jobs = ask(login(platform))
    assert_nothing_left(DataFolder(path=data))
    with running_platform(data) as platform:
        assert_plans(login(platform), jobs)


def test_plans_come_back_when_up_is_killed_after_the_request(data: Path) -> None:
    platform = start_platform(data)
    jobs = ask(login(platform))
    kill_owner(platform)
    assert_nothing_left(DataFolder(path=data))
    with running_platform(data) as platform:
        assert_plans(login(platform), jobs)


def test_stopping_at_once_after_requests_loses_none_and_repeats_none(data: Path) -> None:
    platform = start_platform(data)
    client = login(platform)
    asked = [ask(client) for _ in range(3)]
    assert stop_platform(platform) == 0
    with running_platform(data) as platform:
        client = login(platform)
        done = [job for jobs in asked for job in assert_plans(client, jobs)]
    assert {job["attempts"] for job in done} == {1}


def test_a_killed_worker_is_replaced_and_the_plans_come_back(data: Path) -> None:
    with running_platform(data, "--batch-workers", "0") as platform:
        client = login(platform)
        jobs = ask(client)
        for process in psutil.Process(platform.process.pid).children():
            if process.cmdline()[-1] == "interactive":
                process.kill()
        assert_plans(client, jobs)


def test_an_ordinary_user_runs_the_whole_platform() -> None:
    uid = os.geteuid() or pwd.getpwnam("daemon").pw_uid
    # From root: change the user, who keeps the right to read the interpreter where it lies in root's home.
    through = become.command(uid, uid, pass_everywhere=True, argv=[]) if os.geteuid() == 0 else []
    with tempfile.TemporaryDirectory() as home:
        os.chown(home, uid, -1)
        folder = DataFolder(path=Path(home) / "data")
        platform = start_platform(folder.path, through=through)
        everyone = psutil.Process(platform.process.pid).children(recursive=True)
        assert {process.uids().real for process in everyone} == {uid}
        client = login(platform)
        assert_plans(client, ask(client))
        assert stop_platform(platform) == 0
        assert_nothing_left(folder)


def test_a_platform_started_by_a_program_ends_with_it(data: Path) -> None:
    program = "import sys; from operations.running import *; from pathlib import Path\n"
    program += "print(start_platform(Path(sys.argv[1])).process.pid, flush=True); input()"
    starter = subprocess.Popen([sys.executable, "-c", program, str(data)], stdin=-1, stdout=-1)
    assert starter.stdout is not None
    platform = psutil.Process(int(starter.stdout.readline()))
    starter.kill()
    starter.communicate()
    assert wait([platform], timeout_s=PATIENCE_S) == []
    assert_nothing_left(DataFolder(path=data))


def test_a_second_up_on_the_same_folder_is_refused(data: Path) -> None:
    with running_platform(data) as platform, pytest.raises(UpError, match="is in use by process") as caught:
        start_platform(data)
    assert str(platform.process.pid) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_port_in_use_is_one_sentence(data: Path) -> None:
    with running_platform(data) as platform:
        port = platform.client.address.rpartition(":")[2]
        command = [str(REVEILLE), "up", "--port", port, "--data", str(data.with_name("other"))]
        told = subprocess.run(command, capture_output=True, text=True, check=False)
    assert told.returncode == 1
    assert told.stderr == (
        f"reveille: Port {port} is in use: stop the process that has it, or name another port with --port.\n"
    )


def test_the_demo_prints_both_plans_and_leaves_nothing(data: Path) -> None:
    told = subprocess.run(
        [str(REVEILLE), "demo", "--data", str(data)], capture_output=True, text=True, check=False
    )
    assert (told.returncode, told.stderr) == (0, "")
    for expected in (
        "Shopping list",
        "Healthy Eating Index",
        "Training calendar",
        "On the test day",
        "Rules",
    ):
        assert expected in told.stdout
    assert_nothing_left(DataFolder(path=data))


def test_a_menu_is_asked_about_and_swapped_in(data: Path) -> None:
    with running_platform(data) as platform:
        client = login(platform)
        wait = f"wait={PATIENCE_S:.0f}"
        menu = client.send("POST", "/v1/plans", nutrition_request(), Prefer=wait).body
        dinner = menu["days"][0]["meals"][-1]
        food = dinner["items"][0]["food_code"]
        path = f"/v1/plans/{menu['id']}"
        query = f"day=1&slot={dinner['slot']}&food_code={food}"
        offered = client.send("GET", f"{path}/alternatives?{query}", Prefer=wait).body["alternatives"]
        wanted = offered[0]["item"]["food_code"]
        swap = {"swap": "item", "day": 1, "slot": dinner["slot"], "food_code": food, "to": wanted}
        changed = client.send("POST", f"{path}/swap", swap, Prefer=wait)
        assert (changed.status, changed.body["state"]) == (201, "current")
        codes = [item["food_code"] for item in changed.body["days"][0]["meals"][-1]["items"]]
        assert wanted in codes
        assert food not in codes
        assert client.plan(menu["id"])["state"] == "superseded"


def test_a_training_plan_is_asked_about_and_swapped_in(data: Path) -> None:
    with running_platform(data) as platform:
        client = login(platform)
        wait = f"wait={PATIENCE_S:.0f}"
        plan = client.send("POST", "/v1/plans", workout_request(), Prefer=wait).body
        path = f"/v1/plans/{plan['id']}"
        day = next(d for d in plan["weeks"][0]["days"] if any(x.get("load_kg") for x in d["exercises"]))
        lift = next(x["exercise_id"] for x in day["exercises"] if x.get("load_kg"))
        query = f"date={day['date']}&exercise_id={lift}"
        offered = client.send("GET", f"{path}/alternatives?{query}", Prefer=wait).body["alternatives"]
        wanted = offered[0]["exercise"]["exercise_id"]
        swap = {"swap": "exercise", "date": day["date"], "exercise_id": lift, "to": wanted}
        changed = client.send("POST", f"{path}/swap", swap, Prefer=wait)
        assert (changed.status, changed.body["state"]) == (201, "current")
        assert offered[0]["day"] in changed.body["weeks"][0]["days"]
        assert all(check["met"] for check in changed.body["checks"].values())
        assert client.plan(plan["id"])["state"] == "superseded"
        path = f"/v1/plans/{changed.body['id']}"
        sessions = client.send("GET", f"{path}/alternatives?date={day['date']}", Prefer=wait).body
        swap = {"swap": "session", "date": day["date"], "seed": sessions["alternatives"][0]["seed"]}
        again = client.send("POST", f"{path}/swap", swap, Prefer=wait)
        assert (again.status, again.body["state"]) == (201, "current")
        assert sessions["alternatives"][0]["day"] in again.body["weeks"][0]["days"]
