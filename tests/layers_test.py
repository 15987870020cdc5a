"""Holds every #include to the layers: each folder sees only those above it, and each library has its place."""
import pathlib
import re
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent

# Folder: what it may include of the project, itself aside.
DB = ["db/base", "db/dns", "db/contents", "db/files", "db/schema", "db/store", "db/columns", "db/lookup",
      "db/zones", "db/edits", "db/configuration", "db/check"]
LAYERS = {
    "db/base": set(),
    "db/dns": {"db/base"},
    "db/contents": {"db/base", "db/dns"},
    "db/files": {"db/base"},
    "db/schema": {"db/base", "db/files"},
    "db/store": {"db/base", "db/contents", "db/files", "db/schema"},
    "db/columns": {"db/store"},
    "db/lookup": {"db/base", "db/dns", "db/contents", "db/store", "db/columns"},
    "db/zones": {"db/base", "db/dns", "db/contents", "db/store", "db/lookup"},
    "db/edits": {"db/base", "db/dns", "db/contents", "db/store", "db/columns", "db/lookup"},
    "db/configuration": {"db/base", "db/dns", "db/contents", "db/store", "db/columns", "db/lookup", "db/edits"},
    "db/check": {"db/base", "db/dns", "db/contents", "db/files", "db/schema", "db/store", "db/columns", "db/lookup",
                 "db/edits", "db/configuration"},
    "backend/answer": {"db/lookup"},
    "backend/health": {"db/base", "db/store", "db/lookup", "db/edits", "backend/answer"},
    "backend/sockets": {"db/base"},
    "backend/listen": {"db/base", "backend/sockets"},
    "backend/protocol": {"db/base", "db/dns", "db/lookup", "backend/answer", "backend/listen"},
    "backend/remote": {"db/base", "db/dns", "db/contents", "db/store", "db/lookup", "db/zones", "db/edits",
                       "backend/answer", "backend/listen", "backend/protocol"},
    "backend/exchange": {"db/base", "db/dns", "db/contents", "db/columns", "db/configuration"},
    "backend/cli/shared": {"db/base", "db/dns", "db/contents", "db/files", "db/store", "db/columns", "db/edits"},
    "backend/cli/serve": {"db/base", "db/contents", "db/files", "db/store", "db/columns", "db/lookup", "db/zones",
                          "db/edits", "backend/health", "backend/sockets", "backend/listen", "backend/remote",
                          "backend/cli/shared"},
    "backend/cli/commands": {*DB, "backend/exchange", "backend/sockets", "backend/listen", "backend/cli/shared",
                             "backend/cli/serve"},
    "backend/cli": {"db/base", "backend/cli/shared", "backend/cli/commands"},
    "backend": {"backend/cli"},
}
# answer/ computes from values: of db/ it sees those alone. The protocol is a conversation, and knows of no socket.
ONLY_HEADERS = {
    ("backend/answer", "db/lookup"): {"db/lookup/model.h", "db/lookup/health_snapshot.h"},
    ("backend/protocol", "backend/listen"): {"backend/listen/http_message.h", "backend/listen/byte_source.h"},
    ("backend/remote", "backend/listen"): {"backend/listen/conversation.h", "backend/listen/http_message.h",
                                           "backend/listen/byte_source.h"},
}
# A folder with more is looked through by nobody.
MOST_FILES = 25
# Library: the folders where it may stand.
LIBRARIES = {
    "SQLiteCpp/": {"db/files", "db/schema", "db/store", "db/columns", "db/lookup", "db/zones", "db/configuration",
                   "db/check"},
    "sqlite3.h": {"db/files", "db/schema", "db/store", "db/zones", "db/configuration"},
    "idn2.h": {"db/dns"},
    "openssl/": {"db/dns", "backend/health"},
    "httplib.h": {"backend/listen"},
    "nlohmann/": {"backend/protocol", "backend/exchange", "backend/cli/shared"},
    "CLI/": {"backend/cli", "backend/cli/shared", "backend/cli/serve", "backend/cli/commands"},
    "spdlog/": {"backend/health", "backend/remote", "backend/listen", "backend/cli/serve"},
    "systemd/": {"backend/cli/serve"},
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

    def test_no_two_units_need_each_other(self):
        """A unit is a header with its source. Units that include each other are one, or have a third to cut out."""
        needs = {}
        for place, _, quote, target in includes():
            unit = place.rsplit(".", 1)[0]
            if quote == '"' and target.rsplit(".", 1)[0] != unit:
                needs.setdefault(unit, set()).add(target.rsplit(".", 1)[0])
        for unit in needs:
            reached, ahead = set(), list(needs[unit])
            while ahead:
                one = ahead.pop()
                if one not in reached:
                    reached.add(one)
                    ahead += needs.get(one, ())
            self.assertNotIn(unit, reached, f"{unit} needs itself, by way of what it includes")

    def test_folders_are_not_crowded(self):
        for folder in LAYERS:
            files = [path for path in (ROOT / folder).iterdir() if path.suffix in (".h", ".cpp")]
            self.assertLessEqual(len(files), MOST_FILES, folder)

    def test_libraries_stay_in_their_place(self):
        for library, folders in LIBRARIES.items():
            found = [(place, folder) for place, folder, _, target in includes() if target.startswith(library)]
            self.assertTrue(found, f"{library} is used nowhere: take it out of the list")
            for place, folder in found:
                self.assertIn(folder, folders, f"{place} includes {library}")

    def test_addresses_are_read_in_one_place(self):
        """inet_pton() stops at a NUL byte, and the bytes behind it would pass as a part of the address."""
        found = {path.relative_to(ROOT).as_posix() for folder in ("db", "backend")
                 for path in (ROOT / folder).rglob("*.cpp") if "inet_pton(" in path.read_text()}
        self.assertEqual(found, {"db/base/ip_address.cpp"})

    def test_commands_stand_in_one_file(self):
        """What a sentence of db/ advises is in db/base/advice.h, and each of it is tried with the command line."""
        commands = {found for path in (ROOT / "backend/cli/commands").glob("*.cpp")
                    for found in re.findall(r'add_command(?:_group)?\(\s*app, "(\w+)"', path.read_text())}
        self.assertLess({"zone", "server", "pool", "check", "migrate", "serve"}, commands)
        named = re.compile(r"(?<!`)mxbalance (?:--|\{|\"|(?:%s)\b)" % "|".join(sorted(commands)))
        seen = 0
        for path in sorted((ROOT / "db").rglob("*")):
            if path.suffix not in (".h", ".cpp"):
                continue
            code = re.sub(r"(?m)^\s*//.*$|\s//[ /!].*$", "", path.read_text())  # what is said of commands, aside
            found = named.findall(re.sub(r'"\s*\n\s*"', "", code))
            if path.stem == "advice":
                seen += len(found)
            else:
                self.assertEqual(found, [], path)
        self.assertGreater(seen, 20, "the pattern finds no commands any more")
        advised = set(re.findall(r"^(?:std::string|constexpr std::string_view) (\w+)", (
            ROOT / "db/base/advice.h").read_text(), re.MULTILINE))
        tried = set(re.findall(r"advice::(\w+)", (ROOT / "tests/unit/cli/advice_test.cpp").read_text()))
        self.assertEqual(advised - tried, set())


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v"])
