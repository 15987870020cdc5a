#!/usr/bin/env python3
"""Puts one fault at a time into the code, and says which test notices it. See README.md beside this file."""
import argparse
import concurrent.futures
import fcntl
import os
import pathlib
import re
import signal
import subprocess
import sys

import faults as lists

FOLDER = pathlib.Path(__file__).resolve().parent
ROOT = FOLDER.parent.parent
SOURCE = ROOT / "build" / "mutate" / "source"
BUILD = SOURCE / "build" / "release"

HEADER = """// Made by tests/mutate/run.py.
#pragma once
#include <cstdlib>
#include <cstring>

inline bool mxbalance_fault(const char* name) {
  const char* const chosen = std::getenv("MXBALANCE_FAULT");
  return chosen != nullptr && std::strcmp(chosen, name) == 0;
}

#define MXBALANCE_FAULT(name) ([] { static const bool is_chosen = ::mxbalance_fault(name); return is_chosen; }())
"""

# MXBALANCE_FAULT_SQL is "MIGRATION:OFFSET:SIZE:TEXT": so many bytes there give way to the text.
MIGRATIONS = """// Made by tests/mutate/run.py.
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "db/schema/embedded_migrations.h"

namespace mxbalance::db {

std::span<const EmbeddedMigration> sound_migrations();

std::span<const EmbeddedMigration> embedded_migrations() {
  static std::string faulty_sql;
  static const auto all = [] {
    const auto sound = sound_migrations();
    std::vector<EmbeddedMigration> migrations(sound.begin(), sound.end());
    char name[64] = "";
    unsigned long offset = 0;
    unsigned long size = 0;
    int at = 0;
    const char* const fault = std::getenv("MXBALANCE_FAULT_SQL");
    if (fault == nullptr || std::sscanf(fault, "%63[^:]:%lu:%lu:%n", name, &offset, &size, &at) != 3) return migrations;
    for (auto& migration : migrations) {
      if (migration.name != name) continue;
      faulty_sql = std::string(migration.sql).replace(offset, size, fault + at);
      migration.sql = faulty_sql;
    }
    return migrations;
  }();
  return all;
}

}  // namespace mxbalance::db
"""


def main():
    options = arguments()
    lock = only_run()
    try:
        faults = lists.read_lists(lists.list_paths(FOLDER / "faults"))
        write_sources(faults)
    except lists.BadList as problem:
        sys.exit(f"run.py: {problem}")
    build(options.jobs)
    faults = [fault for fault in faults if (not options.only or fault.name in options.only)
              and (not options.list or fault.list in options.list)]
    if not faults:
        sys.exit("run.py: no fault or list has that name")
    if options.only:
        faults.sort(key=lambda fault: options.only.index(fault.name))
    if not (options.only or options.nearest) and (test := noticing_test(None, options)):
        sys.exit(f"run.py: without any fault {test} fails: mend that first")
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        noticed = list(pool.map(lambda fault: judge(fault, options), faults))
    lock.close()
    sys.exit(summary(faults, noticed))


