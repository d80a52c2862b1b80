"""API10:2023 Unsafe consumption of APIs: others' answers are bounded in time and size.

Against a real identity provider: tests/web/identity_provider. Receivers of webhooks: tests/workers.
"""

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from web.fetch import MOST_BYTES, FetchError, fetch_json

TIMEOUT_S = 0.5


class Handler(BaseHTTPRequestHandler):
    over = threading.Event()

    def do_GET(self) -> None:
        if self.path == "/drip":  # a byte now and then, so that no single wait is long
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            while not self.over.wait(TIMEOUT_S / 10):
                self.wfile.write(b" ")
        elif self.path == "/redirect":
            self.send_response(302)
            self.send_header("Location", "/good")
            self.end_headers()
        else:
            sizes = {"/good": 2, "/large": MOST_BYTES + 1}
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"{}".ljust(sizes[self.path]))

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *_: None  # whom it answers hangs up
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    Handler.over.set()
    server.shutdown()
    server.server_close()
    thread.join()


class TestUnsafeConsumptionOfApis:
    def test_a_document_is_read(self, address: str) -> None:
        assert fetch_json(f"{address}/good", timeout_s=TIMEOUT_S) == {}

    def test_a_drip_ends_at_the_deadline(self, address: str) -> None:
        began = time.monotonic()
        with pytest.raises(FetchError):
            fetch_json(f"{address}/drip", timeout_s=TIMEOUT_S)
        assert time.monotonic() - began < 3 * TIMEOUT_S

    def test_no_redirect_is_followed(self, address: str) -> None:
        with pytest.raises(FetchError, match="302"):
            fetch_json(f"{address}/redirect", timeout_s=TIMEOUT_S)

    def test_too_much_is_refused(self, address: str) -> None:
        with pytest.raises(FetchError, match="more than"):
            fetch_json(f"{address}/large", timeout_s=TIMEOUT_S)
