"""`python -m tests.outage HOURS [--directory PLACE]`: an outage of so many hours at 1,000 readings per second, and the
flush after it, with memory and the predicted time left beside what came true."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from .outage import Outage

MIB = 1 << 20


def main() -> int:
    """Run it and print what came of it; 1 when something was lost, doubled or grew."""
    parser = argparse.ArgumentParser(prog="python -m tests.outage")
    parser.add_argument("hours", type=float)
    parser.add_argument("--directory", type=Path, default=None, help="where the outbox is made, and removed again")
    options = parser.parse_args()
    began_s = time.monotonic()
    with tempfile.TemporaryDirectory(dir=options.directory) as place:
        outage = Outage(Path(place) / "outbox.sqlite3")
        report = outage.run(round(options.hours * 3600), say=lambda text: print(text, file=sys.stderr, flush=True))
    print(f"{options.hours:g} h without a link: {report.outage_records:,} records waited")
    print(f"flushed while {report.recorded - report.outage_records:,} more were recorded")
    print(f"committed {report.committed:,} of {report.recorded:,}, duplicates {report.duplicates:,}")
    memory = [look.memory for look in report.looks]
    print(
        f"memory: outage {min(report.outage_memory) / MIB:.1f} to {max(report.outage_memory) / MIB:.1f} MiB, "
        f"flush {min(memory) / MIB:.1f} to {max(memory) / MIB:.1f} MiB"
    )
    print(
        f"file: {report.file_bytes[0] / MIB:.0f} MiB at the end of the outage, {report.file_bytes[1] / MIB:.0f} MiB "
        f"after the flush; log at most {report.most_log_bytes / MIB:.1f} MiB"
    )
    for told_s, true_s in report.predictions[:: max(1, len(report.predictions) // 6)]:
        print(f"time left: told {told_s:8,.0f} s, came true {true_s:8,.0f} s ({told_s / true_s:.2f})")
    print(f"{time.monotonic() - began_s:.0f} s of real time")
    sound = report.duplicates == 0 and report.recorded - report.committed <= 2000 and report.memory_growth < 16 * MIB
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main())
