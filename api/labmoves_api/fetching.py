"""Fetching an article's page without being led where a stranger must not lead us.

    fetch("https://example.org/story", limits)  ->  Fetched(url, media_type, body)

Only http and https on their usual ports. A name is resolved once, every address it has is checked, and the connection
goes to a checked address, at every redirect again: there is no moment between check and use. Private, loopback,
link-local, metadata and other addresses that are not public are refused. Time, size and redirects are limited, and
nothing compressed is taken.

Errors: FetchError says which rule a URL broke, never what an address answered.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpcore

from labmoves_api.errors import FetchError
from labmoves_graph import __version__

__all__ = ["FetchLimits", "Fetched", "fetch", "is_public"]

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
MOST_REDIRECTS = 5
LONGEST_URL = 2000
PORTS = {"http": 80, "https": 443}
MEDIA_TYPES = ("text/html", "application/xhtml+xml", "text/plain")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def is_public(address: Address, port: int) -> bool:
    """Whether anybody on the internet could reach the address, and the port is one of the web's."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner, port)
        if address.is_site_local:
            return False
    return port in PORTS.values() and address.is_global and not address.is_multicast


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """seconds: for everything together. size: bytes of body. permits: which addresses and ports may be reached."""

    seconds: float
    size: int
    permits: Callable[[Address, int], bool] = is_public
    resolve: Callable[[str, int], Iterable[str]] | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page. url: where the redirects ended."""

    url: str
    media_type: str
    charset: str | None
    body: bytes


def fetch(url: str, limits: FetchLimits) -> Fetched:
    """The page at `url`. Raises FetchError."""
    deadline = time.monotonic() + limits.seconds
    backend = _CheckedBackend(limits, deadline)  # ends every wait at the deadline
    with httpcore.ConnectionPool(ssl_context=ssl.create_default_context(), network_backend=backend) as pool:
        for _ in range(MOST_REDIRECTS + 1):
            _check_url(url)
            found = _request(pool, url, limits)
            if isinstance(found, Fetched):
                return found
            url = found
    raise FetchError(f"the URL redirects more than {MOST_REDIRECTS} times; give the last address of the chain")


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise FetchError("the URL cannot be read; correct it") from error
    if len(url) > LONGEST_URL or not url.isascii() or any(c.isspace() or not c.isprintable() for c in url):
        raise FetchError(f"the URL is no plain ASCII of at most {LONGEST_URL} characters; encode or shorten it")
    if parts.scheme not in PORTS or not parts.hostname:
        raise FetchError("only http and https URLs of a host are fetched; post the text instead")
    if parts.username is not None or parts.password is not None:
        raise FetchError("a URL with a user name is not fetched; post the text instead")
    if port == 0:
        raise FetchError("port 0 leads nowhere; correct the URL")


def _request(pool: httpcore.ConnectionPool, url: str, limits: FetchLimits) -> Fetched | str:
    """The page, or where it redirects to."""
    headers: dict[bytes | str, bytes | str] = {
        "Host": urlsplit(url).netloc,
        "User-Agent": f"labmoves/{__version__}",
        "Accept": ", ".join(MEDIA_TYPES),
        "Accept-Encoding": "identity",
        "Connection": "close",
    }
    try:
        with pool.stream("GET", url, headers=headers) as answer:
            found = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in answer.headers}
            if answer.status in (301, 302, 303, 307, 308) and "location" in found:
                return _redirected(url, found["location"])
            if answer.status != 200:
                raise FetchError(
                    f"the page answers with status {answer.status} instead of 200; post its text instead"
                )
            return _read(answer, url, found, limits)
    except httpcore.TimeoutException as error:
        raise _too_slow(limits) from error
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol, ssl.SSLError) as error:
        raise FetchError(
            "the page's server cannot be reached or does not speak HTTP; post the text instead"
        ) from error


def _redirected(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError as error:
        raise FetchError("the page redirects to a URL that cannot be read; post its text instead") from error


def _read(answer: httpcore.Response, url: str, headers: dict[str, str], limits: FetchLimits) -> Fetched:
    media_type, _, parameters = headers.get("content-type", "").partition(";")
    media_type = media_type.strip().lower()
    if media_type not in MEDIA_TYPES:
        raise FetchError("the URL leads to no HTML or text; post the article's text instead")
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise FetchError("the page comes compressed although that was not asked for; post its text instead")
    body = bytearray()
    for chunk in answer.iter_stream():
        body += chunk
        if len(body) > limits.size:
            raise FetchError(f"the page is larger than {limits.size // 2**20} MB; post its text instead")
    charset = next((p.strip()[8:].strip("\"'") for p in parameters.split(";") if p.strip()[:8] == "charset="), None)
    return Fetched(url, media_type, charset, bytes(body))


def _too_slow(limits: FetchLimits) -> FetchError:
    return FetchError(f"the page took longer than {limits.seconds:g} s; try again, or post its text")


class _TimedStream(httpcore.NetworkStream):
    """A connection that nothing is awaited from beyond the deadline, however little comes at a time."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Some bytes, or none at the end."""
        return self._stream.read(max_bytes, self._left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send all of it."""
        self._stream.write(buffer, self._left())

    def close(self) -> None:
        """End the connection."""
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """The same connection, encrypted."""
        return _TimedStream(self._stream.start_tls(ssl_context, server_hostname, self._left()), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        """What the connection says of itself."""
        return self._stream.get_extra_info(info)

    def _left(self) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout()
        return left


class _CheckedBackend(httpcore.NetworkBackend):
    """Connects to addresses that were checked, and to no other."""

    def __init__(self, limits: FetchLimits, deadline: float) -> None:
        self._limits = limits
        self._deadline = deadline
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to the first address of the host that answers; all of them must be permitted."""
        addresses = [ipaddress.ip_address(text) for text in self._resolved(host, port)]
        if not addresses or not all(self._limits.permits(address, port) for address in addresses):
            raise FetchError("the URL leads to an address or port that is not public; post the text instead")
        failed: Exception | None = None
        for address in addresses[:3]:
            left = self._deadline - time.monotonic()
            if left <= 0:
                break
            try:
                return _TimedStream(self._plain.connect_tcp(str(address), port, timeout=left), self._deadline)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
        raise failed or httpcore.ConnectTimeout()

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.NetworkStream:
        """Never."""
        raise FetchError("sockets of this machine are not fetched")

    def _resolved(self, host: str, port: int) -> list[str]:
        if self._limits.resolve is not None:
            return list(self._limits.resolve(host, port))
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise FetchError("the URL's host has no address; correct it") from error
        return list(dict.fromkeys(str(entry[4][0]).partition("%")[0] for entry in found))
