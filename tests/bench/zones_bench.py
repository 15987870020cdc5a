"""10, 100,000 and 1,000,000 zones on one pool: loading them, lookups, memory, and telling PowerDNS of all of them."""
import contextlib
import json
import random
import socket
import subprocess
import time

from measuring import ROUNDS, MeasuredSite, look_up, medians, memory_mb, table, wait_for

SIZES = (10, 100_000, 1_000_000)
SECONDS = 3
CONNECTIONS = 4
MOST_BY_RECORD = 100_000  # ten minutes for a million


def domain(i):
    return f"d{i:07}.test"


def prepare(site):
    site.command("migrate")
    for i, weight in ((1, 70), (2, 30)):
        site.command("server", "add", f"mail{i}.example.net", "--address", f"10.0.0.{i}", "--weight", str(weight))
    site.command("pool", "add", "inbound")
    site.command("pool", "join", "inbound", "mail1.example.net", "mail2.example.net")


def write_sql(path, count):
    """What zone2sql writes, and a pool published at each zone."""
    with open(path, "w") as sql:
        sql.write("BEGIN;\n")
        for i in range(count):
            name = domain(i)
            sql.write(f"INSERT INTO domains (name, type) VALUES ('{name}', 'NATIVE');\n")
            for kind, content in (("SOA", "ns1.example.net hostmaster.example.net 1 10800 3600 604800 300"),
                                  ("NS", "ns1.example.net"), ("NS", "ns2.example.net")):
                sql.write("INSERT INTO records (domain_id, name, type, content, ttl, prio, disabled) SELECT id, "
                          f"'{name}', '{kind}', '{content}', 3600, 0, 0 FROM domains WHERE name = '{name}';\n")
        sql.write("INSERT INTO pool_names (name, kind, pool) SELECT name, 'MX', 'inbound' FROM domains;\nCOMMIT;\n")


def load_record_by_record(site, count):
    path = site.directory / "load.sql"
    write_sql(path, count)
    begin = time.monotonic()
    with open(path) as sql:
        subprocess.run(["sqlite3", "-bail", site.database], stdin=sql, check=True)
    seconds = time.monotonic() - begin
    path.unlink()
    return seconds


def load_by_sets(site, count):
    """The same rows by a statement for each table: the shell compiles every statement anew, with its triggers."""
    begin = time.monotonic()
    site.sql(
        f"BEGIN; WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {count})"
        " INSERT INTO domains (name, type) SELECT printf('d%07d.test', i), 'NATIVE' FROM n;"
        " INSERT INTO records (domain_id, name, type, content, ttl, prio, disabled)"
        " SELECT d.id, d.name, r.column1, r.column2, 3600, 0, 0"
        " FROM domains d, (VALUES ('SOA', 'ns1.example.net hostmaster.example.net 1 10800 3600 604800 300'),"
        " ('NS', 'ns1.example.net'), ('NS', 'ns2.example.net')) r;"
        " INSERT INTO pool_names (name, kind, pool) SELECT name, 'MX', 'inbound' FROM domains; COMMIT;")
    return time.monotonic() - begin


def load_by_commands(site, count):
    names = site.directory / "zones"
    names.write_text("".join(domain(i) + "\n" for i in range(count)))
    begin = time.monotonic()
    for arguments in (["zone", "add", "--from", names, "--ns", "ns1.example.net", "--ns", "ns2.example.net"],
                      ["pool", "publish", "inbound", "--from", names, "--as", "MX"]):
        site.command(*arguments, within=None)
    return time.monotonic() - begin


def start_and_time(site):
    begin = time.monotonic()
    site.start_service()
    return time.monotonic() - begin


def all_domains(site):
    """Seconds and megabytes of getAllDomains over the Unix socket."""
    with socket.socket(socket.AF_UNIX) as peer:
        peer.connect(str(site.socket))
        begin = time.monotonic()
        peer.sendall(b'{"method":"getAllDomains","parameters":{"include_disabled":true}}\n')
        pieces = []
        while not pieces or not pieces[-1].endswith(b"\n"):
            pieces.append(peer.recv(1 << 20))
        seconds = time.monotonic() - begin
    reply = b"".join(pieces)
    return seconds, len(reply) / 2**20, len(json.loads(reply)["result"])


def fill_zone_cache(site, transport, count):
    """Starts pdns_server with its zone cache; seconds until it holds all zones, and its memory."""
    site.dns_port = None
    begin = time.monotonic()
    try:
        site.start_pdns(transport, zone_cache_refresh_interval=300, loglevel=5)
    except AssertionError as error:
        site.pdns.stop()
        site.pdns = None
        why = [line for line in str(error).splitlines() if "zone cache" in line or "xception" in line]
        return "pdns_server does not start" + (f": {why[-1].split(': ')[-1]}" if why else "")
    control = ["pdns_control", f"--config-dir={site.directory}", f"--socket-dir={site.directory}",
               "show", "zone-cache-size"]

    def is_full():
        run = subprocess.run(control, capture_output=True, text=True)
        return run.returncode == 0 and run.stdout.strip() and int(run.stdout) >= count

    outcome = "not filled in 120 s"
    with contextlib.suppress(AssertionError):
        wait_for(is_full, "the zone cache to be full", 120)
        outcome = f"{time.monotonic() - begin:.1f} s, pdns_server {memory_mb(site.pdns.process.pid):,.0f} MB"
    site.pdns.stop()
    site.pdns = None
    return outcome


