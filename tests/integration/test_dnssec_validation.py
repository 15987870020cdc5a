"""What validators say of zones kept here and signed by PowerDNS: balanced answers, denials, transfers; a signed
database of PowerDNS's SQLite backend that was adopted; and zones that came signed, by transfer from NSD."""
import re
import shutil
import subprocess
import time
import unittest

import dns.flags
import dns.message
import dns.query
import dns.rcode
import dns.rdatatype

from harness import Process, Site, wait_for
from name_servers import Nsd
from ports import free_port

ZONE = "yourdomain.com"
SCHEMA = "/usr/share/doc/pdns-backend-sqlite3/schema.sqlite3.sql"


class Validator:
    """An unbound that asks the site's pdns_server and trusts the zone's key."""

    def __init__(self, site, zone=ZONE):
        self.directory = site.directory / f"unbound-{zone}"
        self.directory.mkdir(exist_ok=True)
        self.port = free_port()
        anchor = site.pdnsutil("export-zone-ds", zone) if site.sql("SELECT count(*) FROM cryptokeys") != "0" else ""
        ds = [line.split(" ;")[0] for line in anchor.splitlines() if " 13 2 " in line or " 15 2 " in line]
        self.start(site, zone, ds or dnskeys(site, zone))

    def start(self, site, zone, anchors):
        trust = "".join(f'  trust-anchor: "{anchor}"\n' for anchor in anchors)
        (self.directory / "unbound.conf").write_text(
            f'server:\n  interface: 127.0.0.1@{self.port}\n  port: {self.port}\n  username: ""\n  chroot: ""\n'
            f'  directory: "{self.directory}"\n  pidfile: "{self.directory}/pid"\n  use-syslog: no\n'
            '  do-not-query-localhost: no\n  cache-max-ttl: 0\n  cache-max-negative-ttl: 0\n  num-threads: 1\n'
            '  val-log-level: 2\n  module-config: "validator iterator"\n  aggressive-nsec: no\n'
            f'  log-time-ascii: yes\n{trust}remote-control:\n  control-enable: no\n'
            f'stub-zone:\n  name: "{zone}"\n  stub-addr: 127.0.0.1@{site.dns_port}\n')

    def __enter__(self):
        self.process = Process(["unbound", "-d", "-c", str(self.directory / "unbound.conf")], self.directory / "log")
        wait_for(lambda: self.ask("version.bind", "TXT", "CH", patience=0.1), "unbound to answer")
        return self

    def __exit__(self, *error):
        self.process.stop()
        if error[0] is not None:
            print("unbound's log:\n" + self.process.log()[-3000:])

    def ask(self, name, record_type, record_class="IN", patience=5.0):
        query = dns.message.make_query(name, record_type, record_class, want_dnssec=True)
        try:
            return dns.query.udp_with_fallback(query, "127.0.0.1", port=self.port, timeout=patience,
                                               ignore_unexpected=True)[0]
        except (dns.exception.Timeout, OSError):
            return None


def dnskeys(site, zone):
    response = site.ask(zone, "DNSKEY", tcp=True)
    return [f"{zone}. IN DNSKEY {item.to_text()}" for rrset in response.answer for item in rrset if item.flags & 1]


