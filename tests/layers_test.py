"""Holds every #include to the layers: each folder sees only those above it, and each library has its place."""
import pathlib
import re
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent

# Folder: what it may include of the project, itself aside.
LAYERS = {
    "db/base": set(),
    "db/dns": {"db/base"},
    "db/contents": {"db/base", "db/dns"},
    "db": {"db/base", "db/dns", "db/contents"},
    "backend/answer": {"db"},
    "backend/health": {"db/base", "db/dns", "db/contents", "db", "backend/answer"},
    "backend/remote": {"db/base", "db/dns", "db/contents", "db", "backend/answer"},
    "backend/exchange": {"db/base", "db/dns", "db/contents", "db"},
    "backend/listen": {"db/base", "backend/remote"},
    "backend/cli": {"db/base", "db/dns", "db/contents", "db", "backend/answer", "backend/health", "backend/remote", "backend/exchange",
                    "backend/listen"},
    "backend": {"backend/cli"},
}
# answer/ computes from values: of db/ it sees those alone.
ONLY_HEADERS = {("backend/answer", "db"): {"db/model.h"}}
# Library: the folders where it may stand.
LIBRARIES = {
    "SQLiteCpp/": {"db"},
    "sqlite3.h": {"db"},
    "idn2.h": {"db/dns"},
    "openssl/": {"db", "db/dns", "backend/health"},
    "httplib.h": {"backend/listen"},
    "nlohmann/": {"backend/remote", "backend/exchange", "backend/cli"},
    "CLI/": {"backend/cli"},
    "spdlog/": {"backend/health", "backend/remote", "backend/listen", "backend/cli"},
    "systemd/": {"backend/cli"},
}


def includes():
    for folder in ("db", "backend"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in (".h", ".cpp"):
                for number, line in enumerate(path.read_text().splitlines(), 1):
                    found = re.match(r'\s*#\s*include\s+([<"])([^>"]+)[>"]', line)
                    if found:
                        where = path.relative_to(ROOT)
                        yield f"{where}:{number}", where.parent.as_posix(), found.group(1), found.group(2)


class Layers(unittest.TestCase):
    def test_every_folder_is_a_layer(self):
        self.assertEqual({folder for _, folder, _, _ in includes()} - set(LAYERS), set())

    def test_includes_of_the_project(self):
        seen = 0
        for place, folder, quote, target in includes():
            if quote != '"':
                continue
            seen += 1
            of = pathlib.PurePosixPath(target).parent.as_posix()
            self.assertTrue(of == folder or of in LAYERS[folder], f"{place} includes {target}")
            self.assertIn(target, ONLY_HEADERS.get((folder, of), {target}), f"{place} includes {target}")
        self.assertGreater(seen, 50, "the pattern finds no includes any more")

    def test_libraries_stay_in_their_place(self):
        for library, folders in LIBRARIES.items():
            found = [(place, folder) for place, folder, _, target in includes() if target.startswith(library)]
            self.assertTrue(found, f"{library} is used nowhere: take it out of the list")
            for place, folder in found:
                self.assertIn(folder, folders, f"{place} includes {library}")


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v"])
