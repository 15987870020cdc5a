"""DNS queries through pdns_server, by dnsperf: this backend, one with fixed answers, and what else PowerDNS offers."""
import contextlib
import random
import re
import subprocess
from collections.abc import Callable
from typing import NamedTuple

from measuring import MeasuredSite, medians, table

DOMAINS = 1000
SECONDS = 3
ROUNDS = 9
NO_CACHES = {"cache_ttl": 0, "query_cache_ttl": 0, "negquery_cache_ttl": 0}
ADVISED_ELSEWHERE = {**NO_CACHES, "distributor_threads": 3, "consistent_backends": None,
                     "zone_cache_refresh_interval": 0}


def write_queries(site):
    """dnsperf's input: A and MX of domains drawn at random, each domain as often as the others."""
    order = [i % DOMAINS for i in range(20 * DOMAINS)]
    random.Random(1).shuffle(order)
    (site.directory / "A").write_text("".join(f"mail.d{i}.test A\n" for i in order))
    (site.directory / "MX").write_text("".join(f"d{i}.test MX\n" for i in order))


def unpublish(site):
    site.command("pool", "unpublish", "inbound", "--from", site.directory / "names")
    site.command("pool", "unpublish", "inbound", "--from", site.directory / "hosts")


def make_static_records(site):
    """The records that the pool would have, for PowerDNS's own backend."""
    unpublish(site)
    site.sql("".join(
        "INSERT INTO records (domain_id, name, type, content, ttl, prio)"
        f" SELECT id, {owner}, '{kind}', '{content}', 60, 10 FROM domains WHERE name GLOB 'd[0-9]*';"
        for owner, kind, content in (("name", "MX", "mail1.mx.test"), ("name", "MX", "mail2.mx.test"),
                                     ("'mail.' || name", "A", "10.0.0.1"), ("'mail.' || name", "A", "10.0.0.2"))))


def make_lua_records(site):
    unpublish(site)
    site.sql("".join(
        f"INSERT INTO records (domain_id, name, type, content, ttl) SELECT id, {owner}, 'LUA', '{content}', 60"
        " FROM domains WHERE name GLOB 'd[0-9]*';"
        for owner, content in (("name", "MX \"pickrandom({''10 mail1.mx.test'',''10 mail2.mx.test''})\""),
                               ("'mail.' || name", "A \"pickwrandom({{70,''10.0.0.1''},{30,''10.0.0.2''}})\""))))


class Setup(NamedTuple):
    backend: str  # mxbalance, fixed, or PowerDNS's own
    settings: dict
    transport: str = ""
    records: Callable = lambda site: None

    def prepare(self, site):
        site.make_domains(DOMAINS)
        self.records(site)
        write_queries(site)

    def start(self, site):
        """Until what is cacheable is cached, and every connection is open."""
        if self.backend == "own":
            site.start_pdns_of_its_own(**self.settings)
        else:
            (site.start_fixed if self.backend == "fixed" else site.start_service)()
            site.start_pdns(self.transport, **self.settings)
        for kind in ("A", "MX"):
            run_dnsperf(site, kind, 1)


SETUPS = {
    "mxbalance, HTTP, 16 threads": Setup("mxbalance", {"distributor_threads": 16}, "json"),
    "fixed answers, HTTP, 16 threads": Setup("fixed", {"distributor_threads": 16}, "json"),
    "mxbalance, Unix, 3 threads": Setup("mxbalance", {"distributor_threads": 3}, "unix"),
    "fixed answers, Unix, 3 threads": Setup("fixed", {"distributor_threads": 3}, "unix"),
    "mxbalance, Unix, 8 threads": Setup("mxbalance", {"distributor_threads": 8}, "unix"),
    "fixed answers, Unix, 8 threads": Setup("fixed", {"distributor_threads": 8}, "unix"),
    "PowerDNS's SQLite, caches off": Setup("own", {**NO_CACHES, "distributor_threads": 3}, records=make_static_records),
    "LUA pickwrandom, SQLite": Setup("own", {"enable_lua_records": "yes", "distributor_threads": 3},
                                     records=make_lua_records),
    "mxbalance, HTTP, 3 threads, caches off": Setup("mxbalance", ADVISED_ELSEWHERE, "json"),
}


def run_dnsperf(site, queries, seconds, *arguments):
    run = subprocess.run(["dnsperf", "-s", "127.0.0.1", "-p", str(site.dns_port), "-d", site.directory / queries,
                          "-l", str(seconds), "-c", "4", "-T", "1", "-q", "64", *arguments],
                         capture_output=True, text=True, check=True)
    codes = re.search(r"Response codes:\s+(.*)", run.stdout).group(1)
    lost = int(re.search(r"Queries lost:\s+(\d+)", run.stdout).group(1))
    if not re.fullmatch(r"NOERROR \d+ \(100\.00%\)", codes) or lost:
        raise AssertionError(f"{queries}: {codes}; {lost} lost\n{run.stdout}")
    return {"per_second": float(re.search(r"Queries per second:\s+([\d.]+)", run.stdout).group(1)),
            "latency_us": float(re.search(r"Average Latency \(s\):\s+([\d.]+)", run.stdout).group(1)) * 1e6}


