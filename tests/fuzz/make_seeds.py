#!/usr/bin/env python3
"""Makes what fuzzing starts from beside corpus/: make_seeds.py FOLDER writes FOLDER/TARGET/seed-* from the requests in
tests/protocol, golden ones first, then recorded ones."""
import hashlib
import json
import pathlib
import re
import sys
import urllib.parse

PROTOCOL = pathlib.Path(__file__).resolve().parent.parent / "protocol"
TARGETS = ["dns_name", "form_body", "http_framing", "json_request", "record_content", "rest_request"]
MOST_SEEDS = 150
FORM = "application/x-www-form-urlencoded"


def written_requests(path):
    """Each request as its first line and its indented fields, and each reply's text; see protocol/golden/README.md."""
    requests, replies = [], []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("=> "):
            current = replies
            replies.append([line.split(" ", 2)[2]])
        elif line.startswith("  "):
            current[-1].append(line[2:])
        elif line and line[0] not in "#@":
            current = requests
            requests.append([line])
    return requests, ["".join(reply) for reply in replies]


def parsed(text):
    try:
        return json.loads(text)
    except ValueError:
        return None


def rows(value):
    """Every object with a type and a content within `value`."""
    if isinstance(value, dict):
        if "qtype" in value and "content" in value:
            yield value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from rows(item)


def names(value):
    """Every owner name within `value`."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key in ("qname", "name", "zone", "zonename", "domain") and isinstance(item, str):
                yield item
            else:
                yield from names(item)
    elif isinstance(value, list):
        for item in value:
            yield from names(item)


def seeds_of_json(value):
    for row in rows(value):
        yield "record_content", f"{row['qtype']}\n{row['content']}"
    for name in names(value):
        yield "dns_name", f"{name}\nexample.com"


def seeds_of_request(line, fields):
    if line.startswith("{") or " /" not in line:
        yield "json_request", line
        yield from seeds_of_json(parsed(line))
        return
    fields = {name.lower(): value for name, value in (field.split(": ", 1) for field in fields)}
    content_type, body = fields.get("content-type", ""), fields.get("body", "")
    verb, target = line.split(" ", 1)
    if body.startswith("{"):
        yield "json_request", body
    elif verb == "POST" and content_type.startswith(FORM):
        yield "form_body", f"{target}\n{body}"
    yield "rest_request", f"{line}\n{content_type}\n{fields.get('x-remotebackend-zone-id', '')}\n{body}"
    for element in target.split("?")[0].split("/"):
        if "%2e" in element:
            yield "dns_name", f"{urllib.parse.unquote(element)}\nexample.com"
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if name != "body")
    length = len(body.encode())
    yield "http_framing", f"{line} HTTP/1.1\r\n{head}Content-Length: {length}\r\n\r\n{body}"


def all_seeds():
    for path in sorted(PROTOCOL.glob("golden/*.txt")) + sorted(PROTOCOL.glob("captured/*.txt")):
        requests, replies = written_requests(path)
        for line, *fields in requests:
            yield from seeds_of_request(line, fields)
        for reply in replies:
            yield from seeds_of_json(parsed(reply))


def shape(seed):
    """What two seeds have in common that differ in numbers alone."""
    return re.sub(r"[0-9]+", "0", seed)


def main(folder):
    seen = {}
    for target, seed in all_seeds():
        shapes = seen.setdefault(target, set())
        if shape(seed) in shapes or len(shapes) == MOST_SEEDS:
            continue
        shapes.add(shape(seed))
        content = seed.encode(errors="surrogatepass")  # JSON may hold half a pair
        path = folder / target / f"seed-{hashlib.sha256(content).hexdigest()[:12]}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    for target in TARGETS:
        if not seen.get(target):
            sys.exit(f"make_seeds.py: tests/protocol gives no seed for {target}: has the form of its files changed?")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
