"""How far the served serial moves with a PATCH of PowerDNS's API, for each kind of SOA-EDIT-API: as far as with
PowerDNS's own SQLite backend. Where that one leaves the serial, or lets it fall, it moves by one, or secondaries would
miss the change."""
import time
import unittest

from harness import Site
from http_api import Api, rrset

SCHEMA = "/usr/share/doc/pdns-backend-sqlite3/schema.sqlite3.sql"
KINDS = ("", "DEFAULT", "INCREASE", "EPOCH", "SOA-EDIT", "SOA-EDIT-INCREASE")
SERIALS = (100, 2026010107, 2100000000)
ZONES = {f"{kind.lower() or 'none'}-{serial}.test": (kind, serial) for kind in KINDS for serial in SERIALS}
SERIAL_OF = "SELECT content FROM records WHERE type = 'SOA' AND name = '%s'"


def zones_as_sql():
    for number, (zone, (kind, serial)) in enumerate(ZONES.items(), 1):
        yield (f"INSERT INTO domains (id, name, type) VALUES ({number}, '{zone}', 'NATIVE');"
               f"INSERT INTO records (domain_id, name, type, content, ttl) VALUES ({number}, '{zone}', 'SOA',"
               f" 'ns.{zone} hostmaster.{zone} {serial} 10800 3600 604800 300', 300),"
               f" ({number}, '{zone}', 'NS', 'ns.{zone}', 300);")
        if kind:
            yield ("INSERT INTO domainmetadata (domain_id, kind, content)"
                   f" VALUES ({number}, 'SOA-EDIT-API', '{kind}');")


class SerialSteps(unittest.TestCase):
    def served_after_a_change(self, api, zone):
        self.assertEqual(api.patch(rrset(f"www.{zone}.", "TXT", '"x"'), zone=f"/zones/{zone}."), 204)
        return int(api.site.sql(SERIAL_OF % zone).split()[2])

    def test_patch(self):
        with Site() as oracle:
            oracle.sql(f".read {SCHEMA}")
            oracle.sql("".join(zones_as_sql()))
            with_oracle = Api(oracle)
            with_oracle.start(launch="gsqlite3", gsqlite3_database=oracle.database, remote_connection_string=None,
                              remote_dnssec=None)
            begun = time.time()
            expected = {zone: self.served_after_a_change(with_oracle, zone) for zone in ZONES}
        for transport in Site.CONNECTIONS:
            with self.subTest(transport), Site() as site:
                site.command("migrate")
                site.sql("".join(zones_as_sql()) + "UPDATE zone_changes SET counting = 1")
                site.start_service()
                api = Api(site)
                api.start(transport)
                for zone, (kind, serial) in ZONES.items():
                    self.served_after_a_change(api, zone)
                    served = site.served_serial(zone)
                    wanted = max(expected[zone], serial + 1)
                    is_of_now = kind == "EPOCH" and wanted > serial + 1
                    slack = int(time.time() - begun) + 1 if is_of_now else 0  # seconds since the oracle was asked
                    self.assertIn(served, range(wanted, wanted + slack + 1), zone)
                    if kind == "INCREASE":
                        self.assertEqual(served, serial + 1)

    def test_pdnsutil_and_own_changes(self):
        """Each transaction counts once; increase-serial writes the next one."""
        with Site() as site:
            site.make_recipes()
            site.start_service()
            site.start_pdns("json")
            serial = site.served_serial()
            for step, arguments in ((1, ("add-record", "yourdomain.com", "www", "TXT", '"x"')),
                                    (1, ("increase-serial", "yourdomain.com")),
                                    (1, ("replace-rrset", "yourdomain.com", "www", "TXT", '"y"'))):
                site.pdnsutil(*arguments)
                self.assertEqual(site.served_serial(), serial + step, arguments)
                serial += step


if __name__ == "__main__":
    unittest.main()
