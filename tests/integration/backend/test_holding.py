"""Which clients hold the site's accounts: decided with the code, shown and changed at the client, kept on the wire."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from precisionpulse_sdk import Client
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.config import ClientConfig, HubConfig
from precisionpulse_sdk.coordinator import Coordinator
from precisionpulse_sdk.enrolment import EnrolmentCode, make_request, open_grant
from precisionpulse_sdk.hub import Hub
from precisionpulse_sdk.identity import Identity
from precisionpulse_sdk.replica import Kind, Replica
from precisionpulse_sdk.replica.database import reading, sqlite_engine
from precisionpulse_sdk.replica.entities import Entities
from precisionpulse_sdk.sync.edit import give_permission, set_config
from precisionpulse_sdk.sync.kinds import permission_id
from precisionpulse_sdk.transport.memory import MemoryBroker, MemoryTransport

from .conftest import Api

CODES = "/api/v1/enrolment-codes"
QUICK = HubConfig(heartbeat_interval_s=0.2)


class Overheard(Replica):
    """A client's replica that keeps every byte that the hub sent it."""

    heard: bytes = b""

    def apply_feed(self, feed: pb.ChangeFeed) -> bool:
        self.heard += feed.SerializeToString()
        return super().apply_feed(feed)

    def apply_snapshot(self, chunk: pb.SnapshotChunk) -> bool:
        self.heard += chunk.SerializeToString()
        return super().apply_snapshot(chunk)

    def apply_verdicts(self, verdicts: pb.ChangeVerdicts) -> None:
        self.heard += verdicts.SerializeToString()
        super().apply_verdicts(verdicts)

    def users(self) -> int:
        with reading(self.engine) as connection:
            return len(list(Entities(connection).all(Kind.USER)))


def _enrol(api: Api, client: str, **choice: bool) -> Identity:
    answer = api.administrator().call("POST", CODES, json={"client": client, **choice})
    assert answer.status_code == 201
    request, pending = make_request(EnrolmentCode.parse(answer.json["code"]), install_id=client.encode().ljust(16))
    body = request.SerializeToString()
    grant = api.browser().call("POST", "/api/v1/enrolment", data=body, content_type="application/x-protobuf")
    return open_grant(pending, pb.EnrolmentGrant.FromString(grant.get_data()))


def _shown(api: Api, client: str) -> bool:
    return api.administrator().call("GET", f"/api/v1/clients/{client}").json["holds_accounts"]  # type: ignore[no-any-return]


@pytest.fixture
def hub(api: Api) -> Iterator[MemoryBroker]:
    """A hub with the API's database that greets and coordinates clients."""
    broker = MemoryBroker(auto=True)
    key = api.store.keyring.hub_key
    ingest = Hub("main", api.store.hub, MemoryTransport(broker, "ingest"), hub_key=key, config=QUICK)
    coordinator = Coordinator(
        "main",
        api.store.another(),
        MemoryTransport(broker, "coordinator"),
        hub_key=key,
        replica=api.replica,
        config=QUICK,
    )
    ingest.start()
    coordinator.start()
    yield broker
    coordinator.close()
    ingest.close()
    broker.close()


@pytest.mark.proves("C1", "PP-SY-5", "PP-SY-7", "F1")
def test_a_client_without_the_right_never_receives_a_hash_and_follows_all_the_same(
    api: Api, hub: MemoryBroker, tmp_path: Path
) -> None:
    identities = {"guest": _enrol(api, "guest"), "desk": _enrol(api, "desk", holds_accounts=True)}
    assert {name: _shown(api, name) for name in identities} == {"guest": False, "desk": True}
    admin = api.execute("SELECT id, password_hash FROM users WHERE username = 'admin'")[0]
    with ExitStack() as stack:
        replicas: dict[str, Overheard] = {}
        for name, identity in identities.items():
            replica = replicas[name] = Overheard(sqlite_engine(tmp_path / f"{name}.db"), node=name, is_hub=False)
            replica.prepare()
            transport = MemoryTransport(hub, name)
            outbox = tmp_path / f"{name}.sqlite3"
            config = ClientConfig(heartbeat_interval_s=0.2)
            stack.enter_context(Client(identity, outbox, config=config, transport=transport, replica=replica))
        guest, desk = replicas["guest"], replicas["desk"]
        api.wait_until(lambda: guest.cursor() and desk.cursor(), "both are in step")
        api.make_user("carol", "viewer")
        api.replica.edit([set_config("interval_ms", 700)], actor=admin.id)
        latest = api.replica.latest_cursor()
        api.wait_until(lambda: guest.cursor() == desk.cursor() == latest, "both follow what is written later")
        assert admin.password_hash.encode() in desk.heard
        assert (guest.users(), desk.users()) == (0, 2)
        for secret in (b"$argon2id$", b"carol", b"administrator"):
            assert secret not in guest.heard
        # Withdrawn, the copy is emptied; given, it is filled.
        browser = api.administrator()
        assert browser.call("PUT", "/api/v1/clients/desk/accounts", json={"holds_accounts": False}).status_code == 200
        api.wait_until(lambda: desk.users() == 0 and desk.cursor() == latest, "the copy is emptied")
        assert browser.call("PUT", "/api/v1/clients/desk/accounts", json={"holds_accounts": True}).status_code == 200
        api.wait_until(lambda: desk.users() == 2 and desk.cursor() == latest, "the copy is filled")
    audited = api.execute("SELECT before, after FROM audit_log WHERE action = 'client:accounts' ORDER BY id")
    assert [row.after["holds_accounts"] for row in audited] == [False, True]


@pytest.mark.proves("C5", "X4", "PP-SY-7")
def test_only_an_administrator_lets_a_client_hold_the_accounts(api: Api) -> None:
    api.store.enrol("a")
    [role] = api.execute("SELECT id FROM roles WHERE name = 'operator'")
    for permission in ("enrolment:create", "client:revoke"):
        api.replica.provide([give_permission(role.id, permission_id(permission))])
    browser, administrator, right = api.person("operator"), api.administrator(), "/api/v1/clients/a/accounts"
    assert browser.call("POST", CODES, json={"client": "b", "holds_accounts": True}).status_code == 403
    assert browser.call("POST", CODES, json={"client": "b"}).json["holds_accounts"] is False
    assert browser.call("PUT", right, json={"holds_accounts": True}).status_code == 403
    assert not _shown(api, "a")
    assert administrator.call("PUT", right, json={"holds_accounts": True}).status_code == 200
    assert _shown(api, "a")
    assert browser.call("PUT", right, json={"holds_accounts": False}).status_code == 200
    assert not _shown(api, "a")
    assert [code["holds_accounts"] for code in administrator.call("GET", CODES).json["codes"]] == [False]
