"""The other end of mxbalance's connections, byte by byte: also what no HTTP client would send."""
import contextlib
import json
import socket
from typing import NamedTuple

LOOKUP = b'{"method":"lookup","parameters":{"qname":"yourdomain.com.","qtype":"MX","zone-id":-1}}'
PATIENCE = 5.0  # seconds for a reply


class Reply(NamedTuple):
    status: int
    headers: dict
    body: bytes

    def error(self):
        return json.loads(self.body)["error"]


def request(body, verb="POST", target="/dns", content_type="application/json", length=None):
    length = len(body) if length is None else length
    return (f"{verb} {target} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {content_type}\r\n"
            f"Content-Length: {length}\r\n\r\n").encode("latin-1") + body


class Peer:
    """A connection. A context manager: leaving it closes it."""

    def __init__(self, connection):
        self.socket = connection
        self.socket.settimeout(PATIENCE)
        self.unread = b""

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.socket.close()

    def send(self, data):
        """Also to one that closes in the meantime: what it replied is still to be read."""
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.socket.sendall(data)

    def _read_until(self, delimiter):
        """None: it was closed before."""
        while delimiter not in self.unread:
            piece = self.socket.recv(65536)
            if not piece:
                return None
            self.unread += piece
        part, _, self.unread = self.unread.partition(delimiter)
        return part

    def line(self):
        return self._read_until(b"\n")

    def reply(self):
        """The next HTTP reply. None: it was closed before."""
        head = self._read_until(b"\r\n\r\n")
        if head is None:
            return None
        status, *fields = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (field.partition(":") for field in fields)}
        length = int(headers.get("content-length", 0))
        while len(self.unread) < length:
            piece = self.socket.recv(65536)
            if not piece:
                return None
            self.unread += piece
        body, self.unread = self.unread[:length], self.unread[length:]
        return Reply(int(status.split()[1]), headers, body)

    def ask(self, body=LOOKUP, **form):
        self.send(request(body, **form))
        return self.reply()

    def ask_line(self, line=LOOKUP):
        self.send(line + b"\n")
        return self.line()

    def finds_mail(self):
        """Whether LOOKUP over the Unix socket finds mail servers: an error is an answer, too."""
        line = self.ask_line()
        return line is not None and bool(json.loads(line)["result"])

    def is_closed(self):
        """Waits for the other side to close; False when it sends something instead."""
        try:
            return self.unread == b"" and self.socket.recv(1) == b""
        except ConnectionResetError:
            return True


def over_http(site):
    return Peer(socket.create_connection(("127.0.0.1", site.http_port)))


def over_unix(site):
    return over_socket(site.socket)


def over_socket(path):
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(str(path))
    return Peer(connection)
