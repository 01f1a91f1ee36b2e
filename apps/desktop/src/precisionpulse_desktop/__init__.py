"""The PrecisionPulse desktop: streams this machine's metrics, and keeps measuring while it is offline."""

from importlib.metadata import version

__version__ = version("precisionpulse-desktop")
