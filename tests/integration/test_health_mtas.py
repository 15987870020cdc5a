"""Real mail servers, Postfix and Exim, with STARTTLS: probes leave nothing in their logs that looks like an error, and see
them go and come back."""
import os
import pathlib
import pwd
import shutil
import signal
import socket
import tempfile
import unittest

from harness import Process, wait_for
from health_site import DOWN_WITHIN, Authority, HealthSite, free_port_everywhere

POSTFIX, EXIM = "127.0.4.1", "127.0.4.2"
EXIM_PROGRAM = "/usr/local/lib/mxbalance-tests/exim4/usr/sbin/exim4"
# What either logs of a client that breaks off or breaks the rules.
COMPLAINTS = ("lost connection", "timeout after", "improper command", "unexpected", "error", "synchronization", "dropped",
              "protocol", "syntax", "refused")


class Servers(unittest.TestCase):
    def setUp(self):
        if os.geteuid() != 0:
            self.skipTest("Postfix runs its services as its own user, which only root can do")
        self.site = self.enterContext(HealthSite())
        self.site.make_servers(POSTFIX, EXIM, port=free_port_everywhere([POSTFIX, EXIM]),
                               settings=("--tls", "require"))
        self.authority = Authority(self.site.directory)
        for number in (1, 2):
            self.authority.context(f"mail{number}.yourdomain.com")
        # Postfix's and Exim's own users read there.
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="mxbalance-mta-"))
        self.home.chmod(0o755)
        self.addCleanup(shutil.rmtree, self.home)

    def certificate(self, number):
        found = next(self.site.directory.glob(f"certificate-mail{number}.*/server.pem"))
        shutil.copy(found, self.home / f"mail{number}.pem")
        shutil.copy(self.site.directory / "server.key", self.home / "server.key")
        (self.home / "server.key").chmod(0o644)
        return self.home / f"mail{number}.pem", self.home / "server.key"

    def start_postfix(self):
        certificate, key = self.certificate(1)
        config, queue, data = (self.home / name for name in ("postfix", "queue", "data"))
        for directory in (config, queue, data):
            directory.mkdir(exist_ok=True)
        shutil.chown(data, "postfix")
        (config / "main.cf").write_text(
            f"compatibility_level = 3.6\nqueue_directory = {queue}\ndata_directory = {data}\nmyhostname = mail1.yourdomain.com\n"
            "inet_interfaces = loopback-only\nmydestination =\nalias_maps =\nalias_database =\nmaillog_file = /dev/stdout\n"
            f"smtpd_tls_security_level = may\nsmtpd_tls_cert_file = {certificate}\nsmtpd_tls_key_file = {key}\n"
            "smtpd_tls_loglevel = 1\nsmtpd_delay_reject = yes\nsmtpd_helo_required = yes\n")
        (config / "master.cf").write_text(
            f"{POSTFIX}:{self.site.port} inet n - n - - smtpd\npostlog unix-dgram n - n - 1 postlogd\nanvil unix - - n - 1 anvil\n"
            "tlsmgr unix - - n 1000? 1 tlsmgr\nproxymap unix - - n - - proxymap\nrewrite unix - - n - - trivial-rewrite\n"
            "cleanup unix n - n - 0 cleanup\npickup unix n - n 60 1 pickup\nqmgr unix n - n 300 1 qmgr\nerror unix - - n - - error\n")
        self.postfix = Process(["postfix", "-c", config, "start-fg"], self.home / "postfix.log")

    def stop_postfix(self):
        """Its master, with all that it has started."""
        master = int((self.home / "queue/pid/master.pid").read_text())
        os.kill(master, signal.SIGTERM)
        self.postfix.process.wait(10)

    def start_exim(self):
        certificate, key = self.certificate(2)
        spool = self.home / "exim"
        spool.mkdir(exist_ok=True)
        owner = pwd.getpwnam("nobody")
        os.chown(spool, owner.pw_uid, owner.pw_gid)
        config = self.home / "exim.conf"
        config.write_text(
            f"exim_user = nobody\nexim_group = nogroup\nspool_directory = {spool}\nlog_file_path = {spool}/%slog\n"
            f"primary_hostname = mail2.yourdomain.com\nlocal_interfaces = {EXIM}\ndaemon_smtp_ports = {self.site.port}\n"
            f"tls_advertise_hosts = *\ntls_certificate = {certificate}\ntls_privatekey = {key}\nlog_selector = +all\n"
            "host_lookup =\nrfc1413_hosts =\nacl_smtp_rcpt = deny\nbegin acl\nbegin routers\nbegin transports\n")
        self.exim = Process([EXIM_PROGRAM, "-bdf", "-C", config], self.home / "exim.log")

    def log_of_exim(self):
        return "".join(path.read_text(errors="replace") for path in (self.home / "exim").glob("*log")) + self.exim.log()

    def await_back(self, address):
        """Real servers take a while to start, and for their first handshakes: the promised time is test_health_failures'."""
        def is_listening():
            with socket.socket() as tried:
                return tried.connect_ex((address, self.site.port)) == 0
        wait_for(is_listening, f"a mail server at {address} to listen")
        self.site.await_mx({1, 2}, 5)

    def test_polite_and_back(self):
        if not os.path.exists(EXIM_PROGRAM):
            self.fail("Exim is missing: deploy/install-packages.sh test")
        self.start_postfix()
        self.addCleanup(self.stop_postfix)
        self.start_exim()
        self.addCleanup(lambda: self.exim.stop())
        self.site.start("--probe-ca-file", self.authority.ca_file)
        wait_for(lambda: "daemon started" in self.postfix.log() or self.postfix.process.poll() is not None, "Postfix to start")
        self.assertIsNone(self.postfix.process.poll(), self.postfix.log())
        for address in (POSTFIX, EXIM):
            self.site.await_health(address, "up", 5)
        wait_for(lambda: self.postfix.log().count("disconnect from") > 5, "Postfix to have been probed often")
        wait_for(lambda: self.log_of_exim().count("QUIT") > 5, "Exim to have been probed often")
        self.assertIn("ehlo=2 starttls=1 quit=1 commands=4", self.postfix.log())
        for log in (self.postfix.log(), self.log_of_exim()):
            lines = [line for line in log.splitlines() if any(word in line.lower() for word in COMPLAINTS)]
            self.assertEqual(lines, [])

        self.stop_postfix()
        self.site.await_mx({2}, DOWN_WITHIN)
        self.site.await_health(POSTFIX, "down: connection refused")
        self.start_postfix()
        self.await_back(POSTFIX)
        self.exim.process.send_signal(signal.SIGKILL)
        self.site.await_mx({1}, DOWN_WITHIN)
        self.site.await_health(EXIM, "down: connection refused")
        self.exim.process.wait()
        self.start_exim()
        self.await_back(EXIM)


if __name__ == "__main__":
    unittest.main()
