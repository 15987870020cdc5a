"""What a lookup costs the service: CPU time over each transport, and where it goes (perf)."""
import contextlib
import re
import subprocess

from measuring import ROUNDS, MeasuredSite, look_up, medians, table

DOMAINS = 1000
SECONDS = 4
CONNECTIONS = 4

# Where a sample's own function belongs, first match: the layers by their namespaces, libraries by what they are for.
PARTS = (
    ("system calls and the kernel", r"\[k\]|\[kernel"),
    ("store: SQLite", r"libsqlite3|SQLite::"),
    ("store: ours", r"mxbalance::db::"),
    ("answer", r"mxbalance::answer::"),
    ("protocol: decode and encode", r"mxbalance::remote::|nlohmann"),
    ("listen", r"mxbalance::listen::|libcpp-httplib|httplib::"),
    ("memory and strings of the C and C++ libraries", r"libc\.so|libstdc\+\+|std::"),
)


def part_of(line):
    return next((part for part, pattern in PARTS if re.search(pattern, line)), "other")


def profile(site, transport, names):
    """Shares of the service's own CPU time, in percent."""
    data = site.directory / "perf.data"
    recorder = subprocess.Popen(["perf", "record", "-q", "-F", "1999", "-o", data,
                                 "-p", str(site.service.process.pid), "--", "sleep", str(SECONDS)],
                                stderr=subprocess.DEVNULL)
    look_up(site, transport, CONNECTIONS, SECONDS, names)
    recorder.wait()
    report = subprocess.run(["perf", "report", "-i", data, "--no-children", "--stdio", "-g", "none",
                             "--percent-limit", "0", "--sort", "dso,symbol"],
                            capture_output=True, text=True, check=True).stdout
    shares = {}
    for line in report.splitlines():
        found = re.match(r"\s+([\d.]+)%\s+(.*)", line)
        if found:
            part = part_of(found.group(2))
            shares[part] = shares.get(part, 0) + float(found.group(1))
    return shares


def measure():
    with MeasuredSite() as site:
        site.make_domains(DOMAINS)
        site.start_service()
        files = {}
        for kind, owner in (("MX", "d"), ("A", "mail.d")):
            files[kind] = site.directory / kind
            files[kind].write_text("".join(f"{owner}{i}.test {kind}\n" for i in range(DOMAINS)))
        ways = [(transport, kind) for transport in ("unix", "http") for kind in files]
        rounds = {way: [] for way in ways}
        for _ in range(ROUNDS):
            for transport, kind in ways:
                rounds[transport, kind].append(look_up(site, transport, CONNECTIONS, SECONDS, files[kind]))
        rows = []
        for way in ways:
            one = medians(rounds[way])
            rows.append((f"{way[1]} over {'HTTP' if way[0] == 'http' else 'Unix'}", f"{one['per_second']:,.0f}",
                         f"{one['median_us']:.0f}", f"{one['p99_us']:.0f}", f"{one['cpu_us']:.1f}"))
        with contextlib.suppress(FileNotFoundError):
            shares = {transport: profile(site, transport, files["MX"]) for transport in ("unix", "http")}
            parts = [part for part, _ in PARTS] + ["other"]
            where = "\nWhere the CPU time of MX lookups goes, in percent:\n\n" + table(
                ("", "Unix", "HTTP"),
                [(part, *(f"{shares[transport].get(part, 0):.0f}" for transport in ("unix", "http")))
                 for part in parts])
        return (f"## CPU time of a lookup\n\nWithout PowerDNS, {CONNECTIONS} connections, {DOMAINS:,} domains; "
                f"medians of {ROUNDS} rounds of {SECONDS} s.\n\n"
                + table(("", "lookups/s", "median, µs", "99th percentile, µs", "CPU of mxbalance, µs"), rows) + where)
