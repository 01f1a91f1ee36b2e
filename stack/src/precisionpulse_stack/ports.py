"""TCP ports of the loopback interface."""

import socket

import psutil

LOOPBACK = "127.0.0.1"


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def is_free(port: int) -> bool:
    """Whether a server could listen on `port` now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return not accepts(port)


def choose(wanted: int) -> int:
    """`wanted` if it is a free port, else (and for 0) another that is."""
    return wanted if wanted and is_free(wanted) else free_port()


def wanted(wished: int, before: int | None, *, is_named: bool) -> int:
    """The port to try first: one that was asked for (`is_named`), else that of the run before, else the default."""
    return wished if is_named or before is None else before


def accepts(port: int) -> bool:
    """Whether somebody accepts connections on `port`."""
    try:
        socket.create_connection((LOOPBACK, port), timeout=1).close()
    except OSError:
        return False
    return True


def listens(pid: int, port: int) -> bool:
    """Whether the process `pid` has begun to listen on `port`; the server sees no connection of ours."""
    try:
        connections = psutil.Process(pid).net_connections(kind="tcp")
    except psutil.NoSuchProcess:
        return False
    return any(c.status == psutil.CONN_LISTEN and c.laddr.port == port for c in connections)
