"""A store that cannot be read becomes SERVFAIL, never an empty answer or NXDOMAIN; and answers are back when it is."""
import os
import shutil
import sqlite3
import unittest

from harness import Site, wait_for

GOOD = ["10.0.0.1", "10.0.0.2"]


class StoreFailures(unittest.TestCase):
    def start(self, transport):
        site = self.enterContext(Site())
        site.make_recipes()
        site.start_service()
        site.start_pdns(transport)
        self.assertEqual(sorted(site.answer("mail.yourdomain.com", "A")), GOOD)
        return site

    def state(self, site):
        """'good', or the rcode. An answer that is neither fails the test."""
        answer = site.answer("mail.yourdomain.com", "A")
        if answer == "SERVFAIL":
            return answer
        self.assertEqual(sorted(answer), GOOD)
        return "good"

    def check_renamed(self, transport):
        site = self.start(transport)
        away = site.directory / "away.db"
        site.database.rename(away)
        self.assertEqual(self.state(site), "SERVFAIL")
        self.assertEqual(site.answer("yourdomain.com", "MX"), "SERVFAIL")
        away.rename(site.database)
        wait_for(lambda: self.state(site) == "good", "the store to be back")
        log = site.service.log()
        self.assertEqual(log.count("the store cannot be read"), 1, "logged once for the episode")
        self.assertEqual(log.count("the store can be read again"), 1)

    def test_renamed_away_and_back_over_http(self):
        self.check_renamed("json")

    def test_renamed_away_and_back_over_unix(self):
        self.check_renamed("unix")

    def break_and_mend(self, breakage, states=("SERVFAIL",)):
        site = self.start("json")
        copy = site.directory / "copy.db"
        site.sql(f"VACUUM INTO '{copy}'")
        breakage(site)
        seen = {self.state(site) for _ in range(5)}
        self.assertLessEqual(seen, set(states))
        copy.rename(site.database)
        wait_for(lambda: self.state(site) == "good", "the store to be back")

    def test_deleted(self):
        self.break_and_mend(lambda site: site.database.unlink())

    def test_truncated_to_nothing(self):
        self.break_and_mend(lambda site: os.truncate(site.database, 0))

    def test_truncated_to_half(self):
        # Pages that a connection still holds are right, and may be answered from.
        self.break_and_mend(lambda site: os.truncate(site.database, site.database.stat().st_size // 2),
                            ("SERVFAIL", "good"))

    def test_replaced_by_junk(self):
        def replace(site):
            junk = site.directory / "junk"
            junk.write_bytes(b"not a database " * 5000)
            junk.rename(site.database)
        self.break_and_mend(replace)

    def test_replaced_by_another_applications_database(self):
        def replace(site):
            foreign = site.directory / "foreign.db"
            connection = sqlite3.connect(foreign)
            connection.executescript((site.directory / "schema.sql").read_text())
            connection.close()
            foreign.rename(site.database)
        site_schema = "/usr/share/doc/pdns-backend-sqlite3/schema.sqlite3.sql"

        def with_schema(site):
            shutil.copy(site_schema, site.directory / "schema.sql")
            replace(site)
        self.break_and_mend(with_schema)

    def test_replaced_by_a_good_one_is_seen_at_once(self):
        site = self.start("json")
        copy = site.directory / "copy.db"
        site.sql(f"VACUUM INTO '{copy}'")
        with sqlite3.connect(copy) as connection:
            connection.execute("INSERT INTO mail_addresses (server, address)"
                               " VALUES ('mail1.yourdomain.com', '10.0.0.9')")
        connection.close()
        copy.rename(site.database)
        self.assertEqual(sorted(site.answer("mail1.yourdomain.com", "A")), ["10.0.0.1", "10.0.0.9"],
                         "the new content, in the next answer")

    def test_a_writer_that_holds_its_lock_stops_no_lookup(self):
        site = self.start("json")
        connection = sqlite3.connect(site.database, isolation_level=None)
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("UPDATE mail_servers SET weight = 1")
        self.assertEqual(self.state(site), "good")
        connection.execute("ROLLBACK")
        connection.close()

    def test_background_polls_survive_without_a_store(self):
        site = self.enterContext(Site())
        site.make_recipes()
        site.start_service()
        site.start_pdns("json", primary="yes", secondary="yes", xfr_cycle_interval=1)
        site.database.rename(site.directory / "away.db")
        self.assertEqual(self.state(site), "SERVFAIL")
        polls = site.service.log().count("getUpdatedMasters")
        wait_for(lambda: site.service.log().count("getUpdatedMasters") > polls + 1, "polls to go on")
        self.assertIsNone(site.pdns.process.poll(), "pdns_server goes on")
        (site.directory / "away.db").rename(site.database)
        wait_for(lambda: self.state(site) == "good", "the store to be back")


if __name__ == "__main__":
    unittest.main()
