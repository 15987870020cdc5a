"""A database that PowerDNS's own SQLite backend made: adopted by `migrate`, served by
mxbalance, still served by PowerDNS."""
import subprocess
import unittest

import dns.rcode

from harness import Site

SCHEMA = "/usr/share/doc/pdns-backend-sqlite3/schema.sqlite3.sql"
QUESTIONS = [(name, record_type)
             for name in ("example.com", "www.example.com", "alias.example.com", "b.c.example.com", "c.example.com",
                          "anything.wild.example.com", "host.sub.example.com", "nope.example.com",
                          "_sip._tcp.example.com", "big.example.com")
             for record_type in ("A", "AAAA", "MX", "NS", "SOA", "TXT", "SRV", "CNAME", "CAA")]


class Adoption(unittest.TestCase):
    def make_powerdns_database(self, site):
        site.sql(f".read {SCHEMA}")
        (site.directory / "pdns.conf").write_text(f"launch=gsqlite3\ngsqlite3-database={site.database}\n")
        site.pdnsutil("create-zone", "example.com", "ns1.example.com")
        for name, record_type, *contents in (
                ("@", "MX", "10 www.example.com.", "20 mail.example.net."), ("@", "TXT", '"v=spf1 -all"'),
                ("@", "CAA", '0 issue "ca.example.net"'), ("www", "A", "192.0.2.1", "192.0.2.2"),
                ("www", "AAAA", "2001:db8::1"), ("alias", "CNAME", "www.example.com."),
                ("a.b.c", "A", "192.0.2.3"), ("*.wild", "TXT", '"wild"'),
                ("sub", "NS", "ns1.sub.example.com."), ("ns1.sub", "A", "192.0.2.4"),
                ("_sip._tcp", "SRV", "5 10 5060 www.example.com."),
                ("big", "TXT", '"' + "x" * 255 + '" "' + "y" * 255 + '"')):
            site.pdnsutil("add-record", "example.com", name, record_type, "300", *contents)
        site.pdnsutil("set-meta", "example.com", "ALLOW-AXFR-FROM", "127.0.0.0/8")
        site.pdnsutil("rectify-zone", "example.com")

    def all_answers(self, site):
        answers = {}
        for name, record_type in QUESTIONS:
            response = site.ask(name, record_type)
            sections = [sorted(f"{rrset.name} {rrset.ttl} {rrset.rdtype} {item}" for rrset in section for item in rrset)
                        for section in (response.answer, response.authority, response.additional)]
            answers[name, record_type] = (dns.rcode.to_text(response.rcode()), response.flags, sections)
        return answers

    def test_adopt(self):
        with Site() as site:
            self.make_powerdns_database(site)
            backend = {"launch": "gsqlite3", "gsqlite3_database": site.database, "remote_connection_string": None}
            site.start_pdns(**backend)
            before = self.all_answers(site)
            site.pdns.stop()
            tables = "SELECT * FROM domains; SELECT * FROM records; SELECT * FROM domainmetadata"
            rows = site.sql(tables)

            self.assertIn("turned PowerDNS's database into an mxbalance one", site.command("migrate"))
            self.assertEqual(site.sql(tables), rows, "the data is untouched")
            self.assertIn("up to date", site.command("migrate"))

            site.start_service()
            for transport in ("json", "rest", "unix"):
                with self.subTest(transport):
                    site.start_pdns(transport)
                    after = self.all_answers(site)
                    for question, answer in before.items():
                        self.assertEqual(after[question], answer, question)
                    site.pdns.stop()

            site.start_pdns(**backend)
            self.assertEqual(self.all_answers(site), before, "PowerDNS still serves from it")
            site.pdns.stop()
            site.pdnsutil("add-record", "example.com", "new", "A", "300", "192.0.2.9")
            site.start_pdns("json")
            self.assertEqual(site.answer("new.example.com", "A"), ["192.0.2.9"],
                             "what PowerDNS writes, mxbalance serves")

    def test_the_way_back(self):
        """What was written by way of mxbalance is PowerDNS's own, and the serial goes on from what was served."""
        with Site() as site:
            self.make_powerdns_database(site)
            site.command("migrate")
            site.start_service()
            site.start_pdns("json")
            site.pdnsutil("add-record", "example.com", "a.new", "A", "300", "192.0.2.9")
            site.sql("UPDATE records SET content = '192.0.2.10'"
                     " WHERE name = 'www.example.com' AND content = '192.0.2.1'")
            site.pdnsutil("increase-serial", "example.com")
            served = site.served_serial("example.com")
            answers = self.all_answers(site)
            site.pdns.stop()
            site.service.stop()
            site.start_pdns(launch="gsqlite3", gsqlite3_database=site.database, remote_connection_string=None)
            site.pdnsutil("rectify-all-zones")
            self.assertIn("0 errors", site.pdnsutil("check-zone", "example.com"))
            self.assertEqual(self.all_answers(site), answers)
            self.assertEqual(site.answer("a.new.example.com", "A"), ["192.0.2.9"])
            self.assertIn(f" {served} ", site.answer("example.com", "SOA")[0])

    def test_zone2sql_output_loads_unchanged(self):
        with Site() as site:
            site.command("migrate")
            zone = site.directory / "example.org.zone"
            zone.write_text("$TTL 300\n@ SOA ns1 hostmaster 1 3600 600 604800 300\n@ NS ns1\nns1 A 192.0.2.1\n"
                            "@ MX 10 mail\nmail A 192.0.2.2\nMixed.Case A 192.0.2.3\n_sip._tcp SRV 1 2 5060 mail\n")
            sql = subprocess.run(["zone2sql", "--gsqlite", f"--zone={zone}", "--zone-name=example.org"],
                                 capture_output=True, text=True, check=True, timeout=60).stdout
            site.sql(sql)
            site.start_service()
            site.start_pdns("json")
            self.assertEqual(site.answer("example.org", "MX"), ["10 mail.example.org."])
            self.assertEqual(site.answer("mixed.case.example.org", "A"), ["192.0.2.3"])
            self.assertEqual(site.answer("_sip._tcp.example.org", "SRV"), ["1 2 5060 mail.example.org."])


if __name__ == "__main__":
    unittest.main()
