"""The service itself is stopped for a while, as by `docker pause`: what it did not see says
nothing of the mail servers."""
import threading
import time
import unittest

from harness import wait_for
from health_site import HealthSite, Peer
from ports import free_port

SLOW, BROKEN = "127.0.2.81", "127.0.2.82"
TIMEOUT = 3
PROBING = ("--probe", "smtp", "--probe-interval", "1s", "--probe-timeout", f"{TIMEOUT}s",
           "--probe-fall", "1", "--probe-rise", "1")


class Slow(Peer):
    """Has a banner after a while, so that a probe is under way at all times."""

    def _talk(self, connection, behaviour):
        threading.Event().wait(1.5)
        if behaviour == "silent":
            threading.Event().wait(20)
        super()._talk(connection, behaviour)


class Pauses(unittest.TestCase):
    def setUp(self):
        self.site = self.enterContext(HealthSite())
        self.site.make_servers(SLOW, BROKEN, port=free_port(SLOW, BROKEN))
        self.peers = [Slow(address, self.site.port) for address in (SLOW, BROKEN)]
        for peer in self.peers:
            self.addCleanup(peer.close)
        self.site.start_service(*PROBING, "--probe-port", str(self.site.port), log_level="debug")
        for address in (SLOW, BROKEN):
            self.site.await_health(address, "up", 5)

    def pause(self, seconds):
        self.site.service.suspend()
        time.sleep(seconds)
        self.site.service.resume()

    def probes(self):
        return self.site.service.log().count(f"{SLOW}: passed")

    def test_none_is_down_for_it(self):
        """Also pauses that leave a probe some of its time."""
        for seconds in (TIMEOUT + 1, 2 * TIMEOUT, TIMEOUT - 0.5, 2):
            with self.subTest(seconds=seconds):
                self.pause(seconds)
                before = self.probes()
                wait_for(lambda before=before: self.probes() > before + 2, "probes to go on", 15)
        self.assertNotIn("is down", self.site.service.log())
        self.assertNotIn("within 3 s", self.site.service.log())
        self.assertEqual(self.site.sql("SELECT count(*) FROM events WHERE after = 'down'"), "0")

    def test_what_fails_afterwards_is_down(self):
        """Probes that were under way are made again, and find it."""
        self.site.service.suspend()
        self.peers[1].behaviour = "silent"
        self.pause(TIMEOUT + 1)
        self.site.await_health(BROKEN, "down: no whole banner within 3 s", 1 + TIMEOUT)
        self.assertTrue(self.site.health(SLOW).startswith("up"))


if __name__ == "__main__":
    unittest.main()
