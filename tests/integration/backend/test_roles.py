"""Roles and permissions over REST, and who is logged in."""

from __future__ import annotations

import uuid

import pytest

from precisionpulse_sdk.replica import Edit, Kind
from precisionpulse_sdk.sync.edit import give_role
from precisionpulse_sdk.sync.kinds import built_in_role_id, permission_id

from .conftest import Api, Browser

_ROLES, _PERMISSIONS = "/api/v1/roles", "/api/v1/permissions"


def make_role(admin: Browser, name: str, *permissions: str) -> dict[str, object]:
    ids = [str(permission_id(permission)) for permission in permissions]
    answer = admin.call("POST", _ROLES, json={"name": name, "permission_ids": ids})
    assert answer.status_code == 201, answer.json
    role: dict[str, object] = answer.json
    return role


@pytest.mark.proves("C3", "W24")
def test_a_role_is_created_filled_given_and_deleted_and_says_how_many_it_hits(api: Api) -> None:
    admin = api.administrator()
    role = make_role(admin, "auditor", "audit:read")
    path = f"{_ROLES}/{role['id']}"
    wanted = {"role_id": role["id"], "permission_id": str(permission_id("conflict:read"))}
    granted = admin.call("POST", "/api/v1/permission-grants", json=wanted).json
    held = [held["permission"] for held in admin.call("GET", path).json["permissions"]]
    assert held == ["audit:read", "conflict:read"]
    assert admin.call("DELETE", f"/api/v1/permission-grants/{granted['id']}").status_code == 204
    assert admin.call("DELETE", f"/api/v1/permission-grants/{granted['id']}").status_code == 404
    bob = api.make_user("bob", "viewer")
    for client in ("press", "mill"):
        give = {"user_id": str(bob), "role_id": role["id"], "client": client}
        assert admin.call("POST", "/api/v1/role-grants", json=give).status_code == 201
    assert admin.call("GET", path).json["users"] == 1
    members = admin.call("GET", f"{path}/members").json
    assert [(member["username"], member["client"]) for member in members["members"]] == [
        ("bob", "mill"),
        ("bob", "press"),
    ]
    assert admin.call("DELETE", f"{path}?version={role['version']}").status_code == 204
    assert [held["role"] for held in admin.call("GET", f"/api/v1/users/{bob}").json["roles"]] == ["viewer"]
    again = make_role(admin, "auditor")
    assert admin.call("GET", f"{_ROLES}/{again['id']}").json["users"] == 0, "a name's new life has nothing of the old"


@pytest.mark.proves("W24")
def test_what_is_built_in_is_read_only(api: Api) -> None:
    admin = api.administrator()
    viewer = admin.call("GET", f"{_ROLES}/{built_in_role_id('viewer')}").json
    permission = admin.call("GET", f"{_PERMISSIONS}/{permission_id('audit:read')}").json
    assert viewer["built_in"] and permission["built_in"]
    version = {"version": viewer["version"]}
    attempts = [
        admin.call("PATCH", f"{_ROLES}/{viewer['id']}", json={**version, "name": "spectator"}),
        admin.call("DELETE", f"{_ROLES}/{viewer['id']}?version={viewer['version']}"),
        admin.call("DELETE", f"/api/v1/permission-grants/{viewer['permissions'][0]['id']}"),
        admin.call(
            "POST", "/api/v1/permission-grants", json={"role_id": viewer["id"], "permission_id": permission["id"]}
        ),
        admin.call("DELETE", f"{_PERMISSIONS}/{permission['id']}?version={permission['version']}"),
    ]
    assert [(answer.status_code, answer.json["code"]) for answer in attempts] == [(409, "built_in")] * 5


@pytest.mark.proves("C3")
def test_a_permission_is_created_described_and_deleted_and_leaves_no_grant_behind(api: Api) -> None:
    admin = api.administrator()
    assert admin.call("POST", _PERMISSIONS, json={"name": "Report!"}).status_code == 422
    made = admin.call("POST", _PERMISSIONS, json={"name": "report:print", "description": "Print"})
    assert made.status_code == 201
    assert admin.call("POST", _PERMISSIONS, json={"name": "report:print"}).json["code"] == "exists"
    make_role(admin, "printer", "report:print")
    path = f"{_PERMISSIONS}/{made.json['id']}"
    described = admin.call("PATCH", path, json={"version": made.json["version"], "description": "Print reports"}).json
    assert [held["role"] for held in described["roles"]] == ["printer"]
    stale = admin.call("DELETE", f"{path}?version={made.json['version']}")
    assert (stale.status_code, stale.json["current"]) == (409, described)
    assert admin.call("DELETE", f"{path}?version={described['version']}").status_code == 204
    again = admin.call("POST", _PERMISSIONS, json={"name": "report:print"})
    assert (again.status_code, again.json["roles"]) == (201, [])


