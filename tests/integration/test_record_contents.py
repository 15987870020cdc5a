"""Contents of every type, good, odd and bad: pdns_server fails on none that mxbalance serves, and parses none that it
leaves out, but for those that have a reason here. Its own SQLite backend says what it parses."""
import json
import sqlite3
import unittest

import dns.rcode

import record_contents
from asked_in_parallel import ask_all, question
from harness import Site, run_mxbalance

ZONE = "contents.test"
SERVFAIL = dns.rcode.SERVFAIL

# What PowerDNS parses and is left out all the same, by a part of the problem that `check` reports.
REASONS = {
    "only PowerDNS": "what another release cannot parse is left out, unless --pdns-version says who asks",
    "the tag is": "PowerDNS makes a message that cannot be parsed",
    "has no hexadecimal digits": "PowerDNS makes a message that cannot be parsed",
    "255 are allowed": "PowerDNS makes a message that cannot be parsed",
    "identifiers of at most 255 octets": "PowerDNS makes a message that cannot be parsed",
    "must be an address prefix": "PowerDNS ignores what follows the length; one over 32 or 128 cannot be read",
    "it must be the name of a record type": "PowerDNS ignores what follows the number in TYPE1x",
    "times two hexadecimal digits": "signs, blanks and 0x, which only C's sscanf reads as digits",
    "addresses, separated by commas": "ports, brackets and zones, of which PowerDNS drops a part",
    "a value of printable characters": "a backslash at the end, which PowerDNS drops",
    "must have a closing quote": "PowerDNS reads to the end",
    "wants the generic form": "letters that are no digits, which PowerDNS reads as something",
    "knows no type": "types of queries and messages, and names that PowerDNS's number parser takes for a type",
    "a blank before it": "PowerDNS 4 reads degrees as minutes",
    'the name ".\\" has an empty label': "PowerDNS reads the root, whatever follows the dot",
}


def fails(answers):
    return any(answer[3] & 15 == SERVFAIL for answer in answers)


