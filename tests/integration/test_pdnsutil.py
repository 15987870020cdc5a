"""pdnsutil works on zones kept here as it does on zones of PowerDNS's own SQLite backend, over each transport."""
import contextlib
import os
import pty
import random
import string
import subprocess
import unittest

from harness import Site
from peers import over_unix

ZONE = "yourdomain.com"
START = b'{"method":"startTransaction","parameters":{"domain":"yourdomain.com.","domain_id":-1,"trxid":1}}'

# Contents that a backend could spoil: quotes, backslashes, bytes, long texts, and types of all kinds.
ZONE_FILE = r"""$ORIGIN example.org.
$TTL 300
@ IN SOA ns1 hostmaster 2030010101 10800 3600 604800 300
@ IN NS ns1
@ IN NS ns2.example.net.
ns1 IN A 192.0.2.1
ns1 IN AAAA 2001:db8::1
@ IN MX 10 mail
mail IN A 192.0.2.2
@ IN CAA 0 issue "ca.example.net; policy=ev"
@ IN TXT "v=spf1 -all"
t IN TXT "a \"quoted\" word" "a \\ backslash" "semi;colon"
t IN TXT "bytes \001\200\255"
long IN TXT "%s" "%s"
svc IN SVCB 1 svc.example.net. alpn=h2,h3 ipv4hint=192.0.2.7
www IN HTTPS 1 . alpn=h2
_25._tcp.mail IN TLSA 3 1 1 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
office IN LOC 52 22 23.000 N 4 53 32.000 E -2.00m 0.00m 10000.00m 10.00m
enum IN NAPTR 100 10 "u" "E2U+sip" "!^.*$!sip:info@example.org!" .
_sip._tcp IN SRV 5 10 5060 mail
host IN SSHFP 1 1 0123456789abcdef0123456789abcdef01234567
host IN HINFO "PC" "Linux"
host IN RP admin.example.org. t.example.org.
u IN URI 10 1 "https://example.org/path"
old IN DNAME new.example.org.
alias IN CNAME mail
a.b.c IN A 192.0.2.3
*.wild IN TXT "wild"
sub IN NS ns1.sub
ns1.sub IN A 192.0.2.4
sub IN DS 12345 13 2 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
odd\.dot IN A 192.0.2.5
odd\000nul IN A 192.0.2.6
MiXed.Case IN A 192.0.2.7
key IN OPENPGPKEY AQIDBA==
eui IN EUI48 00-11-22-33-44-55
unknown IN TYPE65400 \# 4 01020304
""" % ("x" * 255, "y" * 200)


def served_by_powerdns(zone_file):
    """The zone as PowerDNS transfers it from its own SQLite backend."""
    with Site() as site:
        site.sql(".read /usr/share/doc/pdns-backend-sqlite3/schema.sqlite3.sql")
        (site.directory / "pdns.conf").write_text(f"launch=gsqlite3\ngsqlite3-database={site.database}\n")
        (site.directory / "zone").write_text(zone_file)
        site.pdnsutil("load-zone", "example.org", str(site.directory / "zone"))
        site.start_pdns(launch="gsqlite3", gsqlite3_database=site.database, remote_connection_string=None,
                        allow_axfr_ips="127.0.0.0/8")
        return site.transfer("example.org")