@pytest.mark.proves("C3")
def test_the_members_of_a_role_come_a_page_at_a_time(api: Api) -> None:
    role = built_in_role_id("viewer")
    people = [(uuid.uuid4(), f"user-{number:03}") for number in range(120)]
    api.replica.provide([Edit(Kind.USER, id_, {"username": name, "enabled": True}) for id_, name in people])
    api.replica.provide([give_role(id_, role, client) for id_, _ in people for client in ("", "press")])
    admin = api.administrator()
    found: list[tuple[str, str]] = []
    after = ""
    while after is not None:
        page = admin.call("GET", f"{_ROLES}/{role}/members?limit=99&after={after}").json
        assert page["total"] == 240
        found += [(member["username"], member["client"]) for member in page["members"]]
        after = page["next"]
    assert found == [(name, client) for _, name in people for client in ("", "press")]
    assert admin.call("GET", f"{_ROLES}/{role}/members?search=R-11").json["total"] == 20


@pytest.mark.proves("C6", "W25")
def test_sessions_are_listed_and_ended_and_no_answer_gives_a_session_away(api: Api) -> None:
    admin, bob = api.administrator(), api.person("viewer")
    listed = admin.call("GET", "/api/v1/sessions").json["sessions"]
    assert [session["current"] for session in listed].count(True) == 1
    (bobs,) = [session for session in listed if session["username"].startswith("viewer-")]
    own = bob.call("GET", "/api/v1/session/own").json["sessions"]
    assert [(session["id"], session["current"]) for session in own] == [(bobs["id"], True)]
    assert bob.call("GET", "/api/v1/sessions").status_code == 403
    (admins,) = [session for session in listed if session["current"]]
    assert bob.call("DELETE", f"/api/v1/session/own/{admins['id']}").status_code == 404
    hashes = [row.hash for row in api.execute("SELECT encode(token_hash, 'hex') AS hash FROM web_sessions")]
    assert not any(hash_ in str(listed).replace("-", "") for hash_ in hashes)
    assert admin.call("DELETE", f"/api/v1/sessions/{bobs['id']}").status_code == 204
    assert bob.call("GET", "/api/v1/session").status_code == 401
    assert admin.call("DELETE", f"/api/v1/sessions/{bobs['id']}").status_code == 404


@pytest.mark.proves("C6")
def test_all_sessions_of_a_user_end_together_and_nobody_elses(api: Api) -> None:
    admin = api.administrator()
    bob = api.make_user("bob", "viewer")
    browsers = [api.browser(), api.browser()]
    for browser in browsers:
        browser.log_in("bob")
    assert admin.call("DELETE", f"/api/v1/users/{bob}/sessions").status_code == 204
    assert [browser.call("GET", "/api/v1/session").status_code for browser in (*browsers, admin)] == [401, 401, 200]
    assert browsers[0].log_in("bob").status_code == 200


@pytest.mark.proves("W25")
def test_a_lockout_counts_every_spelling_of_a_name_is_seen_and_is_cleared(api: Api) -> None:
    admin = api.administrator()
    api.make_user("bob", "viewer")
    for spelling in ("bob", "BOB", "ｂob", "Bob", "bob") * 2:
        assert api.browser().log_in(spelling, "wrong").status_code == 401
    assert api.browser().log_in("bob").status_code == 429
    (lockout,) = admin.call("GET", "/api/v1/lockouts").json["lockouts"]
    assert (lockout["username"], lockout["failures"], lockout["limit"]) == ("bob", 10, 10)
    assert lockout["locked_until_us"]
    listed = admin.call("GET", "/api/v1/users?search=bob").json["users"][0]
    assert (listed["failures"], listed["locked_until_us"]) == (10, lockout["locked_until_us"])
    assert api.person("viewer").call("DELETE", "/api/v1/lockouts?username=bob").status_code == 403
    assert admin.call("DELETE", "/api/v1/lockouts?username=Bob").status_code == 204
    assert admin.call("DELETE", "/api/v1/lockouts?username=bob").status_code == 404
    assert api.browser().log_in("bob").status_code == 200
    assert [row.subject for row in api.execute("SELECT subject FROM audit_log WHERE action = 'session:unlock'")] == [
        "Bob"
    ]
