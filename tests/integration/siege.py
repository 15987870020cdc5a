"""Many connections that send all that is taken of them, and read nothing."""
import contextlib
import resource

from peers import over_http, over_unix, request

MEBIBYTE = 1 << 20
HOSTILE = 1000  # connections
LIST = b'{"method":"list","parameters":{"zonename":"big.example.","domain_id":2}}'
UNFINISHED = b"[" + b"1," * (MEBIBYTE // 2 - 10)
WIDE = b'{"method":"list","parameters":{"x":[' + b"[]," * 340_000 + b"0]}}"
DEEP = b'{"method":"list","parameters":' + b"[" * 1_000_000


def line(body):
    return body + b"\n"


# Kind: how it connects, and what it sends.
KINDS = {
    "bodies that stop short": (over_http, request(UNFINISHED, length=MEBIBYTE)),
    "lines that stop short": (over_unix, b'{"method":"setDomainMetadata","parameters":{"value":[' + b'"",' * 300_000),
    "wide values over HTTP": (over_http, request(WIDE) * 3),
    "wide values over the Unix socket": (over_unix, line(WIDE) * 3),
    "deep values over HTTP": (over_http, request(DEEP) * 3),
    "deep values over the Unix socket": (over_unix, line(DEEP) * 3),
    "unread lists over HTTP": (over_http, request(LIST) * 5),
    "unread lists over the Unix socket": (over_unix, line(LIST) * 5),
}


def allow_descriptors():
    """For this process, which holds the other ends. False: there are not enough."""
    wanted = HOSTILE + 200
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < wanted:
        return False
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
    return True


def fill(site, count):
    """The zone of LIST, with so many records."""
    site.command("zone", "add", "big.example", "--ns", "ns1.example.net")
    site.sql("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
             " INSERT INTO records (domain_id, name, type, content, ttl)"
             " SELECT d.id, 'h' || i || '.big.example', 'A', '192.0.2.1', 300"
             " FROM n, domains d WHERE d.name = 'big.example'" % count)


def memory_mb(site, what="VmRSS"):
    """Of the service, in MB of a million bytes; VmHWM: the most so far."""
    with open(f"/proc/{site.service.process.pid}/status", encoding="ascii") as status:
        found = next(entry for entry in status if entry.startswith(what))
    return int(found.split()[1]) * 1024 / 1e6


class Siege:
    """A context manager: leaving it closes the connections."""

    def __init__(self, site, connect, data):
        self.connections = contextlib.ExitStack()
        self.sockets = [self.connections.enter_context(connect(site)).socket for _ in range(HOSTILE)]
        self.left = [memoryview(data)] * HOSTILE
        for other in self.sockets:
            other.setblocking(False)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.connections.close()

    def send(self):
        """Once on each connection, what is taken of it."""
        for index, other in enumerate(self.sockets):
            with contextlib.suppress(BlockingIOError, BrokenPipeError, ConnectionResetError):
                self.left[index] = self.left[index][other.send(self.left[index][:65536]):]
