"""Other name servers that transfers are tried with: NSD, as a primary and as a secondary."""
import os
import signal

import dns.exception
import dns.message

from harness import Process, ask_udp, transfer, wait_for


class Nsd:
    """An NSD with a directory, an address and a port of its own. `zones`: its configuration's zone clauses."""

    def __init__(self, directory, address, port, zones):
        directory.mkdir()
        self.directory, self.address, self.port = directory, address, port
        files = {"pidfile": "nsd.pid", "xfrdfile": "xfrd.state", "zonelistfile": "zone.list", "xfrdir": ".",
                 "zonesdir": "."}
        server = "".join(f'  {key}: "{directory / name}"\n' for key, name in files.items())
        (directory / "nsd.conf").write_text(
            f'server:\n  ip-address: {address}\n  port: {port}\n  username: ""\n  database: ""\n'
            f'  server-count: 1\n  verbosity: 2\n{server}remote-control:\n  control-enable: no\n{zones}')

    def __enter__(self):
        self.process = Process(["nsd", "-d", "-c", str(self.directory / "nsd.conf")], self.directory / "nsd.log")
        wait_for(lambda: self.answer("version.server", "TXT", "CH") is not None, "NSD to answer")
        return self

    def __exit__(self, *error):
        self.process.stop()
        if error[0] is not None:
            print("NSD's log:\n" + self.process.log()[-3000:])

    def reload(self):
        os.kill(int((self.directory / "nsd.pid").read_text()), signal.SIGHUP)

    def answer(self, name, record_type, record_class="IN"):
        """The answer section's records as text, sorted; None when there is no reply."""
        try:
            query = dns.message.make_query(name, record_type, record_class)
            response = ask_udp(query, self.address, self.port, 1)
        except (dns.exception.Timeout, OSError):
            return None
        return sorted(item.to_text() for rrset in response.answer for item in rrset)

    def transfer(self, zone):
        return transfer(self.address, self.port, zone)

    def serial(self, zone):
        """None: it does not have the zone."""
        soa = self.answer(zone, "SOA")
        return int(soa[0].split()[2]) if soa else None
