"""Where a webhook really goes: its name looked up once, and every address looked at before any is used."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence

from models.events.public_address import is_public
from models.events.receiver import BadReceiver, Receiver

Resolver = Callable[[str, int], Sequence[str]]
"""From a host name and a port to IP addresses, the best first; OSError when there are none."""

MOST = 3  # addresses that are tried


def system_resolver(host: str, port: int) -> Sequence[str]:
    """What the machine's resolver says."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def addresses_of(receiver: Receiver, resolve: Resolver) -> list[str]:
    """The addresses to connect to. Nobody looks the name up again, so a second answer can change nothing.

    Raises
    ------
    BadReceiver
        When one of them is not public: of a name that mixes, none is trusted.
    OSError
        When the name has no address.
    """
    if receiver.address is not None:
        return [receiver.address]
    found = list(resolve(receiver.host, receiver.port))
    if not found:
        raise OSError("the name has no address")
    if not all(is_public(address) for address in found):
        raise BadReceiver("refused: the name has an address that is not of the public Internet")
    return found[:MOST]
