"""A receiver's name is looked up once, and every address of it is looked at."""

import pytest

from models.events.receiver import BadReceiver, allowed_of, receiver_of
from workers.addresses import addresses_of, system_resolver

PUBLIC, OTHER = "93.184.215.14", "2606:4700::1111"


class Resolver:
    """A name server that answers differently each time it is asked."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = []

    def __call__(self, host, port):
        self.asked.append((host, port))
        return self.answers.pop(0)


def look_up(resolver, url="https://hooks.example.com:8443/x", allowed=""):
    exceptions = allowed_of(allowed)
    return addresses_of(receiver_of(url, exceptions), resolver)


def test_public_addresses_are_given_in_their_order():
    resolver = Resolver([OTHER, PUBLIC])
    assert look_up(resolver) == [OTHER, PUBLIC]
    assert resolver.asked == [("hooks.example.com", 8443)]


@pytest.mark.parametrize("private", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "::ffff:10.0.0.1"])
@pytest.mark.parametrize("beside", [[], [PUBLIC]])
def test_one_private_address_refuses_them_all(private, beside):
    with pytest.raises(BadReceiver, match="not of the public Internet"):
        look_up(Resolver([*beside, private]))


def test_a_second_answer_is_never_asked_for():
    resolver = Resolver([PUBLIC], ["127.0.0.1"])
    assert look_up(resolver) == [PUBLIC]
    assert resolver.answers == [["127.0.0.1"]]


def test_an_exception_is_not_looked_up():
    resolver = Resolver()
    assert look_up(resolver, "http://hooks:8080/x", "http://hooks:8080=10.0.0.7") == ["10.0.0.7"]
    assert resolver.asked == []


def test_a_name_without_an_address_is_no_receiver():
    with pytest.raises(OSError, match="no address"):
        look_up(Resolver([]))


def test_of_many_addresses_a_few_are_tried():
    assert len(look_up(Resolver([f"93.184.215.{n}" for n in range(20)]))) == 3


def test_the_machines_resolver_gives_each_address_once():
    assert list(system_resolver("127.0.0.1", 443)) == ["127.0.0.1"]
    assert "127.0.0.1" in system_resolver("localhost", 443)
