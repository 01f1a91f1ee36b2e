"""A machine that was copied while it ran: two processes with one identity, one install and the same numbers."""

from __future__ import annotations

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.events import LinkState
from precisionpulse_sdk.outbox import OutboxBounds

from .client_process import CLIENT
from .invariants import InvariantError
from .schedule import Action, draw, run
from .world import World

COPIED_AT_S = 20.0


class Twins(World):
    """The copied machine; `twin` is the copy, in the same network and at the same hub."""

    twin: World | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        self.bounds = OutboxBounds()
        self.time.after(COPIED_AT_S, self._copy)

    def _copy(self) -> None:
        twin = World(self.seed)
        twin.time, twin.network, twin.rng, twin.store = self.time, self.network, self.rng, self.store
        twin.bounds, twin.workers, twin.disk = self.bounds, self.workers, self.disk.snapshot()
        self.twin = twin
        twin.start_client()
        for _ in range(20):
            self.time.after(self.rng.uniform(0, 60), lambda: twin.record(self.rng.choice([1, 2, 5])))

    def check_inserted(self, install_id: bytes, number: int) -> None:
        """A row belongs to the one that recorded what it says."""
        reading = self.store.reading(CLIENT, install_id, number)
        for world in (self, self.twin):
            row = world.recorded.get(number) if world else None
            if world and row and reading and (reading.value, reading.captured_us) == (row.value, row.captured_us):
                world.committed[number] = row
        if self.store.inserted[number] > 1:
            raise InvariantError(f"record {number} was committed twice")

    def check_told(self, gap: pb.Gap) -> None:
        """Both count their losses alike; what matters here is that their dead letters are kept."""

    def check(self) -> None:
        """Of both."""
        super().check()
        if self.twin:
            self.twin.check()

    @property
    def drained(self) -> bool:
        """They never come to rest: the broker lets one of them in at a time."""
        return False

    def check_drained(self) -> None:
        """Each knows what became of its readings, and one that the hub keeps out says why."""
        for world in (self, self.twin):
            if world is None or world.client is None:
                raise InvariantError("a process did not start")
            state, detail = world.client.session.state, world.client.session.detail
            if state is LinkState.REFUSED and not detail.startswith(("FENCED", "STALE_EPOCH")):
                raise InvariantError(f"kept out, and says only {detail!r}")


def live(seed: int) -> Twins:
    """One run."""
    world = Twins(seed)
    faults = ("kill the client", "disk full", "break at a step")  # These are the original's; what is shared may be bad.
    actions: list[Action] = [action for action in draw(world) if action.name not in faults]
    run(world, actions)
    return world
