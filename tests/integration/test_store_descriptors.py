"""No kind of failure of the store makes the service open more and more files; what keeps it from being written, and
a log that grows, are said once."""
import contextlib
import os
import re
import shutil
import sqlite3
import threading
import time
import unittest

from harness import BINARY, Site
from peers import over_http

AS_NOBODY = ("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups")
WRITE = b'{"method":"setDomainMetadata","parameters":{"name":"yourdomain.com.","kind":"X-TEST","value":["1"]}}'
EPISODE = 6     # seconds: what leaks by the second shows
SPARE = 4       # descriptors of connections that are under way


def descriptors(site):
    return len(os.listdir(f"/proc/{site.service.process.pid}/fd"))


def prepare(site):
    """For a service that permissions bind: a directory of its user. Returns the beginning of its command line."""
    site.make_recipes()
    program = site.directory / "mxbalance"
    shutil.copy(BINARY, program)
    for path in (site.directory, *site.directory.iterdir()):
        shutil.chown(path, "nobody", "nogroup")
    return (*AS_NOBODY, program)


def ask_and_write(site):
    """A lookup, and a write, whatever comes of them."""
    with over_http(site) as peer:
        peer.ask()
        peer.ask(WRITE)


def edit_by_root(site):
    """A commit that stays in the log."""
    connection = sqlite3.connect(site.database, isolation_level=None)
    connection.execute("UPDATE mail_servers SET weight = weight % 60000 + 1")
    return connection


@unittest.skipUnless(os.geteuid() == 0, "only root can start a program as another user")
class Failures(unittest.TestCase):
    """Each is brought about, with what ends it."""

    def owned_by_root(self, site):
        site.database.chmod(0o644)
        shutil.chown(site.database, "root", "root")
        connection = edit_by_root(site)
        for path in site.directory.glob("mail.db-*"):
            shutil.chown(path, "root", "root")
        return connection.close

    def log_owned_by_root(self, site):
        connection = edit_by_root(site)
        for path in site.directory.glob("mail.db-*"):
            path.chmod(0o644)
            shutil.chown(path, "root", "root")
        return connection.close

    def read_only_file(self, site):
        site.database.chmod(0o444)

    def read_only_directory(self, site):
        site.directory.chmod(0o555)

    def locked(self, site):
        connection = edit_by_root(site)
        connection.execute("BEGIN IMMEDIATE")
        return connection.close

    def held_by_a_reader(self, site):
        connection = edit_by_root(site)
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM records").fetchall()
        edit_by_root(site).close()
        return connection.close

    def missing(self, site):
        site.database.rename(site.directory / "elsewhere.db")

    def emptied(self, site):
        os.truncate(site.database, 0)

    def foreign(self, site):
        site.database.write_bytes(b"no database" * 10000)

    def without_its_log(self, site):
        for path in site.directory.glob("mail.db-*"):
            path.unlink()

    def without_a_table(self, site):
        site.sql("DROP TABLE schema_migrations")

    KINDS = (owned_by_root, log_owned_by_root, read_only_file, read_only_directory, locked, held_by_a_reader, missing,
             emptied, foreign, without_its_log, without_a_table)
    BEFORE_THE_START = (owned_by_root, log_owned_by_root)

    def live_through(self, kind, outcomes):
        with Site() as site, contextlib.ExitStack() as after:
            program = prepare(site)
            if kind not in self.BEFORE_THE_START:
                site.start_service(binary=program)
                for _ in range(20):
                    ask_and_write(site)
            end = kind(self, site)
            if end is not None:
                after.callback(end)
            if kind in self.BEFORE_THE_START:
                site.start_service(binary=program)
            for _ in range(5):
                ask_and_write(site)
            before = descriptors(site)
            until = time.monotonic() + EPISODE
            while time.monotonic() < until:
                ask_and_write(site)
                time.sleep(0.1)
            outcomes[kind.__name__] = (before, descriptors(site), site.service.log())

    def test_none_leaks(self):
        outcomes = {}
        threads = [threading.Thread(target=self.live_through, args=(kind, outcomes)) for kind in self.KINDS]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for kind in self.KINDS:
            with self.subTest(kind.__name__):
                before, after, log = outcomes[kind.__name__]
                self.assertLessEqual(after, before + SPARE)
                told = re.findall(r"warning: the database \S+ cannot be written: .*", log)
                if kind in (Failures.owned_by_root, Failures.log_owned_by_root, Failures.read_only_file):
                    self.assertEqual(len(told), 1, log[-3000:])
                    what = "chmod u+w" if kind is Failures.read_only_file else "run: chown nobody /"
                    self.assertIn(what, told[0])


class GrowingLog(unittest.TestCase):
    def test_is_told_and_checked(self):
        with Site() as site:
            site.make_recipes()
            site.start_service()
            with contextlib.closing(sqlite3.connect(site.database, isolation_level=None)) as reader:
                reader.execute("BEGIN")
                reader.execute("SELECT count(*) FROM records").fetchall()
                site.sql("CREATE TABLE ballast (bytes); INSERT INTO ballast VALUES (zeroblob(70000000));"
                         "DROP TABLE ballast")
                site.service.await_log("has grown to")
                found = re.search(r"warning: the log \S+mail.db-wal has grown to (\d+) MiB: \d+ MiB of it have been"
                                  r" waiting since 20\S+Z \(1\d s\)", site.service.log())
                self.assertGreaterEqual(int(found.group(1)), 66)
                said = site.command("check", status=1)
                self.assertRegex(said, r"mail.db-wal: it has grown to \d+ MiB, of which \d{8,} bytes have been waiting"
                                       r" since 20\S+Z")
                self.assertIn("fuser -v", said)
            site.service.await_log("has been taken over into the database")
            self.assertNotIn("mail.db-wal", site.command("check", status=1))
            self.assertEqual(site.service.log().count("has grown to"), 1)


if __name__ == "__main__":
    unittest.main()
