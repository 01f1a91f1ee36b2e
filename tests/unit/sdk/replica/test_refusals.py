"""What is refused at the hub or at once: whose author may not, whose clock is ahead, whose rights are too old."""

from __future__ import annotations

from uuid import uuid4

import pytest

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.errors import ForbiddenChangeError, InvalidChangeError, RightsExpiredError
from precisionpulse_sdk.replica import DELETE, Edit, Kind
from precisionpulse_sdk.replica.access import load_person, rights_of
from precisionpulse_sdk.replica.database import reading
from precisionpulse_sdk.replica.tables import audit_log, refusals
from precisionpulse_sdk.replica.transaction import read_place
from precisionpulse_sdk.sync.edit import (
    create_permission,
    give_permission,
    give_role,
    set_config,
    take_role,
)
from precisionpulse_sdk.sync.kinds import permission_id

from .site import ADMIN, DAY_US, HASH, ROLE, Site, interval_ms, state


@pytest.mark.proves("C5", "PP-SY-4", "PP-SY-7")
def test_what_a_client_without_the_right_writes_is_refused_and_it_is_shown_nothing(site: Site) -> None:
    """Configuration, too: it knows the ids of administrators from the feed, and could name one as the author."""
    one = site.client("one")
    one.edit([Edit(Kind.USER, ADMIN, {"display_name": "Ada L."})], actor=ADMIN)
    one.edit([set_config("interval_ms", 500)], actor=ADMIN)
    one.edit([set_config("interval_ms", 500, "one")], actor=ADMIN)
    verdicts = site.hub.judge("one", one.pending(), holds_accounts=False)
    assert [verdict.refusal for verdict in verdicts] == [pb.CHANGE_REFUSAL_CODE_FORBIDDEN] * 3
    assert not any(verdict.HasField("current") for verdict in verdicts)
    assert state(site.hub, Kind.USER, ADMIN).values["display_name"] == ""
    assert interval_ms(site.hub) != 500
    one.apply_verdicts(pb.ChangeVerdicts(verdicts=verdicts))
    assert interval_ms(one) != 500


@pytest.mark.proves("C6")
def test_no_count_of_sessions_is_driven_to_where_none_could_be_ended_any_more(site: Site) -> None:
    for replica in (site.hub, site.client("one")):
        for generation in (10_001, (1 << 62) - 1):
            with pytest.raises(InvalidChangeError, match="one more at a time"):
                replica.edit([Edit(Kind.USER, ADMIN, {"session_generation": generation})], actor=ADMIN)
        replica.edit([Edit(Kind.USER, ADMIN, {"session_generation": 1})], actor=ADMIN)


@pytest.mark.proves("PP-SY-3", "C5")
def test_a_change_from_a_clock_a_day_ahead_is_refused_and_moves_nobodys_clock(site: Site) -> None:
    one = site.client("one")
    site.now_us += DAY_US
    one.edit([set_config("interval_ms", 500)], actor=ADMIN)
    site.now_us -= DAY_US
    [verdict] = site.upload(one)
    assert verdict.refusal == pb.CHANGE_REFUSAL_CODE_CLOCK_AHEAD
    assert "24 h ahead" in verdict.text
    assert [interval_ms(replica) for replica in (one, site.hub)] == [1000, 1000]
    for replica in (one, site.hub):
        with reading(replica.engine) as connection:
            assert read_place(connection).clock.wall_us <= site.now_us
            assert [row.code for row in connection.execute(refusals.select())] == ["CLOCK_AHEAD"]
    one.edit([set_config("interval_ms", 600)], actor=ADMIN)
    assert not site.upload(one)[0].refusal


@pytest.mark.proves("C5", "PP-SY-4", "C7")
def test_what_a_demoted_administrator_wrote_offline_is_refused_rolled_back_and_shown(site: Site) -> None:
    bea, bob = uuid4(), uuid4()
    account = {"password_hash": HASH, "enabled": True}
    site.hub.edit([Edit(Kind.USER, bea, {"username": "bea", **account}), give_role(bea, ROLE)], actor=ADMIN)
    site.hub.edit([Edit(Kind.USER, bob, {"username": "bob", **account})], actor=ADMIN)
    one = site.client("one")
    site.hub.edit([take_role(bea, ROLE)], actor=ADMIN)
    one.edit([give_role(bob, ROLE), Edit(Kind.USER, bob, {"display_name": "Boss"})], actor=bea)
    assert state(one, Kind.USER, bob).values["display_name"] == "Boss"
    assert {verdict.refusal for verdict in site.upload(one)} == {pb.CHANGE_REFUSAL_CODE_FORBIDDEN}
    site.follow(one)
    assert state(one, Kind.USER, bob).values["display_name"] == ""
    for replica in (one, site.hub):
        with reading(replica.engine) as connection:
            assert load_person(connection, bob) is not None and not rights_of(connection, bob)
            assert [row.actor for row in connection.execute(refusals.select())] == ["bea", "bea"]
            audited = list(connection.scalars(audit_log.select().with_only_columns(audit_log.c.action)))
            assert audited.count("user:refuse") == audited.count("role-grant:refuse") == 1


@pytest.mark.proves("C5", "PP-SY-4")
def test_nobody_gives_or_touches_more_than_he_holds(site: Site) -> None:
    clerk, role = uuid4(), uuid4()
    names = ("user:update", "user:create", "role:assign", "role:update", "user:delete")
    site.hub.provide(
        [
            *(create_permission(name) for name in names),
            Edit(Kind.ROLE, role, {"name": "clerk"}),
            *(give_permission(role, permission_id(name)) for name in names),
            Edit(Kind.USER, clerk, {"username": "cem", "password_hash": HASH, "enabled": True}),
            give_role(clerk, role),
        ]
    )
    for edit in (
        give_role(clerk, ROLE),
        take_role(ADMIN, ROLE),
        give_permission(role, permission_id("*:*")),
        Edit(Kind.USER, ADMIN, {"password_hash": HASH}),
        Edit(Kind.USER, ADMIN, {"enabled": False}),
        Edit(Kind.USER, ADMIN, DELETE),
    ):
        with pytest.raises(ForbiddenChangeError):
            site.hub.edit([edit], actor=clerk)
    site.hub.edit([Edit(Kind.USER, uuid4(), {"username": "dan", "enabled": True})], actor=clerk)
    site.hub.edit([Edit(Kind.USER, clerk, {"password_hash": HASH[:-1] + "B"})], actor=clerk)


@pytest.mark.proves("PP-SY-9", "C1")
def test_cached_rights_end_after_the_stated_time_and_a_clock_set_back_does_not_help(site: Site) -> None:
    site.hub.edit([set_config("offline_validity_s", 3600)], actor=ADMIN)
    one = site.client("one")
    one.contact()
    one.check_valid()
    site.now_us += 3_599_000_000
    one.check_valid()
    site.now_us += 2_000_000
    with pytest.raises(RightsExpiredError):
        one.check_valid()
    one.edit([set_config("interval_ms", 500)], actor=ADMIN)
    site.now_us -= DAY_US
    with pytest.raises(RightsExpiredError):
        one.check_valid()
    site.now_us += DAY_US
    one.contact()
    one.check_valid()
