"""The store cannot be written while mail servers come and go, or the service ends, or the clock is set: answers follow
the probes all the same, and what was found is written when it can be."""
import contextlib
import os
import signal
import sqlite3
import subprocess
import time
import unittest

from harness import BINARY, wait_for
from health_site import DOWN_WITHIN, SLACK, UP_WITHIN, HealthSite, kill
from ports import free_port
from under_fire import own_mounts, usual_or_long

LOCKED = usual_or_long(3, 60)  # seconds
ADDRESSES = ["127.0.3.1", "127.0.3.2"]
FAKETIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1"


class Store(unittest.TestCase):
    def setUp(self):
        self.site = self.enterContext(HealthSite())
        self.site.make_servers(*ADDRESSES, port=free_port(*ADDRESSES))
        self.sinks = [self.site.start_sink(address) for address in ADDRESSES]
        self.addCleanup(lambda: [kill(sink) for sink in self.sinks])

    def start(self, **service):
        self.site.start(**service)
        for address in ADDRESSES:
            self.site.await_health(address, "up")

    def fail_and_recover(self):
        """The first server leaves the answers and comes back."""
        kill(self.sinks[0])
        self.site.await_mx({2}, DOWN_WITHIN)
        self.sinks[0] = self.site.start_sink(ADDRESSES[0])
        self.site.await_mx({1, 2}, UP_WITHIN)

    def last_event(self):
        return self.site.sql("SELECT subject, before, after, reason FROM events ORDER BY id DESC LIMIT 1")

    def test_locked(self):
        self.start()
        with contextlib.closing(sqlite3.connect(self.site.database, isolation_level=None, timeout=5)) as other:
            other.execute("BEGIN EXCLUSIVE")
            begun = time.monotonic()
            at = int(time.time())
            kill(self.sinks[0])
            self.site.await_mx({2}, DOWN_WITHIN)
            wait_for(lambda: time.monotonic() - begun > LOCKED and "cannot be written yet" in self.site.service.log(),
                     "the store to have been locked for long enough", LOCKED + 10)
            self.assertEqual(self.site.mx(), {2})
            self.assertTrue(self.site.health(ADDRESSES[0]).startswith("up"))
            other.execute("ROLLBACK")
        self.site.await_health(ADDRESSES[0], "down: connection refused")
        self.assertEqual(self.last_event(), f"mail1.yourdomain.com {ADDRESSES[0]}|up|down|connection refused")
        found = int(self.site.sql("SELECT at FROM events ORDER BY id DESC LIMIT 1"))
        self.assertLess(found - at, DOWN_WITHIN + SLACK, "the event has the time when it was found")
        self.sinks[0] = self.site.start_sink(ADDRESSES[0])
        self.site.await_mx({1, 2}, UP_WITHIN)

    def test_what_was_found_last_is_written_at_the_end(self):
        self.start()
        with contextlib.closing(sqlite3.connect(self.site.database, isolation_level=None, timeout=5)) as other:
            other.execute("BEGIN EXCLUSIVE")
            kill(self.sinks[0])
            self.site.service.await_log("cannot be written yet")
            self.site.await_mx({2}, DOWN_WITHIN)
            other.execute("ROLLBACK")
        self.assertEqual(self.site.service.stop(signal.SIGTERM), 0)
        self.assertEqual(self.site.health(ADDRESSES[0]), "down: connection refused")
        self.assertEqual(self.last_event(), f"mail1.yourdomain.com {ADDRESSES[0]}|up|down|connection refused")

    def test_disk_full(self):
        if os.geteuid() != 0 or not own_mounts():
            self.skipTest("needs a file system of its own, and may not mount one")
        disk = self.site.directory / "disk"
        disk.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk], check=True)
        self.addCleanup(subprocess.run, ["umount", "--lazy", disk], check=True)
        self.site.sql(f"VACUUM INTO '{disk}/mail.db'")
        self.site.database = disk / "mail.db"
        self.start()
        wait_for(lambda: (disk / "mail.db-wal").stat().st_size == 0, "the log to be empty")
        with contextlib.suppress(OSError), open(disk / "filler", "wb", buffering=0) as file:
            while True:
                file.write(bytes(4096))
        kill(self.sinks[0])
        self.site.await_mx({2}, DOWN_WITHIN)
        self.site.service.await_log("cannot be written yet")
        (disk / "filler").unlink()
        self.site.await_health(ADDRESSES[0], "down: connection refused")
        self.assertEqual(self.site.sql("PRAGMA integrity_check"), "ok")
        self.sinks[0] = self.site.start_sink(ADDRESSES[0])
        self.site.await_mx({1, 2}, UP_WITHIN)

    def test_restart(self):
        """What was found holds from the first answer on, until probes say otherwise."""
        self.start()
        kill(self.sinks[0])
        self.site.await_health(ADDRESSES[0], "down", DOWN_WITHIN)
        self.site.service.stop(signal.SIGKILL)
        self.sinks[0] = self.site.start_sink(ADDRESSES[0])
        self.site.start_service("--probe", "smtp", "--probe-port", str(self.site.port), "--probe-interval", "2s",
                                "--probe-rise", "1", log_level="info")
        self.assertEqual(self.site.mx(), {2}, "the first answer is not the whole pool")
        self.site.await_mx({1, 2}, 2)

    def test_clock(self):
        """Set forward and back an hour."""
        if not os.path.exists(FAKETIME) or "libasan" in self.libraries() or "libtsan" in self.libraries():
            self.skipTest("libfaketime is not here, or cannot be loaded before a sanitizer")
        clock = self.site.directory / "clock"
        clock.write_text("+0")
        self.start(binary=("env", f"LD_PRELOAD={FAKETIME}", f"FAKETIME_TIMESTAMP_FILE={clock}", "FAKETIME_NO_CACHE=1",
                           "DONT_FAKE_MONOTONIC=1", BINARY))
        for step in ("+3600", "-3600"):
            clock.write_text(step)
            self.fail_and_recover()
            self.site.await_health(ADDRESSES[0], "up")
            at = int(self.site.sql("SELECT at FROM events ORDER BY id DESC LIMIT 1"))
            self.assertAlmostEqual(at - time.time(), int(step), delta=60, msg="the clock was set for the service")

    def libraries(self):
        return subprocess.run(["ldd", BINARY], capture_output=True, text=True, check=True).stdout


