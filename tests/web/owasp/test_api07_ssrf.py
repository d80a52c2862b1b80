"""API7:2023 Server side request forgery: nothing is sent to where the platform alone can reach."""

import pytest

from tests.web.people import Person, pointers
from web.provider_keys import is_safe

INSIDE = (
    "https://127.0.0.1/", "https://localhost/", "https://[::1]/", "https://0.0.0.0/", "https://10.0.0.8/",
    "https://192.168.1.1/", "https://169.254.169.254/latest/meta-data/", "https://[fd00::1]/",
    "https://[::ffff:127.0.0.1]/", "https://2130706433/", "https://0x7f.1/", "https://017700000001/",
    "http://hooks.example.mil/", "ftp://hooks.example.mil/", "file:///etc/passwd", "gopher://x.example.mil/",
    "https://hooks.example.mil:22/", "https://user:password@hooks.example.mil/", "https://hooks.example.mil\\@x/",
    "//hooks.example.mil/", "javascript:alert(1)", "https://",
)  # fmt: skip


class TestServerSideRequestForgery:
    @pytest.mark.parametrize("url", INSIDE)
    def test_a_webhook_points_outside(self, guest: Person, url: str) -> None:
        assert pointers(guest.post("/v1/webhooks", {"url": url})) == ["/url"]

    @pytest.mark.parametrize("url", ["http://169.254.169.254/", "http://provider.mil", "file:///etc/passwd"])
    def test_keys_of_an_identity_provider_come_from_https_only(self, url: str) -> None:
        assert not is_safe(url)
