"""The address that a webhook names, read strictly, so that no two programs can read it differently."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from models.errors import ModelError
from models.events.public_address import is_public

LONGEST_URL = 2_000
TLS_PORT = 443
FIRST_HIGH_PORT = 1_024
PORTS = {"https": 443, "http": 80}

VISIBLE = re.compile(r"[\x21-\x7e]+", re.ASCII)
LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
NAME = re.compile(rf"{LABEL}(\.{LABEL})*", re.ASCII)
NUMBER = re.compile(r"0x[0-9a-f]*|[0-9]+", re.ASCII)


class BadReceiver(ModelError):
    """The platform sends nothing to this address; the sentence says why."""


@dataclass(frozen=True, kw_only=True)
class Receiver:
    """Where to send: `address` is set for an exception of the operator's, and then no name is looked up."""

    scheme: str
    host: str
    port: int
    target: str  # path and query
    address: str | None

    @property
    def authority(self) -> str:
        """The Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def receiver_of(url: str, allowed: Mapping[str, str]) -> Receiver:
    """Read a webhook's address; `allowed` are the operator's exceptions, from origin to IP address.

    Raises
    ------
    BadReceiver
        When it is not an https address of a full host name on port 443 or from 1024 up, or has a login or a
        fragment. An exception may be http, of any name and port.
    """
    split = _split(url)
    host, port = (split.hostname or "").removesuffix("."), split.port or PORTS[split.scheme]
    target = (split.path or "/") + (f"?{split.query}" if split.query else "")
    made = Receiver(scheme=split.scheme, host=host, port=port, target=target, address=None)
    address = allowed.get(_origin(made))
    if address is not None:
        return Receiver(scheme=split.scheme, host=host, port=port, target=target, address=address)
    _refuse_unless_public(made)
    return made


def allowed_of(setting: str) -> dict[str, str]:
    """The exceptions in the setting `webhook_allowed_hosts`: `origin=address`, separated by commas.

    >>> allowed_of("https://hooks.base.mil=10.20.0.7, http://127.0.0.1:8081=127.0.0.1")
    {'https://hooks.base.mil:443': '10.20.0.7', 'http://127.0.0.1:8081': '127.0.0.1'}

    Raises
    ------
    BadReceiver
        When one of them is not that.
    """
    return dict(_exception(entry.strip()) for entry in setting.split(",") if entry.strip())


def _exception(entry: str) -> tuple[str, str]:
    origin, equals, address = entry.partition("=")
    try:
        ip = str(ipaddress.ip_address(address)) if equals else ""
    except ValueError:
        ip = ""
    if not ip:
        raise BadReceiver(f"{entry!r} is not origin=address, as in https://hooks.base.mil=10.20.0.7")
    split = _split(origin)
    if split.path not in ("", "/") or split.query:
        raise BadReceiver(f"{origin!r} must be an origin, without a path")
    host, port = (split.hostname or "").removesuffix("."), split.port or PORTS[split.scheme]
    return _origin(Receiver(scheme=split.scheme, host=host, port=port, target="", address=ip)), ip


def _origin(receiver: Receiver) -> str:
    return f"{receiver.scheme}://{receiver.host}:{receiver.port}"


def _split(url: str) -> SplitResult:
    if len(url) > LONGEST_URL:
        raise BadReceiver(f"the address may have at most {LONGEST_URL} characters")
    if not VISIBLE.fullmatch(url) or "\\" in url:
        raise BadReceiver("the address must be of visible ASCII characters without a backslash")
    try:
        split = urlsplit(url)
        port = split.port
    except ValueError as error:
        raise BadReceiver(f"the address cannot be read: {error}") from error
    if split.scheme not in PORTS or not split.hostname or port == 0:
        raise BadReceiver("the address must be a full one, as in https://hooks.example.mil/reveille")
    if split.username is not None or split.password is not None or "#" in url:
        raise BadReceiver("the address may have no user name, password or fragment")
    return split


def _refuse_unless_public(receiver: Receiver) -> None:
    if receiver.scheme != "https":
        raise BadReceiver("the address must begin with https://")
    if receiver.port != TLS_PORT and receiver.port < FIRST_HIGH_PORT:
        raise BadReceiver(f"the port must be {TLS_PORT} or from {FIRST_HIGH_PORT} up")
    if not _is_public_name(receiver.host):
        raise BadReceiver("the host must be a full name of the public Internet, or a public IP address")


def _is_public_name(host: str) -> bool:
    try:
        return is_public(str(ipaddress.ip_address(host)))
    except ValueError:
        # A last label that is a number would be read as an IPv4 address by some resolvers: 127.1, 0x7f000001.
        last = host.rpartition(".")[2]
        return len(host) <= 253 and "." in host and bool(NAME.fullmatch(host)) and not NUMBER.fullmatch(last)
