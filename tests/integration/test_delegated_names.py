"""A name at or below a delegation is answered by other name servers: nothing is published there, by whichever hand."""
import unittest

import dns.rcode
import dns.rdatatype

from test_api import Api, rrset

NAME = "sub.yourdomain.com"
BELOW = "a.sub.yourdomain.com"


class DelegatedNames(unittest.TestCase):
    def test_nobody_delegates_what_is_published(self):
        for transport in ("json", "rest", "unix"):
            with self.subTest(transport), Api(transport) as api:
                site = api.site
                site.command("pool", "publish", "inbound", NAME, "--as", "MX")
                self.assertNotEqual(api.patch(rrset(f"{NAME}.", "NS", "ns1.example.net.")), 204)
                self.assertIn("would delegate to other name servers", site.service.log())
                site.command("zone", "records", "yourdomain.com", "add", NAME, "NS", "ns1.example.net", status=1)
                self.assertEqual(len(site.answer(NAME, "MX")), 2)
                site.command("pool", "unpublish", "inbound", NAME)
                self.assertEqual(api.patch(rrset(f"{NAME}.", "NS", "ns1.example.net.")), 204)
                for name in (NAME, BELOW):
                    refusal = site.command("pool", "publish", "inbound", name, "--as", "MX", status=1)
                    self.assertIn(f"NS records at {NAME} delegate {name}", refusal)

    def test_check_finds_what_sql_did(self):
        with Api("unix") as api:
            site = api.site
            site.sql(f"INSERT INTO pool_names (name, kind, pool) VALUES ('{BELOW}', 'MX', 'inbound');"
                     f"INSERT INTO records (domain_id, name, type, content, ttl) VALUES (1, '{NAME}', 'NS', 'ns1.example.net', 60)")
            response = site.ask(BELOW, "MX")
            self.assertEqual((response.rcode(), response.answer), (dns.rcode.NOERROR, []))
            self.assertEqual([rrset.rdtype for rrset in response.authority], [dns.rdatatype.NS], "a referral")
            self.assertIn(f"pool_names {BELOW} MX: it lies in what NS records at {NAME} delegate",
                          site.command("check", status=1))


if __name__ == "__main__":
    unittest.main()
