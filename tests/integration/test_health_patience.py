"""Well-kept mail servers make strangers wait: Postfix's postscreen for its banner, Exim's ACLs for whatever
they like. With the defaults they are alive, and never see a client that talks too soon or leaves too early;
what is silent leaves in time."""
import os
import socket
import time
import unittest

from harness import wait_for
from health_site import Authority, HealthSite, Peer
from mtas import Exim, Postfix, complaints
from ports import free_port

SCREENED, DELAYED, SILENT = "127.0.6.1", "127.0.6.2", "127.0.6.3"
# A quick rise and fall for a short test; how long a probe may take is as shipped.
PROBING = ("--probe", "smtp", "--probe-interval", "2s", "--probe-rise", "1", "--probe-fall", "1")
TIMEOUT = 25  # seconds, the default


class Patience(unittest.TestCase):
    def setUp(self):
        if os.geteuid() != 0:
            self.skipTest("Postfix runs its services as its own user, which only root can do")
        self.site = self.enterContext(HealthSite())

    def test_slow_ones_are_alive_and_silent_ones_are_not(self):
        site = self.site
        site.make_servers(SCREENED, DELAYED, SILENT, port=free_port(SCREENED, DELAYED, SILENT))
        authority = Authority(site.directory)
        postfix = Postfix("mail1.yourdomain.com", SCREENED, site.port, authority, screened=True,
                          settings="postscreen_greet_action = enforce\npostscreen_greet_ttl = 1s\n"
                                   "postscreen_greet_wait = 6s\npostscreen_access_list =\npostscreen_dnsbl_sites =\n")
        exim = Exim("mail2.yourdomain.com", DELAYED, site.port, authority,
                    settings="acl_smtp_connect = slowly\nacl_smtp_helo = slowly\n",
                    acls="slowly:\n  accept delay = 8s\n")
        for server in (postfix, exim):
            self.addCleanup(server.remove)
            server.start()
        silent = socket.create_server((SILENT, site.port), backlog=64)
        self.addCleanup(silent.close)
        site.start_service(*PROBING, "--probe-port", str(site.port), log_level="debug")
        begun = time.monotonic()
        site.await_health(SCREENED, "up", 15)
        self.assertGreater(time.monotonic() - begun, 5, "postscreen lets no one wait: this tests nothing")
        site.await_health(DELAYED, "up", 25)
        site.await_health(SILENT, "down: no whole banner within 25 s", TIMEOUT + 5)
        self.assertLess(time.monotonic() - begun, 2 + TIMEOUT + 5)
        wait_for(lambda: postfix.log().count("PASS") > 1 and exim.log().count("QUIT") > 1,
                 "them to have been probed twice")
        for server in (postfix, exim):
            self.assertEqual(complaints(server.log()), [])

    def test_a_probe_longer_than_its_interval_delays_nothing(self):
        """One of an address waits for its timeout while the next begin: what is silent is down after
        fall × interval and one timeout."""
        site = self.site
        site.make_servers(SILENT, port=free_port(SILENT))
        peer = Peer(SILENT, site.port)
        self.addCleanup(peer.close)
        site.start_service("--probe", "smtp", "--probe-port", str(site.port), "--probe-interval", "500ms",
                           "--probe-timeout", "3s", "--probe-fall", "4", "--probe-rise", "1")
        site.await_health(SILENT, "up")
        peer.behaviour = "drip"
        begun = time.monotonic()
        site.await_health(SILENT, "down: no whole banner within 3 s", 4 * 0.5 + 3)
        self.assertGreater(time.monotonic() - begun, 3)
        peer.behaviour = "good"
        site.await_health(SILENT, "up", 5)


if __name__ == "__main__":
    unittest.main()
