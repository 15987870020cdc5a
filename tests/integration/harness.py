"""What the integration tests share: the real mxbalance, a real pdns_server and the sqlite3 shell, each in a directory
and on ports of its own. They end when the test ends. Nothing waits by sleeping a fixed time: wait_for polls a
condition."""
import contextlib
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time

import dns.exception
import dns.flags
import dns.message
import dns.query
import dns.rcode
import dns.rdatatype

from ports import free_port

SOURCE = pathlib.Path(os.environ["MXBALANCE_SOURCE_DIR"])
BINARY = os.environ["MXBALANCE_BINARY"]
DEADLINE = 20.0
SLACK = 10.0  # seconds, of a busy machine and a build with sanitizers; how soon exactly is for unit tests


def wait_for(condition, what, deadline=DEADLINE):
    """Polls `condition` until it is true, and returns what it returned."""
    end = time.monotonic() + deadline
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > end:
            raise AssertionError(f"waited {deadline} s for {what}")
        time.sleep(0.02)


def ask_udp(query, address, port, timeout):
    """The response to a query by UDP. Passes over what another server sends to a socket that had the same port before,
    and late replies of this one. Raises dns.exception.Timeout."""
    end = time.monotonic() + timeout
    while True:
        with contextlib.suppress(dns.query.BadResponse):
            return dns.query.udp(query, address, port=port, timeout=max(0.0, end - time.monotonic()),
                                 ignore_unexpected=True)


def best_of(measure, enough, tries=5):
    """The least of some measured seconds; ends with the first below `enough`. A busy machine delays one try, but a
    product that is too slow delays them all."""
    best = measure()
    for _ in range(tries - 1):
        if best < enough:
            break
        best = min(best, measure())
    return best


class Process:
    """A process with its output in a file."""

    def __init__(self, arguments, log, environment=None):
        self.log_path = log
        with open(log, "ab") as output:
            self.log_begin = output.tell()
            self.process = subprocess.Popen(arguments, stdout=output, stderr=output, stdin=subprocess.DEVNULL,
                                            env=clean_environment(environment))

    def log(self):
        return self.log_path.read_text(errors="replace")

    def await_log(self, text, within=DEADLINE):
        wait_for(lambda: text in self.log(), f"the log to say: {text}", within)

    def own_log(self):
        """Without what earlier processes wrote to the file."""
        return self.log_path.read_bytes()[self.log_begin:].decode(errors="replace")

    def await_serving(self):
        """Waits until mxbalance serves, and returns its log."""
        wait_for(lambda: " serving " in self.own_log() or self.process.poll() is not None, "mxbalance to serve")
        log = self.own_log()
        if " serving " not in log:
            raise AssertionError("mxbalance did not start:\n" + log)
        return log

    def suspend(self):
        """Until resume(). On a busy machine a thread that has its turn goes on for a while after the signal."""
        self.process.send_signal(signal.SIGSTOP)
        tasks = pathlib.Path(f"/proc/{self.process.pid}/task")
        wait_for(lambda: all(is_stopped(task) for task in tasks.iterdir()), "all threads to be stopped")

    def resume(self):
        self.process.send_signal(signal.SIGCONT)

    def stop(self, how=signal.SIGTERM, within=60):
        """Ends it and returns its exit status. A busy disk may take its time."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            return self.process.wait(within)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"{self.process.args[0]} did not stop; its log:\n{self.log()}") from None


def is_stopped(task):
    try:
        return (task / "stat").read_text().rpartition(")")[2].split()[0] == "T"
    except (FileNotFoundError, ProcessLookupError):
        return True  # it has ended


def clean_environment(more=None):
    """This process's environment without settings of mxbalance, and with `more`."""
    return {**{name: value for name, value in os.environ.items() if not name.startswith("MXBALANCE_")}, **(more or {})}


def run_mxbalance(*arguments, environment=None, within=60):
    """Runs mxbalance to its end: a CompletedProcess with text."""
    return subprocess.run([BINARY, *arguments], capture_output=True, text=True, env=clean_environment(environment),
                          timeout=within, check=False)


