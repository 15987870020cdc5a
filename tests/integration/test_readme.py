"""Every command that README.md and those of deploy/, db/ and backend/ show, as it stands there: run in its order, with
the files, ports and names that it says, in namespaces of its own; what it prints is what is shown. A command that is
new there is run, too, or the test fails. And their links lead somewhere."""
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

import namespaces
from harness import BINARY, SOURCE, Process, clean_environment, wait_for

SCHEMA = "/usr/share/doc/pdns-backend-sqlite3/schema.sqlite3.sql"
# In this order: the first one makes mail.db, which the next two look at; the last one goes on with another database.
FILES = ["README.md", "db/README.md", "backend/README.md", "deploy/README.md"]
READMES = {name: (SOURCE / name).read_text() for name in FILES}

# What is not run here, and why.
ELSEWHERE = {
    r"deploy/quickstart\.sh|deploy/install-packages\.sh|cmake|install -m|tests/run\.sh":
        "they install packages and build; a person and CI run them",
    r"docker-compose|kubectl|tests/container/run\.sh": "tests/container/run.sh runs them, with a Docker daemon",
    r"tests/(lint|fuzz/run|bench/run)\.sh": "for developers, and long",
    r"zone clear": "the name of clear-zone in PowerDNS 5",
    r"systemd-analyze security": "test_systemd_unit runs it",
    r"pdnsutil (create-zone|delete-zone|set-kind|change-secondary-zone-primary)":
        "deploy/README.md says that they do not work",
    r"pdnsutil (b2b-migrate remote gsqlite3|rectify-all-zones)": "test_migrate_back and test_adoption run them",
    r"mv new\.db mail\.db": "test_store_replaced does it",
    r".*….*": "not a whole command",
    r"exec\b.*": "no command of ours",
}
# Words that stand for something.
MEANT = {"zone add ZONE": "zone add secondary.example", "ZONE$": "yourdomain.com$", "ZONE": "yourdomain.com",
         "NAME": "mail2.yourdomain.com", "FILE": "copy.db", "[:PORT]": ":5300", "'…'": ""}
COMMANDS = "serve|ping|migrate|check|backup|restore|export|import|version|zone|server|pool"
PDNSUTIL = r"set-meta|set-nsec3|increase-serial|rectify-all-zones|list-all-zones|list-zone|load-zone|clear-zone"


def shown_blocks():
    """Blocks of indented lines, outside tables and prose. A command may go on behind a backslash."""
    for text in READMES.values():
        block = []
        for line in [*re.sub(r"\\\n +", "", text).splitlines(), ""]:
            if line.startswith("    "):
                block.append(line[4:])
            elif block:
                yield block
                block = []


def shown_commands():
    """(command, what it prints or None) of each block, in their order."""
    for block in shown_blocks():
        if not any(line.startswith("$ ") for line in block):
            yield from ((line, None) for line in block)
            continue
        for part in re.split(r"(?m)^\$ ", "\n".join(block))[1:]:
            command, _, output = part.partition("\n")
            yield command, output


def named_in_prose():
    """What stands between backquotes and begins as a command does."""
    lines = [line for text in READMES.values() for line in text.splitlines()]
    prose = "\n".join(line for line in lines if not line.startswith("    "))
    for text in re.findall(r"`([^`]+)`", prose):
        text = " ".join(text.split())
        begins = (r"(mxbalance|pdnsutil|pdns_control|sqlite3|systemctl|tests/\S+\.sh|UPDATE|INSERT|DELETE"
                  rf"|{PDNSUTIL}|{COMMANDS})")
        if re.match(rf"{begins} \S", text):
            yield text


def is_elsewhere(command):
    return any(re.match(pattern + r"\b|" + pattern + "$", command) for pattern in ELSEWHERE)


def without_spaces(text):
    return [" ".join(line.split()) for line in text.strip().splitlines()]


