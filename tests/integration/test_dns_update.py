"""DNSUPDATE (RFC 2136) by way of PowerDNS: records come and go, each update moves the serial by one; what pools and
mail servers speak for is refused, and the log says each time with which command to change it."""
import unittest

import dns.query
import dns.rcode
import dns.update

from harness import Site

ZONE = "yourdomain.com."


class DnsUpdate(unittest.TestCase):
    def update(self, *changes):
        """Sends them in one update: ('add', 'www', 300, 'A', '192.0.2.1'). Returns the rcode's name."""
        message = dns.update.Update(ZONE)
        for change, *arguments in changes:
            getattr(message, change)(*arguments)
        return dns.rcode.to_text(dns.query.tcp(message, "127.0.0.1", port=self.site.dns_port, timeout=10).rcode())

    def test_in_each_transport(self):
        for transport in Site.CONNECTIONS:
            with self.subTest(transport), Site() as self.site:
                self.site.make_recipes()
                self.site.command("zone", "set", "yourdomain.com", "--kind", "MASTER")
                self.site.start_service(log_level="info")
                self.site.start_pdns(transport, dnsupdate="yes", allow_dnsupdate_from="127.0.0.0/8",
                                     remote_dnssec="yes")
                self.check_records()
                self.check_mail()

    def check_records(self):
        site = self.site
        serial = site.served_serial()
        for number, (changes, name, record_type, answer) in enumerate((
                ([("add", "www", 300, "A", "192.0.2.1")], "www", "A", ["192.0.2.1"]),
                ([("add", "www", 300, "A", "192.0.2.2"), ("delete", "www", "A", "192.0.2.1")],
                 "www", "A", ["192.0.2.2"]),
                ([("replace", "www", 60, "A", "192.0.2.3")], "www", "A", ["192.0.2.3"]),
                ([("present", "www", "A"), ("add", "t", 60, "TXT", "xy")], "t", "TXT", ['"xy"']),
                ([("add", "_sip._tcp", 60, "SRV", "1 2 5060 mail")],
                 "_sip._tcp", "SRV", ["1 2 5060 mail.yourdomain.com."]),
                ([("add", "_tcp", 60, "TXT", "nonterminal")], "_tcp", "TXT", ['"nonterminal"']),
                ([("delete", "_tcp")], "_tcp", "TXT", []),
                ([("add", "alias", 60, "CNAME", "www")], "alias", "CNAME", ["www.yourdomain.com."]),
                ([("delete", "www")], "www", "A", "NXDOMAIN")), 1):
            self.assertEqual(self.update(*changes), "NOERROR", changes)
            self.assertEqual(site.answer(f"{name}.yourdomain.com", record_type), answer)
            self.assertEqual(site.served_serial(), serial + number, changes)
        self.assertEqual(self.update(("present", "www"), ("add", "x", 60, "A", "192.0.2.1")), "NXDOMAIN",
                         "a prerequisite")

    def check_mail(self):
        site = self.site
        for name, text in (("@", "pool"), ("mail1", "host")):
            self.assertEqual(self.update(("add", name, 60, "TXT", text)), "NOERROR")
        serial = site.served_serial()
        rows = site.sql("SELECT * FROM records")
        mx = "the pool inbound publishes MX at yourdomain.com, so no other MX record can be written there"
        address = "the pool inbound publishes A and AAAA at mail.yourdomain.com, so no other A record can be written"
        for change, sentence in ((("add", "@", 60, "MX", "10 x.example.net."), mx),
                                 (("delete", "@", "MX"), mx),
                                 (("add", "mail", 60, "A", "192.0.2.9"), address),
                                 (("delete", "mail"), address),
                                 (("delete", "mail1", "A"), "mail1.yourdomain.com is the host name of a mail server")):
            logged = site.service.log().count(sentence)
            self.assertEqual(self.update(change), "SERVFAIL", change)
            self.assertGreater(site.service.log().count(sentence), logged, change)
        self.assertEqual(site.sql("SELECT * FROM records"), rows)
        self.assertEqual(site.served_serial(), serial)
        self.assertEqual(site.answer("yourdomain.com", "MX")[0][:3], "10 ")


if __name__ == "__main__":
    unittest.main()
