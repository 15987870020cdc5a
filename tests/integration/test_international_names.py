"""Names with letters outside ASCII: A-labels where people give them, bytes where others do, and what check says."""
import json
import unittest

from harness import Site

NAMES = """\ufeff# customers
München.example    # as people write it
βόλος.example
xn--bcher-kva.example
"""


class InternationalNames(unittest.TestCase):
    def setUp(self):
        self.site = self.enterContext(Site())
        self.site.make_recipes()
        for number in (1, 2):
            self.site.command("zone", "records", "yourdomain.com", "add", f"ns{number}.yourdomain.com", "A", "10.0.0.5")

    def start(self):
        self.site.start_service()
        # What is not here is looked up each time, and names of bytes are answered at all.
        self.site.start_pdns(negquery_cache_ttl=0, **{"8bit-dns": "yes"})

    def test_what_people_give_is_asked_for(self):
        site = self.site
        names = site.directory / "names"
        names.write_text(NAMES)
        site.command("zone", "add", "--from", names, "--ns", "ns1.yourdomain.com")
        site.command("zone", "records", "münchen.example", "add", "münchen.example", "MX", "10 mail.bücher.example")
        site.command("zone", "records", "bücher.example", "add", "mail.BÜCHER.example", "A", "192.0.2.1")
        site.command("pool", "publish", "inbound", "βόλος.example", "--as", "MX")
        self.start()
        self.assertEqual(site.answer("xn--mnchen-3ya.example", "MX"), ["10 mail.xn--bcher-kva.example."])
        self.assertEqual(site.answer("mail.xn--bcher-kva.example", "A"), ["192.0.2.1"])
        self.assertEqual(len(site.answer("xn--nxasmm1c.example", "MX")), 2)
        self.assertEqual(site.command("check"), "nothing found\n")

    def test_files_name_them_either_way(self):
        site = self.site
        site.command("zone", "add", "münchen.example", "--ns", "ns1.yourdomain.com")
        exported = site.command("export")
        self.assertNotIn("ü", exported)
        file = site.directory / "mail.json"
        file.write_text(exported.replace("xn--mnchen-3ya", "MÜNCHEN"))
        self.assertEqual(site.command("import", "--prune", file), "0 added, 0 changed, 0 removed\n")

    def test_what_is_no_name_is_refused(self):
        site = self.site
        for name in ("☃.example", "a b.example", '"a.example"', "_ü.example", b"m\xfcnchen.example"):
            refusal = site.command("zone", "add", name, "--ns", "ns1.yourdomain.com", status=64)
            self.assertIn("mxbalance: ZONE: the ", refusal)
        self.assertEqual(site.sql("SELECT count(*) FROM domains"), "1")

    def test_bytes_stay_bytes(self):
        site = self.site
        self.start()
        site.pdnsutil("add-record", "yourdomain.com", "bücher", "A", "192.0.2.1")
        name = site.sql("SELECT name FROM records WHERE content = '192.0.2.1'")
        self.assertEqual(name, r"b\195\188cher.yourdomain.com")
        self.assertEqual(site.answer(r"b\195\188cher.yourdomain.com", "A"), ["192.0.2.1"])

    def test_sql_is_told_the_spelling(self):
        site = self.site
        site.sql("INSERT INTO domains (id, name, type) VALUES (7, 'münchen.example', 'NATIVE');"
                 "INSERT INTO records (domain_id, name, type, content, ttl, prio)"
                 " SELECT 7, 'münchen.example', type, content, 60, 0 FROM records WHERE type IN ('SOA', 'NS');"
                 "INSERT INTO records (domain_id, name, type, content, ttl, prio) VALUES"
                 " (7, 'münchen.example', 'MX', 'mail.münchen.example', 60, 10),"
                 " (7, 'mail.münchen.example', 'A', '192.0.2.2', 60, 0)")
        self.start()
        self.assertEqual(site.answer("xn--mnchen-3ya.example", "MX"), "REFUSED")
        findings = json.loads(site.command("check", "--json", status=1))
        self.assertEqual(len(findings), 2, findings)
        site.sql(next(finding["remedy"] for finding in findings if finding["subject"] == "zone münchen.example"))
        target = next(finding["remedy"] for finding in findings if finding["subject"].endswith("(MX)"))
        self.assertIn(r"remove münchen.example MX '10 mail.m\195\188nchen.example'", target)
        records = ("zone", "records", "münchen.example")
        site.command(*records, "remove", "münchen.example", "MX", r"10 mail.m\195\188nchen.example")
        site.command(*records, "add", "münchen.example", "MX", "10 mail.münchen.example")
        self.assertEqual(site.command("check"), "nothing found\n")
        self.assertEqual(site.answer("mail.xn--mnchen-3ya.example", "A"), ["192.0.2.2"])


if __name__ == "__main__":
    unittest.main()
