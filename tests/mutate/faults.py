"""The lists of faults, and what becomes of a source with its faults in it."""
import dataclasses
import pathlib
import re

HEADER = "mxbalance_fault.h"
ENTRY_KEYS = {"fault", "file", "form", "after", "original", "faulty", "breaks", "explained", "tests"}
LIST_KEYS = {"tests", "without", "scripts"}
GO_ON = ("file", "tests")  # hold for the entries behind, too
FORMS = ("expression", "statement", "text")
# Comments and characters are passed over; of a literal, the pieces that stand one after the other belong together.
TOKENS = re.compile(r'//[^\n]*|\'(?:\\x\w+|\\?[^\n])\'|(?P<literal>R"(\w*)\([\s\S]*?\)\2"|"(?:[^"\\\n]|\\.)*")')


class BadList(Exception):
    """A sentence for whoever wrote the list."""


@dataclasses.dataclass
class Fault:
    name: str
    file: str
    form: str
    original: str
    faulty: str
    breaks: str
    list: str
    after: str = ""
    explained: str = ""
    tests: str = ""
    without: str = ""
    scripts: str = ""
    start: int = 0  # of what is replaced in the file
    end: int = 0

    @property
    def is_sql(self):
        return self.file.endswith(".sql")


def read_list(path):
    """The faults of one file. An entry begins with `fault:`; before the first one stands what all of them share."""
    shared, entries, keys = {}, [], None
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        found = re.fullmatch(r"([a-z]+):(?: (.*))?", line)
        if line[0].isspace() and keys:
            keys[last] = (keys[last] + " " + line.strip()).strip()
            continue
        if not found:
            raise BadList(f"{path.name}:{number}: a line must be `key: value`, or go on with the value above, indented")
        last = found[1]
        if last == "fault":
            keys = {key: keys[key] for key in GO_ON if key in keys} if entries else {}
            entries.append(keys)
        elif keys is None:
            keys = shared
        if last not in (ENTRY_KEYS if entries else LIST_KEYS) or (last in keys and last not in GO_ON):
            raise BadList(f"{path.name}:{number}: `{last}` is not known here, or is there twice")
        keys[last] = found[2] or ""
    return [_fault(path, shared, entry) for entry in entries]


def _fault(path, shared, entry):
    name = entry.pop("fault")
    for key in ("file", "original", "faulty", "breaks"):
        if key not in entry:
            raise BadList(f"{path.name}: the fault {name} lacks `{key}`")
    entry.setdefault("form", "text" if entry["file"].endswith(".sql") else "expression")
    if entry["form"] not in FORMS:
        raise BadList(f"{path.name}: the form of the fault {name} must be one of: {', '.join(FORMS)}")
    if entry["form"] == "expression" and not entry["faulty"]:
        raise BadList(f"{path.name}: the fault {name} is an expression and has no faulty text")
    values = {**shared, **entry}
    values["tests"] = values.get("tests", "").replace(" ", "")  # where its line is broken
    return Fault(name=name, list=path.stem, **values)


def read_lists(paths):
    faults = [fault for path in paths for fault in read_list(path)]
    names = [fault.name for fault in faults]
    for name in set(names):
        if names.count(name) > 1:
            raise BadList(f"two faults have the name {name}")
    return faults


def place(fault, text):
    """Finds the fault's original text, in which any blanks and line ends stand for any others."""
    begin = _only_match(fault, "text after which it stands", fault.after, text).end() if fault.after else 0
    if fault.after:
        found = _pattern(fault.original).search(text, begin)
        if not found:
            raise BadList(f"{fault.name}: after `{fault.after}`, {fault.file} does not have: {fault.original}")
    else:
        found = _only_match(fault, "original text", fault.original, text)
    fault.start, fault.end = found.span()
    if fault.form == "text" and not fault.is_sql:
        _widen_to_literal(fault, text)


def _pattern(original):
    return re.compile(r"\s+".join(re.escape(word) for word in original.split()))


def _only_match(fault, what, original, text):
    found = list(_pattern(original).finditer(text))
    if len(found) != 1:
        raise BadList(f"{fault.name}: the {what} must be in {fault.file} once, and is {len(found)} times: {original}")
    return found[0]


def _widen_to_literal(fault, text):
    begin = end = None
    for token in TOKENS.finditer(text):
        if token["literal"] is None:
            continue
        if end is None or text[end:token.start()].strip():
            begin = token.start()
        end = token.end()
        if token.start() < fault.start and fault.end < end:
            break
    else:
        raise BadList(f"{fault.name}: the original text is not within one string literal of {fault.file}")
    following = TOKENS.match(text, re.compile(r"\s*").match(text, end).end())
    while following and following["literal"]:
        end = following.end()
        following = TOKENS.match(text, re.compile(r"\s*").match(text, end).end())
    fault.faulty = text[begin:fault.start] + fault.faulty + text[fault.end:end]
    fault.start, fault.end = begin, end


def with_faults(text, faults):
    """The C++ source `text` in which the environment chooses among the faults, all of one file and placed."""
    if any(fault.form == "text" for fault in faults):  # what is chosen at run time is no constant
        edits = re.compile(r"\b(?:constexpr|const) (?=(?:std::string_view|std::array|auto|Rule) \w+ =)")
        rendered = edits.sub("const ", _rendered(text, 0, len(text), faults))
    else:
        rendered = _rendered(text, 0, len(text), faults)
    return f'#include "{HEADER}"\n' + rendered


def _rendered(text, start, end, faults):
    """`text` from start to end; of faults within each other the outer one is chosen first."""
    result, at = "", start
    faults = sorted(faults, key=lambda fault: (fault.start, -fault.end))
    while faults:
        outer = faults.pop(0)
        inner = [fault for fault in faults if fault.end <= outer.end]
        faults = faults[len(inner):]
        if faults and faults[0].start < outer.end:
            raise BadList(f"the places of {outer.name} and {faults[0].name} overlap: neither lies within the other")
        sound = _rendered(text, outer.start, outer.end, inner)
        if outer.form == "statement":
            chosen = f'if (MXBALANCE_FAULT("{outer.name}")) {{ {outer.faulty} }} else {{ {sound} }}'
        else:
            chosen = f'(MXBALANCE_FAULT("{outer.name}") ? ({outer.faulty}) : ({sound}))'
        result += text[at:outer.start] + chosen
        at = outer.end
    return result + text[at:end]


def list_paths(folder):
    return sorted(pathlib.Path(folder).glob("*.txt"))