def measure_size(site, count):
    """What is done once for a size."""
    with MeasuredSite() as other:
        prepare(other)
        by_commands = load_by_commands(other, count)
    by_record = "not measured"
    if count <= MOST_BY_RECORD:
        with MeasuredSite() as other:
            prepare(other)
            by_record = f"{load_record_by_record(other, count):.1f}"
    prepare(site)
    by_sets = load_by_sets(site, count)
    size = site.database.stat().st_size / 2**20
    ready = start_and_time(site)
    names = random.Random(2).sample(range(count), min(count, 200_000))
    (site.directory / "names").write_text("".join(f"{domain(i)} MX\n" for i in names))
    return {"by_record": by_record, "by_sets": by_sets, "by_commands": by_commands, "size": size, "ready": ready}


def wait_until_counted(site):
    """After a load, serials begin to count for 20,000 zones a second: each time a commit,
    after which all is read anew."""
    wait_for(lambda: site.sql("SELECT EXISTS (SELECT 1 FROM zone_changes WHERE NOT counting)") == "0",
             "all serials to count", 180)


def measure_lookups(sites):
    """Side by side, for each size."""
    rounds = {count: [] for count in SIZES}
    for site in sites.values():
        look_up(site, "unix", CONNECTIONS, SECONDS, site.directory / "names")
    for _ in range(ROUNDS):
        for count, site in sites.items():
            rounds[count].append(look_up(site, "unix", CONNECTIONS, SECONDS, site.directory / "names"))
    return {count: medians(rounds[count]) for count in SIZES}


def lookup_rows(lookups, how):
    return [
        (f"MX lookup over the Unix socket{how}, median, µs",
         *(f"{lookups[count]['median_us']:.0f}" for count in SIZES)),
        ("to that of 10 zones (wanted: ≤ 1.3)",
         *(f"{lookups[count]['median_us'] / lookups[SIZES[0]]['median_us']:.2f}" for count in SIZES)),
        ("lookups/s", *(f"{lookups[count]['per_second']:,.0f}" for count in SIZES)),
        ("CPU of mxbalance a lookup, µs", *(f"{lookups[count]['cpu_us']:.1f}" for count in SIZES))]


def measure():
    with contextlib.ExitStack() as ends:
        sites = {count: ends.enter_context(MeasuredSite()) for count in SIZES}
        once = {count: measure_size(site, count) for count, site in sites.items()}
        for site in sites.values():
            wait_until_counted(site)
        lookups = measure_lookups(sites)
        memory = {count: memory_mb(site.service.process.pid) for count, site in sites.items()}
        lists = {count: all_domains(site) for count, site in sites.items()}
        for count, (_, _, found) in lists.items():
            if found != count:
                raise AssertionError(f"getAllDomains told of {found} zones, not {count}")
        peaks = {count: memory_mb(site.service.process.pid, "VmHWM") for count, site in sites.items()}
        caches = {(transport, count): fill_zone_cache(sites[count], transport, count)
                  for transport in ("json", "unix") for count in SIZES}
        for site in sites.values():
            site.service.stop()
            site.start_service("--max-cached", "0")
        uncached = measure_lookups(sites)
    rows = [
        ("loaded by SQL as `zone2sql` writes it, a statement a record, s",
         *(once[count]["by_record"] for count in SIZES)),
        ("loaded by SQL, a statement a table, s", *(f"{once[count]['by_sets']:.1f}" for count in SIZES)),
        ("loaded by `zone add --from` and `pool publish --from`, s",
         *(f"{once[count]['by_commands']:.1f}" for count in SIZES)),
        ("database, MB", *(f"{once[count]['size']:,.0f}" for count in SIZES)),
        ("ready after, s", *(f"{once[count]['ready']:.2f}" for count in SIZES)),
        *lookup_rows(lookups, ""),
        *lookup_rows(uncached, ", nothing kept in memory (`--max-cached 0`)"),
        ("resident memory after, MB (wanted: < 150)", *(f"{memory[count]:.0f}" for count in SIZES)),
        ("getAllDomains, s", *(f"{lists[count][0]:.2f}" for count in SIZES)),
        ("its reply, MB", *(f"{lists[count][1]:,.1f}" for count in SIZES)),
        ("peak memory with it, MB", *(f"{peaks[count]:,.0f}" for count in SIZES)),
        *((f"PowerDNS's zone cache filled, {transport}", *(caches[transport, count] for count in SIZES))
          for transport in ("json", "unix")),
    ]
    return ("## Many zones\n\nOne pool published as MX at each zone; names drawn at random, at most 200,000 of them, "
            f"{CONNECTIONS} connections; lookups are medians of {ROUNDS} rounds of {SECONDS} s, side by side.\n\n"
            + table(("", *(f"{count:,} zones" for count in SIZES)), rows))
