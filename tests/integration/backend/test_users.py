"""Users over REST: found, created, changed, deleted; roles given and taken; one administrator remains."""

from __future__ import annotations

import threading
import uuid
from typing import Any

import pytest

from precisionpulse_sdk.replica import Edit, Kind
from precisionpulse_sdk.replica.access import find_user
from precisionpulse_sdk.sync.edit import give_role
from precisionpulse_sdk.sync.kinds import built_in_role_id

from .conftest import Api, Browser

_USERS = "/api/v1/users"
_NEW_PASSWORD = "seven quiet lanterns over the harbour"


def create(browser: Browser, username: str, **fields: object) -> Any:
    answer = browser.call("POST", _USERS, json={"username": username, **fields})
    assert answer.status_code == 201, answer.json
    return answer.json


def user_id(api: Api, username: str) -> uuid.UUID:
    with api.engine.connect() as connection:
        found = find_user(connection, username)
    assert found is not None
    return found


@pytest.mark.proves("C3", "W25")
def test_a_new_user_gets_a_password_that_is_shown_once_and_must_be_changed(api: Api) -> None:
    admin = api.administrator()
    made = create(admin, "bob", display_name="Bob", roles=[{"role_id": str(built_in_role_id("viewer"))}])
    assert made["user"]["roles"][0]["role"] == "viewer"
    assert made["user"]["must_change_password"]
    bob = api.browser()
    assert bob.log_in("bob", made["password"]).json["user"]["must_change_password"]
    assert bob.call("GET", "/api/v1/clients").status_code == 403
    change = {"current": made["password"], "new": _NEW_PASSWORD}
    bob.csrf_token = bob.call("PUT", "/api/v1/session/password", json=change).json["csrf_token"]
    assert bob.call("GET", "/api/v1/clients").status_code == 200
    assert "password" not in admin.call("GET", f"{_USERS}/{made['user']['id']}").json


@pytest.mark.proves("W25")
def test_a_first_password_that_is_easy_to_guess_is_refused_with_the_reason(api: Api) -> None:
    admin = api.administrator()
    for password, reason in (("short", "at least 15"), ("passwordpassword", "Choose another|do not belong")):
        answer = admin.call("POST", _USERS, json={"username": "bob", "password": password})
        assert answer.status_code == 422
        (text,) = answer.json["errors"]["json"]["password"]
        assert any(part in text for part in reason.split("|")), text
    assert create(admin, "bob", password=_NEW_PASSWORD)["password"] is None


@pytest.mark.proves("C3")
def test_a_name_is_taken_whatever_its_case(api: Api) -> None:
    admin = api.administrator()
    create(admin, "Bob")
    answer = admin.call("POST", _USERS, json={"username": "bOB"})
    assert (answer.status_code, answer.json["code"]) == (422, "invalid_input")
    assert "username" in answer.json["errors"]["json"]


@pytest.mark.proves("C3")
def test_users_come_a_page_at_a_time_and_are_found_by_either_name(api: Api) -> None:
    names = [f"user-{number:03}" for number in range(250)]
    edits = [
        Edit(Kind.USER, uuid.uuid4(), {"username": name, "display_name": f"Person {name[-3:]} 100%", "enabled": True})
        for name in names
    ]
    api.replica.provide(edits)
    admin = api.administrator()
    found: list[str] = []
    after = ""
    while after is not None:
        page = admin.call("GET", f"{_USERS}?search=user-&limit=100&after={after}").json
        assert page["total"] == 250
        found += [user["username"] for user in page["users"]]
        after = page["next"]
    assert found == names
    for search, count in (("PERSON 24", 10), ("100%25", 250), ("1_0", 0), ("%5C", 0), ("nobody", 0)):
        assert admin.call("GET", f"{_USERS}?search={search}").json["total"] == count, search


@pytest.mark.proves("C3", "W24")
def test_who_looked_at_an_older_state_gets_a_conflict_with_the_present_one(api: Api) -> None:
    admin = api.administrator()
    user = create(admin, "bob")["user"]
    path = f"{_USERS}/{user['id']}"
    first = admin.call("PATCH", path, json={"version": user["version"], "display_name": "Robert"})
    assert first.json["display_name"] == "Robert"
    second = admin.call("PATCH", path, json={"version": user["version"], "display_name": "Bobby"})
    assert (second.status_code, second.json["code"]) == (409, "stale")
    assert second.json["current"] == first.json
    assert admin.call("DELETE", f"{path}?version={user['version']}").json["current"] == first.json
    assert admin.call("DELETE", f"{path}?version={first.json['version']}").status_code == 204
    assert admin.call("GET", path).status_code == 404
    assert admin.call("PATCH", path, json={"version": first.json["version"], "enabled": True}).status_code == 404


@pytest.mark.proves("W24", "C5")
def test_the_last_administrator_can_not_be_deleted_disabled_or_demoted(api: Api) -> None:
    admin = api.administrator()
    path = f"{_USERS}/{user_id(api, 'admin')}"
    user = admin.call("GET", path).json
    attempts = [
        admin.call("DELETE", f"{path}?version={user['version']}"),
        admin.call("PATCH", path, json={"version": user["version"], "enabled": False}),
        admin.call("DELETE", f"/api/v1/role-grants/{user['roles'][0]['id']}"),
    ]
    for answer in attempts:
        assert (answer.status_code, answer.json["code"]) == (409, "last_administrator")
        assert "Make somebody else an administrator first" in answer.json["detail"]
    assert admin.call("GET", path).json == user