class Machine:
    """What an administrator has: the commands of the packages, mxbalance in PATH, port 53, and an empty directory."""

    def __init__(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="mxbalance-readme-"))
        self.work = self.directory / "work"
        self.processes = {}
        self.environment = clean_environment({
            "PATH": f"{self.directory / 'bin'}:{os.environ['PATH']}:/usr/sbin:/sbin",
            "MXBALANCE_DB": str(self.work / "mail.db")})
        namespaces.run("ip", "link", "set", "lo", "up")
        for directory in ("/run", "/etc/powerdns", "/var/lib"):
            namespaces.mount_empty(directory)
        namespaces.mount_file("/etc/resolv.conf", "nameserver 127.0.0.1\n", self.directory)
        pathlib.Path("/run/pdns").mkdir()
        shutil.copytree(SOURCE / "deploy", self.work / "deploy")
        pathlib.Path("/etc/powerdns/pdns.conf").write_text((SOURCE / "deploy/pdns.conf").read_text() +
                                                           "local-address=127.0.0.1\nsecurity-poll-suffix=\n")
        (self.work / "mxbalance.conf").write_text('log-level = "info"\n')
        (self.directory / "bin").mkdir()
        (self.directory / "bin/mxbalance").symlink_to(pathlib.Path(BINARY).resolve())

    def close(self):
        for process in self.processes.values():
            process.stop()
        shutil.rmtree(self.directory, ignore_errors=True)

    def run(self, command, status=0):
        run = subprocess.run(["bash", "-c", command], cwd=self.work, env=self.environment, capture_output=True,
                             text=True, timeout=60, check=False)
        if run.returncode != status:
            raise AssertionError(f"{command}: {run.returncode}, {run.stdout}{run.stderr}")
        return run.stdout

    def start_service(self, command):
        """As typed, to its end by SIGTERM."""
        self.stop("mxbalance")
        process = Process(["bash", "-c", f"cd {self.work} && exec {command.rstrip(' &')}"],
                          self.directory / "mxbalance.log", self.environment)
        self.processes["mxbalance"] = process
        process.await_serving()

    def start_pdns(self):
        self.processes["pdns"] = Process(["pdns_server", "--guardian=no", "--daemon=no", "--disable-syslog"],
                                         self.directory / "pdns.log", self.environment)
        # Without +short, dig prints the question also where there is no answer.
        ask = "dig +short +time=1 +tries=1 version.bind TXT CH || true"
        wait_for(lambda: "PowerDNS" in self.run(ask), "pdns_server to answer")

    def stop(self, name):
        if name in self.processes:
            self.processes.pop(name).stop()


