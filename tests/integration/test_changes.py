"""Drain, down, weights and edits by the sqlite3 shell: each is in the next answer of a real pdns_server."""
import unittest

from harness import Site, shares


class Changes(unittest.TestCase):
    def setUp(self):
        self.site = self.enterContext(Site())
        self.site.make_recipes()
        self.site.start_service()
        self.site.start_pdns("json")

    def both(self):
        """Targets of the MX answer and addresses of the A answer, sorted."""
        mx = self.site.answer("yourdomain.com", "MX")
        return sorted(record.split()[1] for record in mx), sorted(self.site.answer("mail.yourdomain.com", "A"))

    FIRST = (["mail1.yourdomain.com."], ["10.0.0.1"])
    SECOND = (["mail2.yourdomain.com."], ["10.0.0.2"])
    ALL = (["mail1.yourdomain.com.", "mail2.yourdomain.com."], ["10.0.0.1", "10.0.0.2"])

    def test_drain_and_enable(self):
        self.assertEqual(self.both(), self.ALL)
        self.site.command("server", "drain", "mail1.yourdomain.com")
        self.assertEqual(self.both(), self.SECOND)
        refusal = self.site.command("server", "drain", "mail2.yourdomain.com", status=1)
        self.assertIn("inbound", refusal)
        self.assertEqual(self.both(), self.SECOND)
        self.site.command("server", "enable", "mail1.yourdomain.com")
        self.assertEqual(self.both(), self.ALL)
        self.site.command("server", "disable", "mail2.yourdomain.com")
        self.assertEqual(self.both(), self.FIRST)

    def test_down_by_sql_and_all_down(self):
        self.site.sql("UPDATE mail_servers SET health = 'down', reason = 'maintenance'"
                      " WHERE name = 'mail1.yourdomain.com'")
        self.assertEqual(self.both(), self.SECOND)
        self.site.sql("UPDATE mail_addresses SET health = 'down' WHERE address = '10.0.0.2'")
        self.assertEqual(self.both(), self.ALL, "all down: all enabled members are answered")
        self.site.sql("UPDATE mail_servers SET health = 'up'")
        self.assertEqual(self.both(), self.FIRST)
        self.site.sql("UPDATE mail_addresses SET health = 'up'")
        self.assertEqual(self.both(), self.ALL)

    def test_host_names_resolve_in_every_state(self):
        self.site.command("server", "disable", "mail1.yourdomain.com")
        self.site.sql("UPDATE mail_servers SET health = 'down'")
        self.assertEqual(self.site.answer("mail1.yourdomain.com", "A"), ["10.0.0.1"])

    def test_weight_by_sql(self):
        self.site.sql("UPDATE mail_servers SET weight = 300 WHERE name = 'mail1.yourdomain.com'")
        answers = [self.site.answer("yourdomain.com", "MX") for _ in range(200)]
        self.assertEqual({tuple(sorted(record.split()[0] for record in answer)) for answer in answers}, {("10", "11")},
                         "weights that differ are ranked")
        self.assertAlmostEqual(shares(answers)["10 mail1.yourdomain.com."], 0.75, delta=0.03)
        self.site.sql("UPDATE mail_servers SET weight = 0 WHERE name = 'mail1.yourdomain.com'")
        self.assertEqual(self.both(), self.SECOND)

    def test_a_second_family(self):
        self.site.command("server", "set", "mail2.yourdomain.com", "--add-address", "2001:db8:0::2")
        self.assertEqual(self.site.answer("mail.yourdomain.com", "AAAA"), ["2001:db8::2"])
        self.assertEqual(self.site.answer("mail2.yourdomain.com", "AAAA"), ["2001:db8::2"])

    def test_every_edit_is_in_the_next_answer(self):
        for number in range(100):
            address = f"10.9.{number}.1"
            self.site.sql(f"""BEGIN;
                INSERT INTO mail_addresses (server, address) VALUES ('mail1.yourdomain.com', '{address}');
                DELETE FROM mail_addresses WHERE server = 'mail1.yourdomain.com' AND address <> '{address}';
                COMMIT""")
            self.assertIn(address, self.site.answer("mail.yourdomain.com", "A"))

    def insert_record(self, name, record_type, content):
        self.site.sql("INSERT INTO records (domain_id, name, type, content, ttl)"
                      f" SELECT id, '{name}', '{record_type}', '{content}', 60 FROM domains")

    def test_empty_non_terminals_and_unknown_names(self):
        self.insert_record("_25._tcp.mail1.yourdomain.com", "TLSA", "3 1 1 00")
        self.assertEqual(self.site.answer("_tcp.mail1.yourdomain.com", "A"), [], "it exists, and has no data")
        self.assertEqual(self.site.answer("_tcp.mail2.yourdomain.com", "A"), "NXDOMAIN")
        self.assertEqual(self.site.answer("_25._tcp.mail1.yourdomain.com", "TLSA"), ["3 1 1 00"])

    def test_a_row_that_pdns_cannot_parse_breaks_nothing(self):
        self.insert_record("yourdomain.com", "A", "10.0.0.300")
        self.assertEqual(self.both(), self.ALL)
        self.assertIn("left out of answers: records.id", self.site.service.log())

    def test_bad_rows_alone_do_not_send_mail_elsewhere(self):
        self.insert_record("sub.yourdomain.com", "A", "10.0.0.7")
        self.insert_record("sub.yourdomain.com", "MX", "10 mail1..yourdomain.com")
        self.assertEqual(self.site.answer("sub.yourdomain.com", "MX"), "SERVFAIL", "its only MX record is none")
        self.assertIn("no MX record at sub.yourdomain.com can be served", self.site.service.log())
        self.site.sql("UPDATE records SET content = '10 mail1.yourdomain.com' WHERE type = 'MX'")
        self.assertEqual(self.site.answer("sub.yourdomain.com", "MX"), ["10 mail1.yourdomain.com."])


if __name__ == "__main__":
    unittest.main()
