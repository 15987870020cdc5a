"""What signing costs: denials, MX answers over TCP, the order of a large zone, and the
signatures that PowerDNS keeps."""
import statistics
import subprocess
import time

import dns.message
import dns.query
import dns.rcode
import dns.rdatatype

from measuring import MeasuredSite, cpu_seconds, memory_mb, table, wait_for

DENIALS = 1000
NAMES = 100_000
SECONDS = 4
MEMBERS = (4, 30)
ORDERS = 4_000


def signed_site(servers=4, policy=()):
    """One zone with an MX pool at its apex; its members are hosts in it."""
    site = MeasuredSite()
    site.command("migrate")
    site.command("zone", "add", "signed.test", "--ns", "ns1.example.net")
    site.command("pool", "add", "inbound", *policy)
    for i in range(1, servers + 1):
        site.command("server", "add", f"mail{i}.signed.test", "--address", f"10.0.0.{i}",
                     "--address", f"2001:db8::{i:x}", "--weight", str(100 + i))
    site.command("pool", "join", "inbound", *(f"mail{i}.signed.test" for i in range(1, servers + 1)))
    site.command("pool", "publish", "inbound", "signed.test", "--as", "MX")
    return site


def denials():
    """Lookups that 1,000 signed NXDOMAINs cost, with PowerDNS's caches as they are."""
    rows = []
    for parameters in (None, "1 0 0 -"):
        with signed_site() as site:
            super(MeasuredSite, site).start_service()      # it logs its lookups
            site.start_pdns("unix")
            site.pdnsutil("secure-zone", "signed.test")
            if parameters:
                site.pdnsutil("set-nsec3", "signed.test", parameters)
            site.pdns.stop()
            site.start_pdns("unix")
            before = len(site.lookups())
            asked = site.service.log().count("getBeforeAndAfterNamesAbsolute")
            started = time.monotonic()
            for i in range(DENIALS):
                response = site.ask(f"nope{i}.signed.test", "A", dnssec=True)
                assert response.rcode() == dns.rcode.NXDOMAIN
                assert any(rrset.rdtype == dns.rdatatype.RRSIG for rrset in response.authority)
            seconds = time.monotonic() - started
            rows.append((f"{'NSEC3' if parameters else 'NSEC'}", f"{(len(site.lookups()) - before) / DENIALS:.1f}",
                         f"{(site.service.log().count('getBeforeAndAfterNamesAbsolute') - asked) / DENIALS:.1f}",
                         f"{seconds / DENIALS * 1e3:.2f}"))
    return (f"{DENIALS:,} denials of different names, one at a time; each name is looked up once, and what it costs "
            "beyond are the records of the denial:\n\n"
            + table(("signed NXDOMAIN", "lookups each", "questions for neighbours each", "ms each"), rows))


def dnsperf(site, *arguments):
    """What it prints of the queries in the site's file, over TCP and with the DO bit."""
    return subprocess.run(["dnsperf", "-s", "127.0.0.1", "-p", str(site.dns_port), "-d", site.directory / "queries",
                           "-m", "tcp", "-c", "8", "-e", "-D", *arguments],
                          capture_output=True, text=True, check=True).stdout


def queries_per_second(site, name):
    (site.directory / "queries").write_text(f"{name} MX\n")
    said = dnsperf(site, "-l", str(SECONDS), "-q", "64")
    return float(next(line.split()[-1] for line in said.splitlines() if "Queries per second" in line))


def answers_over_tcp():
    rows = []
    for transport, threads in (("unix", 3), ("json", 16)):
        for signed in (False, True):
            for fixed in (False, True):
                with signed_site() as site:
                    site.start_service()
                    site.start_pdns(transport)
                    if signed:
                        site.pdnsutil("secure-zone", "signed.test")
                    site.pdns.stop()
                    if fixed:
                        site.service.stop()
                        site.start_fixed()
                    site.start_pdns(transport, distributor_threads=threads)
                    size = len(site.ask("signed.test", "MX", tcp=True, dnssec=True).to_wire())
                    rows.append((f"{'fixed answers' if fixed else 'mxbalance'}, {'signed' if signed else 'unsigned'}, "
                                 f"{'Unix' if transport == 'unix' else 'HTTP'}, {threads} threads", f"{size:,}",
                                 f"{queries_per_second(site, 'signed.test'):,.0f}"))
    return (f"MX answers over TCP, 4 dual-stack members, DO set, 64 queries under way for {SECONDS} s:\n\n"
            + table(("", "octets", "queries/s"), rows))


