"""What PowerDNS writes in a transaction is there as a whole or not at all, whoever dies in between."""
import signal
import subprocess
import unittest

from harness import Site, wait_for
from under_fire import usual_or_long

ZONE = "big.example"
RECORDS = 20_000
ROUNDS = usual_or_long(6, 30)


def zone_file(version):
    names = "".join(f"h{number} 300 IN TXT \"version {version}\"\n" for number in range(RECORDS))
    return (f"$ORIGIN {ZONE}.\n@ 300 IN SOA ns1.example.net. hostmaster {version} 10800 3600 604800 300\n"
            f"@ 300 IN NS ns1.example.net.\n{names}")


class Transactions(unittest.TestCase):
    def start(self):
        site = self.enterContext(Site())
        site.make_recipes()
        site.command("zone", "add", ZONE, "--ns", "ns1.example.net")
        site.start_service(log_level="info")
        site.start_pdns("unix", patience=60_000)
        return site

    def load(self, site, version):
        """Starts to load the zone's version."""
        path = site.directory / f"zone-{version}"
        path.write_text(zone_file(version))
        return subprocess.Popen(["pdnsutil", f"--config-dir={site.directory}", "load-zone", ZONE, path],
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def stored_version(self, site):
        self.assertEqual(site.sql("PRAGMA integrity_check"), "ok")
        found = site.sql("SELECT content, count(*) FROM records WHERE type = 'TXT' GROUP BY content").splitlines()
        self.assertLessEqual(len(found), 1, f"a mixture: {found}")
        if not found:
            return 0
        content, count = found[0].split("|")
        self.assertEqual(int(count), RECORDS)
        return int(content.strip('"').split()[1])

    def test_the_service_is_killed_in_a_commit(self):
        site = self.start()
        log = site.database.with_name("mail.db-wal")
        versions = []
        for version in range(1, ROUNDS + 1):
            wait_for(lambda: log.stat().st_size == 0, "the log to be empty")
            loading = self.load(site, version)
            # The commit begins: its first pages are in the log, and half of the rounds wait for some more.
            wait_for(lambda: log.stat().st_size > version % 3 * 1_000_000, "the commit to begin")
            site.service.stop(signal.SIGKILL)
            status = loading.wait(60)
            site.start_service(log_level="info")
            stored = self.stored_version(site)
            self.assertIn(stored, (version, versions[-1] if versions else 0))
            if status == 0:
                self.assertEqual(stored, version, "pdnsutil was told that it is written")
            versions.append(stored)
        print(f"[{ROUNDS} kills, {len(set(versions) - {0})} commits that were through]", end=" ", flush=True)
        self.load(site, 99).wait(60)
        self.assertEqual(self.stored_version(site), 99)

    def test_pdnsutil_is_killed_in_a_transaction(self):
        site = self.start()
        site.service.stop()
        site.start_service()  # with its log of every request
        before = site.sql("SELECT * FROM records")
        loading = self.load(site, 1)
        wait_for(lambda: site.service.log().count("feedRecord ->") > 1_000, "records to be staged")
        loading.kill()
        loading.wait()
        self.assertEqual(site.sql("SELECT * FROM records"), before)
        self.load(site, 2).wait(60)
        self.assertEqual(self.stored_version(site), 2)

    def test_two_at_once(self):
        """Their trxid is the second in which they begin: it is the same one for both."""
        site = self.start()
        site.command("zone", "add", "other.example", "--ns", "ns1.example.net")
        for number in range(10):
            both = [subprocess.Popen(["pdnsutil", f"--config-dir={site.directory}", "add-record", zone, f"n{number}",
                                      "A", "300", "192.0.2.1"], stdout=subprocess.DEVNULL)
                    for zone in (ZONE, "other.example")]
            self.assertEqual([one.wait(30) for one in both], [0, 0])
        self.assertEqual(site.sql("SELECT domain_id, count(*) FROM records WHERE type = 'A' GROUP BY 1"), "2|10\n3|10")


if __name__ == "__main__":
    unittest.main()
