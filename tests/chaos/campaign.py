"""Rounds of faults on a site, and what came of them."""

from __future__ import annotations

import math
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from precisionpulse_stack.errors import NotReadyError
from precisionpulse_stack.layout import Layout

from .comparison import Comparison, Verdict
from .faults import Fault, Faults
from .order import OrderWatch
from .site import Recorder, Site

_DRAINED_WITHIN_S = 120.0
_ENDED_WITHIN_S = 120.0
_LOOK_EVERY_S = 0.1
_EVERYTHING = 1 << 62


class ChaosError(AssertionError):
    """The system did not keep its promise; the text says which, and how to see it again."""


@dataclass
class Report:
    """What a campaign did and found."""

    seed: int
    rounds: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    verdict: Verdict = field(default_factory=Verdict)
    batches: int = 0
    reordered: list[str] = field(default_factory=list)
    left: int = 0
    """Records that ended as dead letters, dropped or still queued."""

    def __str__(self) -> str:
        kinds = ", ".join(f"{kind} {times}" for kind, times in sorted(self.faults.items()))
        verdict = self.verdict
        return (
            f"seed {self.seed}: {self.rounds} rounds, {self.faults.total()} faults ({kinds}), "
            f"{verdict.recorded:,} readings recorded ({verdict.unanswered:,} more stored by calls that were killed), "
            f"{verdict.lost} lost, {verdict.duplicated} duplicated, {verdict.altered} altered, "
            f"{verdict.invented} invented, {len(self.reordered)} reordered in {self.batches:,} batches"
        )

    @property
    def ok(self) -> bool:
        """Whether every promise was kept."""
        return not (self.verdict.faults or self.reordered or self.left)


class Campaign:
    """Faults drawn from `seed` on a site in `layout`. `brief`: for a quick look, without long faults.

    `say` gets a line for people after each round."""

    def __init__(self, layout: Layout, seed: int, *, brief: bool, say: Callable[[str], None]) -> None:
        self.report = Report(seed)
        self._layout = layout
        self._brief = brief
        self._say = say

    def run(self, *, rounds: int | None = None, minutes: float = math.inf) -> Report:
        """So many rounds, or as many as fit into the time, then everything ends in good order and is compared as a
        whole.

        Raises `ChaosError` when a promise was not kept, or the system did not come back."""
        with Site(self._layout, patient=not self._brief) as site:
            watch = OrderWatch(site)
            watch.start()
            faults = Faults(random.Random(self.report.seed), site, brief=self._brief)
            comparisons = [Comparison(recorder, self.report.verdict) for recorder in site.recorders]
            try:
                end_s = time.monotonic() + 60 * minutes
                while self.report.rounds != rounds and time.monotonic() < end_s:
                    self._round(site, comparisons, faults.draw())
                self._finish(site, comparisons)
            finally:
                watch.close()
                self.report.batches, self.report.reordered = watch.batches, watch.faults
        if not self.report.ok:
            raise ChaosError(self._explain("a promise was not kept"))
        return self.report

    def _round(self, site: Site, comparisons: list[Comparison], drawn: list[Fault]) -> None:
        self.report.rounds += 1
        began_s = time.monotonic()
        steps = [(fault.at_s, fault.begin) for fault in drawn]
        steps += [(fault.at_s + fault.for_s, fault.end) for fault in drawn]
        for at_s, step in sorted(steps, key=lambda entry: entry[0]):
            # When a fault begins and ends was drawn: the time until then is the schedule's, no wait for a condition.
            time.sleep(max(0.0, began_s + at_s - time.monotonic()))
            step()
        self.report.faults.update(fault.kind for fault in drawn)
        healed_s = time.monotonic()
        self._heal(site)
        for recorder, comparison in zip(site.recorders, comparisons, strict=True):
            mark = comparison.take_journal()
            self._drain(recorder, mark)
            comparison.take_journal()
            with site.query() as connection:
                comparison.compare(connection, mark)
        self._say(
            f"round {self.report.rounds}: {' and '.join(map(str, drawn))}; drained "
            f"{time.monotonic() - healed_s:.1f} s after the last; {self.report.verdict.recorded:,} readings, "
            f"{self.report.verdict.faults} wrong"
        )
        if self.report.verdict.faults:
            raise ChaosError(self._explain("a promise was not kept"))

    def _finish(self, site: Site, comparisons: list[Comparison]) -> None:
        for recorder in site.recorders:
            recorder.part.ask_to_end()
        for recorder, comparison in zip(site.recorders, comparisons, strict=True):
            recorder.part.wait_ended(_ENDED_WITHIN_S)
            comparison.take_journal()
            with site.query() as connection:
                comparison.compare(connection, _EVERYTHING)
                comparison.close(connection)
            self.report.left += sum(recorder.journal.end or (1,))

    def _heal(self, site: Site) -> None:
        try:
            site.heal()
        except NotReadyError as error:
            raise ChaosError(self._explain(str(error))) from error

    def _drain(self, recorder: Recorder, mark: int) -> None:
        """Waits until the client has been told that the hub has everything up to the mark."""
        deadline_s = time.monotonic() + _DRAINED_WITHIN_S
        while (oldest := recorder.oldest_queued()) is not None and oldest <= mark:
            if time.monotonic() > deadline_s:
                what = f"after {_DRAINED_WITHIN_S:g} s {recorder.name} still keeps record {oldest} (to {mark})"
                raise ChaosError(self._explain(what))
            # Another process empties that file, which may be killed at any moment: nothing tells of it.
            time.sleep(_LOOK_EVERY_S)

    def _explain(self, what: str) -> str:
        examples = [*self.report.verdict.examples, *self.report.reordered[:5]]
        return "\n  ".join([f"{what}: {self.report}", *examples, f"logs and data: {self._layout.run}"])