class Readme(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        namespaces.enter()
        cls.machine = Machine()
        cls.addClassCleanup(cls.machine.close)

    def test_every_command_in_its_order(self):
        ran = 0
        for command, output in shown_commands():
            command = re.sub(r"\s+# .*", "", command)
            if is_elsewhere(command):
                continue
            with self.subTest(command):
                self.do(command, output)
                ran += 1
        self.assertGreater(ran, 30, "the commands are found")
        self.machine.start_service("mxbalance serve --config mxbalance.conf")  # from mail.db again
        for text in named_in_prose():
            if not is_elsewhere(text):
                with self.subTest(text):
                    self.do_named(text)
                    ran += 1
        self.assertGreater(ran, 80, "those in the text, too")

    def do(self, command, output):
        machine = self.machine
        if re.match(r"mxbalance \[--db FILE\] ", command):
            self.check_synopsis(command)
        elif re.search(r" serve\b", command):
            machine.start_service(command)
            if not command.endswith("&"):  # else a command that is shown starts it
                machine.start_pdns()
        elif command == "systemctl stop pdns":  # where the next ones change the database of PowerDNS's own backend
            machine.run(f"sqlite3 pdns.sqlite3 < {SCHEMA}")
            machine.run("sqlite3 pdns.sqlite3 \"INSERT INTO domains (name, type) VALUES ('adopted.example', 'NATIVE'); "
                        "INSERT INTO records (domain_id, name, type, content, ttl, auth) VALUES "
                        "(1, 'adopted.example', 'SOA', 'ns1.example.net h.example.net 1 1 1 1 1', 60, 1), "
                        "(1, 'adopted.example', 'NS', 'ns1.example.net', 60, 1)\"")
            machine.stop("pdns")
        elif command == "systemctl start pdns":
            machine.start_pdns()
            self.assertIn("h.example.net", machine.run("dig +short adopted.example SOA"))
        elif command.startswith("dig "):
            self.check_answer(command, output)
        else:
            if "import --dry-run" in command:
                self.prepare_import()
            self.check_output(machine.run(command), output)

    def check_answer(self, command, output):
        """The order turns: the one that is shown comes, too."""
        until = time.monotonic() + 10
        while without_spaces(self.machine.run(command)) != without_spaces(output):
            self.assertLess(time.monotonic(), until,
                            f"{command} never answers\n{output}\nbut\n{self.machine.run(command)}")

    def check_output(self, said, output):
        """Of a table the heading, of the rest how its last line reads: what is shown is of another time."""
        if not output:
            return
        first, last = output.splitlines()[0], output.splitlines()[-1]
        if set(output.splitlines()[1]) <= set("- "):
            self.assertEqual(first.split(), said.splitlines()[0].split())
        else:
            self.assertEqual(re.sub(r"\d+", "N", said.splitlines()[-1]), re.sub(r"\d+", "N", last))

    def prepare_import(self):
        """A file that differs from the store."""
        self.machine.run("mxbalance export mail.json")
        self.machine.run("mxbalance zone records yourdomain.com add www.yourdomain.com A 10.0.0.7")

    def check_synopsis(self, command):
        groups = {"zone", "server", "pool"}
        names = set(re.sub(r"mxbalance \[--db FILE\] ", "", command).replace(" | ", " ").split())
        said = self.machine.run(f"mxbalance {' '.join(names & groups)} --help")
        listed = set(re.findall(r"(?m)^  ([a-z]+) ", said.partition("Subcommands:")[2]))
        self.assertEqual(names - groups, listed - groups - {"mxbalance"})

    def do_named(self, text):
        for word, meaning in MEANT.items():
            text = text.replace(word, meaning)
        tool, *words = text.split()
        if tool in ("UPDATE", "INSERT", "DELETE"):
            self.machine.run(f"sqlite3 mail.db '.timeout 5000' \"{text}\"")
        elif re.fullmatch(PDNSUTIL, tool):
            self.do_named(f"pdnsutil {text}")
        elif re.fullmatch(COMMANDS, tool):
            self.do_named(f"mxbalance {text}")
        elif text.startswith("systemctl reload"):
            process = self.machine.processes["mxbalance"]
            heard = process.log().count("the configuration was read again")
            process.process.send_signal(signal.SIGHUP)
            wait_for(lambda: process.log().count("the configuration was read again") > heard, "the service to hear it")
        elif tool == "mxbalance":
            self.do_mxbalance(text, words)
        elif tool == "pdnsutil" and len(words) == 1 and words[0] != "list-all-zones":
            self.assertIn(words[0], self.machine.run("pdnsutil --help"))
        else:
            self.machine.run(text)

    def do_mxbalance(self, text, words):
        """One that is only named, or with flags that have no value beside them, is one that `--help` shows."""
        flags = [word for word in words if word.startswith("--") and word != "--db"]
        plain = [word for word in words if not word.startswith("--")]
        whole = re.search(r" (--db|health|\S+\.\S+|export --with-keys -|--slow-start|--from)", text)
        if whole and "serve" not in words:
            self.machine.run(text)
            return
        names = [word for word in plain if re.fullmatch(r"[a-z]+", word)][:2]
        said = self.machine.run(f"mxbalance {' '.join(names)} --help")
        for flag in flags:
            self.assertIn(flag, said)


class Links(unittest.TestCase):
    def test_lead_to_files_and_their_headings(self):
        found = 0
        for name in [*FILES, "deploy/SECURITY.md", "tests/README.md"]:
            for target in re.findall(r"\]\(([^)\s]+)\)", (SOURCE / name).read_text()):
                with self.subTest(f"{name}: {target}"):
                    found += 1
                    path, _, anchor = target.partition("#")
                    file = (SOURCE / name).parent / path if path else SOURCE / name
                    self.assertTrue(file.exists())
                    if anchor:
                        self.assertIn(anchor, headings(file.read_text()))
        self.assertGreater(found, 40, "the links are found")


def headings(text):
    """As the anchors that forges make of them."""
    return [re.sub(r"[^\w -]", "", line).lower().replace(" ", "-") for line in re.findall(r"(?m)^#+ (.*)$", text)]


if __name__ == "__main__":
    unittest.main()
