"""What the binary is hardened with, who may connect to it, and who may read its files."""
import os
import re
import socket
import stat
import subprocess
import unittest

from harness import BINARY, Process, Site, run_mxbalance, wait_for


def said_by(*command):
    return subprocess.run([*command, BINARY], capture_output=True, text=True, check=True, timeout=120).stdout


def readelf(*arguments):
    return said_by("readelf", "--wide", *arguments)


def is_sanitized():
    return re.search(r"\b(__asan|__tsan)_init\b", readelf("--dyn-syms", "--symbols")) is not None


@unittest.skipIf(is_sanitized(), "sanitizers are built without hardening: they are for tests")
class Hardening(unittest.TestCase):
    def test_position_independent(self):
        self.assertRegex(readelf("--file-header"), r"Type:\s+DYN \(Position-Independent Executable file\)")

    def test_relocations_are_read_only_and_bound_at_the_start(self):
        self.assertIn("GNU_RELRO", readelf("--program-headers"))
        self.assertRegex(readelf("--dynamic"), r"\bBIND_NOW\b|Flags: .*\bNOW\b")

    def test_the_stack_is_not_executable_and_checked(self):
        self.assertRegex(readelf("--program-headers"), r"GNU_STACK\s+\S+ \S+ \S+ \S+ \S+ RW ")
        self.assertIn("__stack_chk_fail", readelf("--dyn-syms"))

    def test_library_calls_are_checked(self):
        self.assertRegex(readelf("--dyn-syms"), r"__(memcpy|recv|vsnprintf|snprintf|read|memmove|memset|poll)_chk")

    @unittest.skipUnless(os.uname().machine == "x86_64", "Intel's control-flow enforcement")
    def test_control_flow(self):
        self.assertRegex(said_by("objdump", "--disassemble=main"), r"<main>:\n.*\bendbr64\b")


def own_address():
    """An address of this machine that is not loopback; None: there is none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("203.0.113.53", 9))
        except OSError:
            return None
        return probe.getsockname()[0]


class Access(unittest.TestCase):
    def refused(self, site, *arguments):
        run = run_mxbalance("--db", site.database, "serve", *arguments, within=20)
        self.assertEqual(run.returncode, 1, run.stderr)
        return run.stderr

    def test_other_machines_only_from_a_list(self):
        with Site() as site:
            site.make_recipes()
            for address in ("0.0.0.0:0", "[::]:0"):
                self.assertIn("give --allow-from CIDR", self.refused(site, "--http", address))
            self.assertIn('"10.0.0.1/8" is no network',
                          self.refused(site, "--http", "0.0.0.0:0", "--allow-from", "10.0.0.1/8"))

    def ask(self, address, port):
        """The status line of a reply; empty: the connection was closed."""
        with socket.create_connection((address, port), timeout=10) as client:
            try:
                client.sendall(b"GET /dns/lookup/yourdomain.com./MX HTTP/1.1\r\nHost: x\r\n\r\n")
                return client.recv(15)
            except OSError:
                return b""

    def serve(self, site, allowed):
        log = site.directory / f"log-{allowed.replace('/', '-')}"
        site.service = Process([BINARY, "--db", site.database, "serve", "--http", "0.0.0.0:0"], log,
                               {"MXBALANCE_ALLOW_FROM": allowed})
        return int(re.search(r"listening on 0\.0\.0\.0:(\d+)", site.service.await_serving()).group(1))

    def test_who_may_connect(self):
        own = own_address()
        if own is None:
            self.skipTest("this machine has no address but loopback")
        with Site() as site:
            site.make_recipes()
            port = self.serve(site, "203.0.113.53")
            self.assertEqual(self.ask("127.0.0.1", port), b"HTTP/1.1 200 OK")
            for _ in range(3):
                self.assertEqual(self.ask(own, port), b"")
            self.assertEqual(site.service.log().count(f"A connection from {own} to 0.0.0.0:{port} was closed"), 1)
            site.service.stop()
            port = self.serve(site, f"203.0.113.53,{own}")
            self.assertEqual(self.ask(own, port), b"HTTP/1.1 200 OK")

    def test_files_are_their_owners_alone(self):
        with Site() as site:
            before = os.umask(0)
            try:
                site.make_recipes()
                site.command("backup", site.directory / "copy.db")
                site.command("export", "--with-keys", site.directory / "keys.json")
                site.start_service()
                site.sql("UPDATE pools SET ttl = 61")
            finally:
                os.umask(before)
            for path in ("mail.db", "mail.db-wal", "mail.db-shm", "copy.db", "keys.json"):
                self.assertEqual(stat.filemode((site.directory / path).stat().st_mode), "-rw-------", path)
            self.assertEqual(stat.filemode(site.socket.stat().st_mode), "srw-rw----")

    def test_what_was_opened_to_a_group_stays_so(self):
        with Site() as site:
            site.command("migrate")
            site.database.chmod(0o660)
            site.make_recipes()
            site.start_service()
            site.sql("UPDATE pools SET ttl = 61")
            for path in ("mail.db", "mail.db-wal", "mail.db-shm"):
                self.assertEqual(stat.filemode((site.directory / path).stat().st_mode), "-rw-rw----", path)


class Ping(unittest.TestCase):
    def test_whether_the_service_answers(self):
        with Site() as site:
            site.make_recipes()
            site.start_service()
            address = f"127.0.0.1:{site.http_port}"
            said = "answers\nthis service has nothing to probe, and no other one on this database probes\n"
            wait_for(lambda: site.command("ping", "--unix", site.socket) == said, "the service to say who probes")
            self.assertEqual(site.command("ping", "--http", address), said)
            site.database.rename(site.directory / "away.db")
            store_is_missed = "does not answer from its store"
            wait_for(lambda: store_is_missed in self.unwell(site, "--unix", site.socket), "the store to be missed")
            self.assertIn(store_is_missed, self.unwell(site, "--http", address))
            site.service.stop()
            self.assertIn("cannot be asked", self.unwell(site, "--unix", site.socket))
            self.assertIn("cannot be asked", self.unwell(site, "--http", address))

    def unwell(self, site, *arguments):
        run = run_mxbalance("ping", *arguments, within=20)
        self.assertEqual(run.returncode in (0, 2), True, run.stderr)
        return run.stderr


if __name__ == "__main__":
    unittest.main()