def large_zone():
    rows = []
    for parameters in (None, "1 0 0 -"):
        with signed_site() as site:
            site.sql("INSERT INTO records (domain_id, name, type, content, ttl)"
                     " SELECT d.id, 'n' || value || '.' || d.name, 'A', '10.1.1.1', 300"
                     f" FROM domains d, generate_series(1, {NAMES}) WHERE d.name = 'signed.test'")
            if parameters:
                site.sql("INSERT INTO domainmetadata (domain_id, kind, content)"
                         f" SELECT id, 'NSEC3PARAM', '{parameters}' FROM domains")
            site.start_service()
            site.start_pdns("unix", negquery_cache_ttl=0, query_cache_ttl=0, cache_ttl=0)
            site.pdnsutil("add-zone-key", "signed.test", "ksk", "active", "ecdsa256")
            site.pdns.stop()
            site.start_pdns("unix", negquery_cache_ttl=0, query_cache_ttl=0, cache_ttl=0)
            wait_for(lambda: site.sql("SELECT min(counting) FROM zone_changes") == "1", "changes to count")
            small = memory_mb(site.service.process.pid)
            times, first = [], []
            for i in range(5):
                site.sql(f"UPDATE records SET name = 'm{i}.signed.test' WHERE name = 'n{i + 1}.signed.test'")
                first.append(denial_ms(site, f"first{i}"))
                times += [denial_ms(site, f"then{i}-{j}") for j in range(50)]
            before = cpu_seconds(site.service.process.pid)
            count = 2000
            for i in range(count):
                denial_ms(site, f"cpu{i}")
            cost = (cpu_seconds(site.service.process.pid) - before) / count * 1e6
            rows.append((f"{'NSEC3' if parameters else 'NSEC'}", f"{statistics.median(first):.0f}",
                         f"{statistics.median(times):.2f}", f"{cost:.0f}",
                         f"{memory_mb(site.service.process.pid) - small:.0f}"))
    return (f"A zone of {NAMES:,} names, PowerDNS's caches of records off; medians of 5 edits by sqlite3:\n\n"
            + table(("", "first denial after an edit, ms", "each one after it, ms", "CPU of mxbalance for it, µs",
                     "memory of it, MB"), rows))


def denial_ms(site, label):
    started = time.monotonic()
    assert site.ask(f"{label}.signed.test", "A", dnssec=True).rcode() == dns.rcode.NXDOMAIN
    return (time.monotonic() - started) * 1e3


def signature_cache():
    rows = []
    for members in MEMBERS:
        for bound in (None, 100):
            with signed_site(members, ("--mx-policy", "ranked")) as site:
                site.start_service()
                site.start_pdns("unix", **{"max-signature-cache-entries": None if bound is None else bound})
                site.pdnsutil("secure-zone", "signed.test")
                site.pdns.stop()
                site.start_pdns("unix", **{"max-signature-cache-entries": None if bound is None else bound})
                before = memory_mb(site.pdns.process.pid)
                started = time.monotonic()
                (site.directory / "queries").write_text("signed.test MX\n")
                dnsperf(site, "-n", str(ORDERS), "-q", "32")
                entries = signatures(site)
                rows.append((members, f"{members * (members - 1):,}", "no bound" if bound is None else f"{bound:,}",
                             f"{entries:,}", f"{memory_mb(site.pdns.process.pid) - before:.1f}",
                             f"{ORDERS / (time.monotonic() - started):,.0f}"))
    return (f"`ranked`: what PowerDNS keeps of its signatures after {ORDERS:,} MX queries over TCP:\n\n"
            + table(("members", "orders", "max-signature-cache-entries", "signatures kept",
                     "memory of pdns_server, MB", "queries/s"), rows))


def signatures(site):
    run = subprocess.run(["pdns_control", f"--config-dir={site.directory}", "show", "signature-cache-size"],
                         capture_output=True, text=True, check=True)
    return int(run.stdout.strip())


def measure():
    parts = [denials(), answers_over_tcp(), large_zone(), signature_cache()]
    return "## DNSSEC\n\nECDSA P-256.\n\n" + "\n".join(parts)
