"""Enrolment at the hub: a code is good once, for a while, for whoever knows it (PP-FR-3)."""

from __future__ import annotations

import os
import threading
import uuid

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.enrolment import EnrolmentCode, PendingEnrolment, make_request, open_grant
from precisionpulse_sdk.replica import Edit, Kind
from precisionpulse_sdk.sync.edit import give_permission, give_role
from precisionpulse_sdk.sync.kinds import permission_id

from .conftest import Api, Browser

_INSTALL = b"i" * 16


def _code(api: Api, client: str = "a") -> EnrolmentCode:
    answer = api.administrator().call("POST", "/api/v1/enrolment-codes", json={"client": client})
    assert answer.status_code == 201
    return EnrolmentCode.parse(answer.json["code"])


def _ask(api: Api, body: bytes, **headers: str) -> tuple[int, bytes]:
    browser: Browser = api.browser()
    answer = browser.call(
        "POST", "/api/v1/enrolment", data=body, content_type="application/x-protobuf", headers=headers
    )
    assert answer.mimetype == "application/x-protobuf"
    return answer.status_code, answer.get_data()


def _refusal(answer: tuple[int, bytes]) -> str:
    assert answer[0] >= 400
    refusal = pb.EnrolmentRefusal.FromString(answer[1])
    assert refusal.text
    return pb.EnrolmentRefusalCode.Name(refusal.code).removeprefix("ENROLMENT_REFUSAL_CODE_")


def _request(code: EnrolmentCode, install_id: bytes = _INSTALL) -> tuple[bytes, PendingEnrolment]:
    request, pending = make_request(code, install_id=install_id)
    return request.SerializeToString(), pending


@pytest.mark.proves("PP-FR-3", "A6")
def test_a_client_with_a_code_gets_a_certificate_and_a_key_that_the_hub_knows(api: Api) -> None:
    body, pending = _request(_code(api))
    status, grant_bytes = _ask(api, body)
    assert status == 200
    identity = open_grant(pending, pb.EnrolmentGrant.FromString(grant_bytes))
    assert (identity.client, identity.site, identity.broker_port) == ("a", "main", 8883)
    record = api.store.hub.client("a")
    assert record is not None
    assert dict(record.keys) == dict(identity.keys)
    certificate = x509.load_pem_x509_certificate(identity.certificate_pem)
    usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usage) == [ExtendedKeyUsageOID.CLIENT_AUTH]
    life = certificate.not_valid_after_utc - certificate.not_valid_before_utc
    assert life.days == 397


@pytest.mark.proves("PP-FR-2")
def test_no_master_key_and_no_binding_key_lies_in_the_database(api: Api) -> None:
    code = _code(api)
    body, pending = _request(code)
    identity = open_grant(pending, pb.EnrolmentGrant.FromString(_ask(api, body)[1]))
    rows = api.execute(
        "SELECT wrapped AS secret FROM client_keys UNION ALL SELECT wrapped_binding FROM enrolment_codes"
    )
    for row in rows:
        for secret in (identity.keys[1], code.binding, code.secret):
            assert secret not in bytes(row.secret)


@pytest.mark.proves("PP-FR-3")
def test_a_code_is_good_once(api: Api) -> None:
    code = _code(api)
    assert _ask(api, _request(code)[0])[0] == 200
    assert _refusal(_ask(api, _request(code)[0])) == "USED"


@pytest.mark.proves("PP-FR-3")
def test_of_many_at_once_with_the_same_code_one_gets_in(api: Api) -> None:
    code = _code(api)
    bodies = [_request(code, os.urandom(16))[0] for _ in range(6)]
    begin, statuses = threading.Barrier(len(bodies)), []

    def work(body: bytes) -> None:
        begin.wait(10)
        statuses.append(_ask(api, body)[0])

    threads = [threading.Thread(target=work, args=(body,)) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(statuses) == [200, 409, 409, 409, 409, 409]
    assert len(api.execute("SELECT * FROM client_keys")) == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("UPDATE enrolment_codes SET expires_at = now() - interval '1 second'", "EXPIRED"),
        ("UPDATE enrolment_codes SET withdrawn_at = now()", "INVALID"),
        ("UPDATE enrolment_codes SET attempts = 10", "INVALID"),
        ("DELETE FROM enrolment_codes", "INVALID"),
    ],
    ids=["expired", "withdrawn", "worn-out", "unknown"],
)
def test_a_code_that_is_no_longer_good_is_refused_and_nothing_changes(api: Api, change: str, code: str) -> None:
    body, _ = _request(_code(api))
    api.execute(change)
    assert _refusal(_ask(api, body)) == code
    assert api.execute("SELECT * FROM clients") == []


