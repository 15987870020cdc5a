"""Zones served by mxbalance and by PowerDNS's own SQLite backend (rectified), compared response by response: unsigned,
NSEC, NSEC3, opt-out and narrow, with the same keys. One zone by hand, the others at random: MXBALANCE_SEED gives their
seed, MXBALANCE_ZONES how many."""
import os
import random
import shutil
import unittest

import dns.message
import dns.rdatatype

from asked_in_parallel import ask_all, question
from harness import Site

SCHEMA = "/usr/share/doc/pdns-backend-sqlite3/schema.sqlite3.sql"
MODES = ("unsigned", "nsec", "nsec3", "optout", "narrow")
KEY = "Private-key-format: v1.2\nAlgorithm: 15 (ED25519)\nPrivateKey: ODIyNjAzODQ2MjgwODAxMjI2NDUxOTAyMDQxNDIyNjI=\n"
TYPES = ("A", "AAAA", "TXT", "MX", "NS", "DS", "CNAME", "SOA", "SRV", "ANY")
LETTERS = ("a", "b", "c", "ns", "*", "_tcp", "ent")
ODD = (rb"\000", rb"\001", rb"\032", rb"\.", rb"\\", rb"\255", rb"a\.b", b"a-b", b"!", b"~", rb"x\000y")
KEEP_CASE = (dns.rdatatype.TXT, dns.rdatatype.RRSIG, dns.rdatatype.DNSKEY)
DIGEST = "12345 13 2 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


class Zone:
    """Records by owner name (relative text, '' the apex): a list of (type, content, prio)."""

    def __init__(self, name, mode, salt="-", iterations=0):
        self.name, self.mode, self.salt, self.iterations = name, mode, salt, iterations
        self.records = {"": [("SOA", f"ns1.{name} hostmaster.{name} 1 3600 600 604800 300", 0),
                             ("NS", f"ns1.{name}", 0)]}

    def add(self, owner, record_type, content, prio=0):
        self.records.setdefault(owner, []).append((record_type, content, prio))

    def absolute(self, owner):
        return f"{owner}.{self.name}" if owner else self.name

    def metadata(self):
        if self.mode in ("unsigned", "nsec"):
            return {}
        found = {"NSEC3PARAM": f"1 {1 if self.mode == 'optout' else 0} {self.iterations} {self.salt}"}
        return {**found, "NSEC3NARROW": "1"} if self.mode == "narrow" else found

    def sql(self, zone_id):
        lines = [f"INSERT INTO domains (id, name, type) VALUES ({zone_id}, '{self.name}', 'NATIVE');"]
        for owner, records in self.records.items():
            for record_type, content, prio in records:
                lines.append("INSERT INTO records (domain_id, name, type, content, ttl, prio) VALUES "
                             f"({zone_id}, '{self.absolute(owner)}', '{record_type}', '{content}', 300, {prio});")
        for kind, content in self.metadata().items():
            lines.append("INSERT INTO domainmetadata (domain_id, kind, content) VALUES "
                         f"({zone_id}, '{kind}', '{content}');")
        if self.mode != "unsigned":
            lines.append("INSERT INTO cryptokeys (domain_id, flags, active, published, content) VALUES "
                         f"({zone_id}, 257, 1, 1, '{KEY}');")
        return "\n".join(lines)

    def is_below_cut(self, owner):
        labels = split(owner)
        return any(self.has(join(labels[i:]), "NS") for i in range(1, len(labels)))

    def has(self, owner, record_type):
        return any(record[0] == record_type for record in self.records.get(owner, ()))

    def questions(self, draw):
        """Every name, names that are not there beside, above and below them, each with some types."""
        owners = set(self.records)
        for owner in list(owners):
            labels = split(owner)
            owners.update(join(labels[i:]) for i in range(len(labels)))
            owners.add(join([draw.choice(("zz", "0", "a", "*", "nope")), *labels]))
            if labels:
                owners.add(join([draw.choice(("zz", "-", "m")), *labels[1:]]))
                owners.add(join(["x", "y", *labels]))
        for owner in sorted(owners):
            types = {"A", draw.choice(TYPES), draw.choice(TYPES)}
            types.update(record[0] for record in self.records.get(owner, ())[:2])
            if not owner:
                types.update(("DNSKEY", "NSEC3PARAM", "SOA", "DS", "CDS"))
            for record_type in sorted(types):
                yield question(capitals(self.absolute(owner), draw), record_type, dnssec=True)
            yield question(self.absolute(owner), draw.choice(sorted(types)), dnssec=False)


def split(owner):
    """The labels of relative text; a dot after a backslash is no end."""
    labels, label, escaped = [], "", False
    for c in owner:
        if c == "." and not escaped:
            labels.append(label)
            label = ""
        else:
            label += c
        escaped = c == "\\" and not escaped
    return labels + [label] if owner else []


