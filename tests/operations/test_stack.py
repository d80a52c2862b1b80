"""The embedded servers: started, found again, guarded, and ended with their owner."""

from __future__ import annotations

import os
import pwd
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from operations.stack import valkey
from operations.stack.errors import StackError
from operations.stack.folder import DataFolder
from operations.stack.guardian import Charge
from operations.stack.orphans import servers_of, wait
from operations.stack.servers import Servers, server_environment, start_servers
from tests.eventually import eventually
from tests.operations.leftovers import assert_nothing_left
from tests.operations.owner import owning

PATIENCE_S = 30.0


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    """A data folder of the test's own; below a closed folder, as pytest's are."""
    return DataFolder(path=tmp_path / "data")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """Servers for the tests that only look at them."""
    with start_servers(tmp_path_factory.mktemp("shared") / "data", {}) as servers:
        yield servers


def libpq_url(servers: Servers) -> str:
    return servers.database_url.replace("+psycopg", "")


def test_servers_answer_as_a_role_that_is_no_superuser(shared: Servers) -> None:
    with psycopg.connect(libpq_url(shared)) as connection:
        row = connection.execute("SELECT current_user, rolsuper FROM pg_roles WHERE rolname = current_user")
        assert row.fetchone() == ("reveille", False)
    assert redis.Redis.from_url(shared.redis_url).ping()


def test_postgres_writes_through_and_hears_only_its_socket(shared: Servers) -> None:
    with psycopg.connect(libpq_url(shared)) as connection:
        settings = connection.execute(
            "SELECT current_setting('fsync'), current_setting('synchronous_commit'), "
            "current_setting('listen_addresses'), current_setting('unix_socket_permissions')"
        ).fetchone()
    assert settings == ("on", "on", "", "0700")


def test_valkey_keeps_an_append_only_file_and_never_evicts(shared: Servers) -> None:
    client = redis.Redis.from_url(shared.redis_url, decode_responses=True)
    told = {name: client.config_get(name)[name] for name in valkey.SETTINGS if name != "daemonize"}
    assert told == {
        "port": "0",
        "unixsocketperm": "700",
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory": "0",
        "maxmemory-policy": "noeviction",
        "loglevel": "warning",
    }


def test_sockets_lie_in_a_folder_that_nobody_else_can_enter(shared: Servers) -> None:
    assert stat.S_IMODE(shared.folder.sockets.stat().st_mode) == 0o700


def test_the_servers_never_run_as_root(shared: Servers) -> None:
    assert {process.uids().effective for process in servers_of(shared.folder)}.isdisjoint({0})


def test_a_second_owner_is_refused_with_the_first_ones_process_id(shared: Servers) -> None:
    with pytest.raises(StackError, match=rf"in use by process {os.getpid()}: stop it"):
        start_servers(shared.folder.path, {})


def test_a_command_finds_the_servers_of_the_running_owner(shared: Servers) -> None:
    with server_environment(shared.folder.path, {"HOME": "/"}) as environ:
        assert environ == {"HOME": "/", **shared.environment()}


def test_configured_addresses_win(shared: Servers, folder: DataFolder) -> None:
    with start_servers(folder.path, shared.environment()) as servers:
        assert (servers.database_url, servers.redis_url) == (shared.database_url, shared.redis_url)
        assert not folder.cluster.exists()
        assert not folder.valkey.exists()


def test_charge_and_order_may_reach_the_guardian_in_one_piece(folder: DataFolder) -> None:
    folder.path.mkdir()
    with (folder.path / "lock").open("w") as lock:
        charge = Charge(folder=str(folder.path), lock=lock.fileno(), servers=[])
        ended = subprocess.run(
            [sys.executable, "-m", "operations.stack.guardian"],
            input=charge.to_line() + b"keep\n",
            pass_fds=[lock.fileno()],
            capture_output=True,
            check=False,
        )
    assert (ended.returncode, ended.stderr) == (0, b"")


def test_a_second_start_has_the_rows_and_keys_of_the_first(folder: DataFolder) -> None:
    with start_servers(folder.path, {}) as servers:
        with psycopg.connect(libpq_url(servers)) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS n")
        redis.Redis.from_url(servers.redis_url).set("kept", "42")
    with start_servers(folder.path, {}) as servers:
        with psycopg.connect(libpq_url(servers)) as connection:
            assert connection.execute("SELECT n FROM kept").fetchone() == (42,)
        assert redis.Redis.from_url(servers.redis_url).get("kept") == b"42"


def test_nothing_is_left_after_closing(folder: DataFolder) -> None:
    with start_servers(folder.path, {}) as servers:
        guardian = servers.guardian
    assert guardian.returncode == 0
    assert_nothing_left(folder)


def test_closing_twice_does_nothing_more(folder: DataFolder) -> None:
    with start_servers(folder.path, {}) as servers:
        servers.close()
    assert_nothing_left(folder)


