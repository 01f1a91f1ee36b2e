"""A network between two programs that a test can break: cut (connections are reset, new ones refused) or stalled
(nothing passes, nothing closes, nobody is told). It can be narrow, too."""

from __future__ import annotations

import contextlib
import math
import socket
import struct
import threading
import time

from precisionpulse_stack import ports

_CHUNK_BYTES = 65536
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Link:
    """Forwards TCP from `port` to `target_port`, both on loopback. Its methods take effect at once. `role` is what it
    has in common with others. With `bytes_per_s` no connection carries more than that towards the target."""

    def __init__(self, name: str, role: str, target_port: int, *, bytes_per_s: float = math.inf) -> None:
        self.name = name
        self.role = role
        self._target_port = target_port
        self._bytes_per_s = bytes_per_s
        self._allowance = math.inf
        self._lock = threading.Lock()
        self._sockets: set[socket.socket] = set()
        self._flowing = threading.Event()
        self._flowing.set()
        self._refusing = self._closed = False
        self._listener = socket.create_server((ports.LOOPBACK, 0), backlog=64)
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, name=f"link {name}", daemon=True).start()

    def cut(self) -> None:
        """Resets every connection; new ones are refused until `heal`."""
        self._refusing = True
        self._reset()

    def stall(self) -> None:
        """Lets nothing pass either way, the end of a connection included, until `heal`. What is held passes then."""
        self._flowing.clear()

    def stall_after(self, count: int) -> None:
        """Stalls once that many more bytes have passed towards the target."""
        self._allowance = count

    def heal(self) -> None:
        """Ends what `cut`, `stall` and `stall_after` began."""
        self._refusing = False
        self._allowance = math.inf
        self._flowing.set()

    def close(self) -> None:
        """Ends it for good."""
        self._closed = self._refusing = True
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._reset()
        self._flowing.set()

    def _accept(self) -> None:
        while not self._closed:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            try:
                far = socket.create_connection((ports.LOOPBACK, self._target_port), timeout=5)
            except OSError:
                near.close()
                continue
            far.settimeout(None)
            with self._lock:
                for end in (near, far):
                    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    self._sockets.add(end)
            if self._refusing:
                self._reset()
            for source, sink, there in ((near, far, True), (far, near, False)):
                threading.Thread(target=self._carry, args=(source, sink, there), daemon=True).start()

    def _carry(self, source: socket.socket, sink: socket.socket, there: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(_CHUNK_BYTES):
                self._flowing.wait()
                sink.sendall(data)
                if there:
                    self._allowance -= len(data)
                    if self._allowance < 0:
                        self.stall()
                    # How long a line of this width takes for these bytes.
                    time.sleep(len(data) / self._bytes_per_s)
        self._flowing.wait()
        self._end({source, sink})

    def _reset(self) -> None:
        with self._lock:
            ended = set(self._sockets)
        for end in ended:
            with contextlib.suppress(OSError):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self._end(ended)

    def _end(self, ended: set[socket.socket]) -> None:
        with self._lock:
            ended &= self._sockets
            self._sockets -= ended
        for end in ended:
            # The shutdown wakes the thread that waits in `recv`; it alone would let the close pass unseen.
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
