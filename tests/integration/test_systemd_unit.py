"""The systemd unit: what systemd itself says to it and to pdns_server's drop-in, its sandbox, and its watchdog."""
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import unittest

from harness import BINARY, SOURCE, Process, Site

UNITS = SOURCE / "deploy/systemd"


def notifications(site):
    """A socket such as systemd's, and the environment that tells a service of it."""
    path = str(site.directory / "notify")
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    listener.bind(path)
    listener.settimeout(10)
    return listener, {"NOTIFY_SOCKET": path}


class SystemdUnit(unittest.TestCase):
    def verify(self, unit, append=""):
        """What systemd says to `unit`, with the binary that is tested in place of the installed one."""
        with tempfile.TemporaryDirectory() as directory:
            units = pathlib.Path(directory)
            shutil.copytree(UNITS, units, dirs_exist_ok=True)
            shutil.copy("/lib/systemd/system/pdns.service", units)
            service = units / "mxbalance.service"
            text = service.read_text()
            self.assertIn("/usr/local/bin/mxbalance serve", text)
            service.write_text(text.replace("/usr/local/bin/mxbalance", str(pathlib.Path(BINARY).resolve())))
            with open(units / "pdns.service.d/mxbalance.conf", "a", encoding="utf-8") as drop_in:
                drop_in.write(append)
            environment = {**os.environ, "SYSTEMD_UNIT_PATH": f"{units}:/lib/systemd/system"}
            run = subprocess.run(["systemd-analyze", "verify", "--man=no", str(units / unit)], capture_output=True,
                                 text=True, env=environment, timeout=60)
            return [run.returncode, *(line for line in run.stderr.splitlines() if "mxbalance" in line)]

    def test_systemd_has_nothing_to_say(self):
        self.assertEqual(self.verify("mxbalance.service"), [0])
        self.assertEqual(self.verify("pdns.service"), [0])

    def test_the_drop_in_is_looked_at(self):
        self.assertIn("Unknown key 'Mistyped'", " ".join(map(str, self.verify("pdns.service", "Mistyped=yes\n"))))

    def test_the_sandbox(self):
        run = subprocess.run(["systemd-analyze", "security", "--offline=yes", "--threshold=15", "--no-pager",
                              str(UNITS / "mxbalance.service")], capture_output=True, text=True, timeout=60)
        score = re.search(r"Overall exposure level.*?: ([0-9.]+)", run.stdout)
        self.assertIsNotNone(score, run.stdout + run.stderr)
        print("exposure level:", score.group(1))
        self.assertEqual(run.returncode, 0, run.stdout[-300:])

    def test_the_watchdog_is_told_as_long_as_connections_are_accepted(self):
        with Site() as site:
            site.make_recipes()
            listener, environment = notifications(site)
            with listener:
                service = Process([BINARY, "--db", site.database, "serve", "--unix", site.socket],
                                  site.directory / "log", {**environment, "WATCHDOG_USEC": "200000"})
                seen = [listener.recv(100) for _ in range(5)]
                self.assertIn(b"READY=1", seen)
                self.assertEqual(seen.count(b"WATCHDOG=1"), 4)
                service.process.send_signal(signal.SIGTERM)
                self.assertEqual(service.stop(), 0)

    def test_nobody_is_told_without_a_watchdog(self):
        with Site() as site:
            site.make_recipes()
            listener, environment = notifications(site)
            with listener:
                service = Process([BINARY, "--db", site.database, "serve", "--unix", site.socket],
                                  site.directory / "log", environment)
                self.assertEqual(listener.recv(100), b"READY=1")
                service.process.send_signal(signal.SIGTERM)
                self.assertEqual(listener.recv(100), b"STOPPING=1")
                self.assertEqual(service.stop(), 0)


if __name__ == "__main__":
    unittest.main()
