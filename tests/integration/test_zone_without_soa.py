"""A zone that is here and has no SOA record answers an error until it has one again, where its parent zone would deny
that the name exists; who publishes in it is kept from losing it; and every way that writes can give it one."""
import itertools
import json
import threading
import unittest
import urllib.error
import urllib.request

from harness import Site, wait_for
from name_servers import Nsd
from ports import free_port

ZONE = "sub.yourdomain.com"
SOA = "ns1.yourdomain.com hostmaster.yourdomain.com 7 10800 3600 604800 300"
OF_SOA = f"domain_id = (SELECT id FROM domains WHERE name = '{ZONE}') AND type = 'SOA'"
INSERT = (f"INSERT INTO records (domain_id, name, type, content, ttl) SELECT id, name, 'SOA', '{SOA}', 300"
          f" FROM domains WHERE name = '{ZONE}'")
MX = {"10 mail1.yourdomain.com.", "10 mail2.yourdomain.com."}
UNCACHED = {"cache_ttl": 0, "query_cache_ttl": 0, "negquery_cache_ttl": 0}
LOST = {
    "deleted": (f"DELETE FROM records WHERE {OF_SOA}", INSERT),
    "disabled": (f"UPDATE records SET disabled = 1 WHERE {OF_SOA}", f"UPDATE records SET disabled = 0 WHERE {OF_SOA}"),
    "not parsed": (f"UPDATE records SET content = 'ns1' WHERE {OF_SOA}",
                   f"UPDATE records SET content = '{SOA}' WHERE {OF_SOA}"),
}


