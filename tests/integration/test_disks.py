"""Disks that are read-only, full or without inodes: whoever starts the service, or a command, is told so and what to
do."""
import contextlib
import pathlib
import signal
import subprocess
import unittest

import namespaces
from harness import Site, run_mxbalance
from peers import over_unix


class Disks(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        namespaces.enter()

    def mounted(self, site, name, options):
        """A disk of its own in the site's directory."""
        directory = site.directory / name
        namespaces.mount_empty(directory, options)
        self.addCleanup(subprocess.run, ["umount", "--lazy", directory], check=False)
        return directory

    @staticmethod
    def serve(database, *arguments):
        """What it says, and its exit status."""
        run = run_mxbalance("--db", database, "serve", "--probe", "none", *arguments, within=20)
        return run.returncode, run.stderr

    def fill_with_files(self, directory):
        for number in range(1000):
            try:
                pathlib.Path(directory / str(number)).touch()
            except OSError:
                return
        self.fail("there is no end to the inodes")

    def site(self):
        return self.enterContext(Site())

    def test_a_store_on_a_read_only_disk(self):
        site = self.site()
        disk = self.mounted(site, "disk", "mode=0700")
        site.database = disk / "mail.db"
        site.command("migrate")
        namespaces.run("mount", "-o", "remount,ro", disk)
        for status, said in (self.serve(site.database, "--unix", site.socket),
                             (2, site.command("zone", "list", status=2))):
            self.assertEqual(status, 2)
            self.assertIn(f"cannot read the database {site.database}: ", said)
            self.assertIn("its disk is read-only", said)
            self.assertIn("mount the disk writable", said)

    def test_a_store_that_can_still_be_read(self):
        """The files beside it are there, of a service that was killed."""
        site = self.site()
        disk = self.mounted(site, "disk", "mode=0700,size=4m")
        site.database = disk / "mail.db"
        site.make_recipes()
        site.start_service()
        site.sql("UPDATE pools SET ttl = 61")
        site.service.stop(signal.SIGKILL)
        for full in (True, False):
            if full:
                with contextlib.suppress(OSError), open(disk / "filler", "wb") as filler:
                    while True:
                        filler.write(bytes(4096))
                        filler.flush()
            else:
                namespaces.run("mount", "-o", "remount,ro", disk)
            begin = len(site.service.log())
            site.start_service()
            self.assertIn(f"the database {site.database} can be read, but not be written: its disk is "
                          + ("full (df)" if full else "read-only"), site.service.log()[begin:])
            with over_unix(site) as peer:
                self.assertIn(b"mail1.yourdomain.com", peer.ask_line())
            site.service.stop(signal.SIGKILL)

    def test_a_store_on_a_disk_without_inodes(self):
        site = self.site()
        disk = self.mounted(site, "disk", "mode=0700,nr_inodes=8")
        site.database = disk / "mail.db"
        site.command("migrate")
        self.fill_with_files(disk)
        status, said = self.serve(site.database, "--unix", site.socket)
        self.assertEqual(status, 2)
        self.assertIn("its disk has no inode left (df -i)", said)

    def test_a_socket_on_a_read_only_disk(self):
        site = self.site()
        site.command("migrate")
        disk = self.mounted(site, "run", "mode=0700")
        namespaces.run("mount", "-o", "remount,ro", disk)
        status, said = self.serve(site.database, "--unix", disk / "pdns.sock")
        self.assertEqual(status, 1)
        self.assertIn(f"cannot listen on {disk / 'pdns.sock'}: Read-only file system: "
                      "the socket must lie on a disk that can be written", said)

    def test_a_socket_on_a_disk_without_inodes(self):
        site = self.site()
        site.command("migrate")
        disk = self.mounted(site, "run", "mode=0700,nr_inodes=4")
        self.fill_with_files(disk)
        status, said = self.serve(site.database, "--unix", disk / "pdns.sock")
        self.assertEqual(status, 1)
        self.assertIn("the disk has no room or no inode (df -i) for the socket's file", said)


if __name__ == "__main__":
    unittest.main()
