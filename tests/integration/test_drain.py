"""A drain seen from outside: who is answered through pdns_server, what commands say and refuse, what the log tells."""
import json
import re
import unittest

from harness import Site


class Drain(unittest.TestCase):
    def setUp(self):
        self.site = self.enterContext(Site())
        self.site.make_recipes()
        self.site.start_service(log_level="info")
        self.site.start_pdns("unix")

    def mx(self):
        return {record.split()[1].split(".")[0] for record in self.site.answer("yourdomain.com", "MX")}

    def test_who_is_draining_helps_out(self):
        site = self.site
        site.sql("UPDATE mail_addresses SET health = 'up'")
        self.assertIn("mail1.yourdomain.com is safe to stop at ",
                      site.command("server", "drain", "mail1.yourdomain.com"))
        self.assertEqual(self.mx(), {"mail2"})
        site.sql("UPDATE mail_servers SET health = 'down', reason = 'disk full' WHERE name = 'mail2.yourdomain.com'")
        self.assertEqual(self.mx(), {"mail1"}, "the one that is draining is up")
        self.assertEqual(site.answer("mail.yourdomain.com", "A"), ["10.0.0.1"])
        site.service.await_log(
            "MX of the pool inbound: draining members are answered, too (0 of 1 members are live, 1 wanted)")
        show = ("server", "show", "mail1.yourdomain.com")
        self.assertIn("no: too few others are live in inbound, and it is answered", site.command(*show))
        self.assertIsNone(json.loads(site.command(*show, "--json"))["safe_to_stop_at"])
        self.assertIn("it is answered again in the pool inbound",
                      site.sql("SELECT reason FROM events WHERE field = 'safe to stop'"))

        refused = site.command("server", "disable", "mail1.yourdomain.com", status=1)
        self.assertIn("mail1.yourdomain.com is the last live server of the pool inbound", refused)
        site.command("server", "disable", "mail1.yourdomain.com", "--force")
        self.assertEqual(self.mx(), {"mail2"}, "who must get no mail at all is disabled")
        site.service.await_log(
            "MX of the pool inbound: fails open, all members are answered (0 of 1 members are live, 1 wanted)")
        site.sql("UPDATE mail_servers SET health = 'up' WHERE name = 'mail2.yourdomain.com'")
        site.service.await_log(
            "MX of the pool inbound: live members are answered again (1 of 1 members are live, 1 wanted)")
        for kind in ("MX", "A"):
            self.assertEqual(site.service.log().count(f" {kind} of the pool inbound: fails open"), 1)

    def test_the_last_live_one_is_drained_by_force_only(self):
        site = self.site
        site.sql("UPDATE mail_servers SET health = 'down' WHERE name = 'mail2.yourdomain.com'")
        self.assertIn("with --force", site.command("server", "drain", "mail1.yourdomain.com", status=1))
        said = site.command("server", "drain", "mail1.yourdomain.com", "--force")
        self.assertIn("mail1.yourdomain.com is safe to stop at", said)
        self.assertEqual(self.mx(), {"mail2"}, "of mail1 nobody knows that it is up")
        site.sql("UPDATE mail_servers SET health = 'up' WHERE name = 'mail1.yourdomain.com'")
        self.assertEqual(self.mx(), {"mail1"})
        site.sql("UPDATE mail_servers SET state = 'enabled';"
                 "UPDATE mail_servers SET state = 'drain' WHERE name = 'mail1.yourdomain.com'")
        self.assertEqual(self.mx(), {"mail1"}, "SQL is not refused")

    def test_what_leaves_is_kept_for_a_ttl(self):
        site = self.site
        said = site.command("pool", "leave", "inbound", "mail1.yourdomain.com")
        left = int(re.search(r"mail1.yourdomain.com is safe to stop at \S+ \(in (\d+) s\)", said).group(1))
        self.assertTrue(30 < left <= 61, said)
        self.assertRegex(site.command("server", "remove", "mail1.yourdomain.com"),
                         r"is safe to stop at \S+ \(in \d+ s\)")
        said = site.command("pool", "unpublish", "inbound", "yourdomain.com")
        self.assertIn("note: yourdomain.com has no MX record any more: "
                      "no address stands there either, and mail bounces", said)

    def test_addresses_that_are_down_show(self):
        site = self.site
        site.sql("UPDATE mail_addresses SET health = 'down', reason = 'connection refused' WHERE address = '10.0.0.2'")
        row = next(line for line in site.command("server", "list").splitlines() if line.startswith("mail2"))
        self.assertIn(" down ", row)
        self.assertIn("all its addresses are down: connection refused", row)
        listed = json.loads(site.command("server", "list", "--json"))[1]
        self.assertEqual((listed["health"], listed["effective_health"]), ("unknown", "down"))
        self.assertEqual(listed["effective_reason"], "all its addresses are down: connection refused")


if __name__ == "__main__":
    unittest.main()
