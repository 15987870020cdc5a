"""What is no request, or a wrong one, over HTTP and the Unix socket: a clear error within bounded time and memory, and
the service goes on."""
import json
import pathlib
import subprocess
import time
import unittest

from harness import SLACK, Site, wait_for
from peers import LOOKUP, over_http, over_unix, request

DEEP = 100_000


def lookup(**parameters):
    asked = {"qname": "yourdomain.com.", "qtype": "MX", **parameters}
    return json.dumps({"method": "lookup", "parameters": asked}).encode()


# A body, the status of its reply, and what the error must name.
WRONG_REQUESTS = {
    "not JSON": (b"{not json", 400, "not JSON"),
    "nothing": (b"", 400, "not JSON"),
    "cut short": (LOOKUP[:-1], 400, "not JSON"),
    "two values": (LOOKUP + b" 1", 400, "not JSON"),
    "an array": (b"[]", 400, "object"),
    "a string": (b'"lookup"', 400, "object"),
    "null": (b"null", 400, "object"),
    "no method": (b'{"parameters":{}}', 400, '"method"'),
    "a method that is no string": (b'{"method":5}', 400, '"method"'),
    "an unknown method": (b'{"method":"makeCoffee","parameters":{}}', 404, "makeCoffee"),
    "no parameters": (b'{"method":"lookup"}', 400, '"qname"'),
    "parameters in an array": (b'{"method":"lookup","parameters":["qname"]}', 400, '"parameters"'),
    "no qname": (b'{"method":"lookup","parameters":{"qtype":"MX"}}', 400, '"qname"'),
    "no qtype": (b'{"method":"lookup","parameters":{"qname":"yourdomain.com."}}', 400, '"qtype"'),
    "a number as name": (lookup(qname=5), 400, '"qname"'),
    "an object as name": (lookup(qname={}), 400, '"qname"'),
    "a null type": (lookup(qtype=None), 400, '"qtype"'),
    "a word as zone": (lookup(**{"zone-id": "first"}), 400, '"zone-id"'),
    "a fraction as zone": (lookup(**{"zone-id": 1.5}), 400, '"zone-id"'),
    "a list as zone": (lookup(**{"zone-id": [1]}), 400, '"zone-id"'),
    "2^70": (lookup(**{"zone-id": 2 ** 70}), 400, '"zone-id"'),
    "2^63": (lookup(**{"zone-id": 2 ** 63}), 400, '"zone-id"'),
    "2^70 as text": (lookup(**{"zone-id": str(2 ** 70)}), 400, '"zone-id"'),
    "1e400": (LOOKUP.replace(b"-1", b"1e400"), 400, "1e400"),
    "NUL in the text": (LOOKUP.replace(b"yourdomain", b"your\0domain"), 400, "not JSON"),
    "invalid UTF-8": (LOOKUP.replace(b"yourdomain", b"your\xff\xfedomain"), 400, "not JSON"),
    "half a surrogate pair": (LOOKUP.replace(b"yourdomain", b"your\\ud800domain"), 400, "not JSON"),
    "a label of 64 bytes": (lookup(qname="x" * 64 + ".com."), 400, '"qname"'),
    "a name of 300 bytes": (lookup(qname="xy." * 100), 400, '"qname"'),
    "arrays in one another": (
        b'{"method":"lookup","parameters":' + b"[" * DEEP + b"]" * DEEP + b"}", 400, "8 deep"),
    "arrays that do not end": (b"[" * DEEP, 400, "8 deep"),
    "objects in one another": (lookup(qname=0).replace(b"0", b'{"a":' * DEEP + b"0" + b"}" * DEEP), 400, "8 deep"),
}

