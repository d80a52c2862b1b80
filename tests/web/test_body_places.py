"""Places for bodies: so many, and never all of them for one address."""

from __future__ import annotations

import threading

import pytest

from models.errors import Unavailable
from web.body_places import BodyPlaces


def test_one_address_leaves_a_place_for_others() -> None:
    places = BodyPlaces(3, patience_s=0.01)
    with places.one("192.0.2.1"), places.one("192.0.2.1"):
        with pytest.raises(Unavailable, match="send the request again"), places.one("192.0.2.1"):
            raise AssertionError("it has a third place")
        with places.one("192.0.2.2"), pytest.raises(Unavailable), places.one("192.0.2.3"):
            raise AssertionError("there is a fourth place")
    with places.one("192.0.2.1"), places.one("192.0.2.1"):
        pass


def test_a_single_place_is_everybodys() -> None:
    with BodyPlaces(1).one("192.0.2.1"):
        pass


def test_who_waits_gets_the_place_that_gets_free() -> None:
    places = BodyPlaces(1, patience_s=60)
    first, second = threading.Event(), threading.Event()

    def hold() -> None:
        with places.one("192.0.2.1"):
            first.set()
            second.wait(60)

    holder = threading.Thread(target=hold)
    holder.start()
    first.wait(60)
    threading.Timer(0.05, second.set).start()
    with places.one("192.0.2.2"):
        assert second.is_set()
    holder.join()
