"""The resources of the REST interface: what is served is what is described."""

from __future__ import annotations

from precisionpulse_backend.api import (
    audit,
    clients,
    commands,
    completeness,
    configuration,
    conflicts,
    enrolment,
    enrolment_codes,
    grants,
    holding,
    link,
    permissions,
    probes,
    roles,
    session,
    sessions,
    snapshot,
    users,
)

BLUEPRINTS = tuple(
    module.blueprint
    for module in (
        session,
        sessions,
        clients,
        commands,
        completeness,
        configuration,
        audit,
        conflicts,
        snapshot,
        users,
        roles,
        permissions,
        grants,
        enrolment_codes,
        enrolment,
        holding,
        link,
        probes,
    )
)
