"""A store with a view that never ends: lookups that meet it are SERVFAIL before PowerDNS gives up, the others go on,
and the service stops in time."""
import contextlib
import pathlib
import time
import unittest

from harness import Site, best_of, wait_for
from peers import over_http, request

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"


class EndlessQueries(unittest.TestCase):
    def hang_other_zone(self, site):
        """`records` never ends for the names of one zone."""
        site.command("zone", "add", "hang.example", "--ns", "ns1.yourdomain.com")
        site.sql("ALTER TABLE records RENAME TO kept_records; CREATE VIEW records AS SELECT * FROM kept_records WHERE"
                 " name NOT LIKE '%hang.example' OR (SELECT count(*) FROM (" + ENDLESS + ")) = 0")

    def test_lookups(self):
        with Site() as site:
            site.make_recipes()
            self.hang_other_zone(site)
            site.start_service()
            site.start_pdns("unix")
            for name in ("hang.example", "www.hang.example"):
                self.assertLess(best_of(lambda name=name: self.seconds_to_fail(site, name), 4), 4)
                self.assertEqual(len(site.answer("yourdomain.com", "MX")), 2)
            self.assertIn("did not end within 1500 ms and was ended: it reads much", site.service.log())
            self.assertNotIn("store cannot be read", site.service.log())

    def test_stop(self):
        with Site() as site:
            site.make_recipes()
            self.hang_other_zone(site)
            zone = site.sql("SELECT id FROM domains WHERE name = 'hang.example'")
            self.assertLess(best_of(lambda: self.seconds_to_stop(site, zone), 2), 2)

    def seconds_to_fail(self, site, name):
        begin = time.monotonic()
        self.assertEqual(site.answer(name, "A"), "SERVFAIL")
        return time.monotonic() - begin

    def seconds_to_stop(self, site, zone):
        site.start_service()
        with contextlib.ExitStack() as open_ones:
            for _ in range(3):
                peer = open_ones.enter_context(over_http(site))
                peer.send(request(b"", "GET", f"/dns/list/{zone}/hang.example"))
            wait_for(lambda: self.cpu_time(site) > 0.3, "the queries to run")
            begin = time.monotonic()
            self.assertEqual(site.service.stop(), 0)
            return time.monotonic() - begin

    @staticmethod
    def cpu_time(site):
        """In seconds."""
        fields = pathlib.Path(f"/proc/{site.service.process.pid}/stat").read_text("ascii").rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / 100


if __name__ == "__main__":
    unittest.main()