class RecordContents(unittest.TestCase):
    def setUp(self):
        self.rows = [(f"c{number}.{ZONE}", kind, content)
                     for number, (kind, content) in enumerate(record_contents.every_content())]

    def fill(self, site):
        site.command("migrate")
        site.command("zone", "add", ZONE, "--ns", "ns1.example.net")
        with sqlite3.connect(site.database) as database:
            database.executemany(
                f"INSERT INTO records (domain_id, name, type, content, ttl, prio, disabled, auth)"
                f" VALUES ((SELECT id FROM domains WHERE name = '{ZONE}'), ?, ?, ?, 60, 10, 0, 1)", self.rows)
        database.close()

    def failing_names(self, site):
        """The names at which an answer fails: of a type that is there, and of one that is not."""
        asked = [question(name, kind, True) for name, _, _ in self.rows for kind in ("TYPE65280", "TXT")]
        answers = ask_all(site.dns_port, asked)
        return {name for number, (name, _, _) in enumerate(self.rows) if fails(answers[2 * number:2 * number + 2])}

    def found_by_check(self, site, *arguments):
        """What is left out, by name."""
        run = run_mxbalance("--db", site.database, "check", "--json", *arguments)
        found = {}
        for finding in json.loads(run.stdout):
            if "left out of answers" in finding["problem"]:
                found[finding["subject"].split("(")[1].split(" ")[0]] = finding["problem"]
        return found

    def test_every_type(self):
        with Site() as site:
            self.fill(site)
            left_out = self.found_by_check(site)
            site.start_pdns(launch="gsqlite3", gsqlite3_database=site.database, gsqlite3_dnssec="yes", loglevel=0,
                            remote_connection_string=None, remote_dnssec=None)
            failing = self.failing_names(site)
            site.pdns.stop()
            unexplained = [(name, kind, content, left_out[name]) for name, kind, content in self.rows
                           if name in left_out and name not in failing
                           and not any(reason in left_out[name] for reason in REASONS)]
            self.assertEqual(unexplained, [], "PowerDNS parses these, and they are left out")

            site.start_service(log_level="info")
            site.start_pdns("unix", loglevel=0)
            failing = self.failing_names(site)
            served = [row for row in self.rows if row[0] not in left_out and row[0] in failing]
            self.assertEqual(served, [], "pdns_server fails on these")
            self.assertGreater(len(self.rows) - len(left_out), 1500)
            site.pdns.stop()
            site.service.stop()

            # What 4.7 alone can parse, it is given when it is known to ask.
            left_out = self.found_by_check(site, "--pdns-version", "4")
            site.start_service("--pdns-version", "4", log_level="info")
            site.start_pdns("unix", loglevel=0)
            failing = self.failing_names(site)
            served = [row for row in self.rows if row[0] not in left_out and row[0] in failing]
            self.assertEqual(served, [], "pdns_server 4.7 fails on these")

    def test_nothing_else_at_the_name_is_hurt(self):
        contents = (("HTTPS", "1 . alpn=h2 dohpath=/dns-query{?dns}"), ("HINFO", "a b"),
                    ("TYPE257", "\\# 4 00016100"), ("NOPE", "x"), ("TLSA", "3 1 1 xyz"))
        with Site() as site:
            site.make_recipes()
            for kind, content in contents:
                site.sql(f"INSERT INTO records (domain_id, name, type, content, ttl)"
                         f" SELECT id, name, '{kind}', '{content}', 60 FROM domains")
            site.start_service()
            site.start_pdns("json", disable_axfr="no", allow_axfr_ips="127.0.0.0/8")
            self.assertEqual(len(site.answer("yourdomain.com", "MX")), 2)
            self.assertEqual(site.answer("yourdomain.com", "HINFO"), [])
            self.assertTrue(any(" MX " in record for record in site.transfer("yourdomain.com")))
            found = site.command("check", status=1)
            for kind, content in contents:
                known = "CAA" if kind == "TYPE257" else kind
                self.assertIn(f"(yourdomain.com {known}): PowerDNS cannot parse", found)
                self.assertIn("PowerDNS cannot serve",
                              site.command("zone", "records", "yourdomain.com", "add", "www.yourdomain.com", kind,
                                           content, status=1))
            self.assertIn("PowerDNS 5.1", found)

    def test_a_soa_record_that_powerdns_tolerates(self):
        """PowerDNS's SQLite backend answers below the zone's name alone; nothing fails here, and `check` names it."""
        with Site() as site:
            site.make_recipes()
            soa = "ns1.yourdomain.com hostmaster.yourdomain.com 2024010101 3H 3600 604800 60 x"
            site.sql(f"UPDATE records SET content = '{soa}' WHERE type = 'SOA'")
            site.start_service()
            site.start_pdns("json", disable_axfr="no", allow_axfr_ips="127.0.0.0/8")
            self.assertEqual(len(site.answer("yourdomain.com", "MX")), 2)
            self.assertEqual(len(site.answer("mail.yourdomain.com", "A")), 2)
            self.assertEqual(site.answer("nope.yourdomain.com", "A"), "NXDOMAIN")
            self.assertIn(" 3 3600 604800 60", site.answer("yourdomain.com", "SOA")[0])
            self.assertTrue(any(" MX " in record for record in site.transfer("yourdomain.com")))
            self.assertIn(f'PowerDNS cannot parse "{soa}"; it is served as', site.command("check", status=1))

    def test_columns_of_every_storage_class(self):
        """As PowerDNS's SQLite backend has it; what fails there, or is hidden, is left out."""
        values = ("NULL", "''", "'abc'", "10.5", "10.0", "' 10 '", "-1", "65536", "4294967296",
                  "x'3130'", "x'00'", "'10x'", "'1H'")
        with Site() as site:
            site.make_recipes()
            for number, value in enumerate(values):
                for kind, columns in (("MX", f"'mail.example.net', 60, {value}"), ("TXT", f"'\"x\"', {value}, 0")):
                    site.sql(f"INSERT INTO records (domain_id, name, type, content, ttl, prio, auth)"
                             f" SELECT id, '{kind}{number}.yourdomain.com', '{kind}', {columns}, 1 FROM domains".lower()
                             .replace(f"'{kind.lower()}'", f"'{kind}'"))
            site.start_pdns(launch="gsqlite3", gsqlite3_database=site.database, gsqlite3_dnssec="yes", loglevel=0,
                            remote_connection_string=None, remote_dnssec=None)
            theirs = self.answers(site, len(values))
            site.pdns.stop()
            site.start_service()
            site.start_pdns("json", loglevel=0)
            ours = self.answers(site, len(values))
            self.assertEqual(ours, theirs)

    def answers(self, site, count):
        """The records with their ttl; nothing where the name fails or is not there."""
        found = {}
        for kind in ("MX", "TXT"):
            for number in range(count):
                response = site.ask(f"{kind.lower()}{number}.yourdomain.com", kind)
                found[kind, number] = [str(rrset) for rrset in response.answer]
        return found

    def test_a_version_that_takes_more(self):
        with Site() as site:
            site.make_recipes()
            content = "1 . alpn=h2 dohpath=/dns-query{?dns}"
            add = ("zone", "records", "yourdomain.com", "add", "www.yourdomain.com", "HTTPS", content)
            self.assertIn("--pdns-version 5", site.command(*add, status=1))
            site.command(*add, "--pdns-version", "5")
            self.assertIn("dohpath", site.command("check", status=1))
            self.assertNotIn("dohpath", site.command("check", "--pdns-version", "5.1.4", status=1))
            self.assertIn("4, 5 or a release from 4.7 to 5.1", site.command("check", "--pdns-version", "6", status=64))


if __name__ == "__main__":
    unittest.main()
