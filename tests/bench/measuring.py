"""What the benchmarks share: the sites they measure, processes' CPU time and memory, medians, and tables."""
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "integration"))
from harness import BINARY, Process, Site, wait_for  # noqa: E402

BUILD = pathlib.Path(BINARY).parent
ROUNDS = 5
TICKS = os.sysconf("SC_CLK_TCK")


class MeasuredSite(Site):
    """A site whose service logs nothing of its work, or whose place another backend takes."""

    def start_service(self, *arguments):
        super().start_service(*arguments, log_level="info")

    def start_fixed(self):
        """The same answers every time, by bench/fixed_backend.cpp."""
        (self.directory / "fixed.log").unlink(missing_ok=True)
        self.service = Process([BUILD / "fixed_backend", self.database, "127.0.0.1:0", self.socket],
                               self.directory / "fixed.log")
        self.http_port = int(re.search(r"listening on 127\.0\.0\.1:(\d+)", self.service.await_serving()).group(1))

    def start_pdns_of_its_own(self, **settings):
        """PowerDNS with its SQLite backend on this site's database."""
        self.start_pdns(**{"launch": "gsqlite3", "gsqlite3-database": self.database,
                           "gsqlite3-pragma-journal-mode": "WAL", "remote-connection-string": None,
                           "security_poll_suffix": "", **settings})

    def stop(self):
        """Ends the processes; they can be started again."""
        for process in (self.pdns, self.service):
            if process is not None:
                process.stop()
        self.pdns = self.service = None

    def make_domains(self, count, servers=2):
        """Domains d0.test, d1.test, … on one pool: MX at the apex, A at mail below it."""
        self.command("migrate")
        self.command("zone", "add", "mx.test", "--ns", "ns1.example.net")
        for i in range(1, servers + 1):
            self.command("server", "add", f"mail{i}.mx.test", "--address", f"10.0.{i // 256}.{i % 256}",
                         "--address", f"10.1.{i // 256}.{i % 256}" if servers > 2 else f"2001:db8::{i:x}",
                         "--weight", str(70 if i == 1 else 30))
        self.command("pool", "add", "inbound")
        self.command("pool", "join", "inbound", *(f"mail{i}.mx.test" for i in range(1, servers + 1)))
        names = self.directory / "names"
        names.write_text("".join(f"d{i}.test\n" for i in range(count)))
        self.command("zone", "add", "--from", names, "--ns", "ns1.example.net", "--ns", "ns2.example.net")
        self.command("pool", "publish", "inbound", "--from", names, "--as", "MX")
        hosts = self.directory / "hosts"
        hosts.write_text("".join(f"mail.d{i}.test\n" for i in range(count)))
        self.command("pool", "publish", "inbound", "--from", hosts, "--as", "A")


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def memory_mb(pid, what="VmRSS"):
    return int(re.search(rf"{what}:\s+(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text()).group(1)) / 1024


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def look_up(site, transport, connections, seconds, names, rate=0):
    """Runs bench/lookup_load.cpp; its figures, with the service's CPU time per lookup in microseconds."""
    address = ["http", str(site.http_port)] if transport == "http" else ["unix", str(site.socket)]
    before = cpu_seconds(site.service.process.pid)
    run = subprocess.run([BUILD / "lookup_load", *address, str(connections), str(seconds), str(rate), names],
                         capture_output=True, text=True, check=True)
    figures = json.loads(run.stdout)
    figures["cpu_us"] = (cpu_seconds(site.service.process.pid) - before) * 1e6 / max(1, figures["lookups"])
    if figures["failures"]:
        print(run.stderr, file=sys.stderr)
    return figures


def medians(rounds):
    """Of a list of dictionaries of numbers: the median of each."""
    return {key: statistics.median(one[key] for one in rounds) for key in rounds[0]}


def table(head, rows):
    """As Markdown."""
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"