def test_a_killed_owner_takes_servers_and_marked_processes_along(folder: DataFolder) -> None:
    with owning(folder.path) as owner:
        stubborn = [
            sys.executable,
            "-c",
            "import signal, sys; signal.signal(15, signal.SIG_IGN); print(); input()",
        ]
        environ = {**os.environ, **owner.environment}
        child = subprocess.Popen(stubborn, env=environ, stdin=-1, stdout=-1, start_new_session=True)
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdout.readline()
        with psycopg.connect(owner.libpq_url()) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS n")
        guardian = psutil.Process(owner.guardian)
        owner.process.kill()
        assert child.wait(PATIENCE_S) == -signal.SIGKILL
        assert wait([guardian], timeout_s=PATIENCE_S) == []
        child.stdin.close()
        child.stdout.close()
    assert_nothing_left(folder)
    with start_servers(folder.path, {}) as servers, psycopg.connect(libpq_url(servers)) as connection:
        assert connection.execute("SELECT n FROM kept").fetchone() == (42,)


def test_a_start_right_after_the_kill_waits_for_the_guardian(folder: DataFolder) -> None:
    with owning(folder.path) as owner:
        owner.process.kill()
        with start_servers(folder.path, {}) as servers:
            assert servers.guardian.pid != owner.guardian
    assert_nothing_left(folder)


def test_a_start_recovers_when_owner_and_guardian_were_both_killed(folder: DataFolder) -> None:
    with owning(folder.path) as owner:
        with psycopg.connect(owner.libpq_url()) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS n")
        guardian = psutil.Process(owner.guardian)
        owner.process.kill()
        guardian.kill()
        assert wait([guardian], timeout_s=PATIENCE_S) == []
    with start_servers(folder.path, {}) as servers, psycopg.connect(libpq_url(servers)) as connection:
        assert connection.execute("SELECT n FROM kept").fetchone() == (42,)
    assert_nothing_left(folder)


def test_an_owner_whose_guardian_was_killed_still_ends_everything(folder: DataFolder) -> None:
    with start_servers(folder.path, {}) as servers:
        servers.guardian.kill()
    assert_nothing_left(folder)


def test_the_guardian_starts_killed_servers_again_with_every_committed_row(folder: DataFolder) -> None:
    with start_servers(folder.path, {}) as servers:
        with psycopg.connect(libpq_url(servers)) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS n")
        for process in psutil.Process(servers.guardian.pid).children():
            process.kill()
        eventually(lambda: can_select(servers))
        eventually(lambda: valkey.answers(folder.sockets))


def test_a_cluster_half_made_is_made_anew(folder: DataFolder) -> None:
    half = folder.path / "postgres.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    with start_servers(folder.path, {}) as servers:
        assert can_select(servers)
        assert not half.exists()


def test_files_that_valkey_cannot_read_are_set_aside(folder: DataFolder) -> None:
    with start_servers(folder.path, {}) as servers:
        redis.Redis.from_url(servers.redis_url).set("lost", "1")
    for manifest in (folder.valkey / "appendonlydir").glob("*.manifest"):
        manifest.write_text("nonsense\n")
    with start_servers(folder.path, {}) as servers:
        assert redis.Redis.from_url(servers.redis_url).get("lost") is None
    assert (folder.path / "valkey.unreadable-1").is_dir()


def test_a_cluster_of_another_major_version_is_refused(folder: DataFolder) -> None:
    folder.cluster.mkdir(parents=True)
    (folder.cluster / "PG_VERSION").write_text("14\n")
    with pytest.raises(StackError, match="was made by PostgreSQL 14 and this is 18: dump it"):
        start_servers(folder.path, {})
    assert_nothing_left(folder)


def test_a_server_that_does_not_start_says_why(folder: DataFolder) -> None:
    with start_servers(folder.path, {}):
        pass
    (folder.cluster / "postgresql.auto.conf").write_text("shared_buffers = 'much'\n")
    with pytest.raises(StackError, match=r"postgres does not start \(.*FATAL.*\): see .*logs"):
        start_servers(folder.path, {})
    assert_nothing_left(folder)


def test_a_file_in_the_folders_place_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StackError, match=r"^Writing in the data folder .*: name a folder"):
        start_servers(tmp_path / "file", {})


def test_a_long_data_folder_has_its_sockets_in_a_short_one(tmp_path: Path) -> None:
    folder = DataFolder(path=tmp_path / ("d" * 100))
    with start_servers(folder.path, {}) as servers:
        assert folder.sockets.parent == Path("/tmp")
        assert can_select(servers)
    assert_nothing_left(folder)


def test_socket_paths_move_out_one_byte_above_the_limit() -> None:
    room = 100 - len("/run/.s.PGSQL.5432") - 1
    assert DataFolder(path=Path("/" + "d" * room)).sockets.name == "run"
    assert DataFolder(path=Path("/" + "d" * (room + 1))).sockets.parent == Path("/tmp")


def test_an_ordinary_user_has_servers_of_his_own() -> None:
    with tempfile.TemporaryDirectory() as home:
        uid = ordinary_user()
        os.chown(home, uid, -1)
        folder = DataFolder(path=Path(home) / "data")
        with owning(folder.path, uid if os.geteuid() == 0 else None) as owner:
            assert owner.error == ""
            assert {process.uids().real for process in servers_of(folder)} == {uid}
            guardian = psutil.Process(owner.guardian)
            owner.process.kill()
            assert wait([guardian], timeout_s=PATIENCE_S) == []
        assert_nothing_left(folder)


def ordinary_user() -> int:
    """The present user, or for root one that is not it."""
    return os.geteuid() or pwd.getpwnam("daemon").pw_uid


def can_select(servers: Servers) -> bool:
    try:
        with psycopg.connect(libpq_url(servers)) as connection:
            return connection.execute("SELECT 1").fetchone() == (1,)
    except psycopg.OperationalError:
        return False