def only_run():
    """Two runs at once would write over each other's sources."""
    SOURCE.mkdir(parents=True, exist_ok=True)
    lock = open(SOURCE.parent / "lock", "w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit(f"run.py: another run is at work in {SOURCE.parent}")
    return lock


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", metavar="NAME", help="these faults alone")
    parser.add_argument("--list", nargs="+", metavar="LIST", help="these lists alone, such as answer")
    parser.add_argument("--jobs", type=int, default=2, help="so many at a time (2)")
    parser.add_argument("--deadline", type=int, default=400, help="seconds after which a run of tests hangs (400)")
    parser.add_argument("--nearest", action="store_true", help="run the nearest tests alone, which takes seconds")
    parser.add_argument("--scripts", action="store_true", help="run the integration scripts that a list names, too")
    return parser.parse_args()


# --- the build with all faults

def write_sources(faults):
    """Only what differs is written: the rest need not be built again."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, check=True,
                            capture_output=True, text=True).stdout.split("\0")
    names = [name for name in listed if name and not name.startswith("tests/mutate/") and (ROOT / name).is_file()]
    by_file = {}
    for fault in faults:
        by_file.setdefault(fault.file, []).append(fault)
    for file in by_file.keys() - set(names):
        raise lists.BadList(f"{by_file[file][0].name}: there is no file {file}")
    made = {lists.HEADER: HEADER.encode(), "db/schema/faulty_migrations.cpp": MIGRATIONS.encode()}
    for name in names:
        content = (ROOT / name).read_bytes()
        for fault in by_file.get(name, []):
            lists.place(fault, content.decode())
        if name in by_file and not name.endswith(".sql"):
            content = lists.with_faults(content.decode(), by_file[name]).encode()
        if name == "migrations/embed.cmake":
            content = content.replace(b"embedded_migrations()", b"sound_migrations()")
            content = content.replace(b"namespace mxbalance::db {\\n", b"namespace mxbalance::db {\\n"
                                      b"std::span<const EmbeddedMigration> sound_migrations();\\n")
        made[name] = content
    for name, content in made.items():
        path = SOURCE / name
        if not path.exists() or path.read_bytes() != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            path.chmod((ROOT / name).stat().st_mode if name in names else 0o644)
    for path in [path for path in SOURCE.rglob("*") if path.is_file()]:
        name = str(path.relative_to(SOURCE))
        if not name.startswith("build/") and name not in made:
            path.unlink()  # of a former list or tree


def build(jobs):
    flags = ["-DMXBALANCE_WARNINGS_AS_ERRORS=OFF", "-DCMAKE_CXX_FLAGS=-w",
             "-DCMAKE_CXX_FLAGS_RELWITHDEBINFO=-O1 -DNDEBUG"]
    subprocess.run(["cmake", "--preset", "release", *flags], cwd=SOURCE, check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["cmake", "--build", "--preset", "release", f"-j{jobs}", "--", "-k0"], cwd=SOURCE, check=True)


# --- the tests

def environment(fault):
    variables = {**os.environ, "MXBALANCE_BINARY": str(BUILD / "mxbalance"), "MXBALANCE_SOURCE_DIR": str(SOURCE)}
    if fault is None:
        return variables
    variables["MXBALANCE_FAULT"] = fault.name
    if fault.is_sql:
        text = (ROOT / fault.file).read_text()
        offset = len(text[:fault.start].encode()) + sum(file.stat().st_size for file in files_before(ROOT / fault.file))
        size = len(text[fault.start:fault.end].encode())
        variables["MXBALANCE_FAULT_SQL"] = f"{migration_of(fault.file)}:{offset}:{size}:{fault.faulty}"
    return variables


def migration_of(file):
    """A migration is a file, or a folder whose files are joined in the order of their names."""
    return pathlib.Path(file).parts[1].removesuffix(".sql")


def files_before(path):
    return [] if path.parent.name == "migrations" else [file for file in path.parent.glob("*.sql") if file < path]


def noticing_test(fault, options):
    """The first test that fails, the nearest ones first; empty: none does."""
    without = fault.without if fault else ""
    runs = [] if options.nearest else [("protocol_tests", "*"), ("unit_tests", "*")]
    if fault and fault.tests:
        runs[:0] = [("unit_tests", fault.tests), ("protocol_tests", fault.tests)]
    for program, tests in runs:
        command = [str(BUILD / program), f"--gtest_filter={tests}-{without}", "--gtest_fail_fast"]
        if failed := run(command, fault, options):
            return failed
    for script in fault.scripts.split() if fault and options.scripts else []:
        command = ["/usr/bin/python3", "-B", str(SOURCE / "tests" / "integration" / f"{script}.py"), "-v", "-f"]
        if run(command, fault, options):
            return script
    return ""


def run(command, fault, options):
    """The name of the test that fails, ends the program or hangs; empty: all pass."""
    with subprocess.Popen(command, cwd=BUILD, env=environment(fault), text=True, errors="replace",
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          start_new_session=True) as process:
        try:
            output, hangs = process.communicate(timeout=options.deadline)[0], False
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            output, hangs = process.communicate()[0], True
    if process.returncode == 0:
        return ""
    failed = re.search(r"^\[  FAILED  \] (\S+?),? ", output, re.MULTILINE)
    begun = re.findall(r"^\[ RUN      \] (\S+)", output, re.MULTILINE)
    last = begun[-1] if begun else pathlib.Path(command[0]).name
    if failed:
        return failed[1]
    return f"{last} (it hangs)" if hangs else f"{last} (the program ends)"


def judge(fault, options):
    test = noticing_test(fault, options)
    verdict = f"noticed by {test}" if test else f"explained: {fault.explained}" if fault.explained else "NOT NOTICED"
    print(f"{fault.name}: {verdict}", flush=True)
    return test


def summary(faults, noticed):
    """Prints it, and returns the exit status."""
    missed = [fault for fault, test in zip(faults, noticed) if not test]
    open_ones = [fault for fault in missed if not fault.explained]
    share = 100 * (len(faults) - len(missed)) / len(faults)
    print(f"\n{len(faults) - len(missed)} of {len(faults)} faults are noticed ({share:.1f} %), "
          f"{len(missed) - len(open_ones)} of the others are explained")
    for fault in open_ones:
        print(f"not noticed: {fault.name} ({fault.file}): {fault.breaks}")
    return 1 if open_ones else 0


if __name__ == "__main__":
    main()
