"""Which IP addresses belong to the public Internet, and to nothing nearer."""

from __future__ import annotations

import ipaddress

NOT_FOR_US = tuple(
    ipaddress.ip_network(network)
    for network in (
        "0.0.0.0/8", "192.0.0.0/24", "192.88.99.0/24", "240.0.0.0/4",  # special, 6to4 relays, reserved
        "168.63.129.16/32",  # a cloud's own server on a public address
        "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",  # Teredo and others, documentation, 6to4
    )
)  # fmt: skip
"""What `ipaddress` may call global in one of its versions, and is no place for a receiver."""

GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public Internet's, that anybody may be sent to.

    Of IPv6 only global unicast is: so no address that hides an IPv4 one (mapped, translated, 6to4, Teredo).

    >>> [is_public(a) for a in ("93.184.215.14", "10.0.0.1", "169.254.169.254", "::ffff:93.184.215.14")]
    [True, False, False, False]
    """
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if ip.version == 6 and (ip not in GLOBAL_UNICAST or ip.scope_id is not None):
        return False
    special = ip.is_multicast or ip.is_reserved or ip.is_loopback or ip.is_link_local or ip.is_unspecified
    return ip.is_global and not special and not any(ip in network for network in NOT_FOR_US)
