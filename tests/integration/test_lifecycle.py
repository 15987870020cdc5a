"""Start and stop: of mxbalance, of pdns_server, in either order; signals, readiness, and starts that are refused."""
import os
import signal
import socket
import stat
import time
import unittest

from harness import BINARY, Process, Site, best_of, run_mxbalance, wait_for
from peers import over_http, over_unix


class Lifecycle(unittest.TestCase):
    def test_restart_of_mxbalance(self):
        for transport in ("json", "unix"):
            with self.subTest(transport), Site() as site:
                site.make_recipes()
                site.start_service()
                site.start_pdns(transport)
                site.answer("yourdomain.com", "MX")
                self.assertEqual(site.service.stop(), 0)
                self.assertEqual(site.answer("yourdomain.com", "MX"), "SERVFAIL")
                site.start_service()
                wait_for(lambda: len(site.answer("yourdomain.com", "MX")) == 2, "answers after the restart")

    def test_restart_of_pdns_server(self):
        with Site() as site:
            site.make_recipes()
            site.start_service()
            for _ in range(2):
                site.start_pdns("unix")
                self.assertEqual(len(site.answer("yourdomain.com", "MX")), 2)
                site.pdns.stop()

    def test_pdns_server_may_start_first(self):
        with Site() as site:
            site.make_recipes()
            site.start_service()
            site.service.stop()
            site.start_pdns("json")
            self.assertEqual(site.answer("yourdomain.com", "MX"), "SERVFAIL")
            site.start_service()
            wait_for(lambda: len(site.answer("yourdomain.com", "MX")) == 2, "answers once mxbalance is up")

    def test_a_socket_that_was_removed_is_made_again_within_a_second(self):
        with Site() as site:
            site.make_recipes()
            site.start_service()
            site.start_pdns("unix")
            self.assertEqual(len(site.answer("yourdomain.com", "MX")), 2)
            site.socket.chmod(0o640)
            time.sleep(0.7)  # it looks twice a second
            for episode in (1, 2):
                took = self.seconds_to_be_made_again(site)
                self.assertEqual(stat.S_IMODE(site.socket.stat().st_mode), 0o640)
                told = (f"warning: The file of the Unix socket {site.socket} was removed; "
                        "it is made again, with mode 0640.")
                self.assertEqual(site.service.log().count(told), episode)
            if took >= 1.2:
                took = best_of(lambda: self.seconds_to_be_made_again(site), 1.2)
            self.assertLess(took, 1.2)
            site.pdns.stop()
            site.start_pdns("unix")
            self.assertEqual(len(site.answer("yourdomain.com", "MX")), 2)

    def seconds_to_be_made_again(self, site):
        site.socket.unlink()
        begun = time.monotonic()
        wait_for(site.socket.is_socket, "the socket to be made again")
        wait_for(lambda: self.answers(site), "a new connection to be answered")
        return time.monotonic() - begun

    def test_a_directory_of_the_socket_that_was_removed(self):
        with Site() as site:
            site.make_recipes()
            (site.directory / "run").mkdir()
            site.socket = site.directory / "run/pdns.sock"
            site.start_service()
            site.socket.unlink()
            (site.directory / "run").rmdir()
            site.service.await_log("its directory is missing; make it")
            (site.directory / "run").mkdir()
            wait_for(lambda: self.answers(site), "the socket to be made again")

    def test_what_took_the_place_of_the_socket_is_left_alone(self):
        with Site() as site:
            site.make_recipes()
            site.start_service()
            site.socket.unlink()
            with socket.socket(socket.AF_UNIX) as another:
                another.bind(str(site.socket))
                another.listen()
                another.settimeout(10)
                site.service.await_log("another file has taken the place of its socket")
                with over_unix(site):
                    another.accept()[0].close()
                self.assertEqual(site.service.stop(), 0)
                self.assertTrue(site.socket.is_socket(), "nor at the end")

    @staticmethod
    def answers(site):
        try:
            with over_unix(site) as peer:
                return peer.finds_mail()
        except OSError:
            return False

    def test_sigterm_ends_it_in_two_seconds_with_connections_open(self):
        with Site() as site:
            site.make_recipes()
            self.assertLess(best_of(lambda: self.seconds_to_stop(site), 2), 2)

    def seconds_to_stop(self, site):
        site.start_service("--request-time", "120")
        with over_http(site) as idle, over_http(site) as half:
            for peer in (idle, half):  # accepted: one that still waits for that may be reset
                self.assertEqual(peer.ask().status, 200)
            half.send(b"GET /dns/lookup/your")
            begin = time.monotonic()
            self.assertEqual(site.service.stop(signal.SIGTERM), 0)
            took = time.monotonic() - begin
            self.assertEqual(idle.socket.recv(1), b"")
        self.assertFalse(site.socket.exists(), "the socket file goes with the service")
        return took

    def test_readiness_by_sd_notify(self):
        with Site() as site:
            site.make_recipes()
            path = str(site.directory / "notify")
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notifications:
                notifications.bind(path)
                notifications.settimeout(10)
                process = Process([BINARY, "--db", site.database, "serve", "--http", "127.0.0.1:0"],
                                  site.directory / "log", {"NOTIFY_SOCKET": path})
                self.assertEqual(notifications.recv(100), b"READY=1")
                process.process.send_signal(signal.SIGTERM)
                self.assertEqual(notifications.recv(100), b"STOPPING=1")
                self.assertEqual(process.stop(), 0)

    def refused(self, site, *arguments, environment=None, status=2):
        run = run_mxbalance("--db", site.database, "serve", *arguments, environment=environment, within=20)
        self.assertEqual(run.returncode, status, run.stderr)
        return run.stderr

    def test_a_missing_or_empty_store_names_migrate(self):
        with Site() as site:
            self.assertIn(f"mxbalance --db {site.database} migrate", self.refused(site, "--http", "127.0.0.1:0"))
            self.assertFalse(site.database.exists(), "serving never creates a store")
            site.database.touch()
            self.assertIn("migrate", self.refused(site, "--http", "127.0.0.1:0"))
            self.assertEqual(site.database.stat().st_size, 0)

    def test_a_socket_in_use_and_a_stale_one(self):
        with Site() as site:
            site.make_recipes()
            site.start_service()
            self.assertEqual(os.stat(site.socket).st_mode & 0o777, 0o660)
            self.assertIn(str(site.socket),
                          self.refused(site, "--http", "127.0.0.1:0", "--unix", site.socket, status=1))
            site.service.stop(signal.SIGKILL)
            self.assertTrue(site.socket.exists())
            site.start_service()  # replaces the stale socket

    def test_settings_from_environment_and_file(self):
        with Site() as site:
            site.make_recipes()
            configuration = site.directory / "mxbalance.conf"
            configuration.write_text('http = "127.0.0.1:0"\nlog-level = "debug"\n')
            process = Process([BINARY, "serve", "--config", configuration], site.directory / "log",
                              {"MXBALANCE_DB": str(site.database), "MXBALANCE_UNIX": str(site.socket)})
            self.assertIn(f"listening on {site.socket}", process.await_serving())
            self.assertEqual(process.stop(), 0)

            configuration.write_text("htpp = 127.0.0.1:0\n")
            self.assertIn("htpp", self.refused(site, "--config", str(configuration), status=64))
            configuration.write_text("max-connections = many\n")
            self.assertIn("max-connections", self.refused(site, "--config", str(configuration), status=64))
            message = self.refused(site, environment={"MXBALANCE_LOG_LEVEL": "loud"}, status=64)
            self.assertIn("loud", message)


if __name__ == "__main__":
    unittest.main()
