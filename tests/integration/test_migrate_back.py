"""`pdnsutil b2b-migrate remote gsqlite3`: everything that the protocol carries is in a database of PowerDNS's own
afterwards, and answered from there as before; what pools publish becomes static records."""
import unittest

import dns.rdatatype

from harness import Site

SCHEMA = "/usr/share/doc/pdns-backend-sqlite3/schema.sqlite3.sql"
QUESTIONS = [(f"{name}yourdomain.com", record_type) for name, record_type in
             (("", "MX"), ("", "NS"), ("", "SOA"), ("mail.", "A"), ("mail1.", "A"), ("_sip._tcp.", "SRV"),
              ("_tcp.", "A"), ("www.", "TXT"), ("nope.", "A"))]


class MigrateBack(unittest.TestCase):
    def answers(self, site):
        return {question: answer if isinstance(answer, str) else sorted(answer)
                for question, answer in ((question, site.answer(*question)) for question in QUESTIONS)}

    def test_in_each_transport(self):
        for transport in Site.CONNECTIONS:
            with self.subTest(transport), Site() as site:
                self.check(site, transport)

    def check(self, site, transport):
        site.make_recipes()
        site.sql("INSERT INTO records (domain_id, name, type, content, ttl, prio, disabled) VALUES"
                 " (1, 'off.yourdomain.com', 'A', '192.0.2.1', 60, 0, 1),"
                 " (1, 'www.yourdomain.com', 'TXT', '\"a b\"', 60, 0, 0),"
                 " (1, '_sip._tcp.yourdomain.com', 'SRV', '2 5060 mail.yourdomain.com', 60, 1, 0);"
                 "INSERT INTO comments (domain_id, name, type, modified_at, comment)"
                 " VALUES (1, 'www.yourdomain.com', 'TXT', 1, 'x')")
        site.start_service(log_level="info")
        site.start_pdns(transport, remote_dnssec="yes")
        site.pdnsutil("add-zone-key", "yourdomain.com", "ksk", "active", "ecdsa256")
        site.pdnsutil("set-meta", "yourdomain.com", "NSEC3PARAM", "1 0 0 ab")
        site.pdnsutil("import-tsig-key", "transfer", "hmac-sha256", "c2VjcmV0IG9mIDE2IGJ5dGVz")
        answers = self.answers(site)
        configuration = site.directory / "pdns.conf"
        kept = configuration.read_text()
        own = self.enterContext(Site())
        own.sql(f".read {SCHEMA}")
        configuration.write_text(kept.replace("launch=remote", "launch=remote,gsqlite3")
                                 + f"gsqlite3-database={own.database}\ngsqlite3-dnssec=yes\n")
        self.assertIn("1 cryptokey", site.pdnsutil("b2b-migrate", "remote", "gsqlite3"))
        self.assertEqual(site.service.log().count("warning"), 0)

        # Rows of empty non-terminals get a type that PowerDNS's backend does not remove itself when it rectifies.
        own.sql("DELETE FROM records WHERE type = 'TYPE0'")
        own.start_pdns(launch="gsqlite3", gsqlite3_database=own.database, gsqlite3_dnssec="yes",
                       remote_connection_string=None, remote_dnssec=None)
        own.pdnsutil("rectify-all-zones")
        self.assertEqual(self.answers(own), answers)
        self.assertIn("NSEC3PARAM = 1 0 0 ab", own.pdnsutil("get-meta", "yourdomain.com", "NSEC3PARAM"))
        self.assertIn("transfer. hmac-sha256.", own.pdnsutil("list-tsig-keys"))
        denial = own.ask("_tcp.yourdomain.com", "A", dnssec=True, tcp=True).authority
        self.assertIn(dns.rdatatype.NSEC3, [rrset.rdtype for rrset in denial])
        for left_behind in ("records WHERE name = 'off.yourdomain.com'", "comments"):
            self.assertEqual(own.sql(f"SELECT count(*) FROM {left_behind}"), "0")


if __name__ == "__main__":
    unittest.main()
