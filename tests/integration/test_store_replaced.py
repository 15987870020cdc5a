"""Another content takes the place of the store's while answers are asked for: by a restore into the live file, or by
another file moved over it. No answer fails, none is a mixture, and the new content is in the next one."""
import contextlib
import json
import shutil
import sqlite3
import unittest

from harness import BINARY, Process, wait_for
from peers import over_socket, over_unix
from under_fire import UnderFire, content, set_state, stored_state, transaction, usual_or_long

ROUNDS = usual_or_long(20, 100)


def restored(path):
    """What a restore brings: how long resolvers keep a server's old answer is not undone by it."""
    return [line for line in content(path).splitlines() if not line.startswith("INSERT INTO kept_servers ")]


class Restored(UnderFire):
    def check_restores(self, restore):
        """`restore(site, copy)` puts the copy's content into the live file."""
        site = self.site()
        copies = [self.copy_of(site, 1, name) for name in ("one.db", "other.db")]
        with contextlib.closing(sqlite3.connect(copies[1])) as connection, connection:
            connection.execute("DELETE FROM records WHERE type = 'TXT'")  # of another size too
        with self.start(site) as fire:
            for number in range(2, 2 + ROUNDS):
                copy = copies[number % 2]
                set_state(copy, number)
                with fire.committing(number):
                    restore(site, copy)
                self.assertEqual(restored(site.database), restored(copy))
        self.assert_whole(site.database)
        self.assertEqual(self.logged_episodes(site), (0, 0))

    def test_by_the_sqlite3_shell(self):
        self.check_restores(lambda site, copy: site.sql(f".restore '{copy}'"))

    def test_by_mxbalance(self):
        self.check_restores(lambda site, copy: site.command("restore", copy))


class Moved(UnderFire):
    def logs_kept(self, site):
        return sorted(site.directory.glob("mail.db-wal.replaced-*"))

    def reader(self, site):
        """A program in the middle of reading, so that what is committed from now on stays in the log."""
        connection = sqlite3.connect(site.database, isolation_level=None)
        self.addCleanup(connection.close)
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM records").fetchall()
        return connection

    def await_write_ahead_log(self, site):
        wait_for(lambda: site.sql("PRAGMA journal_mode") == "wal", "the store to be in WAL mode", 5)

    def test_over_a_store_with_an_empty_log(self):
        site = self.site()
        with self.start(site) as fire:
            for number in range(2, 2 + ROUNDS):
                copy = self.copy_of(site, number)
                expected = content(copy)
                with fire.committing(number):
                    copy.rename(site.database)
                fire.await_answers()
                self.assertEqual(content(site.database), expected)
        self.assertEqual(self.logs_kept(site), [])

    def test_many_one_after_the_other(self):
        site = self.site()
        copies = {number: self.copy_of(site, number, f"copy-{number}.db") for number in range(2, 2 + 3 * ROUNDS)}
        with self.start(site) as fire:
            for number, copy in copies.items():
                with fire.committing(number):
                    copy.rename(site.database)
                seen = len(fire.observations)
                wait_for(lambda: len(fire.observations) > seen, "an answer")
        self.assertEqual(self.logged_episodes(site), (0, 0))

    def test_over_a_store_with_commits_in_its_log(self):
        site = self.site()
        with self.start(site) as fire:
            for number in range(2, 12, 2):
                self.await_write_ahead_log(site)
                self.reader(site)
                copy = self.copy_of(site, number + 1)
                expected = content(copy)
                fire.commit(number)
                log = site.database.with_name("mail.db-wal")
                self.assertGreater(log.stat().st_size, 0)
                fire.await_answers()
                kept = site.directory / f"expected-log-{number}"
                kept.hardlink_to(log)
                known = self.logs_kept(site)
                with fire.committing(number + 1):
                    copy.rename(site.database)
                fire.await_answers()
                new = [path for path in self.logs_kept(site) if path not in known]
                self.assertEqual(len(new), 1, "each log is kept, also when two stores are replaced within a second")
                self.assertTrue(new[0].samefile(kept))
                self.assertEqual(content(site.database), expected)
                self.assert_whole(site.database)
        self.assertEqual(self.logged_episodes(site), (0, 0))

    def test_what_was_only_in_the_log_can_be_had_from_it(self):
        site = self.site()
        with self.start(site) as fire:
            self.reader(site)
            copy = self.copy_of(site, 3)
            before = site.directory / "before.db"
            fire.commit(2)
            shutil.copy(site.database, before)
            with fire.committing(3):
                copy.rename(site.database)
            fire.await_answers()
            log, = self.logs_kept(site)
            log.rename(before.with_name("before.db-wal"))
            self.assertEqual(stored_state(before), 2)

    def test_a_store_that_was_moved_in_is_written_without_stopping_lookups(self):
        """A copy made by VACUUM INTO is not in WAL mode, in which a writer would lock readers out."""
        site = self.site()
        with self.start(site) as fire:
            with fire.committing(2):
                self.copy_of(site, 2).rename(site.database)
            self.await_write_ahead_log(site)
            with contextlib.closing(sqlite3.connect(site.database, isolation_level=None, timeout=5)) as writer:
                writer.execute("BEGIN EXCLUSIVE")
                fire.await_answers()
                writer.execute("ROLLBACK")


class MovedUnderTwoServices(UnderFire):
    """Each of the two finds the replacement by itself, and a script may have written to the new file before."""

    def second_service(self, site):
        socket = site.directory / "second.sock"
        service = Process([BINARY, "--db", site.database, "serve", "--unix", socket, "--probe", "none"],
                          site.directory / "second.log")
        self.addCleanup(service.stop)
        service.await_serving()
        return lambda: over_socket(socket)

    def answers(self, connect):
        with connect() as peer:
            return {row["content"].split()[0] for row in json.loads(peer.ask_line())["result"]}

    def test_a_commit_right_after_the_move_is_kept(self):
        site = self.site()
        site.start_service(log_level="info")
        services = [lambda: over_unix(site), self.second_service(site)]
        for number in range(2, 2 + 2 * usual_or_long(8, 50), 2):
            copy = self.copy_of(site, number)
            with contextlib.closing(sqlite3.connect(copy)) as connection:
                connection.execute("PRAGMA journal_mode = WAL")
            self.await_empty_log(site)
            copy.rename(site.database)
            # It stays open: its log does, too.
            with contextlib.closing(sqlite3.connect(site.database, timeout=5)) as script:
                script.executescript(transaction(number + 1))
                for connect in services:
                    self.assertEqual(self.answers(connect), {str(number + 1)})
                self.await_empty_log(site)
            self.assertEqual(stored_state(site.database), number + 1)
            self.assert_whole(site.database)

    def await_empty_log(self, site):
        log = site.database.with_name("mail.db-wal")
        wait_for(lambda: not log.exists() or log.stat().st_size == 0, "the log to be taken over")


if __name__ == "__main__":
    unittest.main()
