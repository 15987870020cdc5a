"""Rows whose name, primary or TSIG key PowerDNS cannot read break nothing but themselves: zones are transferred,
listed, searched and denied without them, and pdns_server, told of changes and looking for some, stays up."""
import json
import unittest
import urllib.request

from harness import Site, wait_for
from ports import free_port

ZONE = "yourdomain.com"
RECORD = ("INSERT INTO records (domain_id, name, type, content, ttl) SELECT id, {name}, 'A', '192.0.2.66', 300"
          " FROM domains WHERE name = 'yourdomain.com'")
ODD_NAMES = [
    "'a..b.yourdomain.com'", "'.yourdomain.com'", "printf('%064d', 0) || '.yourdomain.com'",
    "replace(hex(zeroblob(76)), '00', 'a.') || replace(hex(zeroblob(76)), '00', 'b.') || 'yourdomain.com'",
    "'a\\9.yourdomain.com'", "'a\\999.yourdomain.com'", "'odd.yourdomain.com.'", "''", "NULL", "X'ff2e2e00'"]
ODD_ZONES = [
    "'s1.test', 'SLAVE', 'ns1.example.net'", "'s2.test', 'SLAVE', '127.0.0.1:99999'",
    "'s3.test', 'SLAVE', '[::1]:x,x'", "'s4.test', 'MASTER', X'ff00'", "'p.test.', 'MASTER', NULL",
    "'P.UPPER.TEST', 'MASTER', 'x'", "'', 'MASTER', NULL", "'a..b', 'MASTER', NULL",
    "'a\\', 'SLAVE', '127.0.0.1:1'", "X'ff002e61', 'SLAVE', NULL", "'k.test', char(10) || '\"', NULL",
    "printf('%0300d', 0), 'MASTER', NULL"]
ODD_KEYS = ["'a..b', 'hmac-sha256'", "'', 'hmac-sha256'", "'k1', 'a..b'", "'k2', 'hmac-foo'", "'k3', 'gss-tsig'",
            "'k4', NULL", "'k0', 'HMAC-SHA256.'"]
METADATA = [("due.test", "AXFR-MASTER-TSIG", "a..b"), ("due2.test", "AXFR-SOURCE", "x"),
            ("due2.test", "AXFR-MASTER-TSIG", "k1"), (ZONE, "TSIG-ALLOW-AXFR", "a..b"),
            (ZONE, "TSIG-ALLOW-AXFR", "k2"), (ZONE, "ALSO-NOTIFY", "127.0.0.1:1")]


def rows_that_are_odd():
    for zone in ODD_ZONES:
        yield f"INSERT INTO domains (name, type, master) VALUES ({zone})"
    yield ("INSERT INTO records (domain_id, name, type, content, ttl) SELECT id, lower(rtrim(name, '.')), 'SOA',"
           " 'ns1.test hostmaster.test 1 1 1 1 1', 300 FROM domains WHERE name <> 'yourdomain.com'")
    for key in ODD_KEYS:
        yield f"INSERT OR IGNORE INTO tsigkeys (name, algorithm, secret) VALUES ({key}, 'c2VjcmV0')"
    yield ("INSERT INTO domains (name, type, master) VALUES ('due.test', 'SLAVE', '127.0.0.1:1'),"
           " ('due2.test', 'SLAVE', '127.0.0.1:1')")
    for zone, kind, value in METADATA:
        yield (f"INSERT INTO domainmetadata (domain_id, kind, content) SELECT id, '{kind}', '{value}'"
               f" FROM domains WHERE name = '{zone}'")


