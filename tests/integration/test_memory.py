"""Memory stays bounded whatever connections send, and whatever they do not read; who asks
for answers notices nothing."""
import contextlib
import http.server
import json
import threading
import time
import unittest

import dns.exception

from harness import Site, wait_for
from peers import over_http, over_unix
from siege import HOSTILE, KINDS, LIST, MEBIBYTE, Siege, allow_descriptors, fill, memory_mb

MOST_MB = 400
SIEGE = 3.0             # seconds


def feed_ents(method, count, salt=b""):
    """A line of `count` empty non-terminals, as PowerDNS sends it during an incoming transfer."""
    names = ",".join(f'{{"auth": true, "nonterm": "e{number}.yourdomain.com."}}' for number in range(count))
    salted = b', "narrow": false, "salt": "' + salt + b'", "times": 1' if method == "feedEnts3" else b""
    zone = '"domain": "yourdomain.com.", "domain_id": 1'
    return (f'{{"method": "{method}", "parameters": {{{zone}, "nonterm": [{names}]'.encode()
            + salted + b', "trxid": 1}}')


def replace(contents, **other):
    rrset = [{"auth": True, "content": content, "ordername": None, "qclass": 1, "qname": "new.yourdomain.com.",
              "qtype": "TXT", "ttl": 300}
             for content in contents]
    parameters = {"domain_id": 1, "qname": "new.yourdomain.com.", "qtype": "TXT", "rrset": rrset, "trxid": 1, **other}
    return json.dumps({"method": "replaceRRSet", "parameters": parameters}).encode()


def call(method, **parameters):
    return json.dumps({"method": method, "parameters": parameters}).encode()


START = call("startTransaction", domain="yourdomain.com.", domain_id=-1, trxid=1)
COMMIT = call("commitTransaction", trxid=1)
DONE = b'{"result":true}'


class PaddedList(http.server.ThreadingHTTPServer):
    """A backend of PowerDNS with one small zone."""
    SOA = {"qtype": "SOA", "qname": "big.example.",
           "content": "ns1.example.net. h.example.net. 7 10800 3600 604800 300", "ttl": 300}
    RECORD = {"qtype": "A", "qname": "h.big.example.", "content": "192.0.2.1", "ttl": 300}
    INFO = {"id": 1, "zone": "big.example.", "kind": "master", "serial": 7}

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *parts):
            pass

        def do_POST(self):
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            owner = self.server
            is_apex = asked["parameters"].get("qname") == "big.example."
            result = {"lookup": [owner.SOA] if is_apex else [], "getDomainInfo": owner.INFO, "getAllDomainMetadata": {},
                      "list": [owner.SOA, owner.RECORD]}.get(asked["method"], False)
            text = json.dumps({"result": result}).encode()
            text = text.ljust(owner.size) if asked["method"] == "list" else text
            self.send_response(200)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            with contextlib.suppress(OSError):
                self.wfile.write(text)

    def __init__(self):
        self.size = 0
        super().__init__(("127.0.0.1", 0), self.Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request, client_address):
        """pdns_server closes what it does not read."""


