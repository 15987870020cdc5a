"""What probes cost: CPU time, memory and descriptors of the service against the number of addresses, at the default
interval; and whether targets that hang delay the others."""
import contextlib
import re
import resource
import subprocess
import time

from measuring import MeasuredSite, Process, cpu_seconds, descriptors, memory_mb, table, wait_for

COUNTS = (10, 200, 2000)
SECONDS = 30
PORT = 25252
PROBING = ("--probe", "smtp", "--probe-port", str(PORT))


def addresses(count):
    return [f"127.{100 + number // 250}.0.{1 + number % 250}" for number in range(count)]


def make_store(site, count):
    """Servers of ten addresses each in one pool."""
    site.command("migrate")
    site.command("zone", "add", "mx.test", "--ns", "ns1.example.net")
    statements = []
    for number, address in enumerate(addresses(count)):
        name = f"mail{number // 10}.mx.test"
        if number % 10 == 0:
            statements.append(f"INSERT INTO mail_servers (name) VALUES ('{name}');")
            statements.append(f"INSERT INTO pool_members (pool, server) VALUES ('inbound', '{name}');")
        statements.append(f"INSERT INTO mail_addresses (server, address) VALUES ('{name}', '{address}');")
    site.sql("INSERT INTO pools (name) VALUES ('inbound')")
    for begin in range(0, len(statements), 200):
        site.sql("BEGIN; " + " ".join(statements[begin:begin + 200]) + " COMMIT")


def start_sink(site):
    """One smtp-sink on every loopback address."""
    sink = Process(["smtp-sink", "-u", "root", f"0.0.0.0:{PORT}", "1024"], site.directory / "sink.log")
    wait_for(lambda: re.search(rf":{PORT:04X} 00000000:0000 0A", open("/proc/net/tcp").read()) is not None,
             "smtp-sink to listen")
    return sink


def health_counts(site):
    counts = site.sql("SELECT health, count(*) FROM mail_addresses GROUP BY health")
    return dict(line.split("|") for line in counts.splitlines())


def measure_count(count):
    with contextlib.ExitStack() as ends:
        site = ends.enter_context(MeasuredSite())
        make_store(site, count)
        sink = start_sink(site)
        ends.callback(sink.stop, 9)
        site.start_service(*PROBING)
        wait_for(lambda: health_counts(site).get("up") == str(count), "all to be up", 40)
        pid = site.service.process.pid
        begun, before, most = time.monotonic(), cpu_seconds(pid), 0
        while time.monotonic() - begun < SECONDS:
            most = max(most, descriptors(pid))
            time.sleep(0.05)
        part = (cpu_seconds(pid) - before) / (time.monotonic() - begun)
        return {"addresses": count,
                "CPU, % of a core": f"{part * 100:.1f}", "µs a probe": f"{part * 1e6 / (count / 9.5):.0f}",
                "resident memory, MB": f"{memory_mb(pid):.0f}", "peak, MB": f"{memory_mb(pid, 'VmHWM'):.0f}",
                "descriptors at most": most}


def measure_hung():
    """1,990 addresses that accept and say nothing, ten that are well, and the default limit of probes under way: how
    often the ten are probed meanwhile."""
    with contextlib.ExitStack() as ends:
        site = ends.enter_context(MeasuredSite())
        count = COUNTS[-1]
        make_store(site, count)
        sink = start_sink(site)
        ends.callback(sink.stop, 9)
        hung = subprocess.Popen(["/usr/bin/python3", "-c", "import socket, time\n"
                                 f"s = socket.create_server(('0.0.0.0', {PORT + 1}), backlog=4096)\n"
                                 "while True: time.sleep(9)"])
        ends.callback(hung.wait)
        ends.callback(hung.kill)
        site.sql(f"UPDATE mail_servers SET probe_port = {PORT + 1} WHERE name <> 'mail0.mx.test'")
        site.start_service(*PROBING)
        pid = site.service.process.pid
        begun, before, most = time.monotonic(), cpu_seconds(pid), 0
        while time.monotonic() - begun < SECONDS + 40:
            most = max(most, descriptors(pid))
            time.sleep(0.05)
        part = (cpu_seconds(pid) - before) / (time.monotonic() - begun)
        healths = site.sql("SELECT health, count(*) FROM mail_addresses WHERE server = 'mail0.mx.test' GROUP BY health")
        return [("down of the 1,990", health_counts(site).get("down", 0)),
                ("the ten that are well", healths.replace("|", ": ")),
                ("CPU, % of a core", f"{part * 100:.1f}"), ("descriptors at most", most),
                ("peak memory, MB", f"{memory_mb(pid, 'VmHWM'):.0f}")]


def measure():
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit[1], limit[1]))
    counted = [measure_count(count) for count in COUNTS]
    return ("## Probes\n\nSMTP probes of loopback addresses where Postfix's smtp-sink answers, every 10 s, over "
            f"{SECONDS} s.\n\n" + table(list(counted[0]), [list(one.values()) for one in counted])
            + "\n1,990 of 2,000 addresses accept connections and say nothing (timeout 25 s), over "
            f"{SECONDS + 40} s:\n\n" + table(("", ""), measure_hung()))