def join(labels):
    return ".".join(labels)


def capitals(name, draw):
    return "".join(c.upper() if draw.random() < 0.2 else c for c in name)


def random_zone(name, mode, names, draw):
    zone = Zone(name, mode, draw.choice(("-", "ab", "00ff1234")), draw.choice((0, 0, 1, 5)))
    letters = LETTERS
    if draw.random() < 0.2 and mode != "nsec":      # PowerDNS's order of such names is not that of RFC 4034: see below
        letters += tuple(label.decode() for label in ODD)
    for _ in range(draw.randrange(2, 14)):
        owner = join([draw.choice(letters) for _ in range(draw.choice((1, 1, 2, 2, 3, 4)))])
        if owner in zone.records:
            continue
        kind = draw.choice(("A", "A", "many", "TXT", "MX", "CNAME", "NS", "NS", "DS", "DNAME", "SRV"))
        target = draw.choice([name, *names])
        host = draw.choice(letters[:4]) + "." + target
        if kind in ("A", "many"):
            zone.add(owner, "A", f"192.0.2.{draw.randrange(256)}")
        if kind == "many":
            zone.add(owner, "AAAA", f"2001:db8::{draw.randrange(1, 256):x}")
        if kind in ("TXT", "many"):
            zone.add(owner, "TXT", '"Mixed Case"')
        if kind == "MX":
            zone.add(owner, "MX", host, 10)
        if kind == "SRV":
            zone.add(owner, "SRV", f"1 5060 {host}", 5)
        if kind == "CNAME":
            zone.add(owner, "CNAME", host)
        if kind == "DNAME" and "*" not in owner:
            zone.add(owner, "DNAME", target)
        if kind in ("NS", "DS") and "*" not in owner:
            zone.add(owner, "NS", draw.choice((f"ns.{owner}.{name}", "ns.elsewhere.test")))
            if draw.random() < 0.5:
                zone.add(f"ns.{owner}", "A", "192.0.2.53")
            if kind == "DS":
                zone.add(owner, "DS", DIGEST)
    if mode == "optout":
        fill_insecure_nonterminals(zone)
    return zone


def fill_insecure_nonterminals(zone):
    """PowerDNS leaves such an empty non-terminal out of an opt-out chain, and mxbalance does not: see below."""
    for owner in list(zone.records):
        labels = split(owner)
        for i in range(1, len(labels)):
            above = join(labels[i:])
            if above not in zone.records and not zone.is_below_cut(above):
                zone.add(above, "TXT", '"no empty non-terminal"')


def by_hand(mode):
    zone = Zone(f"hand-{mode}.test", mode, "ab12", 1)
    for owner, record_type, content, *prio in (
            ("ns1", "A", "192.0.2.1"), ("", "MX", f"mail.{zone.name}", 10), ("mail", "A", "192.0.2.2"),
            ("a.b.c", "A", "192.0.2.3"), ("*.wild", "TXT", '"wild"'), ("*.wild", "A", "192.0.2.4"),
            ("under.wild", "A", "192.0.2.5"), ("secure", "NS", f"ns.secure.{zone.name}"),
            ("ns.secure", "A", "192.0.2.6"), ("secure", "DS", DIGEST),
            ("insecure", "NS", f"ns.insecure.{zone.name}"), ("ns.insecure", "A", "192.0.2.7"),
            ("deep.ns.insecure", "A", "192.0.2.8"), ("insecure2", "NS", "ns.elsewhere.test"),
            ("below.mail", "TXT", '"x"'), ("alias", "CNAME", f"mail.{zone.name}"),
            ("loose", "CNAME", f"nope.{zone.name}"), ("away", "CNAME", "a.b.c.hand-nsec.test"),
            ("chain", "CNAME", f"alias.{zone.name}"), ("into", "CNAME", f"x.insecure.{zone.name}"),
            ("star", "CNAME", f"any.wild.{zone.name}"),
            ("old", "DNAME", f"wild.{zone.name}"), ("_sip._tcp", "SRV", f"5 5060 mail.{zone.name}", 1),
            ("*", "CNAME", f"mail.{zone.name}")):
        zone.add(owner, record_type, content, *prio)
    return zone


def shown(response):
    """Header and sections as sets. PowerDNS's caches keep names in the case of whoever asked first."""
    message = dns.message.from_wire(response, ignore_trailing=True)
    sections = [sorted(f"{str(rrset.name).lower()} {rrset.ttl} {dns.rdatatype.to_text(rrset.rdtype)} {lower_case(item)}"
                       for rrset in section for item in rrset) for section in message.sections[1:]]
    return (message.flags, message.rcode(), message.ednsflags, message.payload, *sections)


