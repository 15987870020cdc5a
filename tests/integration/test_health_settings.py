"""What is set of probes and of pools is what mail servers and resolvers see."""
import unittest

from health_site import DOWN_WITHIN, SLACK, UP_WITHIN, HealthSite, Peer, kill
from harness import wait_for
from ports import free_port

SLOW_START = 10  # seconds


class Settings(unittest.TestCase):
    def setUp(self):
        self.site = self.enterContext(HealthSite())

    def preferences(self):
        """In the MX answer: of mail1 and of mail2."""
        records = dict(reversed(record.split()) for record in self.site.answer("yourdomain.com", "MX"))
        return [int(records[f"mail{number}.yourdomain.com."]) for number in (1, 2)]

    def test_source_address(self):
        addresses = ["127.0.4.1"]
        self.site.make_servers(*addresses, port=free_port(*addresses))
        peer = Peer(addresses[0], self.site.port)
        self.addCleanup(peer.close)
        self.site.start("--probe-source", "127.0.4.77")
        self.site.await_health(addresses[0], "up")
        self.assertEqual(set(peer.sources), {"127.0.4.77"})

    def test_slow_start(self):
        """A server that came up is the first to be tried by few, and later by as many as the other."""
        addresses = ["127.0.4.11", "127.0.4.12"]
        self.site.make_servers(*addresses, port=free_port(*addresses))
        self.site.command("pool", "set", "inbound", "--slow-start", str(SLOW_START))
        sinks = [self.site.start_sink(address) for address in addresses]
        self.addCleanup(lambda: [kill(sink) for sink in sinks])
        self.site.start()
        for address in addresses:
            self.site.await_health(address, "up")
        self.assertEqual(self.preferences(), [10, 10], "none begins at the start of the service")
        kill(sinks[0])
        self.site.await_mx({2}, DOWN_WITHIN)
        sinks[0] = self.site.start_sink(addresses[0])
        self.site.await_mx({1, 2}, UP_WITHIN)
        answers = [self.preferences() for _ in range(40)]
        self.assertEqual({tuple(sorted(one)) for one in answers}, {(10, 11)}, "ranked meanwhile")
        self.assertLess(answers.count([10, 11]), 14, "of 40 in which mail1 comes first")
        wait_for(lambda: self.preferences() == [10, 10], "the whole weight", SLOW_START + SLACK)


if __name__ == "__main__":
    unittest.main()