# Whole requests after which the next one's place is unknown, and the status of the reply.
BROKEN_FRAMING = {
    "no request line": (b"\x16\x03\x01\x02\x00\x01\r\n\r\n", 400),
    "two words": (b"GET /dns\r\n\r\n", 400),
    "another version": (b"GET /dns HTTP/2.0\r\n\r\n", 505),
    "a control character": (b"GET /dns/\x01 HTTP/1.1\r\n\r\n", 400),
    "a header without a colon": (b"GET /dns HTTP/1.1\r\nHost\r\n\r\n", 400),
    "a length that is no number": (b"POST /dns HTTP/1.1\r\nContent-Length: abc\r\n\r\n", 400),
    "a negative length": (b"POST /dns HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
    "a length of 2^70": (b"POST /dns HTTP/1.1\r\nContent-Length: 1180591620717411303424\r\n\r\n", 400),
    "two lengths": (b"POST /dns HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
    "a length and chunks": (b"POST /dns HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
    "another encoding": (b"POST /dns HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
    "a chunk of no size": (b"POST /dns HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", 400),
    "a chunk of 2^64": (b"POST /dns HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n", 413),
    "a header of 100,000 bytes": (b"GET /dns HTTP/1.1\r\nX: " + b"x" * 100_000 + b"\r\n\r\n", 431),
    "a head that does not end": (b"GET /dns HTTP/1.1\r\n" + b"X: x\r\n" * 20_000, 431),
    "a body of a terabyte": (b"POST /dns HTTP/1.1\r\nContent-Length: 1099511627776\r\n\r\n", 413),
}

# Paths of the REST form, and the statuses that are right.
PATHS = {
    "/dns/lookup/%00.yourdomain.com./MX": (200,),  # a label may hold any octet
    "/dns/lookup/your%00domain.com./MX": (200,),
    "/dns/lookup/%zz.yourdomain.com./MX": (400,),
    "/dns/lookup/yourdomain.com./MX%": (400,),
    "/dns/lookup/yourdomain.com./%4": (400,),
    "/dns/lookup/%ff%fe.yourdomain.com./MX": (200,),
    "/dns/lookup/\xff\xfe.yourdomain.com./MX": (200,),
    "/dns/lookup/yourdomain.com.": (400,),
    "/dns/lookup/yourdomain.com./MX/more": (400,),
    "/dns/lookup//MX": (400,),
    "/dns/lookup/" + "x" * 60_000 + "/MX": (400,),
    "/" * 60_000: (404,),
    "/%00": (404,),
    "/%zz": (400,),
    "*": (404,),
    "/dns/makeCoffee": (404,),
    "/dns/list/99999999999999999999999/yourdomain.com.": (200, 400),
}


class Served(unittest.TestCase):
    def start(self, *arguments):
        site = self.enterContext(Site())
        site.make_recipes()
        site.start_service(*arguments, log_level="info")
        return site

    def assert_serves(self, peer):
        reply = peer.ask()
        self.assertIsNotNone(reply, "the connection goes on")
        self.assertEqual((reply.status, len(json.loads(reply.body)["result"])), (200, 2))

    def assert_goes_on(self, site):
        self.assertIsNone(site.service.process.poll(), "the service still runs")
        with over_http(site) as peer:
            self.assert_serves(peer)
        with over_unix(site) as peer:
            self.assertEqual(len(json.loads(peer.ask_line())["result"]), 2)


class WrongRequests(Served):
    def test_over_http(self):
        site = self.start()
        with over_http(site) as peer:
            for name, (body, status, named) in WRONG_REQUESTS.items():
                with self.subTest(name):
                    reply = peer.ask(body)
                    self.assertEqual(reply.status, status, reply.body[:200])
                    self.assertEqual(reply.headers["content-type"], "application/json")
                    self.assertIn(named, reply.error())
                    self.assert_serves(peer)
        self.assert_goes_on(site)

    def test_in_the_form_post(self):
        """The JSON in a form field."""
        site = self.start()
        with over_http(site) as peer:
            for body, named in ((b"parameters={no", "JSON"), (b"parameters=[]", '"parameters"'),
                                (b"parameters=%zz", "%"), (b"parameters={}", '"qname"'),
                                (b"parameters=" + b"[" * DEEP, "8 deep")):
                reply = peer.ask(body, target="/dns/lookup", content_type="application/x-www-form-urlencoded")
                self.assertEqual(reply.status, 400)
                self.assertIn(named, reply.error())
            self.assert_serves(peer)

    def test_over_unix(self):
        """PowerDNS takes a closed connection for a failure, and `false` for an answer: for an unknown method only."""
        site = self.start()
        for name, (body, status, _) in WRONG_REQUESTS.items():
            with self.subTest(name), over_unix(site) as peer:
                reply = peer.ask_line(body.replace(b"\n", b""))
                if status == 404:
                    self.assertEqual(reply, b'{"result":false}')
                    self.assertEqual(len(json.loads(peer.ask_line())["result"]), 2)
                else:
                    self.assertIsNone(reply)
        self.assertIn('refused: the parameter "qname" is missing', site.service.log())
        self.assert_goes_on(site)

    def test_any_octet_may_stand_in_a_name(self):
        """NUL as well: it is asked for by a name that is not there."""
        site = self.start()
        with over_http(site) as peer:
            reply = peer.ask(lookup(qname="your\0domain.com."))
            self.assertEqual((reply.status, reply.body), (200, b'{"result":[]}'))
            self.assert_serves(peer)

    def test_unknown_verbs(self):
        site = self.start()
        with over_http(site) as peer:
            for verb in ("BREW", "OPTIONS", "TRACE", "get", "X" * 1000):
                reply = peer.ask(verb=verb)
                self.assertEqual((reply.status, verb), (405, verb))
                self.assertIn("GET, POST, PUT, PATCH", reply.error())
                self.assert_serves(peer)
            reply = peer.ask(b"", verb="PUT", target="/dns/lookup/yourdomain.com./MX", content_type="text/plain")
            self.assertEqual(reply.status, 400)
            self.assertIn("GET", reply.error())
            self.assert_serves(peer)

    def test_rest_paths(self):
        site = self.start()
        with over_http(site) as peer:
            for path, statuses in PATHS.items():
                with self.subTest(path[:50]):
                    reply = peer.ask(b"", verb="GET", target=path, content_type="text/plain")
                    self.assertIn(reply.status, statuses, reply.body[:200])
                    if reply.status != 200:
                        self.assertTrue(reply.error())
                    self.assert_serves(peer)
        self.assert_goes_on(site)

    def check_body_limit(self, site, limit):
        """One byte over it is refused, and the connection goes on; far over it is refused unread."""
        fitting = LOOKUP + b" " * (limit - len(LOOKUP))
        with over_http(site) as peer:
            self.assertEqual(peer.ask(fitting).status, 200)
            reply = peer.ask(fitting + b" ")
            self.assertEqual(reply.status, 413)
            self.assertIn(str(limit), reply.error())
            self.assert_serves(peer)
            chunk = f"{limit + 1:x}\r\n".encode() + fitting + b" \r\n0\r\n\r\n"
            peer.send(b"POST /dns HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk)
            self.assertEqual(peer.reply().status, 413)
            self.assert_serves(peer)
            peer.send(request(b"", length=100 * limit))
            self.assertEqual(peer.reply().status, 413)
            self.assertTrue(peer.is_closed())
        with over_unix(site) as peer:
            self.assertIsNotNone(peer.ask_line(fitting))
            self.assertIsNone(peer.ask_line(fitting + b" "))
        self.assertIn(f"longer than the limit of {limit} bytes", site.service.log())
        self.assert_goes_on(site)

    def test_body_over_the_limit(self):
        self.check_body_limit(self.start(), 1 << 20)

    def test_body_over_a_smaller_limit(self):
        self.check_body_limit(self.start("--max-body", "4096"), 4096)

    def test_broken_framing(self):
        site = self.start()
        for name, (data, status) in BROKEN_FRAMING.items():
            with self.subTest(name), over_http(site) as peer:
                begun = time.monotonic()
                peer.send(data)
                reply = peer.reply()
                self.assertEqual(reply.status, status, reply.body)
                self.assertTrue(reply.error())
                self.assertTrue(peer.is_closed())
                self.assertLess(time.monotonic() - begun, 3)
        self.assert_goes_on(site)


class Silence(Served):
    """Peers that begin a request and do not end it."""

    REQUEST_TIME = 1.0

    UNFINISHED = {
        "half a request line": b"GET /dns/loo",
        "half a head": b"POST /dns HTTP/1.1\r\nContent-Length: 80\r\n",
        "half a body": request(LOOKUP)[:-10],
        "half a chunk": b"POST /dns HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n50\r\n{",
        "no last chunk": b"POST /dns HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n",
    }

    def start(self, *arguments):
        return super().start("--request-time", "1", *arguments)

    def assert_closed_in_time(self, begun):
        self.assertGreater(time.monotonic() - begun, self.REQUEST_TIME * 0.9)
        self.assertLess(time.monotonic() - begun, self.REQUEST_TIME + SLACK)

    def test_half_a_request_over_http(self):
        site = self.start()
        for name, data in self.UNFINISHED.items():
            with self.subTest(name), over_http(site) as peer:
                begun = time.monotonic()
                peer.send(data)
                reply = peer.reply()
                self.assertEqual(reply.status, 408)
                self.assertTrue(reply.error())
                self.assertTrue(peer.is_closed())
                self.assert_closed_in_time(begun)
        self.assert_goes_on(site)

    def test_half_a_line_over_unix(self):
        site = self.start()
        with over_unix(site) as peer:
            begun = time.monotonic()
            peer.send(LOOKUP)
            self.assertIsNone(peer.line())
            self.assert_closed_in_time(begun)
        self.assertIn("did not end within 1000 ms", site.service.log())
        self.assert_goes_on(site)

    def test_a_byte_now_and_then_wins_no_time(self):
        site = self.start()
        for peer, data in ((over_http(site), request(LOOKUP)), (over_unix(site), LOOKUP)):
            with peer:
                begun = time.monotonic()
                peer.socket.settimeout(0.1)
                for byte in data:
                    peer.send(bytes([byte]))
                    try:
                        if not peer.socket.recv(65536):
                            break
                    except TimeoutError:
                        pass
                    except ConnectionResetError:
                        break
                self.assert_closed_in_time(begun)
        self.assert_goes_on(site)

    def test_replies_that_are_not_taken(self):
        site = self.start()
        tasks = pathlib.Path(f"/proc/{site.service.process.pid}/task")
        before = len(list(tasks.iterdir()))
        peers = [self.enterContext(over_http(site)), self.enterContext(over_unix(site))]
        for peer, data in zip(peers, (request(LOOKUP), LOOKUP + b"\n")):
            peer.socket.settimeout(0.2)
            with self.assertRaises(TimeoutError):
                while True:  # until neither side's buffers take more
                    peer.socket.sendall(data * 100)
        # A sanitizer build answers for many seconds before its replies fill the buffers, too.
        wait_for(lambda: len(list(tasks.iterdir())) <= before, "their threads to end", 60)
        self.assert_goes_on(site)


class Mapping(Served):
    def test_nothing_maps_the_database(self):
        """A file that is cut while it is mapped kills who reads it. SQLite maps the database where mmap_size is not 0:
        the service sets none, and it is 0 by default in the library that it has loaded, which the shell loads as well.
        What is mapped after lookups says the same."""
        site = self.start()
        self.assert_goes_on(site)
        service = self.mapped(site.service.process.pid)
        self.assertEqual({path for path in service if path.startswith(str(site.directory))}, {f"{site.database}-shm"})
        with subprocess.Popen(["sqlite3", site.database], text=True, stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE) as shell:
            shell.stdin.write("PRAGMA mmap_size;\n")
            shell.stdin.flush()
            self.assertEqual(shell.stdout.readline(), "0\n")
            library = {path for path in self.mapped(shell.pid) if "libsqlite3" in path}
            self.assertEqual({path for path in service if "libsqlite3" in path}, library)
            self.assertEqual(len(library), 1)

    def mapped(self, process):
        """The paths of the files that a process has mapped."""
        lines = pathlib.Path(f"/proc/{process}/maps").read_text().splitlines()
        return {line.split(maxsplit=5)[5] for line in lines if "/" in line}


if __name__ == "__main__":
    unittest.main()