class Site:
    """A directory with a store, and the processes that use it. A context manager: leaving it ends everything."""

    def __init__(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="mxbalance-test-"))
        self.database = self.directory / "mail.db"
        self.socket = self.directory / "pdns.sock"
        self.service = None
        self.http_port = None
        self.pdns = None
        self.dns_port = None

    def __enter__(self):
        return self

    def __exit__(self, *error):
        for process in (self.pdns, self.service):
            if process is not None:
                process.stop()
        if error[0] is not None and self.service is not None:
            print("mxbalance's log:\n" + self.service.log()[-4000:])
        if error[0] is not None and self.pdns is not None:
            print("pdns_server's log:\n" + self.pdns.log()[-4000:])
        shutil.rmtree(self.directory)

    # --- the store

    def command(self, *arguments, status=0, within=60):
        """Runs `mxbalance --db …` and returns what it printed."""
        run = run_mxbalance("--db", self.database, *arguments, within=within)
        if run.returncode != status:
            raise AssertionError(f"mxbalance {arguments} exited with {run.returncode}: {run.stdout}{run.stderr}")
        return run.stdout + run.stderr

    def sql(self, text):
        """What an operator's script does: the sqlite3 shell, foreign keys off."""
        run = subprocess.run(["sqlite3", "-cmd", ".timeout 5000", self.database, text], capture_output=True, text=True,
                             timeout=60)
        if run.returncode != 0:
            raise AssertionError(f"sqlite3: {run.stderr}")
        return run.stdout.strip()

    def make_recipes(self, weights=(100, 100)):
        """The README's two recipes."""
        self.command("migrate")
        self.command("zone", "add", "yourdomain.com", "--ns", "ns1.yourdomain.com", "--ns", "ns2.yourdomain.com")
        self.command("server", "add", "mail1.yourdomain.com", "--address", "10.0.0.1", "--weight", str(weights[0]))
        self.command("server", "add", "mail2.yourdomain.com", "--address", "10.0.0.2", "--weight", str(weights[1]))
        self.command("pool", "add", "inbound", "--ttl", "60")
        self.command("pool", "join", "inbound", "mail1.yourdomain.com", "mail2.yourdomain.com")
        self.command("pool", "publish", "inbound", "yourdomain.com", "--as", "MX")
        self.command("pool", "publish", "inbound", "mail.yourdomain.com", "--as", "A")

    # --- mxbalance

    def start_service(self, *arguments, log_level="debug", binary=(BINARY,)):
        """Starts `mxbalance serve`, on the same HTTP port as before, and waits until it serves. `binary` is the
        beginning of its command line."""
        address = f"127.0.0.1:{self.http_port or 0}"
        if "--probe" not in arguments:
            arguments = ("--probe", "none", *arguments)  # most tests' mail servers are nowhere
        self.service = Process([*binary, "--db", self.database, "serve", "--http", address, "--unix", self.socket,
                                "--log-level", log_level, *arguments], self.directory / "mxbalance.log")
        self.http_port = int(re.search(r"listening on 127\.0\.0\.1:(\d+)", self.service.await_serving()).group(1))

    def lookups(self):
        """The lookups that have reached mxbalance: 'name type' each."""
        return re.findall(r"debug: lookup (\S+ \S+) zone", self.service.log())

    # --- PowerDNS

    CONNECTIONS = {
        "json": "http:url=http://127.0.0.1:{port}/dns,post=1,post_json=1,timeout={patience}",
        "post": "http:url=http://127.0.0.1:{port}/dns,post=1,timeout={patience}",
        "rest": "http:url=http://127.0.0.1:{port}/dns,timeout={patience}",
        "unix": "unix:path={socket},timeout={patience}",
    }

    def start_pdns(self, transport="json", patience=2000, **settings):
        """Starts pdns_server with deploy/pdns.conf, the transport and `settings` on top of it; None takes a line out.
        `patience`: how long it waits for a reply, in ms."""
        self.dns_port = self.dns_port or free_port()
        connection = self.CONNECTIONS[transport].format(port=self.http_port, socket=self.socket, patience=patience)
        own = {"remote-connection-string": connection, "local-address": "127.0.0.1", "local-port": self.dns_port,
               "socket-dir": self.directory, "guardian": "no", "daemon": "no", "disable-syslog": "yes",
               "loglevel": 4, "security-poll-suffix": ""}
        own.update((key.replace("_", "-"), value) for key, value in settings.items())
        recommended = (SOURCE / "deploy/pdns.conf").read_text()
        other = "remote-" if "launch" in own else "\n"      # another backend does not know them
        kept = [line for line in recommended.splitlines()
                if line.split("=")[0] not in own and not line.startswith(other)]
        (self.directory / "pdns.conf").write_text(
            "\n".join(kept + [f"{key}={value}" for key, value in own.items() if value is not None]) + "\n")
        self.pdns = Process(["pdns_server", f"--config-dir={self.directory}"], self.directory / "pdns.log")
        wait_for(self._answers_dns, "pdns_server to answer")

    def pdnsutil(self, *arguments, status=0):
        """Runs pdnsutil with the configuration that pdns_server was last started with; returns what it printed."""
        run = subprocess.run(["pdnsutil", f"--config-dir={self.directory}", *arguments], capture_output=True, text=True,
                             timeout=240)
        if run.returncode != status:
            raise AssertionError(f"pdnsutil {arguments} exited with {run.returncode}: {run.stdout}{run.stderr}")
        return run.stdout

    def served_serial(self, zone="yourdomain.com"):
        """In the store's own words."""
        return int(self.sql("SELECT s.served FROM zone_serials s JOIN domains d ON d.id = s.domain_id"
                            f" WHERE d.name = '{zone}'"))

    def transfer(self, zone, keyring=None, key=None):
        """The whole zone as pdns_server transfers it (AXFR): each record as text, sorted."""
        return transfer("127.0.0.1", self.dns_port, zone, keyring, key)

    def _answers_dns(self):
        if self.pdns.process.poll() is not None:
            raise AssertionError("pdns_server ended:\n" + self.pdns.log())
        with contextlib.suppress(dns.exception.DNSException, OSError):
            query = dns.message.make_query("version.bind", "TXT", "CH")
            ask_udp(query, "127.0.0.1", self.dns_port, 0.2)
            return True
        return False

    def ask(self, name, record_type, tcp=False, dnssec=False):
        """The whole response of pdns_server."""
        query = dns.message.make_query(name, record_type, want_dnssec=dnssec)
        if tcp:
            return dns.query.tcp(query, "127.0.0.1", port=self.dns_port, timeout=5)
        return ask_udp(query, "127.0.0.1", self.dns_port, 5)

    def answer(self, name, record_type, tcp=False):
        """The answer section's records of the type as text, in order; the rcode's name when it is not NOERROR."""
        response = self.ask(name, record_type, tcp)
        if response.rcode() != dns.rcode.NOERROR:
            return dns.rcode.to_text(response.rcode())
        # dnspython sorts records into RRsets, and keeps the order of the wire in each.
        return [item.to_text() for rrset in response.answer
                if rrset.rdtype == dns.rdatatype.from_text(record_type) for item in rrset]


def transfer(address, port, zone, keyring=None, key=None):
    """The whole zone (AXFR): each record as text, sorted."""
    messages = dns.query.xfr(address, zone, port=port, timeout=30, lifetime=60, relativize=False, keyring=keyring,
                             keyname=key)
    return sorted({f"{rrset.name} {rrset.ttl} {dns.rdatatype.to_text(rrset.rdtype)} {item.to_text()}"
                   for message in messages for rrset in message.answer for item in rrset})


def shares(answers):
    """How often each value came first."""
    first = [answer[0] for answer in answers]
    return {value: first.count(value) / len(first) for value in sorted(set(first))}
