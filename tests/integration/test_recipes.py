"""Both recipes through a real pdns_server with the recommended settings, over every transport form."""
import unittest

from harness import Site, shares, wait_for

MX = {f"10 mail{number}.yourdomain.com." for number in (1, 2)}
ADDRESSES = {"10.0.0.1", "10.0.0.2"}


class Recipes(unittest.TestCase):
    def check_turning(self, transport):
        with Site() as site:
            site.make_recipes()
            site.start_service()
            site.start_pdns(transport)
            for tcp in (False, True):
                for name, record_type, expected in (("yourdomain.com", "MX", MX),
                                                    ("mail.yourdomain.com", "A", ADDRESSES)):
                    answers = [site.answer(name, record_type, tcp) for _ in range(60)]
                    for answer in answers:
                        self.assertEqual(set(answer), expected)
                    for share in shares(answers).values():
                        self.assertAlmostEqual(share, 0.5, delta=0.05)
                    firsts = [answer[0] for answer in answers]
                    self.assertFalse(any(len(set(firsts[at:at + 3])) == 1 for at in range(len(firsts) - 2)),
                                     "the same server came first three times in a row")

    def test_http_json(self):
        self.check_turning("json")

    def test_http_post(self):
        self.check_turning("post")

    def test_http_rest(self):
        self.check_turning("rest")

    def test_unix_socket(self):
        self.check_turning("unix")

    def test_url_suffix(self):
        with Site() as site:
            site.make_recipes()
            site.start_service("--url-suffix", ".php")
            site.CONNECTIONS = {"suffix": "http:url=http://127.0.0.1:{port}/any/prefix,url-suffix=.php,timeout=2000"}
            site.start_pdns("suffix")
            self.assertEqual(set(site.answer("yourdomain.com", "MX")), MX)

    def test_answers_turn_whatever_pdns_caches_and_shuffles(self):
        with Site() as site:
            site.make_recipes(weights=(70, 30))
            site.start_service()
            # The worst that a pdns_server can do: double questions, its own shuffling.
            site.start_pdns("json", consistent_backends="yes", no_shuffle="no", zone_cache_refresh_interval=300)
            answers = [site.answer("yourdomain.com", "MX") for _ in range(400)]
            best = [min(answer, key=lambda record: int(record.split()[0])) for answer in answers]
            self.assertAlmostEqual(best.count("10 mail1.yourdomain.com.") / len(best), 0.7, delta=0.03)

    def test_weights_through_subset_addresses(self):
        with Site() as site:
            site.make_recipes(weights=(70, 30))
            site.start_service()
            site.start_pdns("unix", distributor_threads=3)
            answers = [site.answer("mail.yourdomain.com", "A") for _ in range(400)]
            self.assertTrue(all(len(answer) == 1 for answer in answers))
            self.assertAlmostEqual(shares(answers)["10.0.0.1"], 0.7, delta=0.03)

    def test_one_lookup_a_query_once_the_rest_is_cached(self):
        with Site() as site:
            site.make_recipes()
            site.start_service()
            site.start_pdns("json")
            for name, record_type in (("yourdomain.com", "MX"), ("mail.yourdomain.com", "A")):
                site.answer(name, record_type)  # fills PowerDNS's caches
                before = len(site.lookups())
                for _ in range(20):
                    site.answer(name, record_type)
                wait_for(lambda: len(site.lookups()) >= before + 20, "the lookups to be logged")
                self.assertEqual(site.lookups()[before:], [f"{name}. ANY"] * 20)

    def test_names_answered_as_asked(self):
        with Site() as site:
            site.make_recipes()
            site.start_service()
            site.start_pdns("rest")
            response = site.ask("YourDomain.COM", "MX")
            self.assertEqual(response.answer[0].name.to_text(), "YourDomain.COM.")
            self.assertEqual(len(response.additional), 2, "the targets' addresses")


if __name__ == "__main__":
    unittest.main()
