"""The names that third parties build on. A change here is a change of the SDK's promise: note it in the changelog."""

import pytest

import precisionpulse_sdk
from precisionpulse_sdk import aio, errors, hub

PUBLIC = """
Client ClientConfig ClientEvent ClientStats ClientWarning CommandFinished CommandProgressed CommandReceived Coordinator
Hub HubConfig HubStore Identity LinkChanged LinkState LiveMessage LiveReader Metric OutboxBounds Policy Quality Range
RangeSet RecordsAcknowledged RecordsRejected RefusalReceived ReplicaSettled RunningCommand Sample Value ValueType
"""
ERRORS = """
BuiltInError CertificateError ChangeRefusedError ClearFrameError ClockAheadError ClosedError CommandArgumentError
CommandDeniedError CommandError ConfigurationError ConnectionFailedError ContractError DeletedError DiskFullError
EnrolmentError FencedError ForbiddenChangeError InvalidChangeError LastAdministratorError LinkError
MalformedFrameError MalformedMessageError MetricConflictError NameTakenError OutboxBusyError OutboxDamagedError
OutboxFullError OversizedFrameError PrecisionPulseError RefusedError ReplayError RightsExpiredError SealError
StaleEditError StaleEpochError StorageError StoreUnavailableError TopicError UnknownKeyError UnknownTypeError
UsageError ValueRangeError ValueTypeError
"""


@pytest.mark.proves("B1", "B2")
def test_the_public_names_are_these() -> None:
    assert sorted(precisionpulse_sdk.__all__) == sorted(PUBLIC.split())
    assert aio.__all__ == ["Client"]
    assert {"Hub", "HubStore", "ClientKeys", "LiveReader"} <= set(hub.__all__)


@pytest.mark.proves("B1")
def test_every_error_is_in_the_tree_and_in_its_drawing() -> None:
    declared = (kind for kind in vars(errors).values() if isinstance(kind, type) and kind.__module__ == errors.__name__)
    found = {kind.__name__: kind for kind in declared}
    assert set(found) == set(ERRORS.split())
    assert all(issubclass(kind, errors.PrecisionPulseError) for kind in found.values())
    assert all(name in (errors.__doc__ or "") for name in found)


def test_the_asyncio_client_has_the_names_of_the_blocking_one() -> None:
    def names(kind: type) -> set[str]:
        return {name for name in vars(kind) if not name.startswith("_")}

    transport_callbacks = {"on_connected", "on_disconnected", "on_message"}
    assert names(precisionpulse_sdk.Client) - transport_callbacks - {"subscribe"} == names(aio.Client) - {"events"}