class Pdnsutil(unittest.TestCase):
    def start(self, transport, **settings):
        return self.enterContext(self.start_one(transport, **settings))

    def in_each_transport(self, check):
        for transport in Site.CONNECTIONS:
            with self.subTest(transport), self.start_one(transport) as site:
                check(site)

    def start_one(self, transport, **settings):
        site = Site()
        try:
            site.make_recipes()
            site.start_service()
            site.start_pdns(transport, remote_dnssec="yes", allow_axfr_ips="127.0.0.0/8", **settings)
        except BaseException:
            site.__exit__(None)
            raise
        return site

    def test_records(self):
        self.in_each_transport(self.check_records)

    def check_records(self, site):
        self.assertIn(ZONE, site.pdnsutil("list-all-zones"))
        serial = site.served_serial()
        site.pdnsutil("add-record", ZONE, "www", "A", "300", "192.0.2.1")
        site.pdnsutil("add-record", ZONE, "www", "A", "300", "192.0.2.2")
        self.assertEqual(sorted(site.answer("www." + ZONE, "A")), ["192.0.2.1", "192.0.2.2"])
        self.assertEqual(site.served_serial(), serial + 2, "one for each change")
        site.pdnsutil("replace-rrset", ZONE, "www", "A", "60", "192.0.2.3", "192.0.2.4")
        self.assertEqual(site.sql("SELECT content, ttl FROM records WHERE type = 'A' ORDER BY content"),
                         "192.0.2.3|60\n192.0.2.4|60", "also where the form spoils the first record's ttl")
        site.pdnsutil("add-record", ZONE, "t", "TXT", "300", r'"a \"b\" \\ c\200"')
        self.assertEqual(site.sql("SELECT content FROM records WHERE type = 'TXT'"), r'"a \"b\" \\ c\200"')
        site.pdnsutil("add-record", ZONE, "@", "CAA", "300", '0 issue "ca.example.net"')
        site.pdnsutil("delete-rrset", ZONE, "www", "A")
        self.assertEqual(site.sql("SELECT count(*) FROM records WHERE type = 'A'"), "0")
        before = site.served_serial()
        self.assertIn(str(before + 1), site.pdnsutil("increase-serial", ZONE))
        self.assertEqual(site.served_serial(), before + 1)
        self.assertIn("0 errors, 0 warnings", site.pdnsutil("check-zone", ZONE))
        self.assertIn("0 had errors", site.pdnsutil("check-all-zones"))

    def test_metadata_and_tsig_keys(self):
        self.in_each_transport(self.check_metadata)

    def check_metadata(self, site):
        site.pdnsutil("set-meta", ZONE, "ALLOW-AXFR-FROM", "127.0.0.1", "::1")
        self.assertIn("ALLOW-AXFR-FROM = 127.0.0.1, ::1", site.pdnsutil("get-meta", ZONE))
        site.pdnsutil("set-meta", ZONE, "ALLOW-AXFR-FROM")
        self.assertNotIn("ALLOW-AXFR-FROM", site.pdnsutil("get-meta", ZONE))
        site.pdnsutil("generate-tsig-key", "transfer", "hmac-sha256")
        site.pdnsutil("import-tsig-key", "imported", "hmac-sha512", "c2VjcmV0")
        keys = site.pdnsutil("list-tsig-keys")
        self.assertIn("transfer. hmac-sha256. ", keys)
        self.assertIn("imported. hmac-sha512. c2VjcmV0", keys)
        site.pdnsutil("activate-tsig-key", ZONE, "transfer", "primary")
        self.assertIn("TSIG-ALLOW-AXFR = transfer", site.pdnsutil("get-meta", ZONE))
        site.pdnsutil("delete-tsig-key", "imported")
        self.assertNotIn("imported", site.pdnsutil("list-tsig-keys"))
        self.assertIn("inbound mail1.yourdomain.com", site.pdnsutil("backend-cmd", "remote", "pools"))
        self.assertIn("it runs no SQL", site.pdnsutil("backend-cmd", "remote", "SELECT 1"))

    def test_what_is_listed_can_be_loaded(self):
        """The published pools are among it: their rows are known, and left as they are."""
        self.in_each_transport(self.check_round_trip)

    def check_round_trip(self, site):
        listed = site.pdnsutil("list-zone", ZONE)
        self.assertIn("10 mail1.yourdomain.com.", listed)
        (site.directory / "zone").write_text(listed)
        site.pdnsutil("load-zone", ZONE, str(site.directory / "zone"))
        again = site.pdnsutil("list-zone", ZONE)
        without_serial = [line for line in listed.splitlines() if "\tSOA\t" not in line]
        self.assertEqual([line for line in again.splitlines() if "\tSOA\t" not in line], without_serial)
        self.assertEqual(site.sql("SELECT count(*) FROM records WHERE type IN ('A', 'MX')"), "0")
        (site.directory / "zone").write_text(listed + "extra.yourdomain.com. 60 IN A 192.0.2.9\n")
        site.pdnsutil("load-zone", ZONE, str(site.directory / "zone"))
        self.assertEqual(site.answer("extra." + ZONE, "A"), ["192.0.2.9"])

    def test_edit_zone(self):
        self.in_each_transport(self.check_edit_zone)

    def check_edit_zone(self, site):
        """In a terminal: an editor that adds a record, and pdnsutil's questions answered."""
        editor = site.directory / "editor"
        editor.write_text('#!/bin/sh\necho "edited.yourdomain.com. 300 IN A 192.0.2.77" >>"$1"\n')
        editor.chmod(0o755)
        serial = site.served_serial()
        child, terminal = pty.fork()
        if child == 0:
            os.execvpe("pdnsutil", ["pdnsutil", f"--config-dir={site.directory}", "edit-zone", ZONE],
                       {**os.environ, "EDITOR": str(editor)})
        seen = b""
        with contextlib.suppress(OSError):  # the terminal's end
            while piece := os.read(terminal, 65536):
                seen += piece
                if seen.endswith(b"(q)uit: "):
                    os.write(terminal, b"y" if b"increase-serial" in seen.splitlines()[-2] else b"a")
        os.close(terminal)
        self.assertEqual(os.waitpid(child, 0)[1], 0, seen)
        self.assertEqual(site.answer("edited." + ZONE, "A"), ["192.0.2.77"])
        self.assertEqual(site.served_serial(), serial + 1)

    def test_published_names_are_refused(self):
        self.in_each_transport(self.check_published)

    def check_published(self, site):
        before = site.sql("SELECT * FROM records")
        for name, record_type, content, sentence in (
                ("@", "MX", "10 other.example.net.", "mxbalance pool unpublish inbound yourdomain.com --as MX"),
                ("mail", "A", "192.0.2.1", "mxbalance pool unpublish inbound mail.yourdomain.com --as A"),
                ("mail1", "A", "192.0.2.1", "mxbalance server set mail1.yourdomain.com --address ADDRESS")):
            site.pdnsutil("add-record", ZONE, name, record_type, "300", content, status=1)
            self.assertIn(sentence, site.service.log())
        self.assertEqual(site.sql("SELECT * FROM records"), before)

    def test_any_record_type_passes_unchanged(self):
        """As PowerDNS's own SQLite backend has them: fed by pdnsutil, and by zone2sql's output."""
        wanted = served_by_powerdns(ZONE_FILE)
        self.assertGreaterEqual(len(wanted), 35)
        for transport in Site.CONNECTIONS:
            with self.subTest(transport), self.start_one(transport) as site:
                site.command("zone", "add", "example.org", "--ns", "ns1.example.org")
                (site.directory / "zone").write_text(ZONE_FILE)
                site.pdnsutil("load-zone", "example.org", str(site.directory / "zone"))
                self.assertEqual(site.transfer("example.org"), wanted)
        with self.subTest("zone2sql"), self.start_one("json") as site:
            (site.directory / "zone").write_text(ZONE_FILE)
            sql = subprocess.run(["zone2sql", "--gsqlite", f"--zone={site.directory / 'zone'}",
                                  "--zone-name=example.org"],
                                 capture_output=True, text=True, check=True, timeout=60).stdout
            site.sql(sql)
            self.assertEqual(site.transfer("example.org"), wanted)

    def test_zones_are_made_and_removed_by_mxbalance(self):
        """The protocol has no method for it: what deploy/README.md says."""
        site = self.start("json")
        site.pdnsutil("create-zone", "new.example", status=1)
        site.command("zone", "add", "new.example", "--ns", "ns1.example.net")
        site.pdnsutil("add-record", "new.example", "www", "A", "300", "192.0.2.1")
        self.assertEqual(site.answer("www.new.example", "A"), ["192.0.2.1"])
        site.pdnsutil("load-zone", "absent.example", "/dev/null", status=1)
        site.command("zone", "set", "new.example", "--kind", "MASTER")
        self.assertIn("MASTER", site.command("zone", "list"))
        site.command("zone", "remove", "new.example")
        self.assertNotIn("new.example", site.pdnsutil("list-all-zones"))

    def test_a_zone_of_100_000_records(self):
        """In one transaction, for whose commit PowerDNS is told to wait."""
        site = self.start("unix", patience=60_000)
        site.command("zone", "add", "big.example", "--ns", "ns1.example.net")
        names = "".join(f"h{number} 300 IN A 10.{number >> 16}.{number >> 8 & 255}.{number & 255}\n"
                        for number in range(100_000))
        (site.directory / "zone").write_text(
            "$ORIGIN big.example.\n@ 300 IN SOA ns1.example.net. hostmaster 7 10800 3600 604800 300\n"
            "@ 300 IN NS ns1.example.net.\n" + names)
        site.pdnsutil("load-zone", "big.example", str(site.directory / "zone"))
        self.assertEqual(site.sql("SELECT count(*) FROM records WHERE name LIKE '%big.example'"), "100002")
        self.assertEqual(site.answer("h99999.big.example", "A"), ["10.1.134.159"])

    def test_a_transaction_of_any_size_goes_on(self):
        """One that has begun goes to a temporary file; a new one is refused while there is no memory for it."""
        site = self.enterContext(Site())
        site.make_recipes()
        site.start_service("--max-memory", str(16 << 20))
        site.start_pdns("unix", patience=20_000)  # a busy machine may take more than two seconds for such a commit
        text = "".join(random.Random(4).choices(string.ascii_letters, k=250))
        (site.directory / "zone").write_text(
            "$ORIGIN yourdomain.com.\n@ 300 IN SOA ns1 hostmaster 7 10800 3600 604800 300\n@ 300 IN NS ns1\n"
            + "".join(f't{number} 300 IN TXT "{number} {text[:230]}"\n' for number in range(20_000)))
        with contextlib.ExitStack() as others:
            for number in range(7):     # each has 2 MiB
                other = others.enter_context(over_unix(site))
                self.assertEqual(other.ask_line(START), b'{"result":true}')
            site.pdnsutil("load-zone", ZONE, str(site.directory / "zone"))
            self.assertEqual(others.enter_context(over_unix(site)).ask_line(START), b'{"result":true}')
            self.assertIsNone(others.enter_context(over_unix(site)).ask_line(START), "there is no memory for it")
        self.assertIn(f"hold all of the {16 << 20} bytes that they may (--max-memory)", site.service.log())
        self.assertEqual(site.sql("SELECT count(*) FROM records WHERE type = 'TXT'"), "20000")
        site.pdnsutil("add-record", ZONE, "www", "A", "300", "192.0.2.1")

    def test_read_only(self):
        site = self.enterContext(Site())
        site.make_recipes()
        site.start_service("--read-only")
        site.start_pdns("json", primary="yes", secondary="yes", xfr_cycle_interval=1)
        before = site.sql("SELECT * FROM records")
        site.pdnsutil("add-record", ZONE, "www", "A", "300", "192.0.2.1", status=1)
        self.assertIn("serves read-only", site.service.log())
        self.assertEqual(site.sql("SELECT * FROM records"), before)
        self.assertEqual(len(site.answer(ZONE, "MX")), 2)
        self.assertIsNone(site.pdns.process.poll(), "the communicator's writes are no errors")


if __name__ == "__main__":
    unittest.main()