@pytest.mark.proves("W24", "C5")
def test_of_two_administrators_who_demote_each_other_at_once_exactly_one_succeeds(api: Api) -> None:
    for _ in range(5):
        other = api.make_user(f"other-{uuid.uuid4().hex[:6]}", "administrator")
        with api.engine.connect() as connection:
            enabled = find_user(connection, "admin")
        assert enabled is not None
        browsers = [api.administrator(), api.administrator()]
        grants = [give_role(person, built_in_role_id("administrator")).entity_id for person in (enabled, other)]
        together, answers = threading.Barrier(2), [0, 0]

        def demote(number: int, browsers: Any = browsers, grants: Any = grants, answers: Any = answers) -> None:
            together.wait()  # noqa: B023 - the threads end before the loop goes on
            answers[number] = browsers[number].call("DELETE", f"/api/v1/role-grants/{grants[number]}").status_code

        threads = [threading.Thread(target=demote, args=(number,)) for number in (0, 1)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(answers)[0] == 204 and sorted(answers)[1] in (403, 409), answers
        left = api.execute(
            "SELECT count(*) AS n FROM role_grants WHERE deleted_at IS NULL AND id = ANY(:ids)", ids=grants
        )
        assert left[0].n == 1
        api.replica.provide([give_role(enabled, built_in_role_id("administrator"))])
        api.replica.provide([Edit(Kind.USER, other, {"enabled": False})])


@pytest.mark.proves("X4", "C5")
def test_nobody_gives_what_he_does_not_hold(api: Api) -> None:
    admin = api.administrator()
    permissions = {row["name"]: row["id"] for row in admin.call("GET", "/api/v1/permissions").json["permissions"]}
    held = [permissions[name] for name in ("user:read", "user:create", "user:update", "role:assign", "client:read")]
    role = admin.call("POST", "/api/v1/roles", json={"name": "helpdesk", "permission_ids": held}).json
    password = create(admin, "eve", roles=[{"role_id": role["id"]}])["password"]
    eve = api.browser()
    eve.log_in("eve", password)
    eve.csrf_token = eve.call("PUT", "/api/v1/session/password", json={"current": password, "new": _NEW_PASSWORD}).json[
        "csrf_token"
    ]
    for name, status in (("viewer", 201), ("operator", 403), ("administrator", 403)):
        roles = [{"role_id": str(built_in_role_id(name))}]
        assert eve.call("POST", _USERS, json={"username": f"new-{name}", "roles": roles}).status_code == status
    admin_path = f"{_USERS}/{user_id(api, 'admin')}"
    refused = eve.call("PUT", f"{admin_path}/password", json={})
    assert (refused.status_code, refused.json["code"]) == (403, "forbidden")
    assert "*:*" in refused.json["detail"]
    with api.engine.connect() as connection:
        assert find_user(connection, "new-operator") is None, "all or nothing"


@pytest.mark.proves("X4")
def test_who_administers_one_client_does_not_see_the_sites_users(api: Api) -> None:
    browser = api.person("administrator", client="press")
    for path in (_USERS, "/api/v1/roles", "/api/v1/permissions", "/api/v1/sessions", "/api/v1/lockouts"):
        assert browser.call("GET", path).status_code == 403, path
    mine, other = api.make_user("mine", "viewer", client="press"), api.make_user("other", "viewer")
    role = str(built_in_role_id("operator"))
    for person, client, status in ((mine, "press", 201), (mine, "mill", 403), (other, "", 403)):
        wanted = {"user_id": str(person), "role_id": role, "client": client}
        assert browser.call("POST", "/api/v1/role-grants", json=wanted).status_code == status


@pytest.mark.proves("X6")
def test_why_somebody_may_do_something_is_told_path_by_path(api: Api) -> None:
    admin = api.administrator()
    bob = api.make_user("bob", "viewer")
    api.replica.provide([give_role(bob, built_in_role_id("operator"), "press")])

    def paths(permission: str) -> list[tuple[str, str]]:
        answer = admin.call("GET", f"{_USERS}/{bob}/access").json
        (found,) = [access for access in answer["access"] if access["permission"] == permission]
        return [(path["role"], path["client"]) for path in found["paths"]]

    assert paths("client:read") == [("operator", "press"), ("viewer", "")]
    assert paths("client:command") == [("operator", "press")]
    assert paths("user:create") == []
    everything = admin.call("GET", f"{_USERS}/{user_id(api, 'admin')}/access").json["access"]
    assert all(access["paths"][0]["permission"] == "*:*" for access in everything)


@pytest.mark.proves("C7", "PP-SY-7")
def test_changes_are_audited_and_no_answer_and_no_row_holds_a_password_or_its_hash(api: Api) -> None:
    admin = api.administrator()
    made = create(admin, "bob", password=_NEW_PASSWORD)
    path = f"{_USERS}/{made['user']['id']}"
    texts = [admin.call("PUT", f"{path}/password", json={}).get_data(as_text=True)]
    texts += [admin.call("GET", where).get_data(as_text=True) for where in (path, _USERS, f"{path}/access")]
    rows = api.execute("SELECT action, audit_log::text AS whole FROM audit_log WHERE actor = 'admin' ORDER BY id")
    assert [row.action for row in rows if row.action.startswith("user:")] == ["user:create", "user:update"]
    assert not any(
        secret in text for text in (*texts, *(row.whole for row in rows)) for secret in ("argon2", _NEW_PASSWORD)
    )
