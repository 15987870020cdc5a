"""Empty non-terminals: written at by PowerDNS's API and pdnsutil, over each transport, and in transfers, from which a
secondary has the whole chain of NSEC3 although nothing is rectified."""
import unittest

import dns.dnssec
import dns.rcode
import dns.rdatatype

from harness import Site, transfer, wait_for
from http_api import ZONE, api_on_recipes, rrset
from name_servers import Nsd
from ports import free_port

SCHEMA = "/usr/share/doc/pdns-backend-sqlite3/schema.sqlite3.sql"
STAT = "stat.example"


class Writing(unittest.TestCase):
    def test_in_each_transport(self):
        for transport in Site.CONNECTIONS:
            with self.subTest(transport), api_on_recipes(transport) as api:
                self.check_api(api)
                self.check_pdnsutil(api.site)

    def check_api(self, api):
        """Names below which stand a static record, a mail server and a published name; every type of record."""
        site = api.site
        site.command("server", "add", "m.hosts.yourdomain.com", "--address", "10.0.0.3")
        site.command("pool", "publish", "inbound", "mx.region.yourdomain.com", "--as", "MX")
        self.assertEqual(api.patch(rrset("_sip._tcp.yourdomain.com.", "SRV", "1 2 5060 mail.yourdomain.com.")), 204)
        for name in ("_tcp", "hosts", "region"):
            owner = f"{name}.yourdomain.com."
            self.assertEqual(site.answer(owner, "TXT"), [])
            self.assertEqual(api.patch(rrset(owner, "TXT", '"x"', '"y"', ttl=60)), 204, site.service.log()[-1000:])
            self.assertEqual(site.sql(f"SELECT type, content, ttl FROM records WHERE name = '{owner[:-1]}' ORDER BY 2"),
                             'TXT|"x"|60\nTXT|"y"|60')
            self.assertEqual(api.patch(rrset(owner, "TXT")), 204)
            mx = "10 mail1.yourdomain.com."
            self.assertEqual(api.patch(rrset(owner, "A", "192.0.2.1"), rrset(owner, "MX", mx)), 204)
            self.assertEqual(site.answer(owner, "MX"), [mx])
            self.assertEqual(api.patch(rrset(owner, "A"), rrset(owner, "MX")), 204)
            self.assertEqual(site.sql(f"SELECT count(*) FROM records WHERE name = '{owner[:-1]}'"), "0")
            self.assertEqual(site.ask(owner, "A").rcode(), dns.rcode.NOERROR, "it is an empty non-terminal again")
        names = [one["name"] for one in api.ask("GET", ZONE)[1]["rrsets"]]
        self.assertNotIn("_tcp.yourdomain.com.", names)
        self.assertNotIn("unacceptable HTTP status code", site.pdns.log())

    def check_pdnsutil(self, site):
        for command in ("add-record", "replace-rrset"):
            site.pdnsutil(command, "yourdomain.com", "_tcp", "TXT", "60", f'"{command}"')
        self.assertEqual(site.sql("SELECT content FROM records WHERE type = 'TXT'"), '"replace-rrset"')
        site.pdnsutil("delete-rrset", "yourdomain.com", "_tcp", "TXT")
        self.assertIn(" 0 errors", site.pdnsutil("check-zone", "yourdomain.com"))
        listed = site.directory / "listed.zone"
        listed.write_text(site.pdnsutil("list-zone", "yourdomain.com"))
        before = site.transfer("yourdomain.com")
        site.pdnsutil("load-zone", "yourdomain.com", str(listed))
        self.assertEqual([line for line in site.transfer("yourdomain.com") if " SOA " not in line],
                         [line for line in before if " SOA " not in line])
        self.assertEqual(site.pdnsutil("list-zone", "yourdomain.com").count("_tcp"), listed.read_text().count("_tcp"))


