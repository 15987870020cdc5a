"""Runs the parts that are named, and puts their text in the place of what RESULTS.md had of them."""
import os
import pathlib
import platform
import re
import subprocess
import sys
import time

import cost_bench
import dns_bench
import dnssec_bench
import health_bench
import load_bench
import memory_bench
import zones_bench

PARTS = {"dns": dns_bench.measure, "cost": cost_bench.measure, "zones": zones_bench.measure,
         "health": health_bench.measure, "dnssec": dnssec_bench.measure, "memory": memory_bench.measure,
         "load": load_bench.measure_load, "soak": load_bench.measure_soak}
HERE = pathlib.Path(__file__).parent
HEAD = ("# Figures\n\nMade by `tests/bench/run.sh`. The client, pdns_server and mxbalance share the machine's cores: "
        "ratios within a table say more than its figures.\n\n")


def machine():
    cpu = re.search(r"model name\s*:\s*(.*)", pathlib.Path("/proc/cpuinfo").read_text())
    memory = int(re.search(r"MemTotal:\s+(\d+)", pathlib.Path("/proc/meminfo").read_text()).group(1)) / 2**20
    powerdns = subprocess.run(["pdns_server", "--version"], capture_output=True, text=True).stderr
    version = re.search(r"\d+\.\d+\.\d+", powerdns)
    return (f"{os.cpu_count()} cores of {cpu.group(1) if cpu else platform.machine()}, {memory:.0f} GiB, Linux "
            f"{platform.release()}, PowerDNS {version.group(0)}")


def main(names):
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        sys.exit(f"bench: there is no part {unknown[0]}: {', '.join(PARTS)}")
    results = HERE / "RESULTS.md"
    before = results.read_text() if results.exists() else ""
    parts = dict(re.findall(r"<!-- (\w+) -->\n(.*?)(?=<!-- |\Z)", before, re.DOTALL))
    for name in names:
        print(f"measuring: {name}", flush=True)
        parts[name] = PARTS[name]() + f"\n{time.strftime('%Y-%m-%d')}, {machine()}.\n\n"
        print(parts[name], flush=True)
        results.write_text(HEAD + "".join(f"<!-- {part} -->\n{parts[part]}" for part in PARTS if part in parts))


main(sys.argv[1:] or [name for name in PARTS if name != "soak"])
