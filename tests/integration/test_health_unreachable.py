"""In a network namespace of its own, whose routes come and go: a probe that this machine cannot make says nothing of
the mail server, is told once, and is made again when there is a route."""
import subprocess
import unittest

import namespaces
from harness import BINARY, Process, wait_for
from health_site import DOWN_WITHIN, HealthSite, kill

NEAR, FAR, OTHER, FAR6 = "127.0.5.1", "192.0.2.1", "192.0.2.2", "2001:db8::1"
NETWORK = "192.0.2.0/24"
PORT = 2525
TOLD = "addresses cannot be made, and their health stays as it is"


class Unreachable(unittest.TestCase):
    def setUp(self):
        if not namespaces.can_unshare("--net"):
            self.skipTest("needs to make network namespaces")
        self.site = self.enterContext(HealthSite())
        self.site.make_servers(NEAR, FAR, f"{OTHER} {FAR6}", port=PORT)

    def inside(self, *command, **how):
        return subprocess.run(["nsenter", f"--net=/proc/{self.site.service.process.pid}/ns/net", *command],
                              check=True, **how)

    def start(self, *arguments):
        self.site.start(*arguments, binary=("unshare", "--net", BINARY))

    def unprobed(self):
        return set(self.site.sql("SELECT address FROM mail_addresses WHERE unprobed_since IS NOT NULL").split())

    def await_unprobed(self, *addresses):
        wait_for(lambda: self.unprobed() == set(addresses),
                 f"just {addresses} not to be probed; they are: {self.unprobed()}")

    def probe_events(self):
        events = self.site.sql("SELECT subject, before, after FROM events WHERE field = 'probes' ORDER BY id")
        return events.splitlines()

    def times_told(self, address):
        return sum(TOLD in line and f" {address}: " in line for line in self.site.service.log().splitlines())

    def all_times_told(self):
        return [self.times_told(address) for address in (FAR, OTHER, FAR6)]

    def test_routes_come_and_go(self):
        site = self.site
        site.sql(f"UPDATE mail_addresses SET health = 'down', reason = 'by hand' WHERE address = '{FAR}'")
        self.start()
        self.inside("ip", "link", "set", "lo", "up")
        sink = Process(["nsenter", f"--net=/proc/{site.service.process.pid}/ns/net",
                        "smtp-sink", "-u", "root", f"{NEAR}:{PORT}", "64"], site.directory / "sink.log")
        self.addCleanup(kill, sink)
        site.await_health(NEAR, "up")
        self.await_unprobed(FAR, OTHER, FAR6)
        wait_for(lambda: self.all_times_told() == [1, 1, 1], "the log to name each", 5)
        self.assertIn("etwork is unreachable", site.service.log())
        self.assertEqual(sorted(set(self.probe_events())), ["IPv4|made|not made", "IPv6|made|not made"])
        self.assertEqual((site.health(FAR), site.health(OTHER), site.health(FAR6)),
                         ("down: by hand", "unknown:", "unknown:"))
        self.assertEqual(site.mx(), {1, 3}, "health by hand is in effect, and nothing is made of the others")
        self.assertRegex(site.command("server", "list"), rf"{FAR}\(down, not probed since 20\S+Z\)")
        self.assertRegex(site.command("server", "show", "mail2.yourdomain.com"), r"not probed since 20\S+Z")
        self.assertRegex(site.command("server", "show", "mail2.yourdomain.com", "--json"), r'"unprobed_since": ?\d{10}')
        self.assertNotIn("unprobed", site.command("export"))

        # A route, and nobody who takes mail there: that counts.
        self.inside("ip", "address", "add", NETWORK, "dev", "lo")
        self.await_unprobed(FAR6)
        site.await_health(OTHER, "down: connection refused", DOWN_WITHIN)
        wait_for(lambda: "IPv4|not made|made" in self.probe_events(), "the event that IPv4 is probed again")
        self.assertIn("probes of all IPv4 addresses can be made again", site.service.log())
        self.assertEqual(site.health(FAR6), "unknown:")

        self.inside("ip", "address", "delete", NETWORK, "dev", "lo")
        self.await_unprobed(FAR, OTHER, FAR6)
        wait_for(lambda: self.all_times_told() == [2, 2, 1], "the log to name them again", 5)
        site.await_health(NEAR, "up")
        site.command("server", "set", "mail3.yourdomain.com", "--probe", "none")
        self.await_unprobed(FAR)

    def test_source_that_is_not_here(self):
        self.start("--probe-source", "203.0.113.77")
        self.inside("ip", "link", "set", "lo", "up")
        self.await_unprobed(NEAR, FAR, OTHER, FAR6)
        self.assertIn("annot assign requested address", self.site.service.log())
        self.assertEqual(self.site.health(NEAR), "unknown:")
        self.assertEqual(self.site.mx(), {1, 2, 3})


if __name__ == "__main__":
    unittest.main()
