"""The resources of the REST interface: what is served is what is described."""

from __future__ import annotations

from precisionpulse_backend.api import (
    clients,
    commands,
    completeness,
    enrolment,
    enrolment_codes,
    link,
    probes,
    session,
    snapshot,
)

BLUEPRINTS = tuple(
    module.blueprint
    for module in (session, clients, commands, completeness, snapshot, enrolment_codes, enrolment, link, probes)
)
