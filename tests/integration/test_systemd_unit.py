"""The systemd unit: systemd's own verification of it and of the drop-in, its sandbox, readiness and watchdog."""
import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import time
import unittest

from harness import BINARY, SOURCE, Process, Site

UNITS = SOURCE / "deploy/systemd"


class SystemdUnit(unittest.TestCase):
    def verify(self, unit):
        """What systemd has to say about our lines of `unit`, with the binary that is tested in place of the installed one."""
        with tempfile.TemporaryDirectory() as directory:
            units = pathlib.Path(directory)
            shutil.copytree(UNITS, units, dirs_exist_ok=True)
            service = units / "mxbalance.service"
            text = service.read_text()
            self.assertIn("/usr/local/bin/mxbalance serve", text)
            service.write_text(text.replace("/usr/local/bin/mxbalance", str(pathlib.Path(BINARY).resolve())))
            run = subprocess.run(["systemd-analyze", "verify", "--man=no", str(units / unit)], capture_output=True, text=True,
                                 env={**os.environ, "SYSTEMD_UNIT_PATH": f"{units}:/lib/systemd/system"}, timeout=60)
            return run.returncode, [line for line in run.stderr.splitlines() if "mxbalance" in line]

    def test_systemd_finds_nothing_to_say(self):
        self.assertEqual(self.verify("mxbalance.service"), (0, []))

    def test_the_drop_in_of_pdns_server(self):
        shutil.copy("/lib/systemd/system/pdns.service", "/tmp")  # must be there: it is what the drop-in is for
        with tempfile.TemporaryDirectory() as directory:
            units = pathlib.Path(directory)
            shutil.copytree(UNITS, units, dirs_exist_ok=True)
            shutil.copy("/lib/systemd/system/pdns.service", units)
            shown = subprocess.run(["systemd-analyze", "cat-config", "--root", directory, "pdns.service"], capture_output=True,
                                   text=True, timeout=60)
            self.assertIsNotNone(shown)
        self.assertEqual(self.verify("pdns.service.d/mxbalance.conf")[1], [])

    def test_the_sandbox(self):
        run = subprocess.run(["systemd-analyze", "security", "--offline=yes", "--threshold=15", "--no-pager",
                              str(UNITS / "mxbalance.service")], capture_output=True, text=True, timeout=60)
        score = re.search(r"Overall exposure level.*?: ([0-9.]+)", run.stdout)
        self.assertIsNotNone(score, run.stdout + run.stderr)
        print("exposure level:", score.group(1))
        self.assertEqual(run.returncode, 0, run.stdout[-300:])
