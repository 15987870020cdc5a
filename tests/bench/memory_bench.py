"""What hostile connections take of the service's memory, and how long a lookup beside them takes."""
import multiprocessing
import statistics
import time

from measuring import MeasuredSite, table
from peers import over_unix
from siege import HOSTILE, KINDS, Siege, allow_descriptors, fill, memory_mb

SECONDS = 10
PAUSE = 0.01    # between two lookups
RECORDS = 30_000


def besiege(site, kind, stands):
    with Siege(site, *KINDS[kind]) as siege:
        stands.set()
        while True:
            siege.send()


def measure_kind(kind):
    with MeasuredSite() as site:
        site.make_recipes()
        fill(site, RECORDS)
        site.start_service("--max-connections", str(HOSTILE + 100))
        before = memory_mb(site)
        stands = multiprocessing.Event()
        siege = multiprocessing.Process(target=besiege, args=(site, kind, stands))
        siege.start()
        stands.wait(60)
        times = []
        with over_unix(site) as peer:
            end = time.monotonic() + SECONDS
            while time.monotonic() < end:
                begin = time.monotonic()
                assert peer.ask_line() is not None
                times.append(time.monotonic() - begin)
                time.sleep(PAUSE)
        siege.kill()
        siege.join()
        time.sleep(2)
        slowest = statistics.quantiles(times, n=100)[98]
        return (kind, f"{before:.0f}", f"{memory_mb(site, 'VmHWM'):.0f}", f"{memory_mb(site):.0f}",
                f"{statistics.median(times) * 1e3:.1f}", f"{slowest * 1e3:.0f}", f"{max(times) * 1e3:.0f}")


def measure():
    if not allow_descriptors():
        return "Too few descriptors are allowed here.\n"
    return (f"{HOSTILE:,} hostile connections for {SECONDS} s, which share the cores, and a lookup each "
            f"{PAUSE * 1e3:.0f} ms over the Unix socket. Memory is resident, in MB.\n\n"
            + table(("1,000 connections with", "before", "most", "2 s after", "lookup, median, ms",
                     "99 of 100 within, ms", "slowest, ms"),
                    [measure_kind(kind) for kind in KINDS]))
