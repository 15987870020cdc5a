"""Transfers between PowerDNS on zones kept here and another name server, NSD: as its primary, and as its secondary."""
import contextlib
import os
import unittest

import dns.exception
import dns.name
import dns.tsigkeyring

from harness import Site, wait_for
from name_servers import Nsd
from ports import free_port

ZONE = "yourdomain.com"
TRANSPORTS = ("json", "unix")
CUSTOMER = r"""$ORIGIN customer.example.
$TTL 300
@ SOA ns1 hostmaster %d 3 2 20 60
@ NS ns1
@ NS ns2
ns1 A 192.0.2.53
ns2 A 192.0.2.54
@ MX 10 mail
mail A 192.0.2.25
t TXT "a \"b\" \\ \200\001" "%s"
@ CAA 0 issue "ca.example.net"
svc SVCB 1 svc.example.net. alpn=h2
*.wild CNAME mail
a.b.c A 192.0.2.1
"""


def in_each_transport(test, check, transports=TRANSPORTS):
    for transport in transports:
        with test.subTest(transport), Site() as site:
            check(site, transport)


class Primary(unittest.TestCase):
    def start(self, site, transport, **settings):
        site.make_recipes()
        site.command("server", "add", "mail3.yourdomain.com", "--address", "10.0.0.3", "--address", "2001:db8::3")
        site.command("pool", "join", "inbound", "mail3.yourdomain.com", "--preference", "20")
        site.command("zone", "set", ZONE, "--kind", "MASTER")
        site.start_service(log_level="info")
        site.start_pdns(transport, primary="yes", xfr_cycle_interval=1, allow_axfr_ips="127.0.0.0/8", only_notify="",
                        remote_dnssec="yes", **settings)

    def secondary(self, site):
        """Told of changes by NOTIFY alone: the SOA record's refresh is hours."""
        port = free_port()
        site.sql("INSERT INTO domainmetadata (domain_id, kind, content)"
                 f" SELECT id, 'ALSO-NOTIFY', '127.0.0.1:{port}' FROM domains")
        return Nsd(site.directory / "secondary", "127.0.0.1", port,
                   f"zone:\n  name: {ZONE}\n  zonefile: zone\n  allow-notify: 127.0.0.1 NOKEY\n"
                   f"  request-xfr: AXFR 127.0.0.1@{site.dns_port} NOKEY\n")

    def test_transfer(self):
        in_each_transport(self, self.check_transfer)

    def check_transfer(self, site, transport):
        """Who may be answered, at its tier's preference, in one order: the same twice. Of
        addresses the best tier's alone."""
        self.start(site, transport)
        # Weights that differ make the policy `ranked`: the preferences turn in answers.
        site.sql("UPDATE mail_servers SET weight = 70 WHERE name = 'mail1.yourdomain.com'")
        site.sql("UPDATE mail_servers SET state = 'drain' WHERE name = 'mail2.yourdomain.com'")
        site.sql("UPDATE mail_addresses SET health = 'down' WHERE address = '2001:db8::3'")
        first = site.transfer(ZONE)
        self.assertEqual(site.transfer(ZONE), first)
        mail = [line.split(" ", 1)[1] for line in first if " MX " in line or line.startswith("mail.")]
        self.assertEqual(mail, ["60 A 10.0.0.1", "60 MX 10 mail1.yourdomain.com.", "60 MX 20 mail3.yourdomain.com."])
        self.assertIn(f" {site.served_serial()} ", next(line for line in first if " SOA " in line))

    def test_transfer_with_tsig(self):
        in_each_transport(self, self.check_tsig, ("unix",))

    def check_tsig(self, site, transport):
        self.start(site, transport)
        secret = "c2VjcmV0IG9mIDE2IGJ5dGVz"
        site.pdnsutil("import-tsig-key", "transfer", "hmac-sha256", secret)
        site.pdnsutil("activate-tsig-key", ZONE, "transfer", "primary")
        keyring = dns.tsigkeyring.from_text({"transfer": secret})
        self.assertEqual(site.transfer(ZONE, keyring=keyring, key=dns.name.from_text("transfer")), site.transfer(ZONE))
        site.pdns.stop()
        site.start_pdns(transport, primary="yes", allow_axfr_ips="192.0.2.1", remote_dnssec="yes")
        with self.assertRaises((EOFError, dns.exception.DNSException)):
            site.transfer(ZONE)
        self.assertTrue(site.transfer(ZONE, keyring=keyring, key=dns.name.from_text("transfer")),
                        "the key alone opens it")

    def test_changes_reach_a_secondary(self):
        in_each_transport(self, self.check_changes, ("json",))

    def check_changes(self, site, transport):
        site.dns_port = free_port()
        self.start(site, transport)
        with self.secondary(site) as secondary:
            wait_for(lambda: secondary.serial(ZONE) == site.served_serial(), "the first transfer")
            for sql, name, record_type, wanted in (
                    ("UPDATE mail_servers SET state = 'drain' WHERE name = 'mail1.yourdomain.com'", ZONE, "MX",
                     ["10 mail2.yourdomain.com.", "20 mail3.yourdomain.com."]),
                    ("UPDATE mail_servers SET state = 'enabled', health = 'down' WHERE name = 'mail1.yourdomain.com'",
                     "mail." + ZONE, "A", ["10.0.0.2"]),
                    ("UPDATE mail_servers SET health = 'unknown', weight = 50;"
                     "INSERT INTO records (domain_id, name, type, content, ttl)"
                     " SELECT id, 'www.yourdomain.com', 'A', '192.0.2.9', 60 FROM domains",
                     "www." + ZONE, "A", ["192.0.2.9"]),
                    ("DELETE FROM pool_names WHERE kind = 'A'", "mail." + ZONE, "A", [])):
                site.sql(sql)
                wait_for(lambda: secondary.answer(name, record_type) == wanted, f"{wanted} after {sql}")
                wait_for(lambda: secondary.serial(ZONE) == site.served_serial(), "the serial")
            site.pdnsutil("add-record", ZONE, "new", "A", "300", "192.0.2.10")
            wait_for(lambda: secondary.answer("new." + ZONE, "A") == ["192.0.2.10"], "what pdnsutil wrote")

    def test_a_flapping_server_makes_no_storm(self):
        with Site() as site:
            site.dns_port = free_port()
            self.start(site, "json")
            with self.secondary(site) as secondary:
                wait_for(lambda: secondary.serial(ZONE) == site.served_serial(), "the first transfer")
                before = site.pdns.log().count("AXFR-out")
                for _ in range(50):
                    for health in ("down", "up"):
                        site.sql(f"UPDATE mail_servers SET health = '{health}' WHERE name = 'mail1.yourdomain.com'")
                wait_for(lambda: secondary.serial(ZONE) == site.served_serial(), "the last of a hundred changes")
                self.assertLess(site.pdns.log().count("AXFR-out") - before, 10)


