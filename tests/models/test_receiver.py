"""Which addresses a webhook may name, and which IP addresses are public."""

import pytest

from models.events.public_address import is_public
from models.events.receiver import LONGEST_URL, BadReceiver, allowed_of, receiver_of


@pytest.mark.parametrize(
    ("url", "authority", "target"),
    [
        ("https://hooks.example.com/x?y=1", "hooks.example.com", "/x?y=1"),
        ("https://HOOKS.Example.com.", "hooks.example.com", "/"),
        ("https://hooks.example.com:443/", "hooks.example.com", "/"),
        ("https://hooks.example.com:1024/", "hooks.example.com:1024", "/"),
        ("https://hooks.example.com?x", "hooks.example.com", "/?x"),
        ("https://xn--bcher-kva.example/", "xn--bcher-kva.example", "/"),
        ("https://8.8.8.8/", "8.8.8.8", "/"),
        ("https://[2606:4700::1111]:8443/", "[2606:4700::1111]:8443", "/"),
    ],
)
def test_a_public_https_address_is_taken(url, authority, target):
    receiver = receiver_of(url, {})
    assert (receiver.scheme, receiver.authority, receiver.target) == ("https", authority, target)
    assert receiver.address is None


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hooks.example.com",
        "//hooks.example.com/",
        "https:///x",
        "http://hooks.example.com/",
        "ftp://hooks.example.com/",
        "file:///etc/passwd",
        "gopher://hooks.example.com/",
        "https://hooks.example.com:80/",
        "https://hooks.example.com:1023/",
        "https://hooks.example.com:0/",
        "https://hooks.example.com:65536/",
        "https://user@hooks.example.com/",
        "https://user:pass@hooks.example.com/",
        "https://@hooks.example.com/",
        "https://hooks.example.com/#part",
        "https://hooks.example.com\\@10.0.0.1/",
        "https://hooks.example.com/a b",
        "https://hooks.example.com/\n",
        "\thttps://hooks.example.com/",
        "https://bücher.example/",
        "https://hooks..example.com/",
        "https://-hooks.example.com/",
        "https://hooks_1.example.com/",
        "https://localhost/",
        "https://intranet/",
        "https://127.0.0.1/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0x7f.0.0.1/",
        "https://0177.0.0.1/",
        "https://10.1.2.3/",
        "https://169.254.169.254/latest/meta-data/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[fe80::1%25eth0]/",
        "https://[",
        f"https://hooks.example.com/{'x' * LONGEST_URL}",
    ],
)
def test_any_other_address_is_refused(url):
    with pytest.raises(BadReceiver):
        receiver_of(url, {})


def test_an_exception_has_its_scheme_its_name_its_port_and_one_address():
    allowed = allowed_of("http://hooks:8080=10.0.0.7, https://hooks.base.mil=fd00::7,")
    assert receiver_of("http://hooks:8080/x", allowed).address == "10.0.0.7"
    assert receiver_of("https://HOOKS.base.mil/x", allowed).address == "fd00::7"
    assert receiver_of("https://hooks.base.mil:8443/x", allowed).address is None
    for other in ("http://hooks:8081/x", "https://hooks:8080/x", "http://hooks.base.mil/x"):
        with pytest.raises(BadReceiver):
            receiver_of(other, allowed)


@pytest.mark.parametrize(
    "setting",
    [
        "hooks.base.mil",
        "https://hooks.base.mil",
        "https://hooks.base.mil=",
        "https://hooks.base.mil=hooks.other.mil",
        "hooks.base.mil=10.0.0.7",
        "https://hooks.base.mil/path=10.0.0.7",
        "https://u@hooks.base.mil=10.0.0.7",
        "https://hooks.base.mil=10.0.0.7;https://x.mil=10.0.0.8",
    ],
)
def test_a_setting_that_is_no_list_of_exceptions_is_refused(setting):
    with pytest.raises(BadReceiver):
        allowed_of(setting)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "1.1.1.1", "100.63.255.255", "100.128.0.0", "172.15.255.255", "172.32.0.0",
                "223.255.255.255", "2606:4700::1111", "2620:fe::fe", "2a00::1"]
)  # fmt: skip
def test_addresses_of_the_internet_are_public(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0", "0.1.2.3", "10.0.0.0", "10.255.255.255", "127.0.0.1", "127.255.255.255",
        "100.64.0.0", "100.127.255.255", "169.254.169.254", "172.16.0.0", "172.31.255.255", "192.168.0.1",
        "192.0.0.192", "192.0.2.1", "192.88.99.1", "198.18.0.1", "198.51.100.1", "203.0.113.1",
        "224.0.0.1", "224.0.1.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "168.63.129.16",
        "::", "::1", "::7f00:1", "::ffff:8.8.8.8", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1",
        "100::1", "1fff:ffff::1", "2001::1", "2001:db8::1", "2002:7f00:1::1", "3fff::1", "4000::1",
        "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1",
        "2606:4700::1111%eth0", "", "hooks.example.com", "127.1", "0x7f000001", "8.8.8.8/32",
    ],
)  # fmt: skip
def test_every_other_address_is_not(address):
    assert not is_public(address)