def lower_case(item):
    """The data as text, its names (but no text) in lower case."""
    return item.to_text() if item.rdtype in KEEP_CASE else item.to_text().lower()


class Differential(unittest.TestCase):
    def start(self, zones, transports):
        """The oracle's port, and those of pdns_servers on mxbalance."""
        oracle, ours = self.enterContext(Site()), self.enterContext(Site())
        (oracle.directory / "zones.sql").write_text(
            "BEGIN;\n" + "\n".join(zone.sql(i) for i, zone in enumerate(zones, 1)) + "\nCOMMIT;")
        oracle.sql(f".read {SCHEMA}")
        oracle.sql(f".read {oracle.directory}/zones.sql")
        shutil.copy(oracle.database, ours.database)
        common = {"udp_truncation_threshold": 4096, "max_nsec3_iterations": 100}
        (oracle.directory / "pdns.conf").write_text(
            f"launch=gsqlite3\ngsqlite3-database={oracle.database}\ngsqlite3-dnssec=yes\n")
        oracle.pdnsutil("rectify-all-zones", "quiet")
        oracle.start_pdns(launch="gsqlite3", gsqlite3_database=oracle.database, gsqlite3_dnssec="yes",
                          remote_connection_string=None, **{"remote-dnssec": None}, **common)
        ours.command("migrate")
        ours.start_service(log_level="info")
        ports = [("oracle", oracle.dns_port)]
        for transport in transports:
            site = ours if transport == transports[0] else self.enterContext(Site())
            site.http_port, site.socket = ours.http_port, ours.socket
            site.start_pdns(transport, remote_dnssec="yes", **common)
            ports.append((transport, site.dns_port))
        return oracle, ours, ports

    def compare(self, questions, ports):
        """The questions that are answered differently, with what differs."""
        answers = {name: ask_all(port, questions) for name, port in ports}
        differences = []
        for name, _ in ports[1:]:
            for asked, expected, found in zip(questions, answers["oracle"], answers[name], strict=True):
                if expected != found and shown(expected) != shown(found):
                    query = dns.message.from_wire(asked)
                    differences.append(f"{query.question[0]} dnssec={bool(query.ednsflags)} over {name}:\n"
                                       f"  PowerDNS  {shown(expected)}\n  mxbalance {shown(found)}")
        return differences

    def check(self, zones, draw, transports=("unix", "json")):
        _, _, ports = self.start(zones, transports)
        questions = [one for zone in zones for one in zone.questions(draw)]
        differences = self.compare(questions, ports)
        self.assertFalse(differences,
                         f"{len(differences)} of {len(questions)} answers differ:\n" + "\n".join(differences[:10]))
        return len(questions)

    def test_by_hand(self):
        self.check([by_hand(mode) for mode in MODES if mode != "optout"], random.Random(1))

    def test_what_differs(self):
        """With opt-out, PowerDNS's SQLite backend has no NSEC3 record for an empty non-terminal that is above insecure
        delegations alone (RFC 5155 section 7.1 allows it), and mxbalance has one: the hint by which PowerDNS finds
        that it is missing does not pass its connector. Both deny; all other answers are the same. The other
        difference, the order of odd bytes with NSEC, is in test_dnssec_validation.py."""
        zone = Zone("opt.test", "optout", "ab")
        zone.add("above.ns1", "A", "192.0.2.1")
        zone.add("a.ent", "NS", "ns.elsewhere.test")
        _, _, ports = self.start([zone], ("unix",))
        names = [zone.absolute(name) for name in ("above.ns1", "a.ent", "x.a.ent", "ent", "nope", "")]
        self.assertFalse(self.compare([question(name, "A", dnssec=False) for name in names], ports))
        self.assertFalse(self.compare([question(names[0], "A", dnssec=True)], ports))
        nonterminal = [question("ent.opt.test", "A", True)]
        self.assertEqual(len(self.compare(nonterminal, ports)), 1, "the reason has gone: take this test out")
        for _, port in ports:
            response = dns.message.from_wire(ask_all(port, nonterminal)[0])
            self.assertEqual((response.rcode(), response.answer), (0, []))

    def test_random_zones(self):
        seed = int(os.environ.get("MXBALANCE_SEED", random.randrange(2**32)))
        count = int(os.environ.get("MXBALANCE_ZONES", 300))
        print(f"MXBALANCE_SEED={seed}", flush=True)
        draw = random.Random(seed)
        names = [f"z{i}.test" if i % 10 else f"z{i}.z{i + 1}.test" for i in range(count)]
        zones = [random_zone(name, MODES[i % len(MODES)], draw.sample(names, 2), draw) for i, name in enumerate(names)]
        asked = self.check(zones, draw)
        print(f"{asked} questions", flush=True)


if __name__ == "__main__":
    unittest.main()