class Secondary(unittest.TestCase):
    """NOTIFY and autosecondary come from, and ask, port 53: the primary has a loopback address of its own."""
    # PowerDNS asks primaries at port 53: an address for each run, as two may go on side by side.
    PRIMARY = f"127.53.{os.getpid() >> 8 & 255}.{os.getpid() % 254 + 1}"

    @contextlib.contextmanager
    def primary(self, site, *zones):
        directory = site.directory / "primary"
        clauses = "".join(f"zone:\n  name: {zone}\n  zonefile: {directory / zone}\n"
                          f"  notify: 127.0.0.1@{site.dns_port} NOKEY\n  provide-xfr: 127.0.0.0/8 NOKEY\n"
                          f"  outgoing-interface: {self.PRIMARY}\n" for zone in zones)
        nsd = Nsd(directory, self.PRIMARY, 53, clauses)
        for zone in zones:
            self.write(nsd, zone, 7)
        with nsd:
            yield nsd

    def write(self, nsd, zone, serial, more=""):
        (nsd.directory / zone).write_text(CUSTOMER.replace("customer.example", zone) % (serial, "x" * 250) + more)

    def start(self, site, transport):
        site.command("migrate")
        site.start_service(log_level="info")
        site.start_pdns(transport, secondary="yes", autosecondary="yes", xfr_cycle_interval=1,
                        allow_axfr_ips="127.0.0.0/8")

    def test_transfer_and_refresh(self):
        in_each_transport(self, self.check_transfer)

    def check_transfer(self, site, transport):
        self.start(site, transport)
        with self.primary(site, "customer.example") as primary:
            site.command("zone", "add", "customer.example", "--secondary-of", self.PRIMARY)
            wait_for(lambda: site.sql("SELECT count(*) FROM records") == "12", "the first transfer")
            self.assertEqual(site.answer("customer.example", "SOA"),
                             ["ns1.customer.example. hostmaster.customer.example. 7 3 2 20 60"])
            self.assertEqual(site.answer("t.customer.example", "TXT"), [r'"a \"b\" \\ \200\001" "' + "x" * 250 + '"'])
            self.assertEqual(site.answer("x.wild.customer.example", "A"), ["192.0.2.25"])
            self.assertEqual(site.transfer("customer.example"), primary.transfer("customer.example"))
            self.write(primary, "customer.example", 8, "new A 192.0.2.99\n")
            primary.reload()
            wait_for(lambda: site.answer("new.customer.example", "A") == ["192.0.2.99"], "the refresh")
            self.assertEqual(site.transfer("customer.example"), primary.transfer("customer.example"))
            wait_for(lambda: int(site.sql("SELECT last_check FROM domains")) > 0, "the check to be noted")
        self.assertEqual(site.answer("mail.customer.example", "A"), ["192.0.2.25"],
                         "PowerDNS goes on without the primary")

    def test_a_record_that_cannot_be_served_does_not_stop_a_transfer(self):
        in_each_transport(self, self.check_unservable)

    def check_unservable(self, site, transport):
        """Refused, it would leave the zone as old as it was."""
        self.start(site, transport)
        with self.primary(site, "customer.example") as primary:
            site.command("zone", "add", "customer.example", "--secondary-of", self.PRIMARY)
            wait_for(lambda: site.sql("SELECT count(*) FROM records") == "12", "the first transfer")
            self.write(primary, "customer.example", 8, "odd SVCB 1 . key9=ab\nnew A 192.0.2.99\n")
            primary.reload()
            wait_for(lambda: site.answer("new.customer.example", "A") == ["192.0.2.99"], "the refresh")
            self.assertEqual(site.served_serial("customer.example"), 8)
            self.assertEqual(site.sql("SELECT content FROM records WHERE type = 'SVCB' AND name LIKE 'odd.%'"),
                             '1 . key9="ab"')
            self.assertEqual(site.answer("odd.customer.example", "SVCB"), "SERVFAIL", "not that there is none")
            self.assertIn("change it at the zone's primary: odd.customer.example SVCB", site.command("check", status=1))
            self.write(primary, "customer.example", 9, "odd SVCB 1 . port=53\n")
            primary.reload()
            wait_for(lambda: site.answer("odd.customer.example", "SVCB") == ["1 . port=\"53\""],
                     "what was mended there")

    def test_autosecondary(self):
        in_each_transport(self, self.check_autosecondary)

    def check_autosecondary(self, site, transport):
        self.start(site, transport)
        with self.primary(site, "auto.example") as primary:
            site.service.await_log("names no autoprimary there")
            site.sql(f"INSERT INTO supermasters VALUES ('{self.PRIMARY}', 'ns2.auto.example', 'customer 1')")
            primary.reload()  # NOTIFY again
            self.write(primary, "auto.example", 8)
            primary.reload()
            wait_for(lambda: site.sql("SELECT count(*) FROM records") == "12", "the zone")
            self.assertEqual(site.sql("SELECT name, master, type, account FROM domains"),
                             f"auto.example|{self.PRIMARY}|SLAVE|customer 1")

    def test_what_is_published_hides_what_the_primary_has(self):
        in_each_transport(self, self.check_published)

    def check_published(self, site, transport):
        self.start(site, transport)
        with self.primary(site, "customer.example") as primary:
            for command in ("server add mx.example.net --address 10.0.0.1", "pool add inbound",
                            "pool join inbound mx.example.net", "server add mail.customer.example --address 10.0.0.2",
                            "zone add customer.example --secondary-of " + self.PRIMARY,
                            "pool publish inbound customer.example --as MX --replace"):
                site.command(*command.split())
            wait_for(lambda: site.sql("SELECT count(*) FROM records") == "12", "the transfer")
            self.assertEqual(site.answer("customer.example", "MX"), ["10 mx.example.net."])
            self.assertEqual(site.answer("mail.customer.example", "A"), ["10.0.0.2"])
            self.write(primary, "customer.example", 8, "@ MX 5 new\nnew A 192.0.2.99\n")
            primary.reload()
            wait_for(lambda: site.answer("new.customer.example", "A") == ["192.0.2.99"], "the refresh")
            self.assertEqual(site.answer("customer.example", "MX"), ["10 mx.example.net."])
            self.assertIn("of the zone's primary stands beside it", site.command("check", status=1))
            site.command("pool", "unpublish", "inbound", "customer.example", "--as", "MX")
            self.assertEqual(sorted(site.answer("customer.example", "MX")),
                             ["10 mail.customer.example.", "5 new.customer.example."])
            publish = ("pool", "publish", "inbound", "customer.example", "--as", "MX")
            self.assertIn("come from the zone's primary", site.command(*publish, status=1))
            self.assertIn("in place of MX 10 mail.customer.example, MX 5 new.customer.example at customer.example",
                          site.command(*publish, "--replace"))
            self.assertEqual(site.sql("SELECT count(*) FROM records WHERE type = 'MX'"), "2", "they are the primary's")


if __name__ == "__main__":
    unittest.main()
