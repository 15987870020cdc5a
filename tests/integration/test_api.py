"""PowerDNS's HTTP API on zones kept here, over each transport."""
import socket
import unittest

import dns.message
import dns.opcode

from harness import Site
from http_api import ZONE, api_on_recipes, rrset

RECORDS = "SELECT name, type, content, ttl FROM records WHERE type IN ('A', 'TXT', 'MX') ORDER BY 1, 2, 3"


class HttpApi(unittest.TestCase):
    def in_each_transport(self, check):
        for transport in Site.CONNECTIONS:
            with self.subTest(transport), api_on_recipes(transport) as api:
                check(api)

    def test_zones(self):
        self.in_each_transport(self.check_zones)

    def check_zones(self, api):
        status, zones = api.ask("GET", "/zones")
        self.assertEqual((status, [zone["name"] for zone in zones]), (200, ["yourdomain.com."]))
        self.assertEqual(zones[0]["serial"], api.site.served_serial())
        status, zone = api.ask("GET", ZONE)
        self.assertEqual(status, 200)
        found = {(one["name"], one["type"]): sorted(record["content"] for record in one["records"])
                 for one in zone["rrsets"]}
        self.assertEqual(found["yourdomain.com.", "MX"], ["10 mail1.yourdomain.com.", "10 mail2.yourdomain.com."])
        self.assertEqual(found["mail.yourdomain.com.", "A"], ["10.0.0.1", "10.0.0.2"])
        new_zone = {"name": "new.example.", "kind": "Native", "nameservers": ["ns1.example.net."]}
        self.assertEqual(api.ask("POST", "/zones", new_zone)[0], 422, "zones are made with mxbalance zone add")

    def test_changes_of_records(self):
        self.in_each_transport(self.check_changes)

    def check_changes(self, api):
        site = api.site
        serial = site.served_serial()
        self.assertEqual(api.patch(rrset("www.yourdomain.com.", "A", "192.0.2.1", "192.0.2.2"),
                                   rrset("t.yourdomain.com.", "TXT", '"x y"')), 204)
        self.assertEqual(site.sql(RECORDS), "t.yourdomain.com|TXT|\"x y\"|300\nwww.yourdomain.com|A|192.0.2.1|300\n"
                                            "www.yourdomain.com|A|192.0.2.2|300")
        self.assertGreater(site.served_serial(), serial)
        self.assertEqual(sorted(site.answer("www.yourdomain.com", "A")), ["192.0.2.1", "192.0.2.2"])
        rows = site.sql(RECORDS)
        # All or nothing: the second of the two is published by a pool.
        self.assertEqual(api.patch(rrset("w2.yourdomain.com.", "A", "192.0.2.3"),
                                   rrset("yourdomain.com.", "MX", "10 x.example.net.")), 500)
        self.assertIn("mxbalance pool unpublish inbound yourdomain.com --as MX", site.service.log())
        self.assertEqual(site.sql(RECORDS), rows)
        self.assertEqual(api.patch(rrset("www.yourdomain.com.", "A"), rrset("t.yourdomain.com.", "TXT")), 204)
        self.assertEqual(site.sql(RECORDS), "")

    def test_metadata_and_keys(self):
        self.in_each_transport(self.check_metadata)

    def check_metadata(self, api):
        kind = ZONE + "/metadata/ALSO-NOTIFY"
        self.assertEqual(api.ask("POST", ZONE + "/metadata",
                                 {"kind": "ALLOW-AXFR-FROM", "metadata": ["127.0.0.1", "::1"]})[0], 201)
        self.assertEqual(api.ask("PUT", kind, {"kind": "ALSO-NOTIFY", "metadata": ["127.0.0.2:5300"]})[0], 200)
        self.assertEqual({one["kind"]: one["metadata"] for one in api.ask("GET", ZONE + "/metadata")[1]},
                         {"ALLOW-AXFR-FROM": ["127.0.0.1", "::1"], "ALSO-NOTIFY": ["127.0.0.2:5300"]})
        self.assertIn(api.ask("DELETE", kind)[0], (200, 204))
        self.assertEqual(api.site.sql("SELECT kind FROM domainmetadata"), "ALLOW-AXFR-FROM\nALLOW-AXFR-FROM")
        self.assertEqual(api.ask("POST", "/tsigkeys", {"name": "transfer", "algorithm": "hmac-sha256"})[0], 201)
        self.assertEqual([key["id"] for key in api.ask("GET", "/tsigkeys")[1]], ["transfer."])
        self.assertEqual(api.ask("DELETE", "/tsigkeys/transfer.")[0], 204)
        self.assertEqual(api.site.sql("SELECT * FROM tsigkeys"), "")

    def test_search(self):
        self.in_each_transport(self.check_search)

    def check_search(self, api):
        api.patch(rrset("www1.yourdomain.com.", "A", "192.0.2.1"), rrset("www22.yourdomain.com.", "A", "192.0.2.2"))

        def found(query):
            status, results = api.ask("GET", f"/search-data?q={query}&max=100&object_type=record")
            self.assertEqual(status, 200)
            return sorted((one["name"].removesuffix(".yourdomain.com."), one["content"]) for one in results)

        self.assertEqual(found("www*"), [("www1", "192.0.2.1"), ("www22", "192.0.2.2")])
        self.assertEqual(found("www?.*"), [("www1", "192.0.2.1")])
        self.assertEqual(found("192.0.2.2"), [("www22", "192.0.2.2")], "contents are searched, too")
        self.assertEqual(found("mail?.*"), [("mail1", "10.0.0.1"), ("mail2", "10.0.0.2")],
                         "what is generated is found by name")
        self.assertEqual(len(api.ask("GET", "/search-data?q=*&max=3&object_type=record")[1]), 3)

    def test_notify(self):
        self.in_each_transport(self.check_notify)

    def check_notify(self, api):
        """A secondary that the zone's metadata name is told."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as secondary:
            secondary.bind(("127.0.0.1", 0))
            secondary.settimeout(10)
            metadata = {"kind": "ALSO-NOTIFY", "metadata": [f"127.0.0.1:{secondary.getsockname()[1]}"]}
            self.assertEqual(api.ask("PUT", ZONE + "/metadata/ALSO-NOTIFY", metadata)[0], 200)
            self.assertEqual(api.ask("PUT", ZONE + "/notify")[0], 200)
            told = dns.message.from_wire(secondary.recv(512))
        self.assertEqual((told.opcode(), told.question[0].name.to_text()), (dns.opcode.NOTIFY, "yourdomain.com."))


if __name__ == "__main__":
    unittest.main()
