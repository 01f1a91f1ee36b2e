"""The only door to the generated contract: every message, enum and constant of `precisionpulse.v1`, re-exported and
never re-modelled. Import it as `from precisionpulse_sdk import messages as pb`."""

from precisionpulse.v1.command_pb2 import *  # noqa: F403
from precisionpulse.v1.config_pb2 import *  # noqa: F403
from precisionpulse.v1.enrolment_pb2 import *  # noqa: F403
from precisionpulse.v1.frame_pb2 import *  # noqa: F403
from precisionpulse.v1.identity_pb2 import *  # noqa: F403
from precisionpulse.v1.live_pb2 import *  # noqa: F403
from precisionpulse.v1.options_pb2 import *  # noqa: F403
from precisionpulse.v1.session_pb2 import *  # noqa: F403
from precisionpulse.v1.sync_pb2 import *  # noqa: F403
from precisionpulse.v1.telemetry_pb2 import *  # noqa: F403
