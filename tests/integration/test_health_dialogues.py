"""Odd mail servers and odd settings: reasons in the server's own words, QUIT wherever it can be said, and a name
for EHLO that servers accept."""
import shutil
import socket
import ssl
import subprocess
import threading
import unittest
import warnings

import namespaces
from harness import BINARY, run_mxbalance, wait_for
from health_site import DOWN_WITHIN, PROBING, Authority, HealthSite, Peer
from ports import free_port

ADDRESSES = [f"127.0.7.{number}" for number in range(1, 10)]


class Scripted(Peer):
    """Says `replies` in turn: the banner, and one after each line that it is told. `talks`: what it was told, of each
    connection that has ended well."""

    def __init__(self, address, port, *replies, context=None, in_tls=False, stays=False):
        self.replies, self.context, self.in_tls, self.stays, self.talks = replies, context, in_tls, stays, []
        super().__init__(address, port)

    def _talk(self, connection, behaviour):
        if self.in_tls:
            with self.context.wrap_socket(connection, server_side=True) as encrypted:
                return self._read(encrypted, list(self.replies), [])
        self._read(connection, list(self.replies), [])

    def _read(self, connection, replies, said):
        connection.sendall(replies.pop(0))
        lines = connection.makefile("rb")
        while line := lines.readline():
            word = line.decode().strip()
            said.append(word)
            if word == "STARTTLS" and self.context and replies[0].startswith(b"220"):
                connection.sendall(replies.pop(0))
                lines.close()
                with self.context.wrap_socket(connection, server_side=True) as encrypted:
                    # No banner within TLS.
                    return self._read(encrypted, [b"", *replies], said)
            if word == "QUIT":
                # Later than at once: a client that waits for it hears it.
                threading.Event().wait(0.1)
                connection.sendall(b"221 2.0.0 bye\r\n")
            elif replies:
                connection.sendall(replies[0])
                if replies.pop(0).startswith(b"421") and not self.stays:
                    break
        self.talks.append(said)


