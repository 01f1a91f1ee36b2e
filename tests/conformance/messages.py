"""A message of every type that travels, and of every extreme."""

from __future__ import annotations

from google.protobuf.message import Message

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.values import INT64_MIN

from .given import AT, CLIENT, ID, INSTALL, KEY, SITE, UINT64_MAX
from .readings import BATCHES, CATALOGUE

_HYBRID = pb.HybridTime(wall_us=AT, logical=7, node="hub")
_USER = pb.User(
    username="ada", display_name="Ada", password_hash="$argon2id$v=19$…", enabled=True, session_generation=3
)
_RANGE = pb.RecordRange(first=1, last=UINT64_MAX)
_CHANGE = pb.Change(
    id=ID,
    entity_id=INSTALL,
    incarnation=1,
    op=pb.CHANGE_OP_SET,
    base_version=4,
    at=_HYBRID,
    actor_id=ID,
    fields=["enabled", "display_name"],
    entity=pb.Entity(user=_USER),
)
_COMMAND = pb.Command(id=ID, issued_us=AT, expires_us=AT + 3_600_000_000, actor="ada")
_COMMAND.body.Pack(pb.SetInterval(metric="temperature", interval_ms=250))
_STATE = pb.EntityState(
    entity_id=INSTALL,
    incarnation=2,
    version=9,
    entity=pb.Entity(user=_USER),
    field_times=[pb.FieldTime(field="enabled", at=_HYBRID)],
    deleted_at=_HYBRID,
)
_HEARTBEAT = pb.Heartbeat(
    number=1,
    phase=pb.LINK_PHASE_FALLING_BEHIND,
    queued_records=UINT64_MAX,
    oldest_captured_us=0,
    drain_per_s=0.0,
    clock_offset_us=INT64_MIN,
    round_trip_us=0,
)