class OddNames(unittest.TestCase):
    def test_records(self):
        for transport in ("json", "unix"):
            with self.subTest(transport), Site() as site:
                site.make_recipes()
                port = free_port()
                site.start_service(log_level="info")
                site.start_pdns(transport, remote_dnssec="yes", allow_axfr_ips="127.0.0.0/8", webserver="yes",
                                api="yes", api_key="key", webserver_port=port, zone_cache_refresh_interval=0,
                                zone_metadata_cache_ttl=0, cache_ttl=0, query_cache_ttl=0, negquery_cache_ttl=0)
                site.pdnsutil("secure-zone", ZONE)
                whole = self.unsigned(site)
                for name in ODD_NAMES:
                    site.sql(RECORD.format(name=name))
                site.sql(RECORD.format(name="'new.yourdomain.com'"))
                self.assertEqual(self.unsigned(site), sorted([*whole, "new.yourdomain.com. 300 A 192.0.2.66"]))
                self.assertIn("new.yourdomain.com", site.pdnsutil("list-zone", ZONE))
                for name in ("none", "a.b", "zz", "odd"):
                    response = site.ask(f"{name}.{ZONE}", "A", tcp=True, dnssec=True)
                    self.assertEqual(response.rcode(), 3, f"{name}: {response}")
                    self.assertEqual({rrset.rdtype for rrset in response.authority} >= {47, 6}, True,
                                     f"{name}: {response}")
                zone = self.api(port, f"/zones/{ZONE}.")
                self.assertIn(f"new.{ZONE}.", [rrset["name"] for rrset in zone["rrsets"]])
                found = self.api(port, "/search-data?q=*yourdomain*&max=100")
                self.assertIn(f"new.{ZONE}.", [item["name"] for item in found])
                site.pdnsutil("set-nsec3", ZONE, "1 0 0 -")
                wait_for(lambda: 50 in self.denied_by(site, f"none.{ZONE}"), "NSEC3")
                log = site.service.log()
                self.assertIn('left out of answers: records.id', log)
                self.assertIn('the name "a..b.yourdomain.com" has an empty label', log)
                found = site.command("check", status=1)
                self.assertIn("(a..b.yourdomain.com): the name \"a..b.yourdomain.com\" has an empty label; it is left",
                              found)
                self.assertRegex(found, r"has 3\d\d octets on the wire: 255 are allowed")

    def denied_by(self, site, name):
        return {rrset.rdtype for rrset in site.ask(name, "A", tcp=True, dnssec=True).authority}

    def unsigned(self, site):
        return [line for line in site.transfer(ZONE) if line.split()[2] in ("A", "NS", "MX")]

    def api(self, port, path):
        url = f"http://127.0.0.1:{port}/api/v1/servers/localhost{path}"
        request = urllib.request.Request(url, headers={"X-API-Key": "key"})
        with urllib.request.urlopen(request, timeout=20) as reply:
            return json.load(reply)

    def test_zones_and_keys(self):
        """Notified and refreshed twice over, after a start with and without a zone cache."""
        for transport, zone_cache in (("json", 300), ("unix", 0)):
            with self.subTest(f"{transport}, zone cache {zone_cache}"), Site() as site:
                site.make_recipes()
                site.command("zone", "set", ZONE, "--kind", "MASTER")
                site.sql(";".join(rows_that_are_odd()))
                site.start_service()
                site.start_pdns(transport, primary="yes", secondary="yes", xfr_cycle_interval=1, remote_dnssec="yes",
                                zone_cache_refresh_interval=zone_cache)
                wait_for(lambda: self.polls(site) >= 3 or site.pdns.process.poll() is not None, "PowerDNS's polls")
                wait_for(lambda: site.sql(f"SELECT notified_serial FROM domains WHERE name = '{ZONE}'"), "the NOTIFY")
                polls = self.polls(site)
                wait_for(lambda: self.polls(site) >= polls + 3 or site.pdns.process.poll() is not None,
                         "PowerDNS's polls")
                self.assertIsNone(site.pdns.process.poll(), "pdns_server ended")
                self.assertEqual(len(site.answer(ZONE, "MX")), 2)
                self.assertEqual(len(site.answer("p.upper.test", "SOA")), 1)
                self.assertEqual(site.pdnsutil("list-tsig-keys").split(), ["k0.", "hmac-sha256.", "c2VjcmV0"])
                self.check_found(site)

    def test_mail_servers(self):
        """A name, an address or a kind that only a shell without checks can write."""
        unchecked = "PRAGMA ignore_check_constraints = 1;"
        for transport in ("json", "unix"):
            with self.subTest(transport), Site() as site:
                site.make_recipes()
                site.start_service(log_level="info")
                site.start_pdns(transport)
                site.sql(f"{unchecked} UPDATE mail_servers SET name = 'a b' WHERE name = 'mail1.yourdomain.com'")
                self.assertEqual(site.answer(ZONE, "MX"), ["10 mail2.yourdomain.com."])
                self.assertIn("pool_members inbound/a b: its name is no host name", site.service.log())
                self.assertIn("pool_members inbound/a b: its name is no host name", site.command("check", status=1))
                site.sql(f"{unchecked} UPDATE mail_servers SET name = '.' WHERE name = 'mail2.yourdomain.com'")
                self.assertEqual(site.answer(ZONE, "MX"), "SERVFAIL")
                self.assertEqual(site.answer(f"mail.{ZONE}", "A"), "SERVFAIL")
                site.sql("UPDATE mail_servers SET name = 'mail1.yourdomain.com' WHERE name = 'a b'")
                self.assertEqual(site.answer(ZONE, "MX"), ["10 mail1.yourdomain.com."])
                site.sql(f"{unchecked} UPDATE pool_names SET kind = 'mx' WHERE kind = 'MX'")
                self.assertEqual(site.answer(ZONE, "MX"), "SERVFAIL")

    def polls(self, site):
        log = site.service.log()
        return min(log.count("getUpdatedMasters ->"), log.count("getUnfreshSlaveInfos ->"))

    def check_found(self, site):
        log, found = site.service.log(), site.command("check", status=1)
        for sentence in ('its primary "ns1.example.net" is no address',
                         'its name cannot be read: the name "a..b" has an empty label',
                         'tsigkeys k2: its algorithm is "hmac-foo"', 'its value "a..b" is no name of a TSIG key'):
            self.assertIn(sentence, log)
            self.assertIn(sentence, found)


if __name__ == "__main__":
    unittest.main()
