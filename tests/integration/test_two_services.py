"""Two services on one database: one probes, the other follows the health that it writes, and takes over within
seconds."""
import contextlib
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import time
import unittest

from harness import BINARY, Process, run_mxbalance, wait_for
from health_site import DOWN_WITHIN, PROBING, HealthSite, kill
from ports import free_port

ADDRESSES = ["127.0.2.71", "127.0.2.72"]
TAKEN_OVER_WITHIN = 10    # seconds, of a busy machine
HUNG_AFTER = 20
IT_PROBES = "this service probes the mail servers"


class TwoServices(unittest.TestCase):
    def setUp(self):
        self.site = self.enterContext(HealthSite())
        self.site.make_servers(*ADDRESSES, port=free_port(*ADDRESSES))
        self.sinks = [self.site.start_sink(address) for address in ADDRESSES]
        for sink in self.sinks:
            self.addCleanup(kill, sink)
        self.services = []

    def start(self, database=None, probing=PROBING, asks=True):
        """`asks`: it asks for the lease, and says who has it."""
        number = len(self.services)
        service = Process([BINARY, "--db", database or self.site.database, "serve", "--unix", self.socket(number),
                           *probing, "--probe-port", str(self.site.port)],
                          self.site.directory / f"service{number}.log")
        self.addCleanup(service.stop)
        self.services.append(service)
        service.await_serving()
        if asks:
            wait_for(lambda: "probes the mail servers" in self.ping(number), "the service to ask for the lease")
        return service

    def socket(self, number):
        return self.site.directory / f"service{number}.sock"

    def ping(self, number):
        return run_mxbalance("ping", "--unix", self.socket(number), within=20).stdout

    def told(self, *command):
        """What the command says beside its output."""
        run = run_mxbalance("--db", self.site.database, *command, within=20)
        run.check_returncode()
        return run.stderr

    def pools(self, number):
        return self.ask(number, {"method": "directBackendCmd", "parameters": {"query": "pools"}})

    def ask(self, number, question):
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(20)
            connection.connect(str(self.socket(number)))
            connection.sendall(json.dumps(question).encode() + b"\n")
            return connection.recv(65536).decode()

    def mx(self, number):
        """The MX targets that the service answers."""
        question = {"method": "lookup", "parameters": {"qtype": "MX", "qname": "yourdomain.com.", "zone-id": -1}}
        return set(re.findall(r"mail\d", self.ask(number, question)))

    def await_no_longer_probed(self, address, within):
        wait_for(lambda: self.site.health(address) == "unknown: it is no longer probed",
                 f"the health of {address} not to be believed any more", within)

    def test_one_probes_and_the_other_takes_over(self):
        first = self.start()
        self.site.await_health(ADDRESSES[1], "up")
        second = self.start()
        self.assertIn(IT_PROBES, self.ping(0))
        words = f"another service on this database probes the mail servers: process {first.process.pid} on "
        self.assertIn(words, self.ping(1))
        self.assertIn(words, second.log())

        kill(self.sinks[0])
        self.site.await_health(ADDRESSES[0], "down: connection refused", DOWN_WITHIN)
        self.assertEqual(self.site.sql("SELECT count(*) FROM events WHERE field = 'health' AND after = 'down'"), "1")
        self.assertNotIn(ADDRESSES[0] + " is down", second.log(), "it does not probe")

        kill(first)
        second.await_log(IT_PROBES, TAKEN_OVER_WITHIN)
        self.assertIn("answers\n" + IT_PROBES, self.ping(1))
        self.addCleanup(kill, self.site.start_sink(ADDRESSES[0]))
        self.site.await_health(ADDRESSES[0], "up")

        third = self.start()
        self.assertIn(f"process {second.process.pid} on ", third.log())
        second.stop(signal.SIGTERM)
        third.await_log(IT_PROBES, TAKEN_OVER_WITHIN)

    def test_one_that_hangs_is_followed_and_steps_back(self):
        first = self.start()
        second = self.start()
        self.site.await_health(ADDRESSES[0], "up")
        with contextlib.closing(sqlite3.connect(self.site.database, isolation_level=None, timeout=30)) as lock:
            lock.execute("BEGIN IMMEDIATE")  # so that it is not stopped within a write, with the store locked
            first.suspend()
            lock.execute("ROLLBACK")
        self.addCleanup(first.resume)
        second.await_log(f"{IT_PROBES}; process {first.process.pid} on ", HUNG_AFTER + TAKEN_OVER_WITHIN)
        self.assertEqual(second.log().count("has not shown any life for 20 s: it hangs or was stopped, so end it"), 1)
        kill(self.sinks[0])
        self.site.await_health(ADDRESSES[0], "down: connection refused", DOWN_WITHIN)
        first.resume()
        first.await_log(f"another service on this database probes the mail servers: process {second.process.pid} on ",
                        TAKEN_OVER_WITHIN)

    def test_what_one_has_found_is_dropped_when_it_was_followed(self):
        """Stopped with a result that it could not write, it goes on after the other one has found out more."""
        first = self.start()
        second = self.start()
        self.site.await_health(ADDRESSES[0], "up")
        with contextlib.closing(sqlite3.connect(self.site.database, isolation_level=None)) as lock:
            lock.execute("BEGIN IMMEDIATE")
            kill(self.sinks[0])
            wait_for(lambda: self.mx(0) == {"mail2"}, "the first one to find it down")
            first.suspend()
            self.addCleanup(first.resume)
            lock.execute("ROLLBACK")
        self.addCleanup(kill, self.site.start_sink(ADDRESSES[0]))
        second.await_log(IT_PROBES, HUNG_AFTER + TAKEN_OVER_WITHIN)
        self.assertTrue(self.site.health(ADDRESSES[0]).startswith("up"))
        first.resume()
        first.await_log("another service on this database", TAKEN_OVER_WITHIN)
        self.assertEqual(self.mx(0), {"mail1", "mail2"}, "it answers as the other one has found")
        until = time.monotonic() + 3
        while time.monotonic() < until:
            self.assertEqual((self.mx(0), self.mx(1)), ({"mail1", "mail2"}, {"mail1", "mail2"}))
            time.sleep(0.1)
        self.assertEqual(self.site.sql("SELECT count(*) FROM events WHERE field = 'health' AND after = 'down'"), "0")
        self.assertNotIn("wait to be written", self.pools(0))

    def test_one_without_probes_leaves_them_to_the_other(self):
        idle = self.start(probing=("--probe", "none"), asks=False)
        nobody_probes = "this service has nothing to probe, and no other one on this database probes"
        wait_for(lambda: nobody_probes in self.ping(0), "it to say so")
        self.assertFalse(os.path.exists(f"{self.site.database}.prober"))
        second = self.start()
        self.site.await_health(ADDRESSES[0], "up")
        self.assertIn(IT_PROBES, self.ping(1))
        wait_for(lambda: "another service on this database probes" in self.ping(0), "the first one to see it", 5)
        self.assertIn(f"process {second.process.pid} on ", idle.log())
        kill(self.sinks[0])
        wait_for(lambda: self.mx(0) == {"mail2"}, "it to follow what the other one finds")

        kill(second)
        time.sleep(5)
        self.assertTrue(self.site.health(ADDRESSES[0]).startswith("down"), "the other one may only be started anew")
        self.await_no_longer_probed(ADDRESSES[0], HUNG_AFTER + TAKEN_OVER_WITHIN)
        self.site.command("server", "set", "mail2.yourdomain.com", "--probe", "tcp", "--port", str(self.site.port))
        wait_for(lambda: IT_PROBES in self.ping(0), "a server with a probe of its own to be probed", 5)
        self.site.await_health(ADDRESSES[1], "up", 25)
        self.site.command("server", "set", "mail2.yourdomain.com", "--probe", "default")
        self.await_no_longer_probed(ADDRESSES[1], 5)
        wait_for(lambda: "this service has nothing to probe" in self.ping(0), "the lease to be free", 5)

    def test_the_other_one_follows_what_the_first_finds(self):
        self.start()
        link = self.site.directory / "link.db"
        link.symlink_to(self.site.database)
        second = self.start(link)
        self.assertIn("another service on this database probes", second.log())
        kill(self.sinks[1])
        wait_for(lambda: self.mx(1) == {"mail1"}, "the second service to leave the dead server out")
        self.assertNotIn(ADDRESSES[1] + " is down", second.log())

    def test_a_store_that_is_locked_changes_nothing(self):
        first = self.start()
        second = self.start()
        self.site.await_health(ADDRESSES[1], "up")
        with subprocess.Popen(["sqlite3", self.site.database], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              text=True) as shell:
            shell.stdin.write(".timeout 5000\nBEGIN IMMEDIATE; SELECT 'locked';\n")
            shell.stdin.flush()
            self.assertEqual(shell.stdout.readline(), "locked\n")
            kill(self.sinks[0])
            wait_for(lambda: self.mx(0) == {"mail2"}, "the first service to leave the dead server out")
            self.assertIn("another service", self.ping(1))
            words = "1 results of probes wait to be written since 20"
            wait_for(lambda: words in self.told("server", "list"), "the list to be said to be old", 10)
            self.assertIn(words, self.told("pool", "show", "inbound"))
            self.assertIn(words, self.pools(0))
            self.assertIn(f"not written yet: mail1.yourdomain.com {ADDRESSES[0]} is down since 20", self.pools(0))
            self.addCleanup(kill, self.site.start_sink(ADDRESSES[0]))
            wait_for(lambda: self.mx(0) == {"mail1", "mail2"}, "the server to be back")
            shell.stdin.write("ROLLBACK;\n")
            shell.stdin.close()
            shell.wait(20)
        events = f"SELECT after FROM events WHERE subject = 'mail1.yourdomain.com {ADDRESSES[0]}' ORDER BY id"
        wait_for(lambda: self.site.sql(events).split()[-2:] == ["down", "up"],
                 "what happened meanwhile to be written", 10)
        wait_for(lambda: words not in self.told("server", "list") + self.pools(0), "nothing to wait any more", 10)
        self.assertNotIn("this service probes", second.log())
        self.assertNotIn("another service", first.log())


if __name__ == "__main__":
    unittest.main()