class Transfers(unittest.TestCase):
    RECORDS = (("a.b.c", "A", "192.0.2.1"), ("s.sec", "NS", "ns.elsewhere.test"), ("x.ins", "NS", "ns.elsewhere.test"),
               ("s.sec", "DS", "12345 13 2 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
               ("sub", "NS", "ns.q.sub.stat.example"), ("ns.q.sub", "A", "192.0.2.53"), ("www", "A", "192.0.2.2"))

    def start_primary(self, site, **settings):
        site.command("migrate")
        site.command("zone", "add", STAT, "--ns", f"www.{STAT}")
        site.command("zone", "set", STAT, "--kind", "MASTER")
        for name, record_type, content in self.RECORDS:
            site.sql("INSERT INTO records (domain_id, name, type, content, ttl)"
                     f" VALUES (1, '{name}.{STAT}', '{record_type}', '{content}', 60)")
        site.command("server", "add", f"m.hosts.{STAT}", "--address", "10.0.0.1")
        site.command("pool", "add", "inbound")
        site.command("pool", "join", "inbound", f"m.hosts.{STAT}")
        site.command("pool", "publish", "inbound", f"mx.deep.region.{STAT}", "--as", "MX")
        site.start_service(log_level="info")
        site.start_pdns("json", primary="yes", allow_axfr_ips="127.0.0.0/8", only_notify="", remote_dnssec="yes",
                        disable_axfr_rectify="yes", **settings)

    def secure(self, site, parameters):
        site.pdnsutil("add-zone-key", STAT, "ksk", "active", "ecdsa256")
        site.pdnsutil("set-meta", STAT, "NSEC3PARAM", parameters)
        site.pdns.stop()        # metadata are kept by PowerDNS for a while
        site.start_pdns("json", primary="yes", allow_axfr_ips="127.0.0.0/8", only_notify="", remote_dnssec="yes",
                        disable_axfr_rectify="yes")

    def secondary(self, site):
        """Another pdns_server, with PowerDNS's own SQLite backend."""
        other = self.enterContext(Site())
        other.sql(f".read {SCHEMA}")
        other.sql(f"INSERT INTO domains (name, type, master) VALUES ('{STAT}', 'SLAVE', '127.0.0.1:{site.dns_port}')")
        other.start_pdns(launch="gsqlite3", gsqlite3_database=other.database, gsqlite3_dnssec="yes", secondary="yes",
                         remote_connection_string=None, xfr_cycle_interval=1, remote_dnssec=None)
        return other

    def test_the_chain_of_a_secondary_is_whole(self):
        """Every NSEC3 record of the transfer is one that the primary itself denies with, and none is missing."""
        for parameters in ("1 0 0 ab", "1 1 0 ab"):
            with self.subTest(parameters), Site() as site:
                self.start_primary(site)
                self.secure(site, parameters)
                records = [line.split() for line in site.transfer(STAT)]
                chain = [fields for fields in records if fields[2] == "NSEC3"]
                hashes = {fields[0].split(".")[0] for fields in chain}
                following = {fields[7].lower() for fields in chain}
                self.assertEqual(hashes, following, "the chain is closed")
                names = {fields[0] for fields in records if fields[2] not in ("NSEC3", "RRSIG")}
                names |= {f"{name}.{STAT}." for name in ("c", "b.c", "sec", "ins", "hosts", "region", "deep.region")}
                outside = ["ns.q.sub"] + (["sub", "x.ins", "ins"] if parameters.startswith("1 1") else [])
                names -= {f"{name}.{STAT}." for name in outside}
                self.assertEqual(hashes, {self.hash_of(name, parameters) for name in names})
                other = self.secondary(site)
                soa = "SELECT count(*) FROM records WHERE type = 'SOA'"
                wait_for(lambda: other.sql(soa) == "1", "the transfer")
                for name in ("nope", "x.a.b.c", "c", "b.c", "nope.c", "hosts", "x.deep.region", "sec", "x.sec"):
                    for server in (site, other):
                        self.assert_denied(server, f"{name}.{STAT}.", parameters)

    def assert_denied(self, site, name, parameters):
        """Either the name's own NSEC3 record is there, or those of RFC 5155 section 8.3: of the closest encloser, and
        one that covers the name below it."""
        response = site.ask(name, "A", dnssec=True, tcp=True)
        chain = {str(rrset.name).split(".")[0]: rrset[0].to_text().split()[4].lower() for rrset in response.authority
                 if rrset.rdtype == dns.rdatatype.NSEC3}
        below = None
        while (hashed := self.hash_of(name, parameters)) not in chain:
            below, name = hashed, name.split(".", 1)[1]
            self.assertTrue(name, f"no closest encloser in {response}")
        self.assertEqual(response.rcode(), dns.rcode.NXDOMAIN if below else dns.rcode.NOERROR)
        if below:
            self.assertTrue(any(owner < below < after or after <= owner and not after <= below <= owner
                                for owner, after in chain.items()), f"{below} is not covered in {response}")

    def hash_of(self, name, parameters):
        _, _, iterations, salt = parameters.split()
        return dns.dnssec.nsec3_hash(name, "" if salt == "-" else salt, int(iterations), 1).lower()

    def test_other_zones_are_transferred_as_before(self):
        """Unsigned, and by a secondary that is no PowerDNS: rows without a type are no records."""
        with Site() as site:
            self.start_primary(site)
            port = free_port()
            nsd = Nsd(site.directory / "nsd", "127.0.0.1", port,
                      f"zone:\n  name: {STAT}\n  zonefile: zone\n  allow-notify: 127.0.0.1 NOKEY\n"
                      f"  request-xfr: AXFR 127.0.0.1@{site.dns_port} NOKEY\n  provide-xfr: 127.0.0.0/8 NOKEY\n")
            with nsd as secondary:
                wait_for(lambda: secondary.serial(STAT) == site.served_serial(STAT), "the transfer")
                self.assertEqual(secondary.answer(f"a.b.c.{STAT}", "A"), ["192.0.2.1"])
                self.assertEqual(transfer("127.0.0.1", port, STAT), site.transfer(STAT))
            self.assertFalse([line for line in site.transfer(STAT) if line.startswith(f"c.{STAT}. ")])


if __name__ == "__main__":
    unittest.main()
