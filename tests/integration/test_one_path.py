"""SQLite keeps a log beside each path to a file: through a second one, a hard link or a mount of the file alone,
commits are lost. Commands, and a service that starts, say so before anything is."""
import unittest

import namespaces
from harness import Site, run_mxbalance


class OnePath(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        namespaces.enter()

    def setUp(self):
        self.site = self.enterContext(Site())
        self.site.make_recipes()
        self.other = self.site.directory / "other" / "mail.db"
        self.other.parent.mkdir()

    def run_on(self, path, *arguments):
        return run_mxbalance("--db", path, *arguments)

    def check_refused(self, run, sentence):
        self.assertEqual(run.returncode, 2, run)
        self.assertIn(sentence, run.stderr)

    def test_hard_links(self):
        self.other.hardlink_to(self.site.database)
        for path in (self.site.database, self.other):
            for command in ("server drain mail1.yourdomain.com", "zone add new.example --ns ns1.new.example",
                            "migrate"):
                self.check_refused(self.run_on(path, *command.split()), f"the database {path} has 2 names (hard links)")
        self.assertIn("has 2 names (hard links)", self.site.command("check", status=1))
        self.assertIn("mail1.yourdomain.com", self.site.command("server", "list"), "reading harms nothing")
        self.other.unlink()
        self.site.command("server", "drain", "mail1.yourdomain.com")

    def test_a_service_says_it_when_a_link_comes(self):
        self.site.start_service(log_level="info")
        self.other.hardlink_to(self.site.database)
        self.site.service.await_log("has 2 names (hard links)")
        self.other.unlink()
        self.site.service.await_log("has one name again")

    def test_a_mount_of_the_file_alone(self):
        self.other.touch()
        namespaces.run("mount", "--bind", self.site.database, self.other)
        try:
            for command in ("serve --http 127.0.0.1:0 --probe none", "server drain mail1.yourdomain.com", "migrate"):
                self.check_refused(self.run_on(self.other, *command.split()), "is mounted as a single file")
        finally:
            namespaces.run("umount", self.other)
        self.site.command("server", "drain", "mail1.yourdomain.com")

    def test_a_mount_of_its_directory(self):
        namespaces.run("mount", "--bind", self.site.directory, self.other.parent)
        try:
            self.assertEqual(self.run_on(self.other, "server", "drain", "mail1.yourdomain.com").returncode, 0)
        finally:
            namespaces.run("umount", self.other.parent)


if __name__ == "__main__":
    unittest.main()
