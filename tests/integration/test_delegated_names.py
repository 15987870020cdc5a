"""A name at or below a delegation is answered by other name servers: nothing is published there, by whichever hand."""
import unittest

import dns.rcode
import dns.rdatatype

from harness import Site
from http_api import Api, rrset

NAME = "sub.yourdomain.com"
BELOW = "a.sub.yourdomain.com"


class DelegatedNames(unittest.TestCase):
    def start(self, site, transport):
        site.make_recipes()
        site.start_service()
        api = Api(site)
        api.start(transport)
        return api

    def delegate(self, api):
        """The status of the API's reply."""
        return api.patch(rrset(f"{NAME}.", "NS", "ns1.example.net."))

    def test_nobody_delegates_what_is_published(self):
        for transport in ("json", "rest", "unix"):
            with self.subTest(transport), Site() as site:
                api = self.start(site, transport)
                for published in (BELOW, NAME):
                    site.command("pool", "publish", "inbound", published, "--as", "MX")
                    self.assertNotEqual(self.delegate(api), 204)
                    self.assertIn(f"what is published here: the pool inbound at {published}", site.service.log())
                    site.command("zone", "records", "yourdomain.com", "add", NAME, "NS", "ns1.example.net", status=1)
                    self.assertEqual(len(site.answer(published, "MX")), 2)
                    site.command("pool", "unpublish", "inbound", published)
                self.assertEqual(self.delegate(api), 204)
                for name in (NAME, BELOW):
                    refusal = site.command("pool", "publish", "inbound", name, "--as", "MX", status=1)
                    self.assertIn(f"NS records at {NAME} delegate {name}", refusal)

    def test_check_finds_what_sql_did(self):
        with Site() as site:
            self.start(site, "unix")
            site.sql(f"INSERT INTO pool_names (name, kind, pool) VALUES ('{BELOW}', 'MX', 'inbound');"
                     "INSERT INTO records (domain_id, name, type, content, ttl)"
                     f" VALUES (1, '{NAME}', 'NS', 'ns1.example.net', 60)")
            response = site.ask(BELOW, "MX")
            self.assertEqual((response.rcode(), response.answer), (dns.rcode.NOERROR, []))
            self.assertEqual([rrset.rdtype for rrset in response.authority], [dns.rdatatype.NS], "a referral")
            self.assertIn(f"pool_names {BELOW} MX: it lies in what NS records at {NAME} delegate",
                          site.command("check", status=1))


if __name__ == "__main__":
    unittest.main()
