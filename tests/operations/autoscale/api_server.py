"""A small API server that checks its requests; run as a module, with the files of a certificate and its key.

It keeps the scales of a few deployments with their resource versions, and does what the next lines of its
standard input say: `answer STATUS [RETRY_AFTER]` to the next request, `slow SECONDS`, `touch NAME` as
somebody else would, `garbage`. It prints its port first, then each request and its answer.
"""

from __future__ import annotations

import json
import queue
import re
import ssl
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TOKEN = "a-token-of-the-service-account"
PATH = re.compile(r"/apis/apps/v1/namespaces/reveille/deployments/([a-z-]+)/scale")
SCALES = {name: {"replicas": 1, "version": 100} for name in ("worker", "worker-batch")}
ORDERS: queue.SimpleQueue[list[str]] = queue.SimpleQueue()


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.respond(b"")

    def do_PATCH(self) -> None:
        self.respond(self.rfile.read(int(self.headers["Content-Length"])))

    def respond(self, body: bytes) -> None:
        status, told, headers = answer(self.command, self.path, dict(self.headers), body)
        print(json.dumps([self.command, self.path, body.decode(), status]), flush=True)
        self.send_response(status)
        for name, text in headers.items():
            self.send_header(name, text)
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    def log_message(self, *_: object) -> None:
        pass


def answer(method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes, dict[str, str]]:
    while not ORDERS.empty():
        order, *words = ORDERS.get()
        if order == "answer":
            return int(words[0]), b"{}", {"Retry-After": words[1]} if words[1:] else {}
        if order == "slow":
            threading.Event().wait(float(words[0]))
        elif order == "touch":
            SCALES[words[0]]["version"] += 1
        elif order == "garbage":
            return 200, b"not json", {}
    if headers.get("Authorization") != f"Bearer {TOKEN}":
        return 401, b"{}", {}
    found = PATH.fullmatch(path)
    if found is None:
        return 404, b"{}", {}
    scale = SCALES[found[1]]
    if method == "PATCH":
        if headers.get("Content-Type") != "application/merge-patch+json":
            return 415, b"{}", {}
        told = json.loads(body)
        if told["metadata"]["resourceVersion"] != str(scale["version"]):
            return 409, b"{}", {}
        scale.update(replicas=told["spec"]["replicas"], version=scale["version"] + 1)
    kept = {
        "kind": "Scale", "apiVersion": "autoscaling/v1",
        "metadata": {"name": found[1], "namespace": "reveille", "resourceVersion": str(scale["version"])},
        "spec": {"replicas": scale["replicas"]} if scale["replicas"] else {},
        "status": {"replicas": scale["replicas"], "selector": f"app={found[1]}"},
    }  # fmt: skip
    return 200, json.dumps(kept).encode(), {"Content-Type": "application/json"}


def main(certificate: str, key: str) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_port, flush=True)
    for line in sys.stdin:
        ORDERS.put(line.split())
        print("ordered", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