@pytest.mark.proves("PP-FR-3", "PP-FR-6")
def test_what_was_changed_on_the_way_is_refused_and_wears_the_code_out(api: Api) -> None:
    code = _code(api)
    good = pb.EnrolmentRequest.FromString(_request(code)[0])
    for number in range(10):
        request = pb.EnrolmentRequest()
        request.CopyFrom(good)
        if number % 2:
            request.hpke_public_key = os.urandom(32)
        else:
            request.install_id = os.urandom(16)
        assert _refusal(_ask(api, request.SerializeToString(), **{"X-Forwarded-For": f"192.0.2.{number}"})) == "INVALID"
    last = _ask(api, good.SerializeToString(), **{"X-Forwarded-For": "192.0.2.99"})
    assert _refusal(last) == "INVALID"


@pytest.mark.parametrize("body", [b"", b"\xff\xff\xff", b"x" * 20_000], ids=["empty", "garbage", "huge"])
def test_what_is_no_request_is_refused_in_protobuf(api: Api, body: bytes) -> None:
    assert _refusal(_ask(api, body)) in ("MALFORMED", "INVALID")


@pytest.mark.proves("F2")
def test_an_address_that_tries_too_often_is_held_back_in_protobuf(api: Api) -> None:
    answers = [_refusal(_ask(api, b"\xff")) for _ in range(25)]
    assert answers[0] == "MALFORMED"
    assert answers[-1] == "RATE_LIMITED"


@pytest.mark.proves("PP-CL-1", "PP-FR-4")
def test_enrolling_again_replaces_the_key_begins_epochs_anew_and_ends_a_revocation(api: Api) -> None:
    for round_ in (1, 2):
        body, pending = _request(_code(api), bytes([round_]) * 16)
        identity = open_grant(pending, pb.EnrolmentGrant.FromString(_ask(api, body)[1]))
        assert list(identity.keys) == [round_]
        record = api.store.another().client("a")
        assert record is not None
        assert (dict(record.keys), record.revoked) == (dict(identity.keys), False)
        api.store.hub.begin_session(
            "a", install_id=bytes([round_]) * 16, epoch=1, salt=os.urandom(16), last_record_seq=0
        )
        api.execute("UPDATE clients SET revoked_at = now()")


def test_codes_are_listed_without_their_text_and_can_be_withdrawn(api: Api) -> None:
    browser = api.administrator()
    issued = browser.call("POST", "/api/v1/enrolment-codes", json={"client": "a", "valid_for_s": 60}).json
    (listed,) = browser.call("GET", "/api/v1/enrolment-codes").json["codes"]
    assert (listed["id"], listed["client"], listed["created_by"]) == (issued["id"], "a", "admin")
    assert (listed["used_us"], listed["revoked_us"], listed["expires_us"]) == (None, None, issued["expires_us"])
    assert issued["code"] not in str(listed)
    assert browser.call("DELETE", f"/api/v1/enrolment-codes/{issued['id']}").status_code == 204
    assert browser.call("GET", "/api/v1/enrolment-codes").json["codes"][0]["revoked_us"] is not None
    used = _code(api)
    _ask(api, _request(used)[0])
    id_ = api.execute("SELECT id FROM enrolment_codes WHERE used_at IS NOT NULL")[0].id
    assert browser.call("DELETE", f"/api/v1/enrolment-codes/{id_}").status_code == 409


@pytest.mark.proves("X4")
def test_a_right_to_issue_codes_for_one_client_is_none_for_another(api: Api) -> None:
    """A code takes the place of the client that has its id: the right to one client must not reach others."""
    role, user = uuid.uuid4(), api.make_user("fitter", "viewer", client="a")
    held = [give_permission(role, permission_id(f"enrolment:{verb}")) for verb in ("create", "read")]
    api.replica.provide([Edit(Kind.ROLE, role, {"name": "fitter"}), *held, give_role(user, role, "a")])
    _code(api, "b")
    of_b = api.execute("SELECT id FROM enrolment_codes")[0].id
    fitter = api.browser()
    assert fitter.log_in("fitter").status_code == 200
    issued = {client: fitter.call("POST", "/api/v1/enrolment-codes", json={"client": client}) for client in "ab"}
    assert {client: answer.status_code for client, answer in issued.items()} == {"a": 201, "b": 403}
    assert [code["client"] for code in fitter.call("GET", "/api/v1/enrolment-codes").json["codes"]] == ["a"]
    assert fitter.call("DELETE", f"/api/v1/enrolment-codes/{of_b}").status_code == 404
    assert api.execute("SELECT * FROM enrolment_codes WHERE withdrawn_at IS NOT NULL") == []
    assert fitter.call("DELETE", f"/api/v1/enrolment-codes/{issued['a'].json['id']}").status_code == 204


@pytest.mark.parametrize("name", ["hub", "UPPER", "a/b", "+", "#", "-a", "ä", "a" * 64, ""])
def test_a_name_that_can_be_no_topic_gets_no_code(api: Api, name: str) -> None:
    answer = api.administrator().call("POST", "/api/v1/enrolment-codes", json={"client": name})
    assert answer.status_code == 422


def test_anybody_may_have_the_sites_ca_certificate_and_nothing_more(api: Api) -> None:
    answer = api.browser().call("GET", "/api/v1/enrolment/ca")
    assert x509.load_pem_x509_certificate(answer.get_data()) == api.authority.certificate
    assert b"PRIVATE" not in answer.get_data()
