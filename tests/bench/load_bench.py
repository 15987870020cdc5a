"""Load for a minute, and a slow soak for half an hour with an edit every second: failures, memory, descriptors."""
import contextlib
import threading
import time

from measuring import MeasuredSite, descriptors, look_up, memory_mb, table

DOMAINS = 1000
CONNECTIONS = 64


def start(ends):
    site = ends.enter_context(MeasuredSite())
    site.make_domains(DOMAINS)
    site.start_service()
    names = site.directory / "mixed"
    names.write_text("".join(f"d{i}.test MX\nmail.d{i}.test A\n" for i in range(DOMAINS)))
    return site, names


class Watch:
    """Memory and descriptors of the service, each second."""

    def __init__(self, site):
        self.pid = site.service.process.pid
        self.memory, self.open = [], []
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self._look)
        self.thread.start()

    def _look(self):
        while not self.ended.wait(1):
            self.memory.append(memory_mb(self.pid))
            self.open.append(descriptors(self.pid))

    def end(self):
        self.ended.set()
        self.thread.join()

    def rows(self):
        third = max(1, len(self.memory) // 3)

        def highest(values):
            return [max(part) for part in (values[:third], values[third:2 * third], values[2 * third:])]

        return [("resident memory, MB: highest of the first, second and last third",
                 ", ".join(f"{value:.1f}" for value in highest(self.memory))),
                ("descriptors: highest of the first, second and last third",
                 ", ".join(str(value) for value in highest(self.open)))]


def edit_until(ended, site, edits):
    """What operators' scripts do: one edit a second through the sqlite3 shell."""
    statements = ("UPDATE mail_servers SET weight = abs(random() % 90) + 10 WHERE name = 'mail1.mx.test'",
                  "UPDATE mail_servers SET state = 'drain' WHERE name = 'mail2.mx.test'",
                  "UPDATE mail_servers SET state = 'enabled' WHERE name = 'mail2.mx.test'",
                  "UPDATE mail_servers SET health = 'down', reason = 'soak' WHERE name = 'mail1.mx.test'",
                  "UPDATE mail_servers SET health = 'up', reason = '' WHERE name = 'mail1.mx.test'")
    while not ended.wait(1):
        site.sql(statements[edits[0] % len(statements)])
        edits[0] += 1


def run(transport, seconds, rate, with_edits):
    with contextlib.ExitStack() as ends:
        site, names = start(ends)
        watch = Watch(site)
        ended, edits = threading.Event(), [0]
        editor = threading.Thread(target=edit_until, args=(ended, site, edits))
        if with_edits:
            editor.start()
        try:
            figures = look_up(site, transport, CONNECTIONS, seconds, names, rate)
        finally:
            ended.set()
            if with_edits:
                editor.join()
            watch.end()
        rows = [("lookups", f"{figures['lookups']:,}"), ("failed", figures["failures"]),
                ("lookups/s", f"{figures['per_second']:,.0f}"), ("median, µs", f"{figures['median_us']:.0f}"),
                ("99th percentile, µs", f"{figures['p99_us']:.0f}"), *watch.rows()]
        if with_edits:
            rows.append(("edits by sqlite3", edits[0]))
        integrity = site.sql("PRAGMA integrity_check")
        rows.append(("integrity_check", integrity))
        return rows, figures


def measure_load():
    parts = []
    for transport, name in (("unix", "Unix"), ("http", "HTTP")):
        rows, _ = run(transport, 60, 0, with_edits=False)
        parts.append(f"{CONNECTIONS} connections over {name}, 60 s:\n\n" + table(("", ""), rows))
    return "## Load\n\n" + "\n".join(parts)


def measure_soak():
    _, full = run("unix", 10, 0, with_edits=False)
    begin = time.monotonic()
    rows, _ = run("unix", 1800, full["per_second"] / 10, with_edits=True)
    minutes = (time.monotonic() - begin) / 60
    return (f"## Soak\n\n{CONNECTIONS} connections over Unix at a tenth of full load, {minutes:.0f} minutes, "
            "an edit each second:\n\n" + table(("", ""), rows))
