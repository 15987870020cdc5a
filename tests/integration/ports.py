"""Ports for tests that cannot let the program choose one."""
import contextlib
import pathlib
import random
import socket

_reserved = []  # descriptors, open until this process ends


def free_port(*addresses):
    """A port that is free for TCP and UDP on each of the addresses (127.0.0.1 where none is named). No
    other test is given it while this process runs, and the kernel gives it to no client: it is outside
    the range of ephemeral ports."""
    first, last = _fixed_ports()
    while True:
        port = random.randint(first, last)
        with contextlib.suppress(OSError):
            for address in addresses or ("127.0.0.1",):
                _bind(address, port)
            _reserve(port)
            return port


def family_of(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def _fixed_ports():
    """The larger of the two ranges beside that of ephemeral ports."""
    low, high = map(int, pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split())
    return max((10_000, low - 1), (high + 1, 65_535), key=lambda bounds: bounds[1] - bounds[0])


def _bind(address, port):
    """Fails where something has the port, also a connection that was closed a moment ago."""
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(family_of(address), kind) as one:
            one.bind((address, port))


def _reserve(port):
    """By a name in the kernel that goes away with this process; fails where another process has it."""
    name = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    try:
        name.bind(f"\0mxbalance test port {port}")
    except OSError:
        name.close()
        raise
    _reserved.append(name.detach())
