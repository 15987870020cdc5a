"""What the tests of health share: mail servers on addresses of the loopback network, good ones and broken ones, and a
site whose service probes them in fractions of a second."""
import collections
import contextlib
import pathlib
import signal
import socket
import ssl
import subprocess
import threading

from harness import SLACK, Process, Site, wait_for
from ports import family_of

INTERVAL = 0.4   # seconds, also the timeout
RISE, FALL = 2, 3
DOWN_WITHIN = FALL * INTERVAL + INTERVAL
UP_WITHIN = RISE * INTERVAL + INTERVAL
PROBING = ("--probe", "smtp", "--probe-interval", f"{INTERVAL}", "--probe-timeout", f"{INTERVAL}",
           "--probe-rise", str(RISE), "--probe-fall", str(FALL))


class Peer:
    """A mail server that does what `behaviour` says; it can be changed at any time. `said`: the lines it was told;
    `said_to`: those that it was told while it behaved so."""

    def __init__(self, address, port, behaviour="good"):
        self.behaviour = behaviour
        self.tls = None          # an ssl.SSLContext for STARTTLS
        self.said = []
        self.said_to = collections.defaultdict(list)
        self.sources = []
        self.listener = socket.create_server((address, port), family=family_of(address), backlog=64)
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        with contextlib.suppress(OSError):  # it is closed already
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def _accept(self):
        while True:
            try:
                connection, source = self.listener.accept()
            except OSError:
                return
            self.sources.append(source[0])
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        connection.settimeout(10)
        with connection, contextlib.suppress(OSError):
            self._talk(connection, self.behaviour)

    def _talk(self, connection, behaviour):
        if behaviour == "drip":
            for byte in b"220 mail ESMTP\r\n":
                connection.sendall(bytes([byte]))
                if self.listener.fileno() < 0 or threading.Event().wait(1):
                    return
        banners = {"421": b"421 4.3.2 too busy\r\n", "554": b"554-no\r\n554 5.7.1 go away\r\n",
                   "garbage": b"SSH-2.0-OpenSSH_9.2\r\n"}
        connection.sendall(banners.get(behaviour, b"220 mail ESMTP\r\n"))
        if behaviour == "421":
            return
        self._converse(connection, behaviour)

    def _converse(self, connection, behaviour):
        lines = connection.makefile("rb")
        while line := lines.readline():
            word = line.strip().upper().split(b" ")[0]
            self.said.append(line.decode().strip())
            self.said_to[behaviour].append(self.said[-1])
            if word == b"EHLO" and behaviour == "busy":
                connection.sendall(b"451 4.3.0 later\r\n")
            elif word == b"EHLO":
                offers = b"250-STARTTLS\r\n" if self.tls or behaviour == "broken tls" else b""
                connection.sendall(b"250-mail\r\n" + offers + b"250 8BITMIME\r\n")
            elif word == b"STARTTLS":
                connection.sendall(b"220 go ahead\r\n")
                if behaviour == "broken tls":
                    connection.sendall(b"no TLS here\r\n")
                    return
                with self.tls.wrap_socket(connection, server_side=True) as encrypted:
                    lines.close()
                    return self._converse(encrypted, behaviour)
            elif word == b"QUIT":
                connection.sendall(b"221 bye\r\n")
                return
            else:
                connection.sendall(b"500 what\r\n")


class Authority:
    """A certificate authority made for one test."""

    def __init__(self, directory):
        self.directory = pathlib.Path(directory)
        self.ca_file = self.directory / "ca.pem"
        self.openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem",
                     "-days", "30", "-subj", "/CN=Test CA")
        self.openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "server.key", "-out", "server.csr",
                     "-subj", "/CN=mail")

    def openssl(self, *arguments):
        subprocess.run(["openssl", *arguments], cwd=self.directory, check=True, capture_output=True)

    def context(self, name, begin="20200101000000Z", end="20400101000000Z"):
        """For a server whose certificate is for `name`, valid between these times."""
        place = self.directory / f"certificate-{name}-{end}"
        place.mkdir()
        (place / "index").touch()
        (place / "serial").write_text("01\n")
        (place / "ca.conf").write_text(
            f"[ca]\ndefault_ca=it\n[it]\ndatabase={place}/index\nnew_certs_dir={place}\nserial={place}/serial\n"
            "policy=any\ndefault_md=sha256\nx509_extensions=names\n[any]\ncommonName=optional\n"
            f"[names]\nsubjectAltName=DNS:{name}\n")
        self.openssl("ca", "-batch", "-config", str(place / "ca.conf"), "-cert", "ca.pem", "-keyfile", "ca.key", "-in",
                      "server.csr", "-out", str(place / "server.pem"), "-startdate", begin, "-enddate", end)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(place / "server.pem", self.directory / "server.key")
        return context


class HealthSite(Site):
    """A zone with a pool of mail servers mail1, mail2, …, each at the addresses that are given."""

    def make_servers(self, *addresses, port, settings=()):
        self.command("migrate")
        self.command("zone", "add", "yourdomain.com", "--ns", "ns1.yourdomain.com", "--ns", "ns2.yourdomain.com")
        self.command("pool", "add", "inbound", "--ttl", "60")
        for number, of_server in enumerate(addresses, 1):
            name = f"mail{number}.yourdomain.com"
            given = [word for address in of_server.split() for word in ("--address", address)]
            self.command("server", "add", name, *given, *settings)
            self.command("pool", "join", "inbound", name)
        self.command("pool", "publish", "inbound", "yourdomain.com", "--as", "MX")
        self.command("pool", "publish", "inbound", "mail.yourdomain.com", "--as", "A")
        self.port = port

    def start(self, *arguments, log_level="info", **service):
        self.start_service(*PROBING, "--probe-port", str(self.port), *arguments, log_level=log_level, **service)
        self.start_pdns("unix")

    def mx(self):
        """The numbers of the servers in the MX answer."""
        return {int(record.split()[1].split(".")[0].removeprefix("mail"))
                for record in self.answer("yourdomain.com", "MX")}

    def await_mx(self, numbers, within):
        wait_for(lambda: self.mx() == set(numbers),
                 f"the servers {sorted(numbers)} to be answered; the last: {sorted(self.mx())}", within + SLACK)

    def health(self, address):
        """As the store has it: health and reason."""
        return self.sql(f"SELECT health || ': ' || reason FROM mail_addresses WHERE address = '{address}'")

    def await_health(self, address, text, within=UP_WITHIN):
        wait_for(lambda: self.health(address).startswith(text),
                 f"{address} to be {text}; it is {self.health(address)}", within + SLACK)

    def start_sink(self, address):
        """Postfix's smtp-sink."""
        sink = Process(["smtp-sink", "-u", "root", f"[{address}]:{self.port}", "64"],
                       self.directory / f"sink-{address.replace(':', '_')}.log")

        def is_listening():
            if sink.process.poll() is not None:
                raise AssertionError("smtp-sink ended: " + sink.log())
            with socket.socket(family_of(address)) as tried:
                return tried.connect_ex((address, self.port)) == 0
        wait_for(is_listening, "smtp-sink to listen")
        return sink


def kill(process):
    process.resume()
    process.stop(signal.SIGKILL)
