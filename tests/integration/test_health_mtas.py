"""Real mail servers, Postfix and Exim, with STARTTLS and within TLS: probes leave nothing in their logs that looks
like an error, and see them go and come back."""
import os
import unittest

from harness import wait_for
from health_site import DOWN_WITHIN, Authority, HealthSite
from mtas import Exim, Postfix, complaints
from ports import free_port

POSTFIX, EXIM = "127.0.4.1", "127.0.4.2"
NAMES = ["mail1.yourdomain.com", "mail2.yourdomain.com"]


class Servers(unittest.TestCase):
    def setUp(self):
        if os.geteuid() != 0:
            self.skipTest("Postfix runs its services as its own user, which only root can do")
        self.site = self.enterContext(HealthSite())

    def start(self, *settings, in_tls=False):
        """Both, and the service that probes them with these settings of servers."""
        port = free_port(POSTFIX, EXIM)
        # Servers that fork for each connection answer late on a busy machine: a probe that gives up would be what they
        # complain of.
        self.site.make_servers(POSTFIX, EXIM, port=port, settings=(*settings, "--port", str(port), "--timeout", "20s"))
        authority = Authority(self.site.directory)
        self.postfix = Postfix(NAMES[0], POSTFIX, self.site.port, authority, in_tls=in_tls)
        self.exim = Exim(NAMES[1], EXIM, self.site.port, authority, in_tls=in_tls)
        for server in (self.postfix, self.exim):
            self.addCleanup(server.remove)
            server.start()
        self.site.start("--probe-ca-file", authority.ca_file)
        for address in (POSTFIX, EXIM):
            self.site.await_health(address, "up", 5)

    def await_probes(self, postfix, exim):
        """Several that have ended so, and nothing that looks like an error."""
        wait_for(lambda: self.postfix.log().count(postfix) > 5, "Postfix to have been probed often")
        wait_for(lambda: self.exim.log().count(exim) > 5, "Exim to have been probed often")
        for server in (self.postfix, self.exim):
            self.assertEqual(complaints(server.log()), [])

    def await_back(self, server):
        """Real servers take a while, also for their first handshakes: the promised time is test_health_failures'."""
        server.await_listening()
        self.site.await_mx({1, 2}, 5)

    def test_polite_and_back(self):
        self.start("--tls", "require")
        self.await_probes("ehlo=2 starttls=1 quit=1 commands=4", "QUIT")

        self.postfix.stop()
        self.site.await_mx({2}, DOWN_WITHIN)
        self.site.await_health(POSTFIX, "down: connection refused")
        self.postfix.start()
        self.await_back(self.postfix)
        self.exim.stop()
        self.site.await_mx({1}, DOWN_WITHIN)
        self.site.await_health(EXIM, "down: connection refused")
        self.exim.start()
        self.await_back(self.exim)

    def test_within_tls(self):
        self.start("--probe", "smtps", "--tls", "require", in_tls=True)
        self.await_probes("ehlo=1 quit=1 commands=2", "QUIT")

    def test_refused_certificate_is_no_reason_to_break_off(self):
        self.start("--tls", "try")
        self.site.sql("UPDATE mail_addresses SET server = CASE server"
                      " WHEN 'mail1.yourdomain.com' THEN 'mail2.yourdomain.com' ELSE 'mail1.yourdomain.com' END;"
                      "UPDATE mail_servers SET probe_tls = 'require'")
        self.site.await_health(POSTFIX, "down: certificate is not for mail2.yourdomain.com (port", DOWN_WITHIN + 2)
        self.site.await_health(EXIM, "down: certificate is not for mail1.yourdomain.com (port", DOWN_WITHIN + 2)
        self.await_probes("ehlo=1 starttls=1 quit=1 commands=3", "QUIT")


if __name__ == "__main__":
    unittest.main()
