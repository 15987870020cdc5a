"""A service under fire: its store is changed, replaced or broken while pdns_server is asked for what both recipes
publish, all the while. Every state that a test commits carries a number in every published value, so that each answer
says which commit it comes from, and a mixture of two is seen. In the end each answer is held against the commits."""
import contextlib
import ctypes
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
import unittest
from typing import NamedTuple

import dns.exception
import dns.message
import dns.rcode
import dns.rdatatype

from harness import BINARY, Site, ask_udp, wait_for

QUESTIONS = (("yourdomain.com", "MX"), ("mail.yourdomain.com", "A"))
SERVFAIL = "SERVFAIL"
TIMEOUT = "timeout"
QUERY_TIME = 5.0  # more than pdns_server waits for its backend
IN_A_ROW = 20     # right answers to each question, for the answers to be back


def usual_or_long(usual, long):
    """How long or how often: tests/README.md says when it is long."""
    return long if os.environ.get("MXBALANCE_LONG_TESTS") == "1" else usual


# --- states of the store

def state_sql(number):
    """Puts the store into the state `number`, from 1 to 65535."""
    return (f"UPDATE pool_members SET preference = {number}; UPDATE mail_addresses SET address ="
            f" '10.{number // 256}.{number % 256}.' || substr(server, 5, 1);")


def transaction(number):
    return "BEGIN IMMEDIATE; " + state_sql(number) + " COMMIT;"


