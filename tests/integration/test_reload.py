"""SIGHUP has the configuration read again: what can change is obeyed at once, the rest is named, an error changes
nothing. Other signals are ignored, with a line in the log. The unit's `systemctl reload`."""
import contextlib
import re
import signal
import subprocess
import unittest

from harness import BINARY, SOURCE, Process, Site, clean_environment, run_mxbalance, wait_for
from peers import over_http, over_unix


class Reload(unittest.TestCase):
    def start(self, text, *arguments):
        """The service with a configuration file of this text."""
        site = self.enterContext(Site())
        site.make_recipes()
        self.write(site, text)
        site.http_port = self.begin(site, *arguments)
        return site

    def begin(self, site, *arguments):
        site.service = Process([BINARY, "--db", site.database, "serve", "--http", "127.0.0.1:0", "--unix", site.socket,
                                "--config", site.directory / "mxbalance.conf", *arguments],
                               site.directory / "mxbalance.log")
        return int(re.search(r"listening on 127\.0\.0\.1:(\d+)", site.service.await_serving()).group(1))

    @staticmethod
    def write(site, text):
        (site.directory / "mxbalance.conf").write_text(text)

    def reload(self, site, text, said):
        """Returns the line of the log with `said`."""
        self.write(site, text)
        begin = len(site.service.log())
        site.service.process.send_signal(signal.SIGHUP)
        wait_for(lambda: said in site.service.log()[begin:], said)
        return site.service.log()[begin:]

    def test_the_log_level(self):
        site = self.start("probe = none\n")
        with over_http(site) as peer:
            peer.ask()
            self.assertEqual(site.lookups(), [])
            self.reload(site, "probe = none\nlog-level = debug\n",
                        "info: the configuration was read again, and is obeyed: log-level")
            peer.ask()
            wait_for(site.lookups, "the lookup in the log")
            self.assertEqual(site.lookups(), ["yourdomain.com. MX"])
            self.reload(site, "probe = none\nlog-level = error\n", "")

            def asks_unlogged():
                before = len(site.lookups())
                peer.ask()
                return len(site.lookups()) == before

            wait_for(asks_unlogged, "lookups to stay out of the log")

    def test_the_limits(self):
        site = self.start("probe = none\n")
        with over_unix(site) as one, over_unix(site) as two:
            self.assertTrue(one.finds_mail() and two.finds_mail())
            self.reload(site, "probe = none\nmax-connections = 2\nmax-body = 1024\n",
                        "is obeyed: max-body, max-connections")
            with over_unix(site) as third:
                third.send(b'{"method":"initialize","parameters":{}}\n')
                self.assertTrue(third.is_closed())
            self.assertTrue(one.finds_mail())
            one.send(b" " * 2000)
            self.assertTrue(one.is_closed(), "also of a connection that was open")
            self.reload(site, "probe = none\n", "is obeyed: max-body, max-connections")
            with over_unix(site) as third:
                self.assertTrue(third.finds_mail())

    def test_the_memory(self):
        start = b'{"method":"startTransaction","parameters":{"domain":"yourdomain.com.","domain_id":-1,"trxid":1}}'
        site = self.start("probe = none\nmax-memory = 16777216\n")
        with contextlib.ExitStack() as open_ones:
            for _ in range(8):      # each has 2 MiB
                self.assertEqual(open_ones.enter_context(over_unix(site)).ask_line(start), b'{"result":true}')
            self.assertIsNone(open_ones.enter_context(over_unix(site)).ask_line(start), "there is no memory for it")
            self.reload(site, "probe = none\nmax-memory = 33554432\n", "is obeyed: max-memory")
            self.assertEqual(open_ones.enter_context(over_unix(site)).ask_line(start), b'{"result":true}')
            self.reload(site, "probe = none\nmax-memory = 16777216\n", "is obeyed: max-memory")
            self.assertIsNone(open_ones.enter_context(over_unix(site)).ask_line(start), "those that are open stay")

    def test_probes(self):
        site = self.start("probe = none\n")
        self.reload(site, "probe = tcp\nprobe-port = 9\nprobe-interval = 20ms\nprobe-timeout = 50ms\n"
                    "probe-source = 127.0.0.1\n",
                    "is obeyed: probe, probe-interval, probe-port, probe-source, probe-timeout")
        site.command("server", "add", "mail3.yourdomain.com", "--address", "127.0.0.3")
        site.service.await_log("mail3.yourdomain.com 127.0.0.3 is down")
        self.reload(site, "probe = none\n", "is obeyed: probe")
        wait_for(lambda: site.sql("SELECT health FROM mail_addresses WHERE address = '127.0.0.3'") == "unknown",
                 "no more probes")

    def test_what_needs_a_restart_is_named_until_there_is_one(self):
        site = self.start("probe = none\nreaders = 4\n")
        for _ in range(2):
            line = self.reload(site, "probe = none\nreaders = 5\nread-only = true\nlog-level = info\n",
                               "this counts from the next start of mxbalance on: read-only, readers")
        self.assertNotIn("obeyed", line)
        self.reload(site, "probe = none\nreaders = 4\nlog-level = info\n", "nothing in it has changed")

    def test_an_error_changes_nothing(self):
        site = self.start("probe = none\n")
        conf = site.directory / "mxbalance.conf"
        for text, why in (("log-level = debug\nmax-body = 1\n", "max-body"),
                          ("log-level = debug\nno-such = 1\n", 'there is no setting "no-such"'),
                          ("log-level = debug\nallow-from = 10.0.0.1/8\n", "10.0.0.1/8"),
                          ("log-level = debug\nprobe-ca-file = /none\n", "/none")):
            line = self.reload(site, text, "the configuration was not taken over, and all settings stay as they are: ")
            self.assertIn(why, line)
        conf.unlink()
        site.service.process.send_signal(signal.SIGHUP)
        site.service.await_log(f"the configuration file {conf} cannot be read")
        with over_http(site) as peer:
            peer.ask()
        self.assertEqual(site.lookups(), [], "the log level is the old one")
        self.reload(site, "probe = none\nlog-level = debug\n", "is obeyed: log-level")

    def test_a_list_of_clients_that_listening_needs_cannot_be_taken_away(self):
        site = self.start("probe = none\nallow-from = 192.0.2.0/24\n", "--http", "0.0.0.0:0")
        self.reload(site, "probe = none\n",
                    "not taken over, and all settings stay as they are: cannot listen on 0.0.0.0")
        self.reload(site, "probe = none\nallow-from = 192.0.2.1\n", "is obeyed: allow-from")

    def test_without_a_file(self):
        with Site() as site:
            site.make_recipes()
            site.start_service()
            site.service.process.send_signal(signal.SIGHUP)
            site.service.await_log("there is no configuration file to read again")
            self.assertIsNone(site.service.process.poll())

    def test_other_signals_are_ignored(self):
        with Site() as site:
            site.make_recipes()
            site.start_service()
            for number in (signal.SIGUSR1, signal.SIGUSR2, signal.SIGALRM, signal.SIGVTALRM, signal.SIGPROF,
                           signal.SIGIO, signal.SIGPWR, signal.SIGSTKFLT, signal.SIGRTMIN, signal.SIGRTMAX):
                site.service.process.send_signal(number)
                name = {signal.SIGIO: "SIGPOLL"}.get(number, number.name) if number < signal.SIGRTMIN else int(number)
                site.service.await_log(f"warning: the signal {name} means nothing")
            with over_unix(site) as peer:
                self.assertTrue(peer.finds_mail())
            self.assertEqual(site.service.stop(), 0)

    def test_the_unit(self):
        """What `systemctl reload` runs."""
        unit = (SOURCE / "deploy/systemd/mxbalance.service").read_text()
        command = re.search(r"(?m)^ExecReload=(.*)$", unit).group(1)
        site = self.start("probe = none\n")
        self.write(site, "probe = none\nlog-level = debug\n")
        subprocess.run(command.replace("$MAINPID", str(site.service.process.pid)).split(), check=True,
                       env=clean_environment(), timeout=10)
        site.service.await_log("is obeyed: log-level")

    def test_the_readme_names_the_same_settings(self):
        said = run_mxbalance("serve", "--help", within=10).stdout
        group = re.search(r"(?ms)^Options that a running service obeys.*?:\n(.*?)(^\S|\Z)", said).group(1)
        obeyed = set(re.findall(r"(?m)^  (--[a-z-]+)", group))
        others = set(re.findall(r"(?m)^  (--[a-z-]+)", said)) - obeyed - {"--config", "--db", "--help"}
        readme = (SOURCE / "deploy/README.md").read_text()
        rows = re.findall(r"(?m)^\| (`--.*?) \|.*\| ?(yes)? ?\|$",
                          re.search(r"(?ms)^\| setting of `serve` \| default .*?\n\n", readme).group(0))
        for named, expected in (("yes", obeyed), ("", others)):
            listed = {name for row, is_obeyed in rows if is_obeyed == named for name in re.findall(r"--[a-z-]+", row)}
            probes = {name for name in expected if name.startswith("--probe-")} if "--probe-" in listed else set()
            self.assertEqual((listed - {"--probe-"}) | probes, expected)


if __name__ == "__main__":
    unittest.main()