class Memory(unittest.TestCase):
    def start(self, *arguments):
        site = self.enterContext(Site())
        site.make_recipes()
        site.start_service(*arguments, log_level="info")
        return site

    def besiege(self, kind, until_logged=""):
        """Lookups beside the connections are answered, and the memory is bounded and goes back. It lasts until the
        service has logged this, as a busy machine sends little at a time."""
        if not allow_descriptors():
            self.skipTest("1,200 descriptors are needed")
        site = self.start("--max-connections", str(HOSTILE + 100))
        fill(site, 30_000)
        with Siege(site, *KINDS[kind]) as siege, over_unix(site) as peer:
            begin = time.monotonic()
            while (waited := time.monotonic() - begin) < SIEGE or until_logged not in site.service.log():
                self.assertLess(waited, 60 + SIEGE, f"the log does not say: {until_logged}")
                siege.send()
                self.assertTrue(peer.finds_mail(), "a lookup is answered")
        self.assertLess(memory_mb(site, "VmHWM"), MOST_MB)
        wait_for(lambda: memory_mb(site) < 150, "the memory to be given back")
        with over_unix(site) as peer:
            self.assertTrue(peer.finds_mail())
        self.assertLessEqual(site.service.log().count("(--max-memory)"), 1, "told once an episode")
        return site

    def test_bodies_that_stop_short(self):
        self.besiege("bodies that stop short", until_logged="(--max-memory): a request that needs more was refused")

    def test_lines_that_stop_short(self):
        self.besiege("lines that stop short")

    def test_wide_values(self):
        self.besiege("wide values over HTTP")
        self.besiege("wide values over the Unix socket")

    def test_deep_values(self):
        self.besiege("deep values over HTTP")
        self.besiege("deep values over the Unix socket")

    def test_lists_that_nobody_reads(self):
        self.besiege("unread lists over HTTP")
        self.besiege("unread lists over the Unix socket")

    def test_depth_is_refused_by_name(self):
        site = self.start()
        with over_http(site) as peer:
            reply = peer.ask(b'{"method":"lookup","parameters":' + b"[" * 100_000)
            self.assertEqual(reply.status, 400)
            self.assertIn("at most 8 deep are allowed", reply.error())
            self.assertEqual(peer.ask().status, 200)

    def test_a_list_that_powerdns_does_not_read_ends_with_an_error(self):
        site = self.start()
        fill(site, 40_000)
        with over_http(site) as peer:
            for _ in range(2):
                reply = peer.ask(LIST)
                self.assertEqual(reply.status, 500)
                self.assertIn("list: the reply is longer than the 2097152 bytes that PowerDNS reads over HTTP",
                              reply.error())
        self.assertEqual(site.service.log().count("2097152 bytes"), 1, "told once")
        with over_unix(site) as peer:
            self.assertEqual(len(json.loads(peer.ask_line(LIST))["result"]), 40_002)

    def test_powerdns_reads_two_mebibytes_and_no_more(self):
        """Of a backend that pads its list to a size."""
        site = self.enterContext(Site())
        backend = PaddedList()
        self.addCleanup(backend.server_close)
        self.addCleanup(backend.shutdown)
        site.http_port = backend.server_address[1]
        site.start_pdns("json", patience=20_000, zone_cache_refresh_interval=0)
        backend.size = 2_097_152
        self.assertEqual(len(site.transfer("big.example")), 2)
        backend.size += 1
        with self.assertRaises((EOFError, dns.exception.DNSException)):
            site.transfer("big.example")

    def test_long_lists_are_read_in_pieces(self):
        """40,000 empty non-terminals and more, which one line of a transfer holds."""
        site = self.start("--request-time", "120")
        for method, salt in (("feedEnts", b""), ("feedEnts3", b"\xab\xff\x80")):
            line = feed_ents(method, 60_000, salt)
            self.assertGreater(len(line), 2 * MEBIBYTE)
            with self.subTest(method), over_unix(site) as unix, over_http(site) as http:
                unix.socket.settimeout(60)
                http.socket.settimeout(60)
                for _ in range(2):
                    self.assertEqual([unix.ask_line(START), unix.ask_line(line), unix.ask_line(COMMIT)], [DONE] * 3)
                    self.assertEqual([http.ask(START).body, http.ask(line).body, http.ask(COMMIT).body], [DONE] * 3)
        self.assertLess(memory_mb(site, "VmHWM"), 100)

    def test_a_long_rrset_is_read_in_pieces(self):
        site = self.start("--request-time", "120")
        contents = [f'"{number} {"x" * 200} \u00fc"' for number in range(8_000)]
        for connect, ask in ((over_unix, lambda peer, line: peer.ask_line(line)),
                             (over_http, lambda peer, line: peer.ask(line).body)):
            with self.subTest(connect.__name__), connect(site) as peer:
                peer.socket.settimeout(60)
                self.assertEqual([ask(peer, START), ask(peer, replace(contents)), ask(peer, COMMIT)], [DONE] * 3)
                self.assertEqual(site.sql("SELECT count(*), count(DISTINCT content) FROM records WHERE type = 'TXT'"),
                                 "8000|8000")
                self.assertEqual(ask(peer, replace(contents[:5000])), DONE, "outside of a transaction")
                self.assertEqual(site.sql("SELECT count(*) FROM records WHERE type = 'TXT'"), "5000")
        self.assertLess(memory_mb(site, "VmHWM"), 100)

    def test_a_long_rrset_of_a_secondary_zone_is_stored_as_it_comes(self):
        site = self.start("--request-time", "120")
        contents = [f'"{number} {"x" * 200}"' for number in range(5_000)]
        contents[2_500] = '"not closed'
        line = replace(contents)
        with over_http(site) as peer:
            peer.socket.settimeout(60)
            self.assertEqual(peer.ask(line).status, 400)
        site.sql("UPDATE domains SET type = 'SLAVE' WHERE name = 'yourdomain.com'")
        with over_http(site) as peer:
            peer.socket.settimeout(60)
            self.assertEqual(peer.ask(line).body, DONE, "outside of a transaction")
            self.assertEqual([peer.ask(START).body, peer.ask(line).body, peer.ask(COMMIT).body], [DONE] * 3)
        self.assertEqual(site.sql("SELECT count(*), sum(content = '\"not closed') FROM records WHERE type = 'TXT'"),
                         "5000|1")

    def test_what_is_wrong_in_a_long_list_spoils_the_transaction(self):
        site = self.start("--request-time", "120")
        contents = [f'"{number} {"x" * 200}"' for number in range(6_000)]
        good = replace(contents)
        wrong = {
            "not JSON": good[:-1] + b"]",
            "cannot hold a record": good.replace(b"new.yourdomain.com.", b"old.yourdomain.com.", 1),
            "more than 32 fields": good[:-2] + b"".join(b', "f%d": 1' % number for number in range(40)) + b"}}",
            "where none is allowed": good.replace(b'"auth": true', b'"auth": [1]', 1),
            "longer than the 131072 bytes": replace([*contents, '"' + "x" * 400_000 + '"']),
            "must be a list of objects": good.replace(b'"rrset": [', b'"rrset": [1, ', 1),
        }
        for problem, body in wrong.items():
            with self.subTest(problem), over_http(site) as peer:
                peer.socket.settimeout(60)
                peer.ask(START)
                reply = peer.ask(body)
                self.assertEqual(reply.status, 400)
                self.assertIn(problem, reply.error())
            with self.subTest(problem), over_unix(site) as peer:
                peer.socket.settimeout(60)
                peer.ask_line(START)
                peer.send(body + b"\n")
                self.assertTrue(peer.is_closed())
        self.assertEqual(site.sql("SELECT count(*) FROM records WHERE type = 'TXT'"), "0")
        with over_http(site) as peer:
            self.assertEqual([peer.ask(START).body, peer.ask(good).body, peer.ask(COMMIT).body], [DONE] * 3)

    def test_no_more_than_64_mebibytes(self):
        site = self.start("--request-time", "120")
        beginning = b'{"method":"feedEnts","parameters":{"nonterm":['
        with over_unix(site) as peer:
            peer.socket.settimeout(60)
            peer.send(beginning)
            for _ in range(70):
                peer.send(b'{"nonterm":"e."},' * (MEBIBYTE // 17))
            self.assertTrue(peer.is_closed())
        self.assertIn("longer than the limit of 67108864 bytes", site.service.log())
        with over_http(site) as peer:
            self.assertEqual(peer.ask(beginning, length=(64 << 20) + 1).status, 413)

    def test_a_transaction_of_any_size_goes_to_a_file(self):
        site = self.start()
        with over_unix(site) as peer:
            self.assertEqual(peer.ask_line(START), DONE)
            record = {"qtype": "A", "content": "192.0.2.1", "ttl": 300}
            lines = b"".join(call("feedRecord", rr={"qname": f"h{number}.yourdomain.com.", **record}) + b"\n"
                             for number in range(100_000))
            before = memory_mb(site)
            begin = 0
            while begin < len(lines):       # several at once: replies are short
                end = lines.find(b"\n", begin + 60_000) + 1 or len(lines)
                peer.send(lines[begin:end])
                for _ in range(lines.count(b"\n", begin, end)):
                    self.assertEqual(peer.line(), DONE)
                begin = end
            self.assertLess(memory_mb(site) - before, 15, "staged in a file")
            peer.socket.settimeout(60)
            self.assertEqual(peer.ask_line(COMMIT), DONE)
        self.assertEqual(site.sql("SELECT count(*) FROM records WHERE content = '192.0.2.1'"), "100000")


if __name__ == "__main__":
    unittest.main()
