"""Records that are disabled by SQL: PowerDNS's API and tools neither see nor overwrite them, over each transport."""
import json
import unittest

from harness import Site
from http_api import ZONE, api_on_recipes, rrset

ROWS = ("SELECT name, type, content, ttl, coalesce(disabled, 0) FROM records WHERE name LIKE '%.off.yourdomain.com'"
        " ORDER BY 1, 2, 3, 4")
OFF = {"www.off.yourdomain.com": ("A", "192.0.2.1"), "only.off.yourdomain.com": ("TXT", '"switched off"')}


class DisabledRecords(unittest.TestCase):
    def test_in_each_transport(self):
        for transport in Site.CONNECTIONS:
            with self.subTest(transport), api_on_recipes(transport) as api:
                for name, (record_type, content) in OFF.items():
                    api.site.sql("INSERT INTO records (domain_id, name, type, content, ttl, disabled)"
                                 f" VALUES (1, '{name}', '{record_type}', '{content}', 60, 1)")
                self.assertEqual(api.patch(rrset("www.off.yourdomain.com.", "A", "192.0.2.2")), 204)
                self.check_they_are_unseen(api)
                self.check_they_stay(api)
                self.check_a_write_enables(api)
                self.check_own_commands(api.site)

    def check_they_are_unseen(self, api):
        zone = json.dumps(api.ask("GET", ZONE)[1])
        self.assertIn('"192.0.2.2"', zone)
        self.assertNotIn('"192.0.2.1"', zone)
        self.assertNotIn("only.off", zone)
        self.assertNotIn("only.off", api.site.pdnsutil("list-zone", "yourdomain.com"))
        found = api.ask("GET", "/search-data?q=*.off.yourdomain.com&max=100&object_type=record")[1]
        self.assertEqual([one["content"] for one in found], ["192.0.2.2"])
        self.assertEqual(api.ask("GET", "/search-data?q=192.0.2.1&max=100&object_type=record")[1], [])

    def check_they_stay(self, api):
        """Whatever PowerDNS writes: what was read is written back, replaced, deleted, the whole zone is loaded."""
        site = api.site
        off = "only.off.yourdomain.com|TXT|\"switched off\"|60|1\nwww.off.yourdomain.com|A|192.0.2.1|60|1"
        read = next(one for one in api.ask("GET", ZONE)[1]["rrsets"] if one["name"] == "www.off.yourdomain.com.")
        self.assertEqual(read.pop("comments"), [])
        self.assertEqual(api.patch({**read, "changetype": "REPLACE"}), 204)
        self.assertEqual(site.sql(ROWS), off + "\nwww.off.yourdomain.com|A|192.0.2.2|300|0")
        listed = site.directory / "listed.zone"
        listed.write_text(site.pdnsutil("list-zone", "yourdomain.com"))
        site.pdnsutil("load-zone", "yourdomain.com", str(listed))
        self.assertEqual(site.sql(ROWS), off + "\nwww.off.yourdomain.com|A|192.0.2.2|300|0")
        self.assertEqual(api.patch(rrset("www.off.yourdomain.com.", "A"), rrset("only.off.yourdomain.com.", "TXT")),
                         204)
        site.pdnsutil("delete-rrset", "yourdomain.com", "only.off", "TXT")
        self.assertEqual(site.sql(ROWS), off)

    def check_a_write_enables(self, api):
        site = api.site
        serial = site.served_serial()
        self.assertEqual(api.patch(rrset("www.off.yourdomain.com.", "A", "192.0.2.1", "192.0.2.3", ttl=120)), 204)
        self.assertEqual(site.sql(ROWS).split("\n"), ["only.off.yourdomain.com|TXT|\"switched off\"|60|1",
                                                      "www.off.yourdomain.com|A|192.0.2.1|120|0",
                                                      "www.off.yourdomain.com|A|192.0.2.3|120|0"])
        self.assertGreater(site.served_serial(), serial)
        self.assertEqual(sorted(site.answer("www.off.yourdomain.com", "A")), ["192.0.2.1", "192.0.2.3"])
        # What the API switches off is live: the protocol does not carry it.
        off = rrset("www.off.yourdomain.com.", "A", "192.0.2.4")
        off["records"][0]["disabled"] = True
        self.assertEqual(api.patch(off), 204)
        self.assertEqual(site.sql(ROWS).split("\n")[1:], ["www.off.yourdomain.com|A|192.0.2.4|300|0"])

    def check_own_commands(self, site):
        """They show what is switched off, and remove it."""
        self.assertIn('"switched off"  (disabled)', site.command("zone", "records", "yourdomain.com"))
        file = site.directory / "mail.json"
        site.command("export", str(file))
        exported = file.read_text()
        self.assertIn('"disabled": true', exported)
        file.write_text("\n".join(line for line in exported.splitlines() if "switched off" not in line))
        site.command("import", "--prune", str(file))
        self.assertNotIn("only.off", site.sql(ROWS))


if __name__ == "__main__":
    unittest.main()
