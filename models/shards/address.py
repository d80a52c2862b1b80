"""Addresses of databases, as PostgreSQL's own client and as SQLAlchemy read them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from psycopg.conninfo import conninfo_to_dict

from models.errors import SettingsError


def dialect_url(url: str) -> str:
    """`url` with SQLAlchemy's name of the driver we use; of several hosts, as SQLAlchemy has them.

    >>> dialect_url("postgresql://app:word@one:5432,two:5433/reveille?target_session_attrs=read-write")
    'postgresql+psycopg://app:word@/reveille?host=one,two&port=5432,5433&target_session_attrs=read-write'
    """
    if not url:
        raise SettingsError(
            "no database: set REVEILLE_DATABASE_URL, or let `reveille up` start the embedded PostgreSQL"
        )
    url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    parts = urlsplit(url)
    login, at, hosts = parts.netloc.rpartition("@")
    if "," not in hosts:
        return url
    pairs = [host.rpartition(":") if ":" in host else (host, ":", "5432") for host in hosts.split(",")]
    places = f"host={','.join(p[0] for p in pairs)}&port={','.join(p[2] for p in pairs)}"
    return parts._replace(netloc=login + at, query="&".join(filter(None, (places, parts.query)))).geturl()


def libpq_url(url: str) -> str:
    """`url` as PostgreSQL's own client reads it, whether or not it names SQLAlchemy's driver.

    >>> libpq_url("postgresql+psycopg://reveille@one,two/reveille")
    'postgresql://reveille@one,two/reveille'
    """
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def hosts_of(options: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """Each host of an address of several, alone.

    >>> list(hosts_of({"host": "one,two", "port": "5432,5433", "dbname": "reveille"}))
    [{'host': 'one', 'port': '5432'}, {'host': 'two', 'port': '5433'}]
    """
    hosts, ports = str(options.get("host", "")).split(","), str(options.get("port", "")).split(",")
    ports = ports if len(ports) == len(hosts) else ports * len(hosts)
    return ({"host": host, "port": port} for host, port in zip(hosts, ports, strict=True))


def has_several_hosts(url: str) -> bool:
    """Whether an address names several servers, of which one is the primary.

    >>> has_several_hosts("postgresql://reveille@/reveille?host=one,two")
    True
    """
    return "," in str(conninfo_to_dict(libpq_url(url)).get("host", ""))