def set_state(path, number):
    """In a store that nobody serves: it is not waited for the disk."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.executescript("PRAGMA synchronous = OFF; " + transaction(number))


def published(number, record_type):
    """What is answered in this state."""
    if record_type == "MX":
        return {f"{number} mail1.yourdomain.com.", f"{number} mail2.yourdomain.com."}
    return {f"10.{number // 256}.{number % 256}.{server}" for server in (1, 2)}


def outcome_of(response, record_type):
    """The number of the state that the response comes from; else what is wrong with it."""
    if response.rcode() != dns.rcode.NOERROR:
        return dns.rcode.to_text(response.rcode())
    records = [item.to_text() for rrset in response.answer
               if rrset.rdtype == dns.rdatatype.from_text(record_type) for item in rrset]
    number = 0
    if records and record_type == "MX":
        number = int(records[0].split()[0])
    elif records:
        number = int(records[0].split(".")[1]) * 256 + int(records[0].split(".")[2])
    return number if set(records) == published(number, record_type) else f"wrong answer {records}"


def stored_state(path):
    """The number of the state that the file at the path is in."""
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5)) as connection:
        (number,), = connection.execute("SELECT DISTINCT preference FROM pool_members")
    return number


def content(path):
    """Everything in the store, as one text."""
    return subprocess.run(["sqlite3", "-cmd", ".timeout 5000", path, ".dump"], capture_output=True, text=True,
                          check=True, timeout=60).stdout


# --- answers, held against the commits

class Observation(NamedTuple):
    begun: float
    ended: float
    question: str
    outcome: int | str


class Commit(NamedTuple):
    number: int
    begun: float
    acknowledged: float


def not_explained(observations, commits, lag):
    """The answers of a state that was not committed when they were asked for, or that an acknowledged commit, or an
    earlier answer, had made old. Numbers of states grow from commit to commit."""
    known = {commit.number for commit in commits}
    acknowledged = sorted((commit.acknowledged + lag, commit.number) for commit in commits)
    begun = sorted((commit.begun, commit.number) for commit in commits)
    ended = sorted((observation.ended, observation.outcome) for observation in observations)
    faults = []
    newest = {"acknowledged": 0, "answered": 0}
    next_acknowledged = next_ended = 0
    for observation in sorted(observations):
        while next_acknowledged < len(acknowledged) and acknowledged[next_acknowledged][0] < observation.begun:
            newest["acknowledged"] = max(newest["acknowledged"], acknowledged[next_acknowledged][1])
            next_acknowledged += 1
        while next_ended < len(ended) and ended[next_ended][0] < observation.begun:
            newest["answered"] = max(newest["answered"], ended[next_ended][1])
            next_ended += 1
        for what, number in newest.items():
            if observation.outcome < number:
                faults.append((observation, f"older than {number}, which was {what} before"))
        earliest = min((time_ for time_, number in begun if number == observation.outcome), default=None)
        if observation.outcome not in known or earliest > observation.ended:
            faults.append((observation, "not committed then"))
    return faults


class Fire:
    """The load on a site whose service and pdns_server run. A context manager: leaving it ends the load and checks
    every answer."""

    def __init__(self, site, lag=0.0):
        """`lag`: seconds that an acknowledged commit may take to be seen; else it is in the next answer."""
        self.site = site
        self.lag = lag
        self.observations = []
        self.commits = [Commit(stored_state(site.database), 0.0, 0.0)]
        self.troubles = []
        self.lock = threading.Lock()
        self.stopped = threading.Event()
        self.threads = [threading.Thread(target=self._ask, args=question) for question in QUESTIONS]

    def __enter__(self):
        self.begun = time.monotonic()
        for thread in self.threads:
            thread.start()
        self.await_answers()
        return self

    def __exit__(self, *error):
        if error[0] is None:
            with contextlib.suppress(AssertionError):
                self.await_answers()  # the last state too is asked for
        self.stopped.set()
        for thread in self.threads:
            thread.join()
        self._report()
        if error[0] is None or issubclass(error[0], AssertionError):
            self.check()

    def _ask(self, name, record_type):
        while not self.stopped.is_set():
            begun = time.monotonic()
            try:
                response = ask_udp(dns.message.make_query(name, record_type), "127.0.0.1", self.site.dns_port,
                                   QUERY_TIME)
                outcome = outcome_of(response, record_type)
            except dns.exception.Timeout:
                outcome = TIMEOUT
            except Exception as error:  # the test fails with it
                outcome = repr(error)
            with self.lock:
                self.observations.append(Observation(begun, time.monotonic(), record_type, outcome))

    # --- what the test tells

    @contextlib.contextmanager
    def committing(self, number):
        """Around what commits the state. If it raises, then the state must never be answered."""
        begun = time.monotonic()
        entry = Commit(number, begun, float("inf"))
        self.commits.append(entry)
        try:
            yield
        except BaseException:
            self.commits.remove(entry)
            raise
        self.commits[self.commits.index(entry)] = entry._replace(acknowledged=time.monotonic())

    def commit(self, number):
        """By the sqlite3 shell."""
        with self.committing(number):
            self.site.sql(transaction(number))

    @contextlib.contextmanager
    def trouble(self, *allowed):
        """Within it, besides right answers these outcomes are allowed; leaving it waits until the answers are back."""
        begun = time.monotonic()
        yield
        self.await_answers()
        self.troubles.append((begun, time.monotonic(), allowed))

    # --- what it waits for

    def since(self, moment):
        """What was asked since then, and is answered."""
        with self.lock:
            tail = []
            for observation in reversed(self.observations):
                if observation.ended < moment:
                    break
                tail.append(observation)
        return [observation for observation in reversed(tail) if observation.begun >= moment]

    def await_answers(self, deadline=10.0):
        """Waits until each question has been answered rightly many times in a row."""
        moment = time.monotonic()

        def are_back():
            seen = self.since(moment)
            return all(len(last) == IN_A_ROW and all(isinstance(one.outcome, int) for one in last)
                       for last in ([one for one in seen if one.question == record_type][-IN_A_ROW:]
                                    for _, record_type in QUESTIONS))
        wait_for(are_back, "right answers", deadline)

    def await_outcome(self, outcome, deadline=10.0):
        """Waits until each question has got it."""
        moment = time.monotonic()
        wait_for(lambda: {one.question for one in self.since(moment) if one.outcome == outcome} == {"MX", "A"},
                 f"{outcome} to be answered", deadline)

    def await_more(self, deadline=10.0):
        """Waits until each question has been asked and answered, rightly or not, many times."""
        moment = time.monotonic()
        wait_for(lambda: all([one.question for one in self.since(moment)].count(record_type) >= IN_A_ROW
                             for _, record_type in QUESTIONS), "more answers", deadline)

    def await_state(self, number, deadline=10.0):
        """Waits until each question has been answered with this state."""
        self.await_outcome(number, deadline)

    # --- the verdict

    def is_allowed(self, observation):
        return any(begun <= observation.ended and observation.begun <= ended and observation.outcome in allowed
                   for begun, ended, allowed in self.troubles)

    def check(self):
        answers = [one for one in self.observations if isinstance(one.outcome, int)]
        failures = [one for one in self.observations if not isinstance(one.outcome, int)]
        faults = [(one, "not allowed then") for one in failures if not self.is_allowed(one)]
        faults += not_explained(answers, self.commits, self.lag)
        if faults:
            told = "\n".join(f"  {one.begun - self.begun:.3f} to {one.ended - self.begun:.3f} s, {one.question}:"
                             f" {one.outcome}: {why}" for one, why in sorted(faults)[:10])
            last = "\n".join(f"  {one.begun - self.begun:.3f} to {one.acknowledged - self.begun:.3f} s: {one.number}"
                             for one in self.commits[-10:])
            raise AssertionError(f"{len(faults)} of {len(self.observations)} answers:\n{told}\n"
                                 f"the last commits:\n{last}")

    def _report(self):
        failures = [one.outcome for one in self.observations if not isinstance(one.outcome, int)]
        counted = "".join(f", {failures.count(what)} {what}" for what in sorted(set(failures)))
        longest = max((one.ended - one.begun for one in self.observations), default=0.0)
        print(f"[{len(self.observations) - len(failures)} answers{counted}, {len(self.commits) - 1} commits,"
              f" longest {longest * 1000:.0f} ms]", end=" ", file=sys.stderr, flush=True)


# --- what the tests share

class UnderFire(unittest.TestCase):
    recipes = None  # the store's content, made once

    def site(self):
        """A site with the recipes' store in state 1, and more rows than fit in a few pages."""
        site = self.enterContext(Site())
        if UnderFire.recipes is None:
            site.make_recipes()
            site.sql("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) INSERT INTO"
                     " records (domain_id, name, type, content, ttl) SELECT domains.id, 'host' || i || '.' || name,"
                     " 'TXT', '\"' || hex(zeroblob(50)) || '\"', 60 FROM n, domains; " + transaction(1))
            UnderFire.recipes = site.database.read_bytes()
        else:
            site.database.write_bytes(UnderFire.recipes)
        return site

    def start(self, site, lag=0.0, transport="json", binary=(BINARY,)):
        """The load on the site, to be entered. Lookups are not logged: there are too many."""
        site.start_service(log_level="info", binary=binary)
        site.start_pdns(transport)
        return Fire(site, lag)

    def copy_of(self, site, state, name="copy.db"):
        """Another store, with the same content but for the state, made by VACUUM INTO."""
        base = site.directory / "base.db"
        if not base.exists():
            site.sql(f"VACUUM INTO '{base}'")
        path = site.directory / name
        shutil.copyfile(base, path)
        set_state(path, state)
        return path

    def assert_whole(self, path):
        with contextlib.closing(sqlite3.connect(path, timeout=5)) as connection:
            self.assertEqual(connection.execute("PRAGMA integrity_check").fetchall(), [("ok",)])

    def logged_episodes(self, site):
        """How often the store's failure, and its end, were logged."""
        log = site.service.log()
        return log.count("the store cannot be read"), log.count("the store can be read again")


def own_mounts():
    """From now on this process's mounts are its own, and end with it. False: the system does not allow it."""
    clone_newns = 0x20000
    return ctypes.CDLL(None).unshare(clone_newns) == 0 and subprocess.run(
        ["mount", "--make-rprivate", "/"], capture_output=True, check=False).returncode == 0
