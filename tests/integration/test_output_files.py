"""Files that commands write: into what is no regular file, through symbolic links, in place of a file as a whole; their
modes, whatever the umask; and what is never written as it came, to a terminal or a log."""
import contextlib
import json
import os
import pathlib
import pty
import signal
import sqlite3
import stat
import subprocess
import threading
import unittest

from harness import BINARY, Site, clean_environment
from peers import over_http, request

ODD = "a\x1b]0;title\x07\nforged\x7f\u009b31m\u202eb"


class OutputFiles(unittest.TestCase):
    def setUp(self):
        self.site = self.enterContext(Site())
        self.site.make_recipes()

    def at(self, name):
        return self.site.directory / name

    def run_to(self, output, *arguments, status=0, **more):
        run = subprocess.run([BINARY, "--db", self.site.database, *map(str, arguments)], stdout=output,
                             stderr=subprocess.PIPE, env=clean_environment(), timeout=60, check=False, **more)
        self.assertEqual(run.returncode, status, run.stderr)
        return run

    def captured(self, *arguments, **more):
        return self.run_to(subprocess.PIPE, *arguments, **more).stdout

    def assert_is_store(self, data):
        self.at("copy.db").write_bytes(data)
        with contextlib.closing(sqlite3.connect(self.at("copy.db"))) as store:
            self.assertEqual(store.execute("SELECT count(*) FROM mail_servers").fetchone(), (2,))
            self.assertEqual(store.execute("PRAGMA integrity_check").fetchone(), ("ok",))

    def assert_is_export(self, data):
        self.assertEqual(len(json.loads(data)["servers"]), 2)

    def test_standard_output(self):
        for name in ("-", "/dev/stdout", "/proc/self/fd/1"):
            self.assert_is_export(self.captured("export", name))
            self.assert_is_export(self.captured("export", "--with-keys", name))
            self.assert_is_store(self.captured("backup", name))
        self.assertTrue(pathlib.Path("/dev/stdout").is_symlink())
        self.assertEqual({name for name in os.listdir(self.site.directory) if not name.startswith("mail.db")},
                         {"copy.db"}, "no file of that name")

    def test_nothing_is_written_over_the_store(self):
        self.at("link.json").symlink_to(self.at("mail.db"))
        os.link(self.at("mail.db"), self.at("hard.json"))
        self.at("same").symlink_to(self.site.directory)
        names = ["mail.db", "link.json", "hard.json", "same/mail.db", "mail.db-wal", "mail.db-shm", "mail.db-journal",
                 "mail.db.prober"]
        for name in names:
            for command in ("export", "backup"):
                if name == "hard.json":
                    continue
                said = self.run_to(subprocess.PIPE, command, self.at(name), status=1).stderr
                self.assertIn(b"which would be lost: name another file", said, (command, name))
        self.at("hard.json").unlink()
        self.assert_is_export(self.captured("export"))
        self.assertEqual(sqlite3.connect(self.site.database).execute("PRAGMA integrity_check").fetchone(), ("ok",))

    def test_standard_output_that_is_a_file_is_gone_on_with(self):
        for arguments in (("export", "/dev/stdout"), ("export",)):
            with open(self.at("out"), "wb") as output:
                output.write(b"before\n")
                output.flush()
                self.run_to(output, *arguments)
                output.seek(0, os.SEEK_END)
                output.write(b"after\n")
            data = self.at("out").read_bytes()
            self.assertTrue(data.startswith(b"before\n") and data.endswith(b"after\n"))
            self.assert_is_export(data[len(b"before\n"):-len(b"after\n")])

    def test_pipes_and_devices(self):
        os.mkfifo(self.at("fifo"))
        self.at("link").symlink_to("fifo")
        for command, check in (("export", self.assert_is_export), ("backup", self.assert_is_store)):
            for name in ("fifo", "link"):
                read = []
                reader = threading.Thread(target=lambda read=read: read.append(self.at("fifo").read_bytes()))
                reader.start()
                self.assertEqual(self.captured(command, self.at(name)), b"")
                reader.join(10)
                check(read[0])
            self.captured(command, "/dev/null")
            self.assertIn(b"No space left", self.run_to(subprocess.PIPE, command, "/dev/full", status=2).stderr)
        self.assertTrue(stat.S_ISFIFO(self.at("fifo").stat().st_mode))
        self.assertTrue(stat.S_ISCHR(os.stat("/dev/null").st_mode) and stat.S_ISCHR(os.stat("/dev/full").st_mode))

    def test_a_copy_is_not_written_to_a_terminal(self):
        ours, theirs = pty.openpty()
        try:
            said = self.run_to(theirs, "backup", "-", status=1).stderr
            self.assertIn(b"not written to a terminal", said)
        finally:
            os.close(ours)
            os.close(theirs)

    def test_a_reader_that_goes_leaves_nothing_behind(self):
        self.at("tmp").mkdir()
        self.site.sql("INSERT INTO domains (name, type) VALUES ('x.example', 'NATIVE');"
                      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)"
                      " INSERT INTO records (domain_id, name, type, content, ttl, auth)"
                      " SELECT 2, 'n' || i || '.x.example', 'A', '192.0.2.1', 60, 1 FROM n")
        reading, writing = os.pipe()
        with subprocess.Popen([BINARY, "--db", self.site.database, "backup", "-"], stdout=writing,
                              stderr=subprocess.DEVNULL,
                              env=clean_environment({"TMPDIR": str(self.at("tmp"))})) as process:
            os.close(writing)
            os.read(reading, 10)
            os.close(reading)
            self.assertIn(process.wait(20), (-signal.SIGPIPE, 2))
        self.assertEqual(os.listdir(self.at("tmp")), [])

    def test_links_to_files(self):
        self.at("sub").mkdir()
        self.at("sub/mail.json").write_text("old")
        self.at("mail.json").symlink_to("sub/mail.json")
        self.at("new.db").symlink_to("sub/new.db")
        with open(self.at("sub/mail.json"), encoding="utf-8") as held_open:
            self.captured("export", self.at("mail.json"))
            self.assertEqual(held_open.read(), "old", "replaced as a whole")
        self.captured("backup", self.at("new.db"))
        self.assertTrue(self.at("mail.json").is_symlink() and self.at("new.db").is_symlink())
        self.assert_is_export(self.at("sub/mail.json").read_bytes())
        self.assert_is_store(self.at("sub/new.db").read_bytes())
        self.assertEqual(sorted(os.listdir(self.at("sub"))), ["mail.json", "new.db"])

    def test_modes_whatever_the_umask(self):
        """Also of who may not read what nobody may."""
        os.chmod(self.site.directory, 0o777)
        who = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}
        for umask in (0o777, 0o077, 0):
            made = {"mail.json": 0o644, "keys.json": 0o600, "backup.db": 0o600, "made.db": 0o600}
            run = [BINARY, "--db", self.at("made.db")]
            for arguments in (["migrate"],
                              ["export", self.at("mail.json")], ["export", "--with-keys", self.at("keys.json")],
                              ["backup", self.at("backup.db")], ["backup", "/dev/null"], ["zone", "list"]):
                subprocess.run([*run, *arguments], check=True, stdout=subprocess.DEVNULL, env=clean_environment(),
                               umask=umask, timeout=60, **who)
            for name, mode in made.items():
                self.assertEqual(oct(stat.S_IMODE(self.at(name).stat().st_mode)), oct(mode), f"{name}, umask {umask:o}")
                self.at(name).unlink()


