"""kill -9, of mxbalance and of scripts that write, in the middle of writes and while answers are asked for. No commit
is lost, no half of one is seen, and the store stays whole."""
import contextlib
import random
import signal
import subprocess
import sys
import threading
import unittest

from harness import wait_for
from under_fire import SERVFAIL, TIMEOUT, Commit, UnderFire, state_sql, stored_state, transaction, usual_or_long

KILLS = usual_or_long(12, 50)

# Commits states one after the other, and tells when each was begun and was acknowledged. Python's time.monotonic is of
# one clock for all processes.
SCRIPT = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=5)
connection.execute("PRAGMA synchronous = NORMAL")
number = int(sys.argv[2])
while True:
    print("begun", number, time.monotonic(), flush=True)
    connection.executescript(sys.stdin.readline())
    print("acknowledged", number, time.monotonic(), flush=True)
    number += 1
"""


class Script:
    """A python3 that commits the states from `first` on, until it is killed."""

    def __init__(self, database, first):
        self.process = subprocess.Popen([sys.executable, "-c", SCRIPT, database, str(first)], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.begun = {}
        self.acknowledged = {}
        self.feeder = threading.Thread(target=self._feed, args=(first,))
        self.reader = threading.Thread(target=self._read)
        self.feeder.start()
        self.reader.start()

    def _feed(self, number):
        with contextlib.suppress(BrokenPipeError):
            while True:
                self.process.stdin.write(transaction(number) + "\n")
                number += 1

    def _read(self):
        for line in self.process.stdout:
            if line.endswith("\n") and len(line.split()) == 3:
                what, number, moment = line.split()
                getattr(self, what)[int(number)] = float(moment)

    def kill(self):
        self.process.kill()
        self.process.wait()
        for thread in (self.feeder, self.reader):
            thread.join()
        self.process.stdout.close()
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()

    def commits(self, stored):
        """What it committed; `stored` is the state of the store after its end. The last may not be acknowledged."""
        return [Commit(number, begun, self.acknowledged.get(number, float("inf")))
                for number, begun in self.begun.items() if number <= stored]


class Killed(UnderFire):
    def test_the_service(self):
        """While a script commits, so that what it keeps in order is at work."""
        site = self.site()
        chance = random.Random(1)
        with self.start(site) as fire:
            script = Script(site.database, 2)
            self.addCleanup(script.kill)
            for _ in range(KILLS):
                seen = len(script.acknowledged) + chance.randrange(1, 200)
                wait_for(lambda: len(script.acknowledged) >= seen, "commits", 120)
                with fire.trouble(SERVFAIL, TIMEOUT):
                    site.service.stop(signal.SIGKILL)
                    self.assert_whole(site.database)
                    site.start_service(log_level="info")
            script.kill()
            fire.commits += script.commits(stored_state(site.database))
            self.assertEqual(stored_state(site.database), fire.commits[-1].number)
            fire.commit(fire.commits[-1].number + 1)
        self.assert_whole(site.database)
        self.assertEqual(self.logged_episodes(site), (0, 0))

    def test_a_script_that_commits(self):
        site = self.site()
        chance = random.Random(2)
        with self.start(site) as fire:
            for _ in range(KILLS):
                script = Script(site.database, fire.commits[-1].number + 1)
                seen = chance.randrange(1, 100)
                wait_for(lambda: len(script.acknowledged) >= seen, "commits", 120)
                script.kill()
                stored = stored_state(site.database)
                self.assertGreaterEqual(stored, max(script.acknowledged), "a commit that was acknowledged is kept")
                fire.commits += script.commits(stored)
                self.assertEqual(stored, fire.commits[-1].number)
                self.assert_whole(site.database)
                fire.await_state(stored)
        self.assertEqual(self.logged_episodes(site), (0, 0))

    def test_the_shell_in_the_middle_of_a_transaction(self):
        """One so large that parts of it are in the log already."""
        site = self.site()
        with self.start(site) as fire:
            for number in range(2, 2 + KILLS):
                shell = subprocess.Popen(["sqlite3", site.database], text=True, stdin=subprocess.PIPE,
                                         stdout=subprocess.PIPE)
                with contextlib.closing(shell.stdout), contextlib.closing(shell.stdin):
                    shell.stdin.write(".timeout 5000\nPRAGMA cache_size = 10; BEGIN IMMEDIATE; " + state_sql(60000) +
                                      " UPDATE records SET content = '\"changed\"' WHERE type = 'TXT';"
                                      " SELECT 'in the middle';\n")
                    shell.stdin.flush()
                    self.assertEqual(shell.stdout.readline(), "in the middle\n")
                    self.assertGreater(site.database.with_name("mail.db-wal").stat().st_size, 100_000)
                    fire.await_more()
                    shell.kill()
                    shell.wait()
                fire.await_more()
                self.assert_whole(site.database)
                fire.commit(number)
            self.assertEqual(site.sql("SELECT count(*) FROM records WHERE content = '\"changed\"'"), "0")
        self.assertEqual(self.logged_episodes(site), (0, 0))


if __name__ == "__main__":
    unittest.main()
