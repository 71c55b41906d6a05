"""The guard around fetching: which addresses are never reached, and what a page may not do."""

from __future__ import annotations

import ipaddress
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from labmoves_api.errors import FetchError
from labmoves_api.fetching import FetchLimits, fetch, is_public


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "192.0.2.1",
        "198.18.0.1",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "fd00:ec2::254",
        "fec0::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:db8::1",
    ],
)
def test_an_address_that_is_not_public_is_never_reached(address):
    assert not is_public(ipaddress.ip_address(address), 80)


def test_a_public_address_is_reached_on_the_ports_of_the_web_alone():
    address = ipaddress.ip_address("93.184.216.34")
    assert [port for port in (22, 25, 80, 443, 6379, 8080) if is_public(address, port)] == [80, 443]


@pytest.mark.parametrize(
    ("url", "cause"),
    [
        ("http://127.0.0.1/", "not public"),
        ("http://localhost/", "not public"),
        ("http://localhost./", "not public|has no address"),
        ("http://2130706433/", "not public"),
        ("http://0177.0.0.1/", "not public"),
        ("http://0x7f.1/", "not public"),
        ("http://[::1]/", "not public"),
        ("http://[::ffff:127.0.0.1]/", "not public"),
        ("http://169.254.169.254/latest/meta-data/", "not public"),
        ("https://169.254.169.254./", "not public|has no address"),
        ("file:///etc/passwd", "only http and https"),
        ("ftp://example.org/", "only http and https"),
        ("gopher://127.0.0.1:6379/_FLUSHALL", "only http and https"),
        ("http://user:secret@example.org/", "with a user name"),
        ("http://user@127.0.0.1/", "with a user name"),
        ("http:///", "of a host"),
        ("http://exa mple.org/", "plain ASCII"),
        ("http://example.org\r\nX: y/", "cannot be read"),
        ("http://[::1", "cannot be read"),
        ("//example.org/", "only http and https"),
        ("http://example.org:99999/", "cannot be read"),
        ("http://example.org:0/", "port 0"),
    ],
)
def test_a_url_that_leads_within_is_refused(url, cause):
    with pytest.raises(FetchError, match=cause):
        fetch(url, FetchLimits(2.0, 1000))


class _Site(BaseHTTPRequestHandler):
    """Answers by path; remembers what was asked."""

    def do_GET(self):
        self.server.asked.append(self.path)
        send = {
            "/page": lambda: self._send(200, "text/html; charset=gbk", "<p>你好</p>".encode("gbk")),
            "/json": lambda: self._send(200, "application/json", b"{}"),
            "/big": lambda: self._send(200, "text/html", b"x" * 5000),
            "/gone": lambda: self._send(410, "text/html", b"gone"),
            "/loop": lambda: self._send(302, "text/html", b"", Location="/loop"),
            "/packed": lambda: self._send(200, "text/html", b"\x1f\x8b", **{"Content-Encoding": "gzip"}),
            "/away": lambda: self._send(302, "text/html", b"", Location=self.server.elsewhere),
            "/file": lambda: self._send(302, "text/html", b"", Location="file:///etc/passwd"),
            "/nowhere": lambda: self._send(302, "text/html", b"", Location="http://[::1"),
            "/slow": lambda: self._drip(b"", b"Content-Type: text/html\r\n\r\n", b"x", b""),
            "/slow-head": lambda: self._drip(b"", b"X-Long: ", b"x", b"\r\nContent-Type: text/html\r\n\r\n"),
            "/slow-chunk": lambda: self._drip(
                b"Transfer-Encoding: chunked\r\n", b"Content-Type: text/html\r\n\r\n1", b"0", b"\r\n"
            ),
        }
        send[self.path]()

    def _send(self, status, media_type, body, **headers):
        self.send_response(status)
        for name, value in {"Content-Type": media_type, "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _drip(self, *parts):
        """The parts after a status line, the third again and again for five seconds."""
        first, head, drop, end = parts
        self.wfile.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n" + first + head)
        try:
            for _ in range(100):
                if self.server.stop.wait(0.05):
                    return
                self.wfile.write(drop)
            self.wfile.write(end)
        except OSError:
            return

    def log_message(self, *arguments):
        pass


@pytest.fixture
def sites():
    """Two servers: one that tests may reach, and one that stands for the inner network."""
    servers = [ThreadingHTTPServer(("127.0.0.1", 0), _Site) for _ in range(2)]
    outside, inside = servers
    outside.elsewhere = f"http://127.0.0.1:{inside.server_port}/page"
    for server in servers:
        server.stop, server.asked = threading.Event(), []
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield outside, inside
    for server in servers:
        server.stop.set()
        server.shutdown()
        server.server_close()


def limits(outside, **changes):
    return FetchLimits(
        **{"seconds": 5.0, "size": 1000, "permits": lambda a, port: port == outside.server_port, **changes}
    )


def test_a_page_comes_with_its_type_and_charset(sites):
    found = fetch(f"http://127.0.0.1:{sites[0].server_port}/page", limits(sites[0]))
    assert (found.media_type, found.charset, found.body.decode(found.charset)) == ("text/html", "gbk", "<p>你好</p>")


@pytest.mark.parametrize(
    ("path", "cause"),
    [
        ("/json", "no HTML or text"),
        ("/big", "larger than"),
        ("/gone", "status 410"),
        ("/loop", "more than 5 times"),
        ("/packed", "compressed"),
        ("/away", "not public"),
        ("/file", "only http and https"),
        ("/nowhere", "cannot be read"),
    ],
)
def test_a_page_that_breaks_a_rule_is_refused(sites, path, cause):
    outside, inside = sites
    with pytest.raises(FetchError, match=cause):
        fetch(f"http://127.0.0.1:{outside.server_port}{path}", limits(outside))
    assert inside.asked == []


@pytest.mark.parametrize("path", ["/slow", "/slow-head", "/slow-chunk"])
def test_a_page_that_drips_is_given_up(sites, path):
    with pytest.raises(FetchError, match="took longer"):
        fetch(f"http://127.0.0.1:{sites[0].server_port}{path}", limits(sites[0], seconds=0.3))


def test_a_name_is_resolved_once_and_every_address_checked(sites):
    outside, _ = sites
    answers = [["127.0.0.1"], ["127.0.0.2"]]
    url = f"http://rebind.example:{outside.server_port}/page"
    allowed = lambda address, port: str(address) == "127.0.0.1"  # noqa: E731
    found = fetch(url, limits(outside, permits=allowed, resolve=lambda host, port: answers.pop(0)))
    assert (found.body, len(answers)) == ("<p>你好</p>".encode("gbk"), 1)
    with pytest.raises(FetchError, match="not public"):
        fetch(url, limits(outside, permits=allowed, resolve=lambda host, port: ["127.0.0.1", "127.0.0.2"]))
