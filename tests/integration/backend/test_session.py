"""Logging in and staying logged in: what a browser can do, and what it can't (F2)."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from precisionpulse_sdk.replica import passwords
from precisionpulse_sdk.replica.lockout import MAX_FAILURES

from .conftest import Api

_PASSWORD = "correct horse battery staple"
_NEW = "the tide was out and we walked"


def test_a_person_who_logs_in_is_told_who_they_are_and_what_they_may(api: Api) -> None:
    answer = api.browser().log_in("ADMIN")
    assert answer.status_code == 200
    assert answer.json["user"]["username"] == "admin"
    assert answer.json["permissions"] == ["*:*"]
    assert answer.json["rights"] == [{"permission": "*:*", "client": ""}]
    assert answer.json["user"]["must_change_password"] is False


@pytest.mark.proves("W25", "F2")
def test_the_cookie_is_for_us_alone(api: Api) -> None:
    cookie = api.browser().log_in("admin").headers["Set-Cookie"]
    for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert part in cookie
    assert "Expires" not in cookie and "Domain" not in cookie


@pytest.mark.proves("W25", "F2")
def test_an_unknown_user_a_wrong_password_and_a_disabled_user_get_the_same_answer(api: Api) -> None:
    api.make_user("sleeper", "viewer", enabled=False)
    answers = [
        api.browser().log_in(name, password)
        for name, password in (("admin", "wrong"), ("nobody", "wrong"), ("sleeper", _PASSWORD))
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.get_data() for answer in answers}) == 1
    assert answers[0].json["code"] == "invalid_credentials"
    assert answers[0].mimetype == "application/problem+json"
    assert all("Set-Cookie" not in answer.headers for answer in answers)


@pytest.mark.proves("W25", "F2")
def test_ten_failures_lock_a_user_out_though_the_password_is_right(api: Api) -> None:
    assert MAX_FAILURES == 10  # as W25 says
    for _ in range(MAX_FAILURES):
        assert api.browser().log_in("Admin", "wrong").status_code == 401
    answer = api.browser().log_in("admin")
    assert (answer.status_code, answer.json["code"]) == (429, "locked_out")
    assert 0 < int(answer.headers["Retry-After"]) <= 900
    api.execute("UPDATE login_attempts SET last_failed_at = now() - interval '16 minutes'")
    assert api.browser().log_in("admin").status_code == 200
    assert api.execute("SELECT * FROM login_attempts") == []


def test_a_user_who_does_not_exist_is_locked_out_alike(api: Api) -> None:
    for _ in range(10):
        api.browser().log_in("nobody", "wrong")
    assert api.browser().log_in("nobody", "wrong").status_code == 429


@pytest.mark.proves("W25")
def test_the_session_id_changes_at_every_login(api: Api) -> None:
    browser = api.administrator()
    first = browser.token
    browser.log_in("admin")
    assert browser.token != first
    old = api.browser()
    old.client.set_cookie("pp_session", first, domain="localhost")
    assert old.call("GET", "/api/v1/session").status_code == 401


@pytest.mark.proves("F2")
def test_the_database_holds_no_session_token(api: Api) -> None:
    browser = api.administrator()
    token = browser.token
    assert token is not None
    (row,) = api.execute("SELECT web_sessions::text AS whole, encode(token_hash, 'escape') AS hash FROM web_sessions")
    assert token not in row.whole and token not in row.hash


def test_logging_out_ends_the_session_and_not_only_the_cookie(api: Api) -> None:
    browser = api.administrator()
    token = browser.token
    assert browser.call("DELETE", "/api/v1/session").status_code == 204
    assert browser.token is None
    browser.client.set_cookie("pp_session", token or "", domain="localhost")
    assert browser.call("GET", "/api/v1/session").status_code == 401


@pytest.mark.proves("W25")
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE web_sessions SET last_used_at = now() - interval '31 minutes'",
        "UPDATE web_sessions SET created_at = now() - interval '13 hours'",
        "UPDATE users SET enabled = false",
        "UPDATE users SET session_generation = session_generation + 1",
        "UPDATE users SET deleted_at = '0000000000000000001.0000000000.hub'",
        "DELETE FROM web_sessions",
    ],
    ids=["idle", "old", "disabled", "generation", "deleted", "ended"],
)
def test_a_session_ends_at_once_when_it_must(api: Api, change: str) -> None:
    browser = api.administrator()
    assert browser.call("GET", "/api/v1/clients").status_code == 200
    api.execute(change)
    assert browser.call("GET", "/api/v1/clients").status_code == 401


@pytest.mark.proves("F2")
def test_changing_requests_need_the_sessions_own_csrf_token(api: Api) -> None:
    browser, other = api.administrator(), api.administrator()
    wanted = {"json": {"client": "a"}}
    missing = browser.call("POST", "/api/v1/enrolment-codes", csrf=False, **wanted)
    foreign = browser.call(
        "POST", "/api/v1/enrolment-codes", csrf=False, headers={"X-CSRF-Token": other.csrf_token}, **wanted
    )
    assert [(answer.status_code, answer.json["code"]) for answer in (missing, foreign)] == [(403, "csrf")] * 2
    assert browser.call("DELETE", "/api/v1/session", csrf=False).status_code == 403
    assert browser.call("POST", "/api/v1/enrolment-codes", **wanted).status_code == 201


def test_a_password_is_changed_by_its_owner_and_ends_every_other_session(api: Api) -> None:
    browser, other = api.administrator(), api.administrator()
    wrong = browser.call("PUT", "/api/v1/session/password", json={"current": "wrong", "new": _NEW})
    weak = browser.call("PUT", "/api/v1/session/password", json={"current": _PASSWORD, "new": "short"})
    assert (wrong.status_code, weak.status_code) == (401, 422)
    assert weak.json["errors"]["json"]["new"]
    changed = browser.call("PUT", "/api/v1/session/password", json={"current": _PASSWORD, "new": _NEW})
    assert changed.status_code == 200
    assert browser.call("GET", "/api/v1/session").status_code == 200
    assert other.call("GET", "/api/v1/session").status_code == 401
    assert api.browser().log_in("admin", _PASSWORD).status_code == 401
    assert api.browser().log_in("admin", _NEW).status_code == 200


@pytest.mark.proves("C2", "C6")
def test_a_hash_that_is_renewed_at_a_login_ends_nobodys_session(api: Api) -> None:
    other = api.administrator()
    weak = PasswordHasher(1, 8, 1).hash(_PASSWORD)
    api.execute(f"UPDATE users SET password_hash = '{weak}' WHERE username = 'admin'")
    browser = api.administrator()
    (row,) = api.execute("SELECT password_hash FROM users WHERE username = 'admin'")
    assert row.password_hash != weak and not passwords.needs_rehash(row.password_hash)
    assert [each.call("GET", "/api/v1/session").status_code for each in (browser, other)] == [200, 200]
    browser.call("PUT", "/api/v1/session/password", json={"current": _PASSWORD, "new": _NEW})
    assert other.call("GET", "/api/v1/session").status_code == 401, "another password ends them"


@pytest.mark.proves("W25")
def test_a_password_is_judged_before_it_is_set_as_when_it_is_set(api: Api) -> None:
    path = "/api/v1/session/password/estimate"
    assert api.browser().call("POST", path, json={"password": _NEW}).status_code == 401
    browser = api.person("viewer", must_change_password=True)
    good = browser.call("POST", path, json={"password": _NEW}).json
    assert good["score"] >= 3 and good["fault"] == ""
    for candidate in ("aaaaaaaaaaaaaaaaaaaa", "precisionpulse1", "short"):
        fault = browser.call("POST", path, json={"password": candidate}).json["fault"]
        change = {"current": _PASSWORD, "new": candidate}
        assert fault and browser.call("PUT", "/api/v1/session/password", json=change).json["detail"] == fault
    named = browser.call("POST", path, json={"password": "Bartholomew Jojo", "names": ["bartholomew jojo"]}).json
    assert named["fault"], "one's own name is guessed first"
    rows = api.execute("SELECT audit_log::text AS whole FROM audit_log")
    assert not any(_NEW in row.whole for row in rows)


def test_who_must_change_the_password_can_do_nothing_else(api: Api) -> None:
    browser = api.person("administrator", must_change_password=True)
    refused = browser.call("GET", "/api/v1/clients")
    assert refused.status_code == 403
    browser.call("PUT", "/api/v1/session/password", json={"current": _PASSWORD, "new": _NEW})
    assert browser.call("GET", "/api/v1/clients").status_code == 200


@pytest.mark.parametrize(
    "content",
    [
        {"json": {}},
        {"json": {"username": "admin"}},
        {"json": {"username": "", "password": "x"}},
        {"json": {"username": "admin", "password": "x" * 5000}},
        {"json": {"username": ["admin"], "password": {"a": 1}}},
        {"data": b"{not json", "content_type": "application/json"},
    ],
)
def test_input_that_can_not_be_used_is_a_problem_and_never_a_crash(api: Api, content: dict[str, object]) -> None:
    answer = api.browser().call("POST", "/api/v1/session", **content)
    assert answer.status_code in (400, 422)
    assert answer.mimetype == "application/problem+json"
    assert answer.json["detail"]


def test_a_zero_byte_in_a_user_name_is_just_a_wrong_user_name(api: Api) -> None:
    assert api.browser().log_in("ad\x00min").status_code in (401, 422)


@pytest.mark.proves("F2")
def test_large_bodies_are_refused(api: Api) -> None:
    answer = api.browser().call("POST", "/api/v1/session", data=b"x" * 100_000, content_type="application/json")
    assert answer.status_code == 413


@pytest.mark.proves("C7")
def test_logins_and_their_failures_are_in_the_audit_log_without_passwords(api: Api) -> None:
    api.browser().log_in("admin", "a wrong password")
    api.administrator()
    rows = api.execute("SELECT action, actor, audit_log::text AS whole FROM audit_log ORDER BY id")
    assert [row.action for row in rows[-2:]] == ["session:refuse", "session:begin"]
    assert not any(secret in row.whole for row in rows for secret in (_PASSWORD, "a wrong password", "argon2id"))


@pytest.mark.proves("F2")
def test_answers_carry_security_headers(api: Api) -> None:
    for path in ("/api/v1/session", "/healthz", "/nothing-here"):
        headers = api.browser().call("GET", path).headers
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"
        assert "max-age" in headers["Strict-Transport-Security"]
