"""Runs a test script in mount and network namespaces of its own, where it may put files at the system's paths and
listen on the system's ports."""
import os
import pathlib
import subprocess
import sys
import unittest

MARK = "NAMESPACES_OF_A_TEST"
WAYS = (["unshare", "--mount", "--net"], ["unshare", "--map-root-user", "--mount", "--net"])


def enter():
    """To be called before anything else; comes back inside. Raises SkipTest where this system allows no namespaces."""
    if MARK in os.environ:
        return
    for way in WAYS:
        if subprocess.run([*way, "true"], capture_output=True, check=False).returncode == 0:
            os.execvpe(way[0], [*way, sys.executable, "-B", *sys.argv], {**os.environ, MARK: "1"})
    raise unittest.SkipTest("this system allows no mount and network namespaces")


def can_unshare(kind):
    """Whether a command may run in a namespace of its own of this kind, such as --net."""
    return os.geteuid() == 0 and subprocess.run(["unshare", kind, "true"], capture_output=True,
                                                check=False).returncode == 0


def run(*arguments):
    subprocess.run(arguments, check=True, timeout=60)


def mount_empty(directory, options="mode=0755"):
    """An empty directory in place of what is at the path."""
    pathlib.Path(directory).mkdir(parents=True, exist_ok=True)
    run("mount", "-t", "tmpfs", "-o", options, "tmpfs", directory)


def mount_file(path, text, directory):
    """A file of this text in place of the one at the path; `directory` is to keep it."""
    ours = pathlib.Path(directory) / pathlib.Path(path).name
    ours.write_text(text)
    run("mount", "--bind", ours, path)
