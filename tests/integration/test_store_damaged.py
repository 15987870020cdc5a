"""The store's files are damaged, or cannot be written, while answers are asked for. What is answered is right, or SERVFAIL
where the store cannot be read; once it is put right, answers are back without a restart."""
import contextlib
import os
import shutil
import sqlite3
import subprocess
import unittest

from harness import BINARY, wait_for
from under_fire import SERVFAIL, UnderFire, own_mounts, stored_state, transaction, usual_or_long

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
        self.assertEqual(begun, ROUNDS) if is_seen_at_once else self.assertLessEqual(begun, ROUNDS)

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
            for damage in (b"", JUNK):
                with fire.trouble(SERVFAIL):
                    site.database.write_bytes(damage)
                    fire.await_outcome(SERVFAIL)
                    shutil.copyfile(copy, site.database)
            wait_for(lambda: site.sql("PRAGMA journal_mode") == "wal", "the store to be in WAL mode", 5)
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

    def test_log_and_index_deleted(self):
        self.check("-shm", "-wal")


class NotWritable(UnderFire):
    """mxbalance as a user whom permissions bind."""

    def setUp(self):
        if os.geteuid() != 0:
            self.skipTest("only root can start a program as another user")

    def unprivileged(self, site):
        """The beginning of a command line that runs as nobody, in a directory of nobody's."""
        program = site.directory / "mxbalance"
        shutil.copy(BINARY, program)  # the build directory may be closed to others
        for path in (site.directory, *site.directory.iterdir()):
            shutil.chown(path, "nobody", "nogroup")
        return ("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", program)

    def write_as_nobody(self, site, number):
        return subprocess.run(["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "sqlite3", site.database,
                               transaction(number)], capture_output=True, text=True, timeout=60, check=False)

    def check(self, mode, path_of, is_file):
        """Without write permission answers go on, also with what root commits."""
        site = self.site()
        with self.start(site, binary=self.unprivileged(site)) as fire:
            path = path_of(site)
            before = path.stat().st_mode
            path.chmod(mode)
            fire.await_more()
            if is_file:
                self.assertIn("readonly", self.write_as_nobody(site, 60000).stderr)
            fire.commit(2)
            fire.await_more()
            path.chmod(before)
            for file in site.directory.glob("mail.db-*"):
                file.chmod(0o640)  # SQLite gives an empty log the mode that the store has at that time
            with fire.committing(3):
                self.assertEqual(self.write_as_nobody(site, 3).stderr, "")
            wait_for(lambda: site.database.with_name("mail.db-wal").stat().st_size == 0, "the log to be empty", 5)
        self.assertEqual(self.logged_episodes(site), (0, 0))

    def test_file_read_only(self):
        self.check(0o444, lambda site: site.database, is_file=True)

    def test_directory_read_only(self):
        self.check(0o555, lambda site: site.directory, is_file=False)


class Full(UnderFire):
    """A store on a disk of two megabytes."""

    def setUp(self):
        if os.geteuid() != 0 or not own_mounts():
            self.skipTest("needs a file system of its own, and may not mount one")
        self.fire_site = self.site()
        self.disk = self.fire_site.directory / "disk"
        self.disk.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", self.disk], check=True)
        self.addCleanup(subprocess.run, ["umount", "--lazy", self.disk], check=True)
        self.fire_site.database = shutil.copy(self.copy_of(self.fire_site, 1), self.disk / "mail.db")

    def await_empty_log(self, site):
        wait_for(lambda: site.database.with_name("mail.db-wal").stat().st_size == 0, "the log to be empty", 5)

    def test_filled_by_others(self):
        site = self.fire_site
        filler = self.disk / "filler"
        with self.start(site) as fire:
            wait_for(lambda: site.sql("PRAGMA journal_mode") == "wal", "the store to be in WAL mode", 5)
            for number in range(2, 2 + 2 * ROUNDS, 2):
                fire.commit(number)
                self.await_empty_log(site)
                with contextlib.suppress(OSError), open(filler, "wb", buffering=0) as file:
                    while True:
                        file.write(bytes(4096))
                with self.assertRaisesRegex(AssertionError, "full"), fire.committing(60000):
                    site.sql(transaction(60000))
                fire.await_more()
                filler.unlink()
                fire.commit(number + 1)
            self.await_empty_log(site)
            self.assert_whole(site.database)
        self.assertEqual(self.logged_episodes(site), (0, 0))

    def test_filled_by_a_writer(self):
        """So that not even the log can be taken over."""
        site = self.fire_site
        with self.start(site) as fire:
            for number, size in ((2, 3), (4, 4)):
                fire.commit(number)
                self.assertIn("full", self.write_until_full(site))
                fire.await_more()
                subprocess.run(["mount", "-o", f"remount,size={size}m", self.disk], check=True)
                fire.commit(number + 1)
            self.await_empty_log(site)
            self.assert_whole(site.database)
        self.assertEqual(self.logged_episodes(site), (0, 0))

    def write_until_full(self, site):
        """Many commits in a row until one fails. Returns with what."""
        with contextlib.closing(sqlite3.connect(site.database, isolation_level=None, timeout=5)) as connection:
            try:
                for _ in range(10_000):
                    connection.execute("INSERT INTO records (domain_id, name, type, content, ttl) SELECT id,"
                                       " 'full.yourdomain.com', 'TXT', '\"' || hex(randomblob(100)) || '\"', 60 FROM domains")
            except sqlite3.OperationalError as error:
                return str(error)
        return "nothing failed"


if __name__ == "__main__":
    unittest.main()
