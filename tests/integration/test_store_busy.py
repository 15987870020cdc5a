"""Others write to the store while answers are asked for: one that holds its lock, and one that commits all the while.
Lookups wait for nobody, and each sees the last commit."""
import sqlite3
import time
import unittest

from harness import wait_for
from under_fire import UnderFire, stored_state, transaction, usual_or_long

LOCKED = usual_or_long(5, 30)      # seconds
WRITING = usual_or_long(8, 60)     # seconds
COMMITS_A_SECOND = 500
COMMITS = 1000                     # at least: 20 KB each in the log, were it never emptied
LARGEST_LOG = 8 << 20              # bytes: twice what SQLite lets it grow to before it takes it over


class Busy(UnderFire):
    def writer(self, site):
        connection = sqlite3.connect(site.database, isolation_level=None, timeout=5)
        connection.execute("PRAGMA synchronous = NORMAL")
        self.addCleanup(connection.close)
        return connection

    def check_locked(self, transport):
        site = self.site()
        with self.start(site, transport=transport) as fire:
            writer = self.writer(site)
            writer.execute("BEGIN EXCLUSIVE")
            writer.execute("UPDATE pool_members SET preference = 60000")  # must not be answered
            until = time.monotonic() + LOCKED
            while time.monotonic() < until:
                fire.await_more()
            writer.execute("ROLLBACK")
            fire.commit(2)
        self.assertEqual(self.logged_episodes(site), (0, 0))

    def test_locked_over_http(self):
        self.check_locked("json")

    def test_locked_over_unix(self):
        self.check_locked("unix")

    def check_commits(self, transport):
        """Commits on a schedule; when the machine cannot keep to it, as fast as it can, until there are COMMITS."""
        site = self.site()
        log = site.database.with_name("mail.db-wal")
        largest_log = 0
        number = 1
        with self.start(site, transport=transport) as fire:
            writer = self.writer(site)
            begun = time.monotonic()
            while (now := time.monotonic() - begun) < WRITING or number < COMMITS:
                if now < (number - 1) / COMMITS_A_SECOND:
                    fire.stopped.wait((number - 1) / COMMITS_A_SECOND - now)
                number += 1
                with fire.committing(number):
                    writer.executescript(transaction(number))
                largest_log = max(largest_log, log.stat().st_size)
            fire.await_answers()
            wait_for(lambda: log.stat().st_size == 0, "the log to be emptied once the writer rests", 5)
        self.assertEqual(stored_state(site.database), number)
        self.assert_whole(site.database)
        self.assertGreater(number / now, 5, "commits a second: a writer that lookups lock out makes one")
        self.assertLess(largest_log, LARGEST_LOG)
        self.assertEqual(self.logged_episodes(site), (0, 0))

    def test_commits_all_the_while_over_http(self):
        self.check_commits("json")

    def test_commits_all_the_while_over_unix(self):
        self.check_commits("unix")


if __name__ == "__main__":
    unittest.main()
