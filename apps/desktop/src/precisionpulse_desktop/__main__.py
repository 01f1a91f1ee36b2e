"""`precisionpulse-desktop`: a window, or `--headless`. Exit codes: 0 done, 1 could not run, 2 wrong usage."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Sequence

from precisionpulse_desktop import __version__, bootstrap, headless, logs
from precisionpulse_desktop.errors import DesktopError, SettingsError
from precisionpulse_desktop.settings import Settings, load
from precisionpulse_desktop.sources import load_source
from precisionpulse_sdk.errors import PrecisionPulseError

log = logging.getLogger(__name__)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the desktop; the result is the process's exit code."""
    try:
        settings = load(argv)
    except SettingsError as error:
        print(f"precisionpulse-desktop: the settings can't work:\n{error}", file=sys.stderr)
        return 2
    if settings.self_test:
        return _self_test(settings)
    try:
        logs.configure(settings.data_dir, settings.log_level)
        return _run_headless(settings) if settings.headless else _run_window(settings)
    except (DesktopError, PrecisionPulseError, OSError) as error:
        log.error("can't run: %s", error)
        return 1


def _run_headless(settings: Settings) -> int:
    stop = threading.Event()
    headless.stop_on_signals(stop)
    identity = bootstrap.load_identity(settings.data_dir)
    if identity is None:
        if settings.enrol_url is None or settings.enrol_code is None:
            log.error(
                "this profile is not enrolled: give --enrol-url and --enrol-code, or start the window once (data: %s)",
                settings.data_dir,
            )
            return 1
        identity = bootstrap.enrol_into(settings.data_dir, settings.enrol_url, settings.enrol_code)
    headless.run(bootstrap.Streaming(settings, identity), stop)
    return 0


def _run_window(settings: Settings) -> int:
    # Qt takes tens of megabytes that headless does not need, and has Python keep the source of all that is imported
    # after it.
    from precisionpulse_desktop import program

    return program.run(settings)


def _self_test(settings: Settings) -> int:
    offered = load_source(settings.source).metrics()
    if not settings.headless:
        from precisionpulse_desktop import program

        program.self_test()
    print(
        f"precisionpulse-desktop {__version__}: {len(offered)} metrics from source {settings.source!r}, all parts load"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
