"""Signatures as the specification writes them, checked by a second implementation."""

import base64
import hashlib
import hmac

from workers.signing import signature


def test_the_published_example_has_its_published_signature():
    # From the documentation of the reference implementation.
    secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    told = signature("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}', [secret])
    assert told == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_each_live_secret_signs():
    told = signature("msg_1", 7, b"{}", [b"new", b"old"]).split(" ")
    assert told == [signature("msg_1", 7, b"{}", [secret]) for secret in (b"new", b"old")]


def test_it_is_an_hmac_of_id_time_and_body():
    mac = hmac.new(b"key", b"msg_1.7.{}", hashlib.sha256).digest()
    assert signature("msg_1", 7, b"{}", [b"key"]) == "v1," + base64.b64encode(mac).decode()
