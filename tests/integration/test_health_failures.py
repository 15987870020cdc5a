"""Mail servers fail in every way, each in turn leaves the answers in time with the right sentence, and comes back."""
import socket
import subprocess
import time
import unittest

from harness import wait_for
from health_site import DOWN_WITHIN, SLACK, UP_WITHIN, Authority, HealthSite, Peer, kill
from ports import free_port

ADDRESSES = [f"127.0.2.{number}" for number in range(1, 13)]


class Failures(unittest.TestCase):
    def setUp(self):
        self.site = self.enterContext(HealthSite())

    def enter_peer(self, address, behaviour="good"):
        peer = Peer(address, self.site.port, behaviour)
        self.addCleanup(peer.close)
        return peer

    def drop_connections(self, address):
        """As a firewall that drops what comes: a queue that is full answers no SYN."""
        full = socket.socket()
        full.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        full.bind((address, self.site.port))
        full.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex((address, self.site.port))
        for one in (full, *waiting):
            self.addCleanup(one.close)
        return full, waiting

    def await_down(self, reasons, since):
        """Every server in `reasons` has left the answers within the time that is promised, and the store says why."""
        everyone = set(range(1, len(ADDRESSES) + 1))
        self.site.await_mx(everyone - set(reasons), DOWN_WITHIN)
        self.assertLess(time.monotonic() - since, DOWN_WITHIN + SLACK)
        for number, reason in reasons.items():
            self.site.await_health(ADDRESSES[number - 1], "down: " + reason)

    def test_each_way_to_fail_and_back(self):
        site = self.site
        port = free_port(*ADDRESSES)
        site.make_servers(*ADDRESSES, port=port)
        authority = Authority(site.directory)
        site.command("server", "set", "mail10.yourdomain.com", "--tls", "require")
        site.command("server", "set", "mail11.yourdomain.com", "--tls", "require")
        site.command("server", "set", "mail12.yourdomain.com", "--tls", "require")
        killed, stopped = site.start_sink(ADDRESSES[0]), site.start_sink(ADDRESSES[1])
        self.addCleanup(lambda: kill(killed))
        self.addCleanup(lambda: kill(stopped))
        peers = {number: self.enter_peer(ADDRESSES[number - 1]) for number in range(3, 13)}
        good = {number: authority.context(f"mail{number}.yourdomain.com") for number in (10, 11, 12)}
        for number, context in good.items():
            peers[number].tls = context
        site.start("--probe-ca-file", authority.ca_file, "--probe-name", "probe.example.net")
        everyone = set(range(1, 13))
        for address in ADDRESSES:
            site.await_health(address, "up")
        self.assertEqual(site.mx(), everyone)
        self.assertEqual(set(peers[4].said), {"EHLO probe.example.net", "QUIT"})

        since = time.monotonic()
        kill(killed)
        stopped.suspend()
        peers[9].close()
        dropping, waiting = self.drop_connections(ADDRESSES[8])
        for number, behaviour in ((4, "421"), (5, "554"), (6, "garbage"), (7, "drip"), (8, "busy"), (10, "broken tls")):
            peers[number].behaviour = behaviour
        peers[11].tls = authority.context("mail11.yourdomain.com", end="20240301000000Z")
        peers[12].tls = authority.context("other.yourdomain.com")
        self.await_down({1: "connection refused", 2: "no whole banner within 400 ms",
                         4: "banner: 421 4.3.2 too busy", 5: "banner: 554-no / 554 5.7.1 go away",
                         6: "banner is no SMTP reply: SSH-2.0-OpenSSH_9.2", 7: "no whole banner within 400 ms",
                         8: "EHLO: 451 4.3.0 later", 9: "no connection within 400 ms", 10: "TLS handshake failed",
                         11: "certificate expired on 2024-03-01",
                         12: "certificate is not for mail12.yourdomain.com"}, since)
        wait_for(lambda: peers[5].said_to["554"], "QUIT to be said also to a server that takes no mail")
        self.assertEqual(set(peers[5].said_to["554"]), {"QUIT"})

        since = time.monotonic()
        killed = site.start_sink(ADDRESSES[0])
        stopped.resume()
        for one in (dropping, *waiting):
            one.close()
        peers[9] = self.enter_peer(ADDRESSES[8])
        for number in range(4, 13):
            peers[number].behaviour = "good"
        for number, context in good.items():
            peers[number].tls = context
        site.await_mx(everyone, UP_WITHIN)
        self.assertLess(time.monotonic() - since, UP_WITHIN + SLACK)
        wanted = ["mail4.yourdomain.com 127.0.2.4|health|up|down|banner: 421 4.3.2 too busy",
                  "mail4.yourdomain.com 127.0.2.4|health|down|up|2 probes in a row passed"]
        events = "SELECT subject, field, before, after, reason FROM events WHERE subject LIKE '% 127.0.2.4'"
        wait_for(lambda: site.sql(events).splitlines()[-2:] == wanted, "the events to be written")  # answers come first


class Families(unittest.TestCase):
    @staticmethod
    def await_event(event, site):
        wait_for(lambda: event in site.sql("SELECT subject, field, before, after, reason FROM events"),
                 "the event " + event)

    def test_ipv6_down_while_ipv4_is_up(self):
        site = self.enterContext(HealthSite())
        port = free_port("127.0.2.31", "127.0.2.32", "::1")
        site.make_servers("127.0.2.31 ::1", "127.0.2.32", port=port)
        sinks = [site.start_sink(address) for address in ("127.0.2.31", "::1", "127.0.2.32")]
        for sink in sinks:
            self.addCleanup(kill, sink)
        site.start()
        site.await_health("::1", "up")
        self.assertEqual(site.answer("mail.yourdomain.com", "AAAA"), ["::1"])
        kill(sinks[1])
        wait_for(lambda: site.answer("mail.yourdomain.com", "AAAA") == [], "the IPv6 address to leave",
                 DOWN_WITHIN + SLACK)
        self.assertEqual(site.mx(), {1, 2}, "the server stays")
        self.assertEqual(sorted(site.answer("mail.yourdomain.com", "A")), ["127.0.2.31", "127.0.2.32"])
        site.await_health("::1", "down: connection refused")  # what is in effect is written a moment later
        self.addCleanup(kill, site.start_sink("::1"))
        site.await_health("::1", "up")
        self.assertIn("::1", site.pdnsutil("list-zone", "yourdomain.com"))
        # Else PowerDNS keeps "no such data".
        subprocess.run(["pdns_control", f"--config-dir={site.directory}", f"--socket-dir={site.directory}", "purge",
                        "yourdomain.com$"], check=True, capture_output=True)
        self.assertEqual(site.answer("mail.yourdomain.com", "AAAA"), ["::1"])

    def test_all_down(self):
        site = self.enterContext(HealthSite())
        addresses = ["127.0.2.41", "127.0.2.42"]
        site.make_servers(*addresses, port=free_port(*addresses))
        sinks = [site.start_sink(address) for address in addresses]
        site.start()
        site.await_health(addresses[1], "up")
        for sink in sinks:
            kill(sink)
        for address in addresses:
            site.await_health(address, "down: connection refused", DOWN_WITHIN)
        self.assertEqual(site.mx(), {1, 2}, "all enabled servers are answered")
        self.await_event("inbound|answered as MX|live members|all members|0 of 2 enabled members are live", site)
        self.addCleanup(kill, site.start_sink(addresses[0]))
        site.await_mx({1}, UP_WITHIN)
        self.await_event("inbound|answered as MX|all members|live members|1 of 2 enabled members are live", site)


if __name__ == "__main__":
    unittest.main()
