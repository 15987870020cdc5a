"""The store's files are damaged while answers are asked for. What is answered is right, or SERVFAIL where the store
cannot be read; once it is put right, answers are back without a restart."""
import os
import shutil
import unittest

from harness import wait_for
from under_fire import SERVFAIL, TIMEOUT, UnderFire, stored_state, usual_or_long

ROUNDS = usual_or_long(2, 10)
JUNK = b"This is no page of a database. " * 40_000


class Damaged(UnderFire):
    def check(self, damage, is_seen_at_once=True):
        """`damage(path)`, and another file moved there, time and again. Where it is not seen at once, pages that are in
        memory may still be answered from: they are right."""
        site = self.site()
        with self.start(site) as fire:
            for number in range(2, 2 + ROUNDS):
                copy = self.copy_of(site, number)
                with fire.trouble(SERVFAIL):
                    damage(site.database)
                    if is_seen_at_once:
                        fire.await_outcome(SERVFAIL)
                    else:
                        fire.await_more()
                    with fire.committing(number):
                        copy.rename(site.database)
            self.assertEqual(stored_state(site.database), 1 + ROUNDS)
            self.assert_whole(site.database)
            fire.commit(2 + ROUNDS)
        begun, ended = self.logged_episodes(site)
        self.assertEqual(begun, ended)
        if is_seen_at_once:
            self.assertEqual(begun, ROUNDS)

    def test_deleted(self):
        self.check(os.unlink)

    def test_truncated_to_nothing(self):
        self.check(lambda path: os.truncate(path, 0))

    def test_truncated_in_the_middle(self):
        self.check(lambda path: os.truncate(path, path.stat().st_size // 2), is_seen_at_once=False)

    def test_truncated_within_the_first_page(self):
        self.check(lambda path: os.truncate(path, 1000), is_seen_at_once=False)

    def test_overwritten_with_junk(self):
        self.check(lambda path: path.write_bytes(JUNK), is_seen_at_once=False)

    def test_overwritten_with_junk_from_the_middle_on(self):
        def overwrite(path):
            with open(path, "r+b") as file:
                file.seek(path.stat().st_size // 2)
                file.write(JUNK[:path.stat().st_size // 2])
        self.check(overwrite, is_seen_at_once=False)

    def test_replaced_by_junk(self):
        def replace(path):
            junk = path.with_name("junk")
            junk.write_bytes(JUNK)
            junk.rename(path)
        self.check(replace)

    def test_put_right_in_place(self):
        """Once lookups fail, a backup may also be written into the damaged file."""
        site = self.site()
        copy = self.copy_of(site, 1)
        with self.start(site) as fire:
            for _ in range(ROUNDS):
                with fire.trouble(SERVFAIL):
                    os.truncate(site.database, 0)
                    fire.await_outcome(SERVFAIL)
                    shutil.copyfile(copy, site.database)
            wait_for(lambda: site.sql("PRAGMA journal_mode") == "wal", "the store to be in WAL mode")
            fire.commit(2)


class WithoutIndex(UnderFire):
    LAG = 2.5  # what was deleted is noticed within a second, a busy machine permitting

    def check(self, *suffixes):
        site = self.site()
        with self.start(site, lag=self.LAG) as fire:
            for number in range(2, 2 + 2 * ROUNDS, 2):
                fire.commit(number)
                wait_for(lambda: site.database.with_name("mail.db-wal").stat().st_size == 0, "the log to be empty", 5)
                for suffix in suffixes:
                    site.database.with_name("mail.db" + suffix).unlink()
                fire.commit(number + 1)
                fire.await_state(number + 1, self.LAG)
                self.assertEqual(stored_state(site.database), number + 1)
            self.assert_whole(site.database)
        self.assertEqual(self.logged_episodes(site), (0, 0))

    def test_index_deleted(self):
        self.check("-shm")

    def test_log_deleted(self):
        self.check("-wal")

    def test_log_and_index_deleted(self):
        self.check("-shm", "-wal")

    def test_index_truncated(self):
        """SQLite maps the index into memory: without its pages the kernel ends the process (SIGBUS). What supervises it
        starts it again, as the test does here, and no commit is lost."""
        site = self.site()
        with self.start(site) as fire:
            for number in range(2, 2 + ROUNDS):
                fire.commit(number)
                with fire.trouble(SERVFAIL, TIMEOUT):
                    os.truncate(site.database.with_name("mail.db-shm"), 0)
                    wait_for(lambda: site.service.process.poll() is not None, "the service to be ended")
                    self.assertNotEqual(site.service.process.returncode, 0, "systemd would not start it again")
                    site.start_service(log_level="info")
                fire.await_state(number)
                self.assertEqual(stored_state(site.database), number)
            self.assert_whole(site.database)


if __name__ == "__main__":
    unittest.main()
