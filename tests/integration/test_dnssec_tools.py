"""pdnsutil and PowerDNS's API on the keys and the order of zones kept here, over the Unix socket and HTTP."""
import json
import unittest
import urllib.request

import dns.dnssec
import dns.flags
import dns.rcode
import dns.rdatatype

from harness import Site, wait_for
from ports import free_port

ZONE = "yourdomain.com"
API_KEY = "secret"
NO_CACHES = {"query-cache-ttl": 0, "negquery-cache-ttl": 0, "cache-ttl": 0, "dnssec-key-cache-ttl": 0,
             "domain-metadata-cache-ttl": 0}


class DnssecTools(unittest.TestCase):
    def in_both_transports(self, check, **settings):
        for transport in ("unix", "json"):
            with self.subTest(transport), Site() as site:
                site.make_recipes()
                site.start_service()
                site.start_pdns(transport, **NO_CACHES, **settings)
                check(site)

    def key_ids(self, site):
        return [int(line) for line in site.sql("SELECT id FROM cryptokeys ORDER BY id").split()]

    def answer_types(self, response):
        return {rrset.rdtype for section in (response.answer, response.authority) for rrset in section}

    def dnskeys(self, site):
        response = site.ask(ZONE, "DNSKEY", tcp=True, dnssec=True)
        return sorted(item.flags for rrset in response.answer if rrset.rdtype == dns.rdatatype.DNSKEY for item in rrset)

    def signers(self, site):
        """Tags of the keys that sign a record."""
        response = site.ask(ZONE, "NS", tcp=True, dnssec=True)
        return sorted(item.key_tag for rrset in response.answer
                      if rrset.rdtype == dns.rdatatype.RRSIG for item in rrset)

    def test_what_cannot_be_read(self):
        """A key's row, also of one that signs nothing, or hash parameters that PowerDNS cannot read fail all that is
        signed with its own backend; here they are left out."""
        self.in_both_transports(self.check_unreadable)

    def check_unreadable(self, site):
        site.pdnsutil("secure-zone", ZONE)
        signers = self.signers(site)
        for content in ("", "nonsense", "Algorithm: 12", "Algorithm: 8\nModulus: AQAB",
                        "Algorithm: 15\nPrivateKey: AQID"):
            site.sql(f"INSERT INTO cryptokeys (domain_id, flags, active, published, content)"
                     f" SELECT id, 257, 0, 1, '{content}' FROM domains WHERE name = '{ZONE}'")
            self.assertEqual(self.signers(site), signers, content)
            number = self.key_ids(site)[-1]
            self.assertIn(f"cryptokeys.id {number} ({ZONE})", site.command("check", status=1))
            site.service.await_log(f"cryptokeys.id {number} of {ZONE}")
            site.pdnsutil("remove-zone-key", ZONE, str(number))
        site.sql("INSERT INTO domainmetadata (domain_id, kind, content)"
                 f" SELECT id, 'NSEC3PARAM', '1 0' FROM domains WHERE name = '{ZONE}'")
        response = site.ask(f"none.{ZONE}", "A", tcp=True, dnssec=True)
        self.assertEqual(response.rcode(), dns.rcode.NXDOMAIN)
        self.assertIn(dns.rdatatype.NSEC, self.answer_types(response))
        self.assertIn("(NSEC3PARAM)", site.command("check", status=1))

    def test_keys(self):
        self.in_both_transports(self.check_keys)

    def check_keys(self, site):
        self.assertEqual(self.signers(site), [])
        site.pdnsutil("secure-zone", ZONE)
        self.assertEqual(len(self.key_ids(site)), 1)
        self.assertEqual(self.dnskeys(site), [257])
        first = self.signers(site)
        self.assertEqual(len(first), 1)
        shown = site.pdnsutil("show-zone", ZONE)
        self.assertIn("Zone has NSEC semantics", shown)
        self.assertIn(f"tag = {first[0]}", shown)
        self.assertIn(f"{ZONE}. IN DS {first[0]} 13 2", site.pdnsutil("export-zone-ds", ZONE))

        site.pdnsutil("add-zone-key", ZONE, "zsk", "inactive", "unpublished", "ecdsa256")
        second = str(self.key_ids(site)[-1])
        self.assertEqual(self.dnskeys(site), [257])
        site.pdnsutil("publish-zone-key", ZONE, second)
        self.assertEqual(self.dnskeys(site), [256, 257])
        self.assertEqual(self.signers(site), first)
        site.pdnsutil("activate-zone-key", ZONE, second)
        self.assertNotEqual(self.signers(site), first, "the zone signing key signs")
        site.pdnsutil("deactivate-zone-key", ZONE, second)
        self.assertEqual(self.signers(site), first)
        site.pdnsutil("unpublish-zone-key", ZONE, second)
        self.assertEqual(self.dnskeys(site), [257])
        site.pdnsutil("remove-zone-key", ZONE, second)
        self.assertEqual(len(self.key_ids(site)), 1)

        exported = site.pdnsutil("export-zone-key", ZONE, str(self.key_ids(site)[0]))
        (site.directory / "key").write_text(exported)
        site.pdnsutil("disable-dnssec", ZONE)
        self.assertEqual(self.signers(site), [])
        site.pdnsutil("import-zone-key", ZONE, str(site.directory / "key"), "ksk")
        self.assertEqual(self.signers(site), first, "the same key")
        self.assertIn("0 errors", site.pdnsutil("check-zone", ZONE))

    def test_denial(self):
        self.in_both_transports(self.check_denial)

    def denying(self, site):
        """The NSEC3 records that deny a name: of each the owner and the flags."""
        denied = site.ask("nope." + ZONE, "A", tcp=True, dnssec=True)
        self.assertEqual(denied.rcode(), dns.rcode.NXDOMAIN)
        return {(rrset.name, item.flags) for rrset in denied.authority if rrset.rdtype == dns.rdatatype.NSEC3
                for item in rrset}

    def check_denial(self, site):
        site.pdnsutil("secure-zone", ZONE)
        denied = site.ask("nope." + ZONE, "A", tcp=True, dnssec=True)
        self.assertEqual(denied.rcode(), dns.rcode.NXDOMAIN)
        self.assertIn(dns.rdatatype.NSEC, self.answer_types(denied))
        site.pdnsutil("set-nsec3", ZONE, "1 0 0 ab")
        in_chain = self.denying(site)
        self.assertTrue(in_chain)
        site.pdnsutil("set-nsec3", ZONE, "1 1 0 ab")
        self.assertEqual({flags for _, flags in self.denying(site)}, {1})
        site.pdnsutil("set-nsec3", ZONE, "1 0 0 ab", "narrow")
        self.assertNotEqual(self.denying(site), in_chain, "records that no name has")
        site.pdnsutil("unset-nsec3", ZONE)
        self.assertIn(dns.rdatatype.NSEC, self.answer_types(site.ask("nope." + ZONE, "A", tcp=True, dnssec=True)))
        site.pdnsutil("set-publish-cds", ZONE)
        site.pdnsutil("set-publish-cdnskey", ZONE)
        self.assertIn(dns.rdatatype.CDS, self.answer_types(site.ask(ZONE, "CDS", tcp=True, dnssec=True)))
        self.assertIn(dns.rdatatype.CDNSKEY, self.answer_types(site.ask(ZONE, "CDNSKEY", tcp=True, dnssec=True)))

    def test_edits_are_in_the_next_denial(self):
        self.in_both_transports(self.check_edits)

    def check_edits(self, site):
        """Records, published names and mail servers, by the shell and by commands; never a name that is not there."""
        site.pdnsutil("secure-zone", ZONE)
        self.assertEqual(self.after_apex(site), "mail." + ZONE)
        wait_for(lambda: site.sql("SELECT min(counting) FROM zone_changes") == "1", "changes to count")
        zone_id = site.sql(f"SELECT id FROM domains WHERE name = '{ZONE}'")
        site.sql("INSERT INTO records (domain_id, name, type, content, ttl)"
                 f" VALUES ({zone_id}, 'b.{ZONE}', 'A', '10.0.0.9', 60)")
        self.assertEqual(self.after_apex(site), "b." + ZONE)
        site.sql(f"UPDATE records SET disabled = 1 WHERE name = 'b.{ZONE}'")
        self.assertEqual(self.after_apex(site), "mail." + ZONE)
        site.sql(f"UPDATE records SET name = 'c.{ZONE}', disabled = 0 WHERE name = 'b.{ZONE}'")
        self.assertEqual(self.after_apex(site), "c." + ZONE)
        site.sql(f"INSERT INTO pool_names (name, kind, pool) VALUES ('bb.{ZONE}', 'MX', 'inbound')")
        self.assertEqual(self.after_apex(site), "bb." + ZONE)
        site.command("pool", "unpublish", "inbound", "bb." + ZONE, "--as", "MX")
        site.command("server", "add", "a9." + ZONE, "--address", "10.0.0.7")
        self.assertEqual(self.after_apex(site), "a9." + ZONE)
        site.sql(f"DELETE FROM mail_addresses WHERE server = 'a9.{ZONE}'")
        self.assertEqual(self.after_apex(site), "c." + ZONE)
        site.pdnsutil("add-record", ZONE, "aa", "TXT", "60", '"x"')
        self.assertEqual(self.after_apex(site), "aa." + ZONE)

    def after_apex(self, site):
        """The name after the apex in the NSEC record there."""
        response = site.ask(ZONE, "AAAA", tcp=True, dnssec=True)
        return next(item.next.to_text(True) for rrset in response.authority
                    if rrset.rdtype == dns.rdatatype.NSEC for item in rrset)

    def test_api(self):
        port = free_port()
        self.in_both_transports(lambda site: self.check_api(site, port), api="yes", api_key=API_KEY, webserver="yes",
                                webserver_port=port)

    def check_api(self, site, port):
        keys = f"http://127.0.0.1:{port}/api/v1/servers/localhost/zones/{ZONE}./cryptokeys"

        def call(method, path, body=None):
            request = urllib.request.Request(keys + path, method=method, headers={"X-API-Key": API_KEY},
                                             data=json.dumps(body).encode() if body else None)
            with urllib.request.urlopen(request, timeout=10) as reply:
                text = reply.read()
                return json.loads(text) if text else None
        self.assertEqual(call("GET", ""), [])
        made = call("POST", "", {"keytype": "csk", "active": True, "algorithm": "ecdsa256"})
        self.assertEqual([made["id"]], self.key_ids(site))
        self.assertEqual([(key["active"], key["published"]) for key in call("GET", "")], [(True, True)])
        self.assertEqual(len(self.signers(site)), 1)
        call("PUT", f"/{made['id']}", {"active": False, "published": False})
        self.assertEqual([(key["active"], key["published"]) for key in call("GET", "")], [(False, False)])
        self.assertEqual(self.dnskeys(site), [])
        call("DELETE", f"/{made['id']}")
        self.assertEqual(call("GET", ""), [])


if __name__ == "__main__":
    unittest.main()