class ZoneWithoutSoa(unittest.TestCase):
    def start(self, site, transport="unix", sql="", **settings):
        site.make_recipes()
        site.sql(sql)
        site.command("zone", "add", ZONE, "--ns", "ns1.yourdomain.com")
        site.command("pool", "publish", "inbound", ZONE, "--as", "MX")
        site.command("pool", "publish", "inbound", f"mail.{ZONE}", "--as", "A")
        site.start_service(log_level="info")
        site.start_pdns(transport, **{**UNCACHED, "remote_dnssec": "yes", **settings})

    def answers(self, site, name, record_type):
        answer = site.answer(name, record_type)
        return set(answer) if isinstance(answer, list) else answer

    def test_lost_by_sql(self):
        for transport, zone_cache in itertools.product(("json", "unix"), (0, 300)):
            with self.subTest(f"{transport}, zone cache {zone_cache}"), Site() as site:
                self.start(site, transport, zone_cache_refresh_interval=zone_cache)
                for how, (lose, give_back) in LOST.items():
                    with self.subTest(how):
                        site.sql(lose)
                        self.check_errors(site)
                        site.sql(give_back)
                        self.assertEqual(self.answers(site, ZONE, "MX"), MX)
                        self.assertEqual(self.answers(site, f"none.{ZONE}", "A"), "NXDOMAIN")
                self.assertIsNone(site.pdns.process.poll(), "pdns_server ended")

    def check_errors(self, site):
        for name, record_type in ((ZONE, "MX"), (ZONE, "SOA"), (ZONE, "A"), (f"mail.{ZONE}", "A"),
                                  (f"none.{ZONE}", "MX")):
            self.assertEqual(self.answers(site, name, record_type), "SERVFAIL", f"{name} {record_type}")
        self.assertEqual(self.answers(site, "yourdomain.com", "MX"), MX)
        self.assertEqual(self.answers(site, "none.yourdomain.com", "MX"), "NXDOMAIN")
        site.pdnsutil("list-zone", ZONE)
        self.assertIn(f"the zone {ZONE} has no SOA record that can be served", site.service.log())

    def test_rewritten_by_a_script(self):
        for transport, zone_cache in (("json", 0), ("unix", 300)):
            with self.subTest(f"{transport}, zone cache {zone_cache}"), Site() as site:
                self.start(site, transport, zone_cache_refresh_interval=zone_cache)
                over = threading.Event()

                def rewrite():
                    while not over.is_set():
                        site.sql(f"DELETE FROM records WHERE {OF_SOA}")
                        site.sql(INSERT)

                script = threading.Thread(target=rewrite)
                script.start()
                try:
                    found = [self.answers(site, name, record_type) for _ in range(125)
                             for name, record_type in ((ZONE, "MX"), (f"mail.{ZONE}", "A"))]
                finally:
                    over.set()
                    script.join()
                wrong = [answer for answer in found if answer not in (MX, {"10.0.0.1", "10.0.0.2"}, "SERVFAIL")]
                self.assertEqual(wrong, [])
                print(f"[{found.count('SERVFAIL')} of {len(found)} SERVFAIL]", end=" ", flush=True)

    def test_refused_to_who_writes(self):
        with Site() as site:
            self.start(site)
            before = site.sql("SELECT name, type, content FROM records ORDER BY 1, 2, 3")
            zone_file = site.directory / "zone"
            zone_file.write_text(f"$ORIGIN {ZONE}.\n@ 300 IN NS ns1.yourdomain.com.\n")
            self.assertNotEqual(self.pdnsutil_status(site, "delete-rrset", ZONE, "@", "SOA"), 0)
            self.assertNotEqual(self.pdnsutil_status(site, "load-zone", ZONE, str(zone_file)), 0)
            configuration = json.loads(site.command("export"))
            for zone in configuration["zones"]:
                if zone["name"] == ZONE:
                    zone["records"] = [record for record in zone["records"] if record["type"] != "SOA"]
            exported = site.directory / "export.json"
            exported.write_text(json.dumps(configuration))
            refused = site.command("import", "--prune", str(exported), status=1)
            self.assertIn(f"the zone {ZONE} would have no SOA record that can be served", refused)
            site.command("zone", "records", ZONE, "remove", ZONE, "SOA", status=1)
            self.assertEqual(site.sql("SELECT name, type, content FROM records ORDER BY 1, 2, 3"), before)
            self.assertEqual(self.answers(site, ZONE, "MX"), MX)
            site.command("pool", "unpublish", "inbound", ZONE, f"mail.{ZONE}")
            site.pdnsutil("delete-rrset", ZONE, "@", "SOA")
            self.assertEqual(self.answers(site, ZONE, "MX"), "SERVFAIL")

    def pdnsutil_status(self, site, *arguments):
        try:
            site.pdnsutil(*arguments)
        except AssertionError:
            return 1
        return 0

    def test_given_back(self):
        for transport, zone_cache in itertools.product(("json", "unix"), (0, 300)):
            with self.subTest(f"{transport}, zone cache {zone_cache}"), Site() as site:
                api = free_port()
                self.start(site, transport, zone_cache_refresh_interval=zone_cache, webserver="yes", api="yes",
                           api_key="key", webserver_port=api)
                lose = LOST["deleted"][0]
                for give_back in (lambda: self.patch(api),
                                  lambda: site.pdnsutil("add-record", ZONE, "@", "SOA", "300", SOA),
                                  lambda: site.pdnsutil("load-zone", ZONE, self.zone_file(site)),
                                  lambda: site.command("zone", "records", ZONE, "add", ZONE, "SOA", SOA)):
                    site.sql(lose)
                    self.assertEqual(self.answers(site, ZONE, "MX"), "SERVFAIL")
                    give_back()
                    self.assertEqual(self.answers(site, ZONE, "MX"), MX)
                self.assertIsNone(site.pdns.process.poll(), "pdns_server ended")

    def zone_file(self, site):
        path = site.directory / "whole-zone"
        path.write_text(f"$ORIGIN {ZONE}.\n@ 300 IN SOA {SOA}\n@ 300 IN NS ns1.yourdomain.com.\n")
        return str(path)

    def patch(self, port):
        body = {"rrsets": [{"name": f"{ZONE}.", "type": "SOA", "ttl": 300, "changetype": "REPLACE",
                            "records": [{"content": SOA.replace("com ", "com. "), "disabled": False}]}]}
        url = f"http://127.0.0.1:{port}/api/v1/servers/localhost/zones/{ZONE}."
        with urllib.request.urlopen(urllib.request.Request(url, headers={"X-API-Key": "key"}), timeout=20) as reply:
            self.assertEqual(reply.status, 200)
        request = urllib.request.Request(url, method="PATCH", data=json.dumps(body).encode(),
                                         headers={"X-API-Key": "key", "Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=20) as reply:
                self.assertEqual(reply.status, 204)
        except urllib.error.HTTPError as error:
            with error:
                self.fail(error.read().decode())

    def test_first_transfer_of_a_secondary(self):
        """And a primary zone whose name server is the name of a zone without SOA is notified all the same."""
        for transport, zone_cache in (("json", 300), ("unix", 0)):
            with self.subTest(f"{transport}, zone cache {zone_cache}"), Site() as site:
                self.start(site, transport, zone_cache_refresh_interval=zone_cache, primary="yes", secondary="yes",
                           xfr_cycle_interval=1, only_notify="0.0.0.0/0",
                           sql="INSERT INTO domains (name, type) VALUES ('new.yourdomain.com', 'SLAVE')")
                site.sql(LOST["deleted"][0])
                site.command("zone", "add", "told.example", "--ns", ZONE, "--kind", "MASTER")
                wait_for(lambda: site.sql("SELECT notified_serial FROM domains WHERE name = 'told.example'"),
                         "the primary zone to be notified")
                port = free_port()
                zone = "zone:\n  name: new.yourdomain.com\n  zonefile: zone\n  provide-xfr: 127.0.0.1 NOKEY\n"
                directory = site.directory / "primary"
                primary = Nsd(directory, "127.0.0.1", port, zone)
                (directory / "zone").write_text(f"$ORIGIN new.yourdomain.com.\n@ 300 IN SOA {SOA}\n@ 300 IN NS ns1\n"
                                                "ns1 300 IN A 192.0.2.53\n")
                self.assertEqual(self.answers(site, "ns1.new.yourdomain.com", "A"), "SERVFAIL")
                with primary:
                    site.command("zone", "set", "new.yourdomain.com", "--primary", f"127.0.0.1:{port}")
                    wait_for(lambda: site.sql("SELECT 1 FROM records WHERE name = 'ns1.new.yourdomain.com'"),
                             "the transfer")
                    wait_for(lambda: self.answers(site, "ns1.new.yourdomain.com", "A") == {"192.0.2.53"},
                             "the zone to be answered")
                self.assertIsNone(site.pdns.process.poll(), "pdns_server ended")


if __name__ == "__main__":
    unittest.main()