class Dialogues(unittest.TestCase):
    def setUp(self):
        self.site = self.enterContext(HealthSite())

    def test_in_the_servers_words_and_with_quit(self):
        site = self.site
        authority = Authority(site.directory)
        good, other = authority.context("mail8.yourdomain.com"), authority.context("other.yourdomain.com")
        port = free_port(*ADDRESSES)
        offers = b"250-mx\r\n250-starttls\r\n250 8BITMIME\r\n"
        cases = {
            1: ((b"220-mx\r\n521 5.7.1 blocked\r\n",), "off", "down: banner: 521 5.7.1 blocked", ["QUIT"]),
            2: ((b"220 mx\r\n", b"502 no\r\n", b"550-5.7.1 no\r\n550 at all\r\n"), "off",
                "down: HELO: 550-5.7.1 no / 550 at all", ["EHLO", "HELO", "QUIT"]),
            3: ((b"220 mx\n", b"250-mx\n250 STARTTLSX\n"), "require", f"down: STARTTLS is not offered on port {port}",
                ["EHLO", "QUIT"]),
            4: ((b"220 mx\r\n", offers, b"421 4.3.0 closing\r\n"), "try", "down: STARTTLS: 421 4.3.0 closing",
                ["EHLO", "STARTTLS"]),
            5: ((b"220 mx\r\n", offers, b"454 4.7.0 no key\r\n"), "require", "down: STARTTLS: 454 4.7.0 no key",
                ["EHLO", "STARTTLS", "QUIT"]),
            6: ((b"220 mx\r\n", offers, b"220 go\r\n"), "require",
                f"down: certificate is not for mail6.yourdomain.com (port {port})", ["EHLO", "STARTTLS", "QUIT"]),
            7: ((b"220 mx\r\n", offers), "require", "down: certificate is not for mail7.yourdomain.com", ["QUIT"]),
            8: ((b"220 mx\r\n", offers), "require", "up", ["EHLO", "QUIT"]),
            9: ((b"220 mx\r\n", offers, b"454 4.7.0 no key\r\n"), "try", "up", ["EHLO", "STARTTLS", "QUIT"]),
        }
        site.make_servers(*ADDRESSES, port=port)
        contexts = {6: other, 7: other, 8: good}
        peers = {}
        for number, (replies, tls, _, _) in cases.items():
            kind = "smtps" if number in (7, 8) else "smtp"
            site.command("server", "set", f"mail{number}.yourdomain.com", "--tls", tls, "--probe", kind,
                         "--port", str(port))
            peers[number] = Scripted(ADDRESSES[number - 1], port, *replies, context=contexts.get(number),
                                     in_tls=kind == "smtps")
            self.addCleanup(peers[number].close)
        site.start("--probe-ca-file", authority.ca_file, "--probe-name", "[192.0.2.77]")
        for number, (_, _, health, said) in cases.items():
            with self.subTest(server=number):
                site.await_health(ADDRESSES[number - 1], health, DOWN_WITHIN + 3)
                said = [*(word if word in ("QUIT", "STARTTLS") else f"{word} [192.0.2.77]" for word in said)]
                wait_for(lambda: said in peers[number].talks, f"{said} to be said; it was {peers[number].talks}")
                self.assertEqual([talk for talk in peers[number].talks if talk != said], [])

    def test_quit_after_421_where_the_server_waits_for_it(self):
        site = self.site
        site.make_servers(*ADDRESSES[:2], port=free_port(*ADDRESSES[:2]))
        peers = [Scripted(ADDRESSES[0], site.port, b"421 4.3.2 too busy\r\n", stays=True),
                 Scripted(ADDRESSES[1], site.port, b"220 mx\r\n", b"421 4.3.2 too busy\r\n", stays=True)]
        for peer in peers:
            self.addCleanup(peer.close)
        site.start("--probe-name", "[192.0.2.77]")
        for number, (stage, said) in enumerate((("banner", ["QUIT"]), ("EHLO", ["EHLO [192.0.2.77]", "QUIT"]))):
            site.await_health(ADDRESSES[number], f"down: {stage}: 421 4.3.2 too busy", DOWN_WITHIN + 3)
            wait_for(lambda said=said, peer=peers[number]: said in peer.talks, f"{said} to be said")

    def test_tls_that_is_only_tried_and_fails(self):
        """As a sender with opportunistic TLS does, the probe goes on in clear; only where TLS is
        required is the server down."""
        site = self.site
        site.make_servers(*ADDRESSES[:4], port=free_port(*ADDRESSES[:4]))
        authority = Authority(site.directory)
        closed = authority.context("mail1.yourdomain.com")
        closed.maximum_version = ssl.TLSVersion.TLSv1_2
        closed.load_verify_locations(authority.ca_file)
        closed.verify_mode = ssl.CERT_REQUIRED    # of the sender, which has none
        peers = [Peer(address, site.port, behaviour)
                 for address, behaviour in zip(ADDRESSES, ("good", "broken tls", "good", "broken tls"), strict=False)]
        for peer in peers:
            self.addCleanup(peer.close)
        peers[0].tls = peers[2].tls = closed
        for number, tls in enumerate(("try", "try", "require", "require"), 1):
            site.command("server", "set", f"mail{number}.yourdomain.com", "--tls", tls)
        site.start()
        for number in (0, 1):
            site.await_health(ADDRESSES[number],
                              "up: 2 probes in a row passed, without TLS: TLS handshake failed on port",
                              DOWN_WITHIN + 3)
            self.assertIn("QUIT", peers[number].said)
            site.service.await_log(f"{ADDRESSES[number]} takes mail without TLS only: TLS handshake failed")
        for number in (2, 3):
            site.await_health(ADDRESSES[number], "down: TLS handshake failed on port", DOWN_WITHIN + 3)
        self.assertIn("without TLS: TLS handshake failed", site.command("server", "show", "mail1.yourdomain.com"))
        peers[0].tls.verify_mode = ssl.CERT_NONE
        peers[1].behaviour = "good"      # which offers no STARTTLS
        for number in (0, 1):
            site.service.await_log(f"{ADDRESSES[number]} takes mail, and TLS does not fail any more")
        self.assertEqual(site.service.log().count(f"{ADDRESSES[0]} takes mail without TLS only"), 1)
        wait_for(lambda: "without TLS" not in site.command("server", "show", "mail1.yourdomain.com"),
                 "the reason to be gone")

    def test_tls_as_old_as_senders_take_it(self):
        """posttls-finger has no complaint about any of them. Certificates that count are as
        strong as the system wants them."""
        site = self.site
        authority = Authority(site.directory)
        names = [f"mail{number}.yourdomain.com" for number in range(1, 8)]
        tls1, tls11, group, anonymous, weak = (authority.context(name) for name in names[:5])
        for context in (tls1, tls11, group, anonymous, weak):
            context.set_ciphers("ALL:@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            tls1.minimum_version = tls1.maximum_version = ssl.TLSVersion.TLSv1
            tls11.minimum_version = tls11.maximum_version = ssl.TLSVersion.TLSv1_1
        for context in (group, anonymous):
            context.maximum_version = ssl.TLSVersion.TLSv1_2
        authority.openssl("dhparam", "-dsaparam", "-out", "dh.pem", "1024")
        group.set_ciphers("DHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0")
        group.load_dh_params(authority.directory / "dh.pem")
        anonymous.set_ciphers("aNULL:@SECLEVEL=0")
        authority.openssl("req", "-newkey", "rsa:1024", "-nodes", "-keyout", "weak.key", "-out", "weak.csr",
                          "-subj", "/CN=weak")
        authority.openssl("x509", "-req", "-in", "weak.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-days", "30",
                          "-out", "weak.pem")
        weak.load_cert_chain(authority.directory / "weak.pem", authority.directory / "weak.key")
        contexts = (tls1, tls11, group, anonymous, weak, tls1, anonymous)
        site.make_servers(*ADDRESSES[:7], port=free_port(*ADDRESSES[:7]), settings=("--tls", "require"))
        site.command("server", "set", names[6], "--tls", "try")
        peers = []
        for address, context in zip(ADDRESSES, contexts, strict=False):
            peers.append(Peer(address, site.port))
            peers[-1].tls = context
            self.addCleanup(peers[-1].close)
        if shutil.which("posttls-finger"):
            for address in ADDRESSES[:5]:
                run = subprocess.run(["posttls-finger", "-c", "-l", "encrypt", "-o", "inet_protocols=ipv4",
                                      f"[{address}]:{site.port}"],
                                     capture_output=True, text=True, timeout=20, check=False)
                self.assertIn("TLS connection established", run.stdout + run.stderr)
        site.start()
        for address in ADDRESSES[:7]:
            site.await_health(address, "up: 2 probes in a row passed", DOWN_WITHIN + 3)
        self.assertNotIn("without TLS", site.service.log() + site.sql("SELECT reason FROM mail_addresses"))
        site.service.stop()

        site.start_service(*PROBING, "--probe-port", str(site.port), "--probe-ca-file", authority.ca_file)
        down = {4: "TLS handshake failed", 5: "certificate is refused: EE certificate key too weak",
                6: "certificate is not for mail6.yourdomain.com"}
        for number, reason in down.items():
            site.await_health(ADDRESSES[number - 1], f"down: {reason}", DOWN_WITHIN + 3)
        for number in (1, 2, 3, 7):
            self.assertIn("up: ", site.health(ADDRESSES[number - 1]))

    def test_a_port_of_its_own_for_each_kind(self):
        site = self.site
        site.make_servers(ADDRESSES[0], port=25)
        site.command("server", "set", "mail1.yourdomain.com", "--probe", "smtps")
        site.start_service("--probe", "smtp", "--probe-port", "2525", "--probe-interval", "100ms")
        self.assertIn("smtps", site.command("server", "show", "mail1.yourdomain.com"))
        site.await_health(ADDRESSES[0], "down: connection refused")
        with socket.create_server((ADDRESSES[0], 465)) as listener:
            listener.settimeout(5)
            connection, _ = listener.accept()
            with connection:
                self.assertEqual(connection.recv(1), b"\x16", "a TLS handshake")


class Names(unittest.TestCase):
    def setUp(self):
        self.site = self.enterContext(HealthSite())

    def ehlo(self, *binary):
        self.site.make_servers(ADDRESSES[0], port=free_port(*ADDRESSES[:1]))
        peer = Peer(ADDRESSES[0], self.site.port)
        self.addCleanup(peer.close)
        self.site.start("--probe-source", "127.0.7.77", binary=binary)
        self.site.await_health(ADDRESSES[0], "up")
        return peer.said[0]

    def host(self, name):
        """The command line's beginning with which the service sees another host name."""
        if not namespaces.can_unshare("--uts"):
            self.skipTest("needs to set a host name of its own")
        return ("unshare", "--uts", "sh", "-c", f'hostname {name}; exec "$0" "$@"', BINARY)

    def test_full_host_name(self):
        self.assertEqual(self.ehlo(*self.host("probe7.example.net")), "EHLO probe7.example.net")

    def test_address_where_the_name_is_not_full(self):
        self.assertEqual(self.ehlo(*self.host("mxb")), "EHLO [127.0.7.77]")

    def test_what_is_no_name_is_refused(self):
        self.site.command("migrate")
        config = self.site.directory / "serve.conf"
        for name in ("a b", "a_b.example.net", "192.0.2.1", "example.net."):
            sentence = ('must be a host name such as probe.example.com (letters, digits, hyphens inside labels), or an '
                        f'address in brackets such as [192.0.2.1] or [IPv6:2001:db8::1], not "{name}"')
            self.assertIn(sentence, self.site.command("serve", "--probe-name", name, status=64))
            config.write_text(f'probe-name = "{name}"\n')
            self.assertIn(sentence, self.site.command("serve", "--config", str(config), status=64))
            run = run_mxbalance("--db", self.site.database, "serve", environment={"MXBALANCE_PROBE_NAME": name},
                                within=20)
            self.assertEqual((run.returncode, sentence in run.stderr), (64, True), run.stderr)


if __name__ == "__main__":
    unittest.main()