def measure_queries():
    """Each round with new processes: on which cores they happen to run makes a difference of up to a tenth."""
    with contextlib.ExitStack() as ends:
        sites = {name: ends.enter_context(MeasuredSite()) for name in SETUPS}
        for name, site in sites.items():
            SETUPS[name].prepare(site)
        rounds = {(name, kind): [] for name in sites for kind in ("A", "MX")}
        for _ in range(ROUNDS):
            for name, site in sites.items():
                SETUPS[name].start(site)
                for kind in ("A", "MX"):
                    rounds[name, kind].append(run_dnsperf(site, kind, SECONDS))
                site.stop()
        return {key: medians(figures) for key, figures in rounds.items()}


def ratios(figures):
    def rate(name, kind):
        return figures[name, kind]["per_second"]

    rows = []
    for way in ("HTTP, 16 threads", "Unix, 3 threads", "Unix, 8 threads"):
        rows += [(f"mxbalance to fixed answers, {way}, {kind}",
                  f"{rate(f'mxbalance, {way}', kind) / rate(f'fixed answers, {way}', kind):.2f}", "≥ 0.85")
                 for kind in ("A", "MX")]
    unix = "mxbalance, Unix, 3 threads"
    http = "mxbalance, HTTP, 16 threads"
    for kind in ("A", "MX"):
        rows.append((f"mxbalance, Unix, 3 threads to PowerDNS's SQLite with caches off, {kind}",
                     f"{rate(unix, kind) / rate('PowerDNS' + chr(39) + 's SQLite, caches off', kind):.2f}", ""))
        rows.append((f"mxbalance, Unix, 3 threads to LUA records, {kind}",
                     f"{rate(unix, kind) / rate('LUA pickwrandom, SQLite', kind):.1f}", "≥ 10"))
        rows.append((f"mxbalance, HTTP, 16 threads to HTTP, 3 threads, caches off, {kind}",
                     f"{rate(http, kind) / rate('mxbalance, HTTP, 3 threads, caches off', kind):.1f}", "≥ 8"))
    for way in ("HTTP, 16 threads", "Unix, 3 threads"):
        rows.append((f"an A query's rate to an MX query's, {way}",
                     f"{rate(f'mxbalance, {way}', 'A') / rate(f'mxbalance, {way}', 'MX'):.2f}", "≤ 1.3"))
    return table(("ratio", "measured", "wanted"), rows)


def measure_large_answers():
    """An MX answer as large as a signed one, which goes over TCP: 60 servers."""
    starts = {"mxbalance, HTTP, 16 threads": ("json", 16, "start_service"),
              "fixed answers, HTTP, 16 threads": ("json", 16, "start_fixed"),
              "mxbalance, Unix, 3 threads": ("unix", 3, "start_service"),
              "fixed answers, Unix, 3 threads": ("unix", 3, "start_fixed")}
    with contextlib.ExitStack() as ends:
        sites = {}
        for name, (transport, threads, start) in starts.items():
            site = sites[name] = ends.enter_context(MeasuredSite())
            site.make_domains(DOMAINS, servers=60)
            getattr(site, start)()
            site.start_pdns(transport, distributor_threads=threads)
            write_queries(site)
        size = len(sites["mxbalance, Unix, 3 threads"].ask("d1.test", "MX", tcp=True).to_wire())
        rounds = {name: [] for name in sites}
        for _ in range(ROUNDS):
            for name, site in sites.items():
                rounds[name].append(run_dnsperf(site, "MX", SECONDS, "-m", "tcp"))
        return size, {name: medians(figures) for name, figures in rounds.items()}


def measure():
    figures = measure_queries()
    size, large = measure_large_answers()
    rows = [(name, *(f"{figures[name, kind]['per_second']:,.0f}" for kind in ("A", "MX")),
             *(f"{figures[name, kind]['latency_us']:,.0f}" for kind in ("A", "MX"))) for name in SETUPS]
    return (f"## Queries through pdns_server\n\n{DOMAINS:,} domains on a pool of two servers with weights 70 and 30, "
            f"drawn at random; dnsperf, 64 queries under way; medians of {ROUNDS} rounds of {SECONDS} s, side by side, "
            "each with new processes.\n\n"
            + table(("", "A queries/s", "MX queries/s", "A latency, µs", "MX latency, µs"), rows)
            + "\n" + ratios(figures)
            + f"\nMX answers of {size:,} octets over TCP (60 servers):\n\n"
            + table(("", "queries/s", "latency, µs"),
                    [(name, f"{one['per_second']:,.0f}", f"{one['latency_us']:,.0f}") for name, one in large.items()]))
