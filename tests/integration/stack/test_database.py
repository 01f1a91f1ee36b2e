"""PostgreSQL as the stack runs it."""

import os
from pathlib import Path

import psycopg
import pytest

from precisionpulse_stack.testing import DatabaseServer


def test_a_new_database_is_empty_and_reachable_with_its_password(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    assert tables == (0,)


def test_each_test_has_a_database_of_its_own(database: DatabaseServer) -> None:
    assert database.new_database() != database.new_database()


def test_a_wrong_password_is_refused(database: DatabaseServer) -> None:
    url = database.new_database().replace(database.server.password, "wrong")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(url)


def test_passwords_are_stored_as_scram(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        stored = connection.execute("SELECT rolpassword FROM pg_authid WHERE rolname = current_user").fetchone()
    assert stored is not None and stored[0].startswith("SCRAM-SHA-256$")


def test_the_server_listens_on_loopback_alone(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("127.0.0.1",)
        assert connection.execute("SHOW unix_socket_directories").fetchone() == ("",)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has rights to give away")
def test_started_by_root_the_server_runs_unprivileged(own_database: DatabaseServer) -> None:
    assert own_database.server.process is not None
    assert Path(f"/proc/{own_database.server.process.pid}").stat().st_uid != 0


@pytest.mark.proves("E1")
def test_what_was_committed_survives_kill_9(own_database: DatabaseServer) -> None:
    url = own_database.new_database()
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE t AS SELECT 42 AS answer")
    own_database.kill()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)
    own_database.restart()
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT answer FROM t").fetchone() == (42,)


def test_a_lock_file_naming_a_program_that_is_not_ours_does_not_stop_a_start(own_database: DatabaseServer) -> None:
    own_database.kill()
    lock_file = own_database.server.data / "postmaster.pid"
    lines = lock_file.read_text().splitlines()
    lock_file.write_text("\n".join([str(os.getpid()), *lines[1:]]))
    own_database.restart()
    with psycopg.connect(own_database.server.url("postgres")) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_server_that_nobody_stopped_is_ended_before_a_new_one_starts(own_database: DatabaseServer) -> None:
    orphan = own_database.server.process
    assert orphan is not None
    own_database.server.start()
    assert orphan.wait(10) == 0
    own_database.server.stop()
