"""Puts programs together from their settings. Nothing is built before one of these is called."""

from __future__ import annotations

import datetime as dt
import uuid

from precisionpulse_backend import database
from precisionpulse_backend.certificates import SiteAuthority
from precisionpulse_backend.client_sessions import ClientSessions
from precisionpulse_backend.command_store import PostgresCommandStore
from precisionpulse_backend.connections import ThreadConnections
from precisionpulse_backend.enrolment import BrokerAddress, EnrolmentCodes, Enrolments
from precisionpulse_backend.ingest import Ingest
from precisionpulse_backend.keyring import Keyring
from precisionpulse_backend.link_cutter import LinkCutter
from precisionpulse_backend.readings import PostgresHubStore
from precisionpulse_backend.settings import CodeSettings, HubSettings, IngestSettings, WebSettings
from precisionpulse_backend.web import Web, WebParts, database_probe
from precisionpulse_backend.web_sessions import WebSessions
from precisionpulse_sdk import schemas
from precisionpulse_sdk.coordinator import Coordinator
from precisionpulse_sdk.hub import Hub
from precisionpulse_sdk.transport.mqtt import MqttTransport
from precisionpulse_sdk.transport.tls import Credentials


def ingest(settings: IngestSettings) -> Ingest:
    """The ingest program."""
    schemas.load()
    url = settings.database_url.get_secret_value()
    conninfo = database.conninfo(url)
    engine = database.engine(url, pool_size=2)
    keyring = Keyring(settings.key_encryption_key_file.get_secret_value())
    connections = ThreadConnections(conninfo)
    store = PostgresHubStore(connections, ClientSessions(connections, keyring))
    hub = Hub(settings.site, store, _transport(settings, "ingest"), hub_key=keyring.hub_key)
    coordinator = Coordinator(
        settings.site,
        store,
        _transport(settings, "coordinator"),
        hub_key=keyring.hub_key,
        replica=database.replica(engine),
        commands=PostgresCommandStore(connections),
    )
    http = (settings.ingest_http_host, settings.ingest_http_port) if settings.ingest_http_port else None
    ping = database_probe(engine)
    return Ingest(hub, coordinator, conninfo=conninfo, ping=ping, http=http)


def web(settings: WebSettings) -> Web:
    """The web program."""
    schemas.load()
    url = settings.database_url.get_secret_value()
    keyring = Keyring(settings.key_encryption_key_file.get_secret_value())
    engine = database.engine(url)
    authority = SiteAuthority.load(
        settings.site_ca_cert_file, settings.site_ca_key_file, broker_ca=settings.hub_ca_file
    )
    address = BrokerAddress(settings.broker_host, settings.broker_port)
    return Web(
        WebParts(
            site=settings.site,
            engine=engine,
            replica=database.replica(engine),
            sessions=WebSessions(
                settings.session_secret_file.get_secret_value(),
                idle=dt.timedelta(seconds=settings.session_idle_s),
                lifetime=dt.timedelta(seconds=settings.session_lifetime_s),
            ),
            enrolments=Enrolments(engine, keyring, authority, settings.site, address),
            keys=ClientSessions(ThreadConnections(database.conninfo(url)), keyring),
            hub_key=keyring.hub_key,
            transport=_transport(settings, "web"),
            origins=_origins(settings.web_origin),
            link_cutter=LinkCutter(settings.demo_link_client, settings.demo_link_url)
            if settings.demo_link_url
            else None,
        )
    )


def codes(settings: CodeSettings) -> EnrolmentCodes:
    """What issues enrolment codes."""
    engine = database.engine(settings.database_url.get_secret_value(), pool_size=1)
    keyring = Keyring(settings.key_encryption_key_file.get_secret_value())
    return EnrolmentCodes(engine, keyring, SiteAuthority.load_certificate(settings.site_ca_cert_file))


def _origins(setting: str) -> tuple[str, ...]:
    """The pages that may open a socket; loopback has two names."""
    given = {origin.strip().rstrip("/") for origin in setting.split(",") if origin.strip()}
    return tuple(sorted(given | {origin.replace("//127.0.0.1", "//localhost") for origin in given}))


def _transport(settings: HubSettings, program: str) -> MqttTransport:
    credentials = Credentials.from_files(settings.hub_ca_file, settings.hub_cert_file, settings.hub_key_file)
    return MqttTransport(settings.hub_broker_host, settings.hub_broker_port, unique_client_id(program), credentials)


def unique_client_id(program: str) -> str:
    """An MQTT client id that no other worker has."""
    return f"{program}-{uuid.uuid4().hex[:12]}"