class Validation(unittest.TestCase):
    def validates(self, validator, name, record_type, rcode=dns.rcode.NOERROR, opt_out=False):
        """With `opt_out` a proof may be one of nothing but that: it is not said to be secure (RFC 5155 section 9.2)."""
        response = validator.ask(name, record_type)
        self.assertIsNotNone(response, f"no answer to {name} {record_type}")
        self.assertEqual(dns.rcode.to_text(response.rcode()), dns.rcode.to_text(rcode), f"{name} {record_type}")
        self.assertTrue(opt_out or response.flags & dns.flags.AD, f"{name} {record_type} is not validated")
        return response

    def balanced_site(self, transport):
        """Recipes with all policies, on names beside each other."""
        site = self.enterContext(Site())
        site.make_recipes(weights=(70, 30))
        site.command("zone", "records", ZONE, "add", "a.b.c." + ZONE, "A", "10.0.0.9")
        site.command("zone", "records", ZONE, "add", "sub." + ZONE, "NS", "ns.elsewhere.test")
        site.command("zone", "records", ZONE, "add", "*.wild." + ZONE, "TXT", '"wild"')
        for policy, arguments in (("ranked", ("--mx-policy", "ranked")), ("subset", ("--address-policy", "subset")),
                                  ("even", ("--mx-policy", "equal", "--address-policy", "all"))):
            site.command("pool", "add", policy, *arguments)
            site.command("pool", "join", policy, f"mail1.{ZONE}", f"mail2.{ZONE}")
            site.command("pool", "publish", policy, f"{policy}.{ZONE}", "--as", "MX")
            site.command("pool", "publish", policy, f"{policy}-a.{ZONE}", "--as", "A")
        site.start_service()
        site.start_pdns(transport, allow_axfr_ips="127.0.0.0/8", negquery_cache_ttl=0, dnssec_key_cache_ttl=0,
                        domain_metadata_cache_ttl=0)
        site.pdnsutil("secure-zone", ZONE)
        return site

    def test_balanced_answers(self):
        for transport, parameters in (("unix", None), ("json", "1 0 0 -"), ("unix", "1 1 0 -")):
            with self.subTest(parameters):
                site = self.balanced_site(transport)
                if parameters:
                    site.pdnsutil("set-nsec3", ZONE, parameters)
                with Validator(site) as validator:
                    self.check_balanced(validator, parameters == "1 1 0 -")
                if parameters != "1 1 0 -":
                    self.check_delv(site)
                self.check_transfer(site)

    def check_balanced(self, validator, opt_out):
        for policy in ("", "ranked.", "even."):
            answers = {tuple(item.to_text() for rrset in self.validates(validator, policy + ZONE, "MX").answer
                             if rrset.rdtype == dns.rdatatype.MX for item in rrset) for _ in range(20)}
            self.assertGreater(len(answers), 1, "the answer turns")
        for name in ("mail.", "subset-a.", "even-a."):
            for _ in range(20):
                self.validates(validator, name + ZONE, "A")
        for name in ("", "mail.", "ranked.", "subset-a.", "mail1."):
            self.validates(validator, name + ZONE, "SRV")
            response = self.validates(validator, name + ZONE, "AAAA")
            self.assertEqual([rrset for rrset in response.answer if rrset.rdtype == dns.rdatatype.AAAA], [])
        for name in ("nope.", "x.y.mail.", "b.nope.c.", "zzz.", "0."):
            self.validates(validator, name + ZONE, "MX", dns.rcode.NXDOMAIN, opt_out)
        for name in ("c.", "b.c."):
            self.validates(validator, name + ZONE, "A")
        self.validates(validator, "any.wild." + ZONE, "TXT", opt_out=opt_out)
        self.validates(validator, "any.wild." + ZONE, "A", opt_out=opt_out)

    def check_delv(self, site):
        anchors = "".join("  " + re.sub(r"IN DNSKEY (\d+) (\d+) (\d+) (.*)", r'static-key \1 \2 \3 "\4";', key) + "\n"
                          for key in dnskeys(site, ZONE))
        (site.directory / "anchors").write_text(f"trust-anchors {{\n{anchors}}};\n")
        for name, record_type, expected in ((ZONE, "MX", "fully validated"), ("mail." + ZONE, "A", "fully validated"),
                                            ("nope." + ZONE, "A", "negative response, fully validated"),
                                            ("mail." + ZONE, "TXT", "negative response, fully validated")):
            run = subprocess.run(["delv", "@127.0.0.1", "-p", str(site.dns_port), "-a", site.directory / "anchors",
                                  f"+root={ZONE}", "+tcp", name, record_type],
                                 capture_output=True, text=True, timeout=20)
            self.assertIn(expected, run.stdout + run.stderr, f"{name} {record_type}")

    def check_transfer(self, site):
        """The whole zone, its signatures, its chain, and that the chain leaves nothing out."""
        zone = site.directory / "transferred.zone"
        zone.write_text("\n".join(site.transfer(ZONE)) + "\n")
        run = subprocess.run(["ldns-verify-zone", str(zone)], capture_output=True, text=True, timeout=30)
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        self.assertIn("verified and complete", run.stdout + run.stderr)

    def test_names_whose_order_is_not_that_of_their_text(self):
        """PowerDNS's SQLite backend orders names as escaped text, so that with NSEC its denials beside an odd byte are
        bogus: there answers differ from its own. In canonical order (RFC 4034 section 6.1) all validates. PowerDNS
        answers no question for such a name."""
        site = self.balanced_site("unix")
        for name in (r"\001", r"\255", r"a\000b", r"a\.b", "~", "5", "b", "_x"):
            site.command("zone", "records", ZONE, "add", f"{name}.odd.{ZONE}", "A", "10.0.0.9")
        with Validator(site) as validator:
            for name in ("5", "b", "_x"):
                self.validates(validator, f"{name}.odd.{ZONE}", "A")
                self.validates(validator, f"{name}.odd.{ZONE}", "TXT")
            for name in ("0", "4", "6", "a", "a-", "a.b", "aa", "c", "_", "z", "y.b"):
                self.validates(validator, f"{name}.odd.{ZONE}", "A", dns.rcode.NXDOMAIN)
        self.check_transfer(site)

    def test_adopted_database(self):
        """The same keys and the same answers as before."""
        with Site() as site:
            site.sql(f".read {SCHEMA}")
            backend = {"launch": "gsqlite3", "gsqlite3_database": site.database, "gsqlite3_dnssec": "yes",
                       "remote_connection_string": None, "remote_dnssec": None}
            (site.directory / "pdns.conf").write_text(
                f"launch=gsqlite3\ngsqlite3-database={site.database}\ngsqlite3-dnssec=yes\n")
            for zone, parameters in (("example.com", None), ("example.org", "1 0 0 -"),
                                     ("example.net", "1 0 0 - narrow")):
                site.pdnsutil("create-zone", zone, "ns1." + zone)
                site.pdnsutil("add-record", zone, "a.b", "A", "300", "192.0.2.1")
                site.pdnsutil("add-record", zone, "sub", "NS", "300", "ns.elsewhere.test.")
                site.pdnsutil("add-zone-key", zone, "ksk", "active", "ed25519")
                if parameters:
                    parameters = parameters.rsplit(" ", 1) if "narrow" in parameters else [parameters]
                    site.pdnsutil("set-nsec3", zone, *parameters)
                site.pdnsutil("rectify-zone", zone)
            site.start_pdns(**backend)
            before = self.all_answers(site)
            site.pdns.stop()
            site.command("migrate")
            site.start_service()
            for transport in ("unix", "json"):
                site.start_pdns(transport)
                self.assertEqual(self.all_answers(site), before)
                site.pdns.stop()

    def all_answers(self, site):
        answers = {}
        for zone in ("example.com", "example.org", "example.net"):
            for name in ("", "a.b.", "b.", "nope.", "x.b.", "sub.", "below.sub."):
                for record_type in ("A", "DNSKEY", "NS", "DS", "SOA"):
                    response = site.ask(name + zone, record_type, tcp=True, dnssec=True)
                    answers[name + zone, record_type] = (response.rcode(), response.flags, sorted(
                        f"{rrset.name} {rrset.ttl} {item}"
                        for section in response.sections[1:] for rrset in section for item in rrset))
        return answers

    def signed_zone(self, directory, arguments):
        """example.org, signed by ldns; with opt-out and NSEC3 if they are asked for."""
        directory.mkdir()
        (directory / "zone").write_text(
            "$ORIGIN example.org.\n$TTL 300\n@ SOA ns1 hostmaster 7 3600 600 604800 300\n@ NS ns1\nns1 A 192.0.2.1\n"
            "@ MX 10 mail\nmail A 192.0.2.2\na.b.c A 192.0.2.3\n*.wild TXT \"wild\"\n"
            "sub NS ns1.sub\nns1.sub A 192.0.2.4\nsecure NS ns.example.net.\n"
            "secure DS 12345 13 2 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\nalias CNAME mail\n")
        key = subprocess.run(["ldns-keygen", "-a", "ECDSAP256SHA256", "-k", "example.org"], cwd=directory,
                             capture_output=True, text=True, check=True).stdout.strip()
        end = time.strftime("%Y%m%d", time.gmtime(time.time() + 30 * 86400))
        subprocess.run(["ldns-signzone", *arguments, "-e", end, "zone", key],
                       cwd=directory, check=True, capture_output=True)
        return directory / "zone.signed"

    def test_presigned(self):
        for transport, arguments in (("unix", ()), ("json", ("-n", "-s", "ab")), ("unix", ("-n", "-p", "-s", "ff"))):
            with self.subTest(f"{transport} {arguments}"), Site() as site:
                signed = self.signed_zone(site.directory / "signed", arguments)
                address, port = "127.0.0.2", free_port()
                with Nsd(site.directory / "nsd", address, port,
                         'zone:\n  name: "example.org"\n  zonefile: "example.org.zone"\n'
                         '  provide-xfr: 127.0.0.0/8 NOKEY\n') as primary:
                    shutil.copy(signed, site.directory / "nsd/example.org.zone")
                    primary.reload()
                    wait_for(lambda: primary.serial("example.org") == 7, "NSD to serve the zone")
                    site.command("migrate")
                    site.command("zone", "add", "example.org", "--secondary-of", f"{address}:{port}")
                    site.start_service()
                    site.start_pdns(transport, secondary="yes", xfr_cycle_interval=1, allow_axfr_ips="127.0.0.0/8",
                                    query_cache_ttl=0, negquery_cache_ttl=0, cache_ttl=0, domain_metadata_cache_ttl=0)
                    wait_for(lambda: site.answer("mail.example.org", "A") == ["192.0.2.2"],
                             "the zone to be transferred")
                    self.assertEqual(site.sql("SELECT content FROM domainmetadata WHERE kind = 'PRESIGNED'"), "1")
                    self.check_presigned(site, primary, "-p" in arguments)

    def check_presigned(self, site, primary, opt_out):
        for name in ("", "mail.", "nope.", "c.", "b.c.", "x.b.c.", "any.wild.", "sub.", "x.sub.", "secure.", "alias.",
                     "0.", "zz."):
            for record_type in ("A", "MX", "TXT", "DS", "DNSKEY"):
                query = dns.message.make_query(name + "example.org", record_type, want_dnssec=True)
                expected = dns.query.tcp(query, primary.address, port=primary.port, timeout=5)
                found = site.ask(name + "example.org", record_type, tcp=True, dnssec=True)
                self.assertEqual(found.rcode(), expected.rcode(), (name, record_type))
        with Validator(site, "example.org") as validator:
            for name, record_type in (("", "MX"), ("mail.", "A"), ("mail.", "TXT"), ("any.wild.", "TXT"),
                                      ("any.wild.", "A"), ("c.", "A"), ("secure.", "DS"), ("alias.", "A")):
                self.validates(validator, name + "example.org", record_type, opt_out=opt_out)
            for name in ("nope.", "x.b.c.", "0.", "zz."):
                response = self.validates(validator, name + "example.org", "A", dns.rcode.NXDOMAIN, opt_out)
                self.assertTrue(any(rrset.rdtype in (dns.rdatatype.NSEC, dns.rdatatype.NSEC3)
                                    for rrset in response.authority))


if __name__ == "__main__":
    unittest.main()
