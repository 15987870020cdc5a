"""PowerDNS's HTTP API, for the tests that write through it."""
import contextlib
import json
import urllib.error
import urllib.request

from harness import Site, wait_for
from ports import free_port

ZONE = "/zones/yourdomain.com."


class Api:
    """The API of a site's pdns_server, which start() starts."""

    def __init__(self, site):
        self.site = site
        self.port = free_port()

    def start(self, *arguments, **settings):
        self.site.start_pdns(*arguments, webserver="yes", api="yes", api_key="key", webserver_port=self.port,
                             **settings)
        wait_for(self._is_up, "the API to answer")

    def _is_up(self):
        with contextlib.suppress(OSError):
            return self.ask("GET", "")[0] == 200

    def ask(self, verb, path, body=None):
        """Status, and the reply as JSON or text."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/api/v1/servers/localhost{path}", method=verb,
                                         data=None if body is None else json.dumps(body).encode(),
                                         headers={"X-API-Key": "key", "Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=20) as reply:
                status, text = reply.status, reply.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                status, text = error.code, error.read().decode()
        try:
            return status, json.loads(text)
        except ValueError:
            return status, text

    def patch(self, *rrsets, zone=ZONE):
        return self.ask("PATCH", zone, {"rrsets": rrsets})[0]


@contextlib.contextmanager
def api_on_recipes(transport, **settings):
    """On the README's recipes."""
    with Site() as site:
        site.make_recipes()
        site.command("zone", "set", "yourdomain.com", "--kind", "MASTER")
        site.start_service()
        api = Api(site)
        api.start(transport, primary="yes", remote_dnssec="yes", **settings)
        yield api


def rrset(name, record_type, *contents, ttl=300):
    return {"name": name, "type": record_type, "ttl": ttl, "changetype": "REPLACE" if contents else "DELETE",
            "records": [{"content": content, "disabled": False} for content in contents]}