class Settings(unittest.TestCase):
    """What people say of servers that are not probed, and for how long."""

    def test_health_for_a_while_and_drain(self):
        site = self.enterContext(HealthSite())
        site.make_servers(*ADDRESSES, port=25, settings=("--probe", "none"))
        site.start()
        told = site.command("server", "health", "mail1.yourdomain.com", "down", "--reason", "queue is full",
                            "--for", "2s")
        self.assertIn("is now down until", told)
        self.assertEqual(site.mx(), {2})
        site.await_mx({1, 2}, 4)
        wait_for(lambda: site.sql("SELECT health, reason FROM mail_servers WHERE name = 'mail1.yourdomain.com'")
                 == "unknown|expired: queue is full", "the setting's end to be written")
        site.sql("UPDATE mail_servers SET health = 'down', health_until = strftime('%s', 'now', '+1 seconds')"
                 " WHERE name = 'mail2.yourdomain.com'")
        self.assertEqual(site.mx(), {1})
        site.await_mx({1, 2}, 3)
        self.assertRegex(site.command("server", "drain", "mail1.yourdomain.com"),
                         r"safe to stop at \S+Z \(in 6[01] s\)")
        self.assertRegex(site.command("server", "show", "mail1.yourdomain.com"), r"safe to stop +at \S+Z \(in \d+ s\)")
        self.assertEqual(site.mx(), {2})

    def test_new_and_removed_servers_are_seen(self):
        site = self.enterContext(HealthSite())
        site.make_servers(ADDRESSES[0], port=free_port(*ADDRESSES))
        self.addCleanup(kill, site.start_sink(ADDRESSES[0]))
        site.start()
        site.await_health(ADDRESSES[0], "up")
        site.command("server", "add", "mail2.yourdomain.com", "--address", ADDRESSES[1])
        site.command("pool", "join", "inbound", "mail2.yourdomain.com")
        site.await_health(ADDRESSES[1], "down: connection refused", DOWN_WITHIN + 1)
        self.assertEqual(site.mx(), {1})
        other = free_port(ADDRESSES[1])
        port, site.port = site.port, other
        self.addCleanup(kill, site.start_sink(ADDRESSES[1]))
        site.port = port
        site.command("server", "set", "mail2.yourdomain.com", "--port", str(other))
        site.await_health(ADDRESSES[1], "up", UP_WITHIN + 1)
        site.await_mx({1, 2}, 1)


if __name__ == "__main__":
    unittest.main()