MESSAGES: dict[str, Message] = {
    "hello": pb.Hello(
        majors=[1, 2],
        minor=3,
        capabilities=["deflate"],
        install_id=INSTALL,
        epoch=UINT64_MAX,
        sdk_name="x",
        last_record_seq=5,
    ),
    "hello, all absent": pb.Hello(),
    "welcome": pb.Welcome(
        major=1,
        key_ids=[2, 1],
        hub_time_us=AT,
        limits=pb.Limits(max_frame_bytes=1, max_message_bytes=2, max_batch_records=3, max_batches_in_flight=4),
        committed=[_RANGE],
        catalogue_id=CATALOGUE.id,
    ),
    "refusal": pb.Refusal(
        code=pb.REFUSAL_CODE_UNKNOWN_KEY,
        text="key id 3 is not accepted",
        accepted_key_ids=[1, 2],
        refused_sequence=UINT64_MAX,
    ),
    "presence": pb.Presence(state=pb.PRESENCE_STATE_GONE, epoch=7),
    "heartbeat": _HEARTBEAT,
    "heartbeat reply": pb.HeartbeatReply(number=1, client_sent_us=AT, hub_received_us=AT, hub_sent_us=AT, credit=0),
    "catalogue": CATALOGUE,
    "catalogue request": pb.CatalogueRequest(catalogue_id=CATALOGUE.id),
    "gap report": pb.GapReport(
        install_id=INSTALL, gaps=[pb.Gap(range=_RANGE, cause=pb.GAP_CAUSE_BUFFER_BOUND, count=UINT64_MAX, gap_seq=1)]
    ),
    "ack": pb.Ack(
        install_id=INSTALL,
        ranges=[pb.RecordRange(first=1, last=1), _RANGE],
        nacks=[pb.Nack(range=_RANGE, code=pb.NACK_CODE_OVERLOADED, retryable=True, detail="slower")],
        gap_seqs=[1, UINT64_MAX],
        credit=0,
    ),
    "ack query": pb.AckQuery(install_id=INSTALL, range=_RANGE),
    "committed": pb.Committed(
        client=CLIENT, install_id=INSTALL, ranges=[_RANGE], complete_to=UINT64_MAX, committed_us=AT
    ),
    "client changed": pb.ClientChanged(client=CLIENT),
    "replica advanced": pb.ReplicaAdvanced(cursor=UINT64_MAX),
    "command changed": pb.CommandChanged(client=CLIENT, command_id=ID),
    "live snapshot": pb.LiveSnapshot(
        hub_time_us=AT,
        clients=[
            pb.ClientSnapshot(client=CLIENT, heartbeat=_HEARTBEAT, latest=BATCHES["one of each type"], room_seq=9)
        ],
    ),
    "command": _COMMAND,
    "command status": pb.CommandStatus(id=ID, phase=pb.COMMAND_PHASE_PROGRESS, progress=0.0, at_us=AT),
    "command status ack": pb.CommandStatusAck(id=ID, phase=pb.COMMAND_PHASE_SUCCEEDED),
    "command cancel": pb.CommandCancel(id=ID, actor="ada"),
    "force sync": pb.ForceSync(),
    "update config": pb.UpdateConfig(revision=0),
    "set interval": pb.SetInterval(metric="temperature", interval_ms=250),
    "start stream": pb.StartStream(metric="temperature"),
    "stop stream": pb.StopStream(),
    "ping": pb.Ping(),
    "collect diagnostics": pb.CollectDiagnostics(),
    "diagnostics": pb.Diagnostics(versions={"sdk": "1.0.0"}, events=["started"]),
    "settings": pb.ClientSettings(
        interval_ms=1000,
        enabled_metrics=["parts"],
        buffer_max_records=UINT64_MAX,
        buffer_policy=pb.BUFFER_POLICY_DROP_OLDEST,
    ),
    "change upload": pb.ChangeUpload(changes=[_CHANGE]),
    "verdicts": pb.ChangeVerdicts(
        verdicts=[
            pb.ChangeVerdict(change_id=ID, refusal=pb.CHANGE_REFUSAL_CODE_LAST_ADMINISTRATOR, text="no", current=_STATE)
        ]
    ),
    "feed": pb.ChangeFeed(
        after_cursor=1, changes=[pb.CommittedChange(cursor=2, change=_CHANGE)], latest_cursor=UINT64_MAX
    ),
    "feed request": pb.FeedRequest(after_cursor=UINT64_MAX),
    "snapshot chunk": pb.SnapshotChunk(snapshot_id=ID, count=1, cursor=3, entities=[_STATE], valid_until_us=AT),
    "role": pb.Role(name="operator", built_in=True),
    "permission": pb.Permission(name="client:read"),
    "role grant": pb.RoleGrant(user_id=ID, role_id=INSTALL, client=CLIENT),
    "permission grant": pb.PermissionGrant(role_id=ID, permission_id=INSTALL),
    "configuration value, zero": pb.ConfigValue(key="interval_ms", int64_value=0),
    "configuration value, least": pb.ConfigValue(key="x.Y.z", client=CLIENT, int64_value=INT64_MIN),
    "configuration value, empty list": pb.ConfigValue(key="enabled_metrics", list_value=pb.StringList()),
    "configuration value, unset": pb.ConfigValue(key="interval_ms"),
    "enrolment request": pb.EnrolmentRequest(
        code_lookup=ID, certificate_request=b"\x30\x00", hpke_public_key=KEY, install_id=INSTALL, proof=KEY
    ),
    "enrolment grant": pb.EnrolmentGrant(
        client=CLIENT, site=SITE, certificate=b"\x30", ca_certificates=[b"\x30"], broker_host="::1", broker_port=8883
    ),
    "enrolment refusal": pb.EnrolmentRefusal(code=pb.ENROLMENT_REFUSAL_CODE_EXPIRED, text="the code's time is over"),
    "sealed key": pb.SealedKey(key_id=1, master_key=KEY),
    "key update": pb.KeyUpdate(sealed_key=KEY, old_key_until_us=AT),
    "key accepted": pb.KeyAccepted(key_id=2),
    **{f"batch: {name}": batch for name, batch in BATCHES.items() if "edges" not in name},
}
