"""The store cannot be written while answers are asked for: read-only, or on a full disk. Writers are told; no lookup
fails, and none misses a commit."""
import contextlib
import os
import shutil
import sqlite3
import subprocess
import unittest

from harness import BINARY, SOURCE, wait_for
from under_fire import UnderFire, own_mounts, transaction, usual_or_long

ROUNDS = usual_or_long(2, 10)


class ReadOnly(UnderFire):
    """mxbalance as a user whom permissions bind."""

    def setUp(self):
        if os.geteuid() != 0:
            self.skipTest("only root can start a program as another user")

    AS_NOBODY = ("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups")

    def unprivileged(self, site):
        """The beginning of a command line that runs as nobody, in a directory of nobody's."""
        program = site.directory / "mxbalance"
        shutil.copy(BINARY, program)  # the build directory may be closed to others
        for path in (site.directory, *site.directory.iterdir()):
            shutil.chown(path, "nobody", "nogroup")
        return (*self.AS_NOBODY, program)

    def write_as_nobody(self, site, number):
        return subprocess.run([*self.AS_NOBODY, "sqlite3", site.database, ".timeout 5000", transaction(number)],
                              capture_output=True, text=True, timeout=60, check=False)

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

    def test_migrating_needs_room_for_a_copy(self):
        site = self.fire_site
        site.database = self.disk / "older.db"
        with contextlib.closing(sqlite3.connect(site.database)) as older:
            older.executescript((SOURCE / "tests/unit/db/schema/older/former.sql").read_text())
        before = site.database.read_bytes()
        (self.disk / "filler").write_bytes(bytes(shutil.disk_usage(self.disk).free - len(before)))
        self.assertIn("has no room for a copy of the database", site.command("migrate", status=2))
        self.assertEqual(site.database.read_bytes(), before)
        (self.disk / "filler").unlink()
        self.assertIn(f"copied the database as it was to {site.database}.before-0001", site.command("migrate"))

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
                    connection.execute("INSERT INTO records (domain_id, name, type, content, ttl) SELECT id, 'full.' ||"
                                       " name, 'TXT', '\"' || hex(randomblob(100)) || '\"', 60 FROM domains")
            except sqlite3.OperationalError as error:
                return str(error)
        return "nothing failed"


if __name__ == "__main__":
    unittest.main()
