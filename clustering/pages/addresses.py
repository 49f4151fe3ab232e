"""Which addresses may be connected to: public ones, and the private ones of hosts that the config names.

Takes a host, gives the addresses its name stands for at this moment. The check is made on the very addresses that are connected to, on every
connection, so that neither a redirect nor a name that changes its mind between check and connect gets inside.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Collection, Iterable
from typing import Any

import httpcore

from clustering.errors import RefusedFetchError, TransientFetchError

__all__ = ["GuardedBackend", "is_public_address", "resolve_public"]

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def is_public_address(text: str) -> bool:
    """Say whether an IP address is on the public internet; an IPv6 address that wraps an IPv4 one is judged by it."""
    try:
        address: _Address = ipaddress.ip_address(text.split("%")[0])
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public_address(str(inner))
    return address.is_global and not address.is_multicast and not address.is_reserved


async def resolve_public(host: str, port: int, allow_hosts: Collection[str] = ()) -> list[str]:
    """Give the addresses of a host.

    Errors: ``RefusedFetchError`` when one of them is not public and the host is not allowed, ``TransientFetchError`` when the name cannot be
    resolved now.
    """
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:
        raise TransientFetchError(f"{host}: no address: {error}") from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if host.lower().rstrip(".") not in allow_hosts:
        for address in addresses:
            if not is_public_address(address):
                raise RefusedFetchError(
                    f"{host} is at {address}, which is not a public address (see ingest.fetch.allow_hosts)"
                )
    return addresses


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Opens connections to checked addresses only."""

    def __init__(self, allow_hosts: Collection[str] = ()) -> None:
        self._allow_hosts = frozenset(host.lower() for host in allow_hosts)
        self._backend = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Resolve, check, and connect to the first address that answers."""
        error: Exception | None = None
        for address in await resolve_public(host, port, self._allow_hosts):
            try:
                return await self._backend.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as failure:
                error = failure
        raise error or httpcore.ConnectError(f"{host}: no address")

    async def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.AsyncNetworkStream:
        """Refuse: no page is behind a local socket."""
        raise RefusedFetchError(f"{path} is a local socket")

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await self._backend.sleep(seconds)