class Shown(unittest.TestCase):
    """Rows, requests and files hold bytes that would forge a line of the log, or drive a terminal."""

    def setUp(self):
        self.site = self.enterContext(Site())
        self.site.make_recipes()
        with contextlib.closing(sqlite3.connect(self.site.database)) as store:
            store.executemany(
                "INSERT INTO records (domain_id, name, type, content, ttl, auth) VALUES (1, ?, ?, ?, 60, 1)",
                [("odd.yourdomain.com", f"A{ODD}", ODD), ("odd.yourdomain.com", "A", ODD),
                 ("txt.yourdomain.com", "TXT", f'"{ODD}"')])
            store.execute("UPDATE mail_servers SET health = 'down', reason = ? WHERE name = 'mail2.yourdomain.com'",
                          (ODD,))
            store.execute("INSERT INTO domainmetadata (domain_id, kind, content) VALUES (1, ?, ?)", (f"X-{ODD}", ODD))
            store.commit()

    def assert_harmless(self, data, what):
        if isinstance(data, str):
            data = data.encode()
        for bad in (b"\x1b", b"\x07", b"\x7f", "\u009b".encode(), "\u202e".encode(), b"\nforged"):
            self.assertNotIn(bad, data, what)

    def said(self, *arguments):
        """In bytes, which may be no text."""
        return subprocess.run([BINARY, "--db", self.site.database, *arguments], capture_output=True,
                              env=clean_environment(), timeout=60, check=False)

    def test_commands(self):
        (self.site.directory / "odd.json").write_bytes(f'{{"format": "{ODD}"'.encode())
        (self.site.directory / "odd.txt").write_bytes(ODD.replace("\n", " ").encode() + b"\n")
        lines = (["zone", "records", "yourdomain.com"], ["zone", "show", "yourdomain.com"], ["server", "list"],
                 ["server", "show", "mail2.yourdomain.com"], ["pool", "show", "inbound"], ["check"], ["export"],
                 ["import", self.site.directory / "odd.json"],
                 ["zone", "add", "--from", self.site.directory / "odd.txt"], ["zone", "show", ODD], [ODD],
                 ["zone", "list", f"--{ODD}"], ["--db", f"/{ODD}", "zone", "list"])
        for line in lines:
            run = self.said(*line)
            self.assert_harmless(run.stdout + run.stderr, line)
            if "list" in line or "show" in line or line == ["check"]:
                json_run = self.said(*line, "--json")
                self.assert_harmless(json_run.stdout + json_run.stderr, line)
                if run.returncode == 0:
                    json.loads(json_run.stdout)
        shown = json.loads(self.site.command("server", "show", "mail2.yourdomain.com", "--json"))
        self.assertEqual(shown["reason"], ODD, "JSON keeps what it is")
        exported = json.loads(self.site.command("export", "--with-health"))
        self.assertIn(ODD, [server.get("reason") for server in exported["servers"]])

    def test_the_log(self):
        self.site.start_service()
        for name in ("odd.yourdomain.com", "txt.yourdomain.com", ODD):
            body = json.dumps({"method": "lookup", "parameters": {"qname": name + ".", "qtype": "ANY", "zone-id": -1}})
            with over_http(self.site) as peer:
                peer.send(request(body.encode()))
                peer.reply()
        for body in (json.dumps({"method": ODD}).encode(), ODD.encode(), b"\xff\x1b[2J"):
            with over_http(self.site) as peer:
                peer.send(request(body))
                peer.reply()
        with over_http(self.site) as peer:
            peer.send(f"GET /dns/{ODD.split(chr(10), maxsplit=1)[0]} HTTP/1.1\r\n\r\n".encode())
            peer.reply()
        self.site.service.await_log("no method")
        log = (self.site.directory / "mxbalance.log").read_bytes()
        self.assert_harmless(log, "the log")
        self.assertIn(b"?forged", log, "and it was there")

    def test_what_pdnsutil_prints(self):
        self.site.start_service()
        self.site.start_pdns("unix")
        said = self.site.pdnsutil("backend-cmd", "remote", "pools")
        self.assert_harmless(said, "pools")
        self.assertIn("down: a?]0;title??forged", said)


if __name__ == "__main__":
    unittest.main()
