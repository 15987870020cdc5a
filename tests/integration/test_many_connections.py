"""Many connections at once: idle ones, stuck ones, and more than are allowed. None delays another."""
import contextlib
import json
import os
import pathlib
import resource
import socket
import statistics
import sys
import time
import unittest

from harness import BINARY, SLACK, Site, wait_for
from peers import LOOKUP, over_http, over_unix, request

AT_ONCE = 4.0  # seconds, of a busy machine: whoever waits for one that is stuck waits longer


class TakerOfNothing:
    """Sends requests without an end, and reads no reply."""

    def __init__(self, peer, data):
        self.socket = peer.socket
        self.socket.setblocking(False)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 16384)
        self.data = memoryview(data * 1000)
        self.sent = 0
        self.last_sent = 0.0

    def send_what_fits(self):
        """How many bytes: none once the other side waits for its replies to be taken."""
        begin = self.sent
        with contextlib.suppress(BlockingIOError):
            while True:
                self.sent += self.socket.send(self.data[self.sent % len(self.data):])
        if self.sent > begin:
            self.last_sent = time.monotonic()
        return self.sent - begin

    def is_stuck(self):
        """For long enough not to be a pause."""
        self.send_what_fits()
        return time.monotonic() - self.last_sent > 0.3


class ManyConnections(unittest.TestCase):
    def start(self, *arguments, binary=(BINARY,)):
        site = self.enterContext(Site())
        site.make_recipes()
        site.start_service(*arguments, log_level="info", binary=binary)
        return site

    def allow_descriptors(self, wanted):
        """For this process, which holds the other ends."""
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if hard != resource.RLIM_INFINITY and hard < wanted:
            self.skipTest(f"{wanted} descriptors are needed, {hard} are allowed")
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))

    def connect(self, peer):
        return self.enterContext(peer)

    def time_of(self, peer):
        """Of an answer, in seconds."""
        begun = time.monotonic()
        reply = peer.ask()
        took = time.monotonic() - begun
        self.assertEqual((reply.status, len(json.loads(reply.body)["result"])), (200, 2))
        return took

    @staticmethod
    def sockets(site):
        """How many the service has open."""
        descriptors = pathlib.Path(f"/proc/{site.service.process.pid}/fd")
        count = 0
        for descriptor in descriptors.iterdir():
            with contextlib.suppress(FileNotFoundError):  # closed meanwhile
                count += os.readlink(descriptor).startswith("socket:")
        return count

    def assert_serves(self, peer):
        """At once."""
        self.assertLess(self.time_of(peer), AT_ONCE)

    def median(self, peer):
        return statistics.median(self.time_of(peer) for _ in range(200))

    def test_the_201st_beside_200_idle_ones(self):
        site = self.start()
        for number in range(200):
            peer = self.connect(over_http(site) if number % 2 else over_unix(site))
            if number >= 100:
                continue  # they never say a word
            if number % 2:
                self.assert_serves(peer)
            else:
                self.assertTrue(peer.finds_mail())
        begun = time.monotonic()
        self.assert_serves(self.connect(over_http(site)))
        self.assertEqual(len(json.loads(self.connect(over_unix(site)).ask_line())["result"]), 2)
        self.assertLess(time.monotonic() - begun, AT_ONCE)

    def test_250_stuck_ones_slow_nobody(self):
        site = self.start("--request-time", "120")
        healthy = self.connect(over_http(site))
        before = self.median(healthy)
        for number in range(125):
            self.connect(over_http(site)).send(request(LOOKUP)[:50 + number % 90])
        over_tcp = [TakerOfNothing(self.connect(over_http(site)), request(LOOKUP)) for _ in range(63)]
        takers_of_nothing = [TakerOfNothing(self.connect(over_unix(site)), LOOKUP + b"\n") for _ in range(62)]
        for taker in over_tcp:
            taker.send_what_fits()  # for many seconds the kernel goes on to move a little between its buffers
        wait_for(lambda: all([taker.is_stuck() for taker in takers_of_nothing]), "all to be stuck")
        new = self.time_of(self.connect(over_http(site)))
        during = self.median(healthy)
        self.assertEqual([taker.send_what_fits() for taker in takers_of_nothing], [0] * 62, "they are stuck still")
        print(f"[{before * 1000:.2f} ms before, {during * 1000:.2f} ms beside them]", end=" ", file=sys.stderr,
              flush=True)
        self.assertLess(max(new, during), AT_ONCE)

    def test_more_than_allowed_are_refused_and_logged_once(self):
        site = self.start("--max-connections", "10")
        idle = self.sockets(site)
        for episode in (1, 2):
            with contextlib.ExitStack() as allowed:
                for _ in range(10):
                    self.assert_serves(allowed.enter_context(over_http(site)))
                for _ in range(20):
                    with over_http(site) as refused:
                        reply = refused.ask()
                        self.assertEqual(reply.status, 503)
                        self.assertIn("limit of 10", reply.error())
                        self.assertTrue(refused.is_closed())
                self.assertEqual(site.service.log().count("the limit of 10 open connections is reached"), episode)

            wait_for(lambda: self.sockets(site) == idle, "all connections to be forgotten")

    def test_who_takes_all_over_http_takes_nothing_of_the_unix_socket_and_of_ping(self):
        self.allow_descriptors(4096)
        site = self.start("--max-connections", "200")
        site.start_pdns("unix", distributor_threads=3)
        for number in range(400):
            peer = self.connect(over_http(site))
            if number < 200:
                self.assert_serves(peer)  # the others say nothing, and have the places of ping
        self.assertIn("10 mail1.yourdomain.com.", site.answer("yourdomain.com", "MX"))
        with over_unix(site) as peer:
            self.assertTrue(peer.finds_mail())
        address = f"127.0.0.1:{site.http_port}"
        for _ in range(10):
            self.assertIn("answers\n", site.command("ping", "--http", address))
            self.assertIn("answers\n", site.command("ping", "--unix", site.socket))
        self.assertEqual(site.service.log().count("the limit of 200 open connections is reached on " + address), 1)

    def test_where_descriptors_are_few_each_listener_has_its_part(self):
        site = self.start("--max-probes", "1", "--readers", "3", binary=("prlimit", "--nofile=200:200", BINARY))
        self.assertIn("200 file descriptors are allowed, and", site.service.log())
        peers = [self.connect(over_http(site)) for _ in range(300)]
        for peer in peers[:10]:
            self.assert_serves(peer)
        self.assertEqual(len(json.loads(self.connect(over_unix(site)).ask_line())["result"]), 2)
        self.assertNotIn("Too many open files", site.service.log())

    def test_1200_where_256_descriptors_are_allowed_at_first(self):
        self.allow_descriptors(4096)
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        site = self.start("--max-connections", "1500",
                          binary=("prlimit", f"--nofile=256:{hard if hard > 0 else 'unlimited'}", BINARY))
        peers = [self.connect(over_http(site)) for _ in range(1200)]
        for peer in peers:
            self.assert_serves(peer)
        self.assertNotIn("file descriptors", site.service.log())
        begun = time.monotonic()
        site.service.stop()
        self.assertLess(time.monotonic() - begun, 2 + SLACK, "it ends in time, with all of them open")


if __name__ == "__main__":
    unittest.main()
