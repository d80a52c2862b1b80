"""The fault proxy does to a link what it says."""

from __future__ import annotations

import select
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from operations.faults.proxy import Proxy

SOON_S = 0.3
PATIENCE_S = 10.0


@pytest.fixture
def echo() -> Iterator[int]:
    """The port of a server that says back what it hears."""
    door = socket.create_server(("127.0.0.1", 0))

    def serve(end: socket.socket) -> None:
        with end, suppress(OSError):
            while data := end.recv(1_000):
                end.sendall(data)

    def welcome() -> None:
        while True:
            try:
                end, _ = door.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(end,), daemon=True).start()

    thread = threading.Thread(target=welcome, daemon=True)
    thread.start()
    yield door.getsockname()[1]
    door.shutdown(socket.SHUT_RDWR)
    door.close()
    thread.join()


@pytest.fixture
def proxy(echo: int) -> Iterator[Proxy]:
    with Proxy(lambda: socket.create_connection(("127.0.0.1", echo))) as made:
        yield made


def connect(proxy: Proxy) -> socket.socket:
    return socket.create_connection(("127.0.0.1", proxy.port), timeout=PATIENCE_S)


def says_back(end: socket.socket, word: bytes) -> bool:
    end.sendall(word)
    return end.recv(1_000) == word


def is_silent(end: socket.socket) -> bool:
    end.sendall(b"word")
    return not select.select([end], [], [], SOON_S)[0]


def test_a_sound_link_lets_everything_through(proxy: Proxy) -> None:
    with connect(proxy) as one, connect(proxy) as other:
        assert says_back(one, b"one")
        assert says_back(other, b"other")


def test_a_slow_link_holds_each_piece_back(proxy: Proxy) -> None:
    with connect(proxy) as end:
        proxy.slow_down(0.1)
        begin = time.monotonic()
        assert says_back(end, b"word")
        assert time.monotonic() - begin >= 0.2  # there and back
        proxy.heal()
        assert says_back(end, b"again")


def test_what_a_stalled_link_held_back_arrives_when_it_is_healed(proxy: Proxy) -> None:
    with connect(proxy) as end:
        assert says_back(end, b"before")
        proxy.stall()
        assert is_silent(end)
        proxy.heal()
        assert end.recv(1_000) == b"word"


def test_a_half_open_link_stays_silent_and_a_new_one_works(proxy: Proxy) -> None:
    with connect(proxy) as lost:
        assert says_back(lost, b"before")
        proxy.half_open()
        proxy.heal()
        assert is_silent(lost)
        with connect(proxy) as new:
            assert says_back(new, b"after")


def test_a_reset_reaches_the_client_as_one(proxy: Proxy) -> None:
    with connect(proxy) as end:
        assert says_back(end, b"before")
        proxy.reset()
        with pytest.raises(ConnectionResetError):
            end.recv(1_000)
    with connect(proxy) as end:
        assert says_back(end, b"after")


def test_a_cut_link_takes_no_new_connection_until_it_is_healed(proxy: Proxy) -> None:
    proxy.cut()
    with pytest.raises(ConnectionError), connect(proxy) as end:
        says_back(end, b"word")
    proxy.heal()
    with connect(proxy) as end:
        assert says_back(end, b"word")


def test_a_server_that_is_away_is_a_reset() -> None:
    away = Proxy(lambda: socket.create_connection(("127.0.0.1", 1)))
    with away as proxy, pytest.raises(ConnectionError), connect(proxy) as end:
        says_back(end, b"word")
