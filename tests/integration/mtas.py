"""Postfix and Exim as real as they are installed, each in a directory of its own and with a log in one text."""
import os
import pathlib
import pwd
import shutil
import signal
import socket
import tempfile

from harness import Process, wait_for
from health_site import Authority

EXIM_PROGRAM = "/usr/local/lib/mxbalance-tests/exim4/usr/sbin/exim4"
# What either logs of a client that breaks off or breaks the rules.
COMPLAINTS = ("lost connection", "timeout after", "improper command", "unexpected", "error", "synchronization",
              "dropped", "protocol", "syntax", "refused", "pregreet", "hangup")


def complaints(log):
    lines = [line for line in log.splitlines() if "full cleanup: " not in line]    # of postscreen's cache
    return [line for line in lines if any(word in line.lower() for word in COMPLAINTS)]


class MailServer:
    """On one address and port. `name`: its host name, which its certificate is for."""

    def __init__(self, name, address, port, authority: Authority):
        self.name, self.address, self.port = name, address, port
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="mxbalance-mta-"))
        self.home.chmod(0o755)  # Postfix's and Exim's own users read there
        self.process = None
        authority.context(name)
        found = next(authority.directory.glob(f"certificate-{name}-*/server.pem"))
        self.certificate = shutil.copy(found, self.home / "certificate.pem")
        self.key = shutil.copy(authority.directory / "server.key", self.home / "server.key")
        self.key.chmod(0o644)

    def remove(self):
        self.stop()
        shutil.rmtree(self.home)

    def await_listening(self):
        """Real servers take a while to start."""
        def is_listening():
            if self.process.process.poll() is not None:
                raise AssertionError(f"{self.name} ended: {self.log()}")
            with socket.socket() as tried:
                return tried.connect_ex((self.address, self.port)) == 0
        wait_for(is_listening, f"a mail server at {self.address} to listen")


class Postfix(MailServer):
    """`settings`: lines of main.cf on top of the others. `screened`: postscreen takes the connections first."""

    def __init__(self, *place, settings="", screened=False, in_tls=False):
        super().__init__(*place)
        self.settings, self.screened, self.in_tls = settings, screened, in_tls

    def start(self):
        config, queue, data = (self.home / name for name in ("postfix", "queue", "data"))
        for directory in (config, queue, data):
            directory.mkdir(exist_ok=True)
        shutil.chown(data, "postfix")
        (config / "main.cf").write_text(
            f"compatibility_level = 3.6\nqueue_directory = {queue}\ndata_directory = {data}\nmyhostname = {self.name}\n"
            "inet_interfaces = loopback-only\nmydestination =\nalias_maps =\nalias_database =\n"
            "maillog_file = /dev/stdout\nsmtpd_tls_security_level = may\n"
            f"smtpd_tls_cert_file = {self.certificate}\nsmtpd_tls_key_file = {self.key}\n"
            f"smtpd_tls_loglevel = 1\nsmtpd_delay_reject = yes\nsmtpd_helo_required = yes\n{self.settings}")
        if self.screened:
            server = (f"{self.address}:{self.port} inet n - n - 1 postscreen\nsmtpd pass - - n - - smtpd\n"
                      "dnsblog unix - - n - 0 dnsblog\ntlsproxy unix - - n - 0 tlsproxy\n")
        else:
            within_tls = " -o smtpd_tls_wrappermode=yes" if self.in_tls else ""
            server = f"{self.address}:{self.port} inet n - n - - smtpd{within_tls}\n"
        (config / "master.cf").write_text(
            server + "postlog unix-dgram n - n - 1 postlogd\nanvil unix - - n - 1 anvil\n"
            "tlsmgr unix - - n 1000? 1 tlsmgr\nproxymap unix - - n - - proxymap\n"
            "rewrite unix - - n - - trivial-rewrite\ncleanup unix n - n - 0 cleanup\npickup unix n - n 60 1 pickup\n"
            "qmgr unix n - n 300 1 qmgr\nerror unix - - n - - error\n")
        self.process = Process(["postfix", "-c", config, "start-fg"], self.home / "postfix.log")
        wait_for(lambda: "daemon started" in self.log() or self.process.process.poll() is not None, "Postfix to start")

    def stop(self):
        """Its master, with all that it has started."""
        pid = self.home / "queue/pid/master.pid"
        if self.process is None or self.process.process.poll() is not None or not pid.exists():
            return
        os.kill(int(pid.read_text()), signal.SIGTERM)
        self.process.process.wait(10)

    def log(self):
        return self.process.log()


class Exim(MailServer):
    """`acls`: the ACLs' text after `begin acl`, with the main settings that name them in `settings`."""

    def __init__(self, *place, settings="", acls="", in_tls=False):
        super().__init__(*place)
        self.settings, self.acls, self.in_tls = settings, acls, in_tls

    def start(self):
        if not os.path.exists(EXIM_PROGRAM):
            raise AssertionError("Exim is missing: deploy/install-packages.sh test")
        spool = self.home / "exim"
        spool.mkdir(exist_ok=True)
        owner = pwd.getpwnam("nobody")
        os.chown(spool, owner.pw_uid, owner.pw_gid)
        config = self.home / "exim.conf"
        config.write_text(
            f"exim_user = nobody\nexim_group = nogroup\nspool_directory = {spool}\nlog_file_path = {spool}/%slog\n"
            f"primary_hostname = {self.name}\nlocal_interfaces = {self.address}\ndaemon_smtp_ports = {self.port}\n"
            f"tls_advertise_hosts = *\ntls_certificate = {self.certificate}\ntls_privatekey = {self.key}\n"
            f"log_selector = +all\n{f'tls_on_connect_ports = {self.port}' if self.in_tls else ''}\n"
            f"host_lookup =\nrfc1413_hosts =\nacl_smtp_rcpt = deny\n{self.settings}begin acl\n{self.acls}"
            "begin routers\nbegin transports\n")
        self.process = Process(["setsid", EXIM_PROGRAM, "-bdf", "-C", config], self.home / "exim.log")

    def stop(self):
        """With those that serve a connection: they would write to a directory that is gone."""
        if self.process is not None and self.process.process.poll() is None:
            os.killpg(self.process.process.pid, signal.SIGKILL)
            self.process.process.wait(10)

    def log(self):
        """What it says of its connections, too."""
        logs = (self.home / "exim").glob("*log")
        return "".join(path.read_text(errors="replace") for path in logs) + self.process.log()
