"""One POST under one deadline, to an address that was looked at before."""

import http.client
import socket
import ssl
import threading
import time

import pytest

from models.events.receiver import Receiver
from tests.workers.receivers import certificate, receiving, saying, unused_port
from workers.posting import MOST_BYTES, Wire, post

PATIENCE_S = 20.0
PLAIN = ssl.create_default_context()


def send(
    port, *, scheme="http", host="hooks.example", addresses=("127.0.0.1",), tls=PLAIN, timeout_s=PATIENCE_S
):
    receiver = Receiver(scheme=scheme, host=host, port=port, target="/hook?x=1", address=None)
    return post(receiver, addresses, {"webhook-id": "msg_1"}, b"{}", timeout_s=timeout_s, tls=tls)


def test_the_address_is_connected_to_and_the_name_is_told():
    with receiving([202]) as receiver:
        assert send(receiver.port) == 202
    (got,) = receiver.received
    assert (got.path, got.body, got.headers["webhook-id"]) == ("/hook?x=1", b"{}", "msg_1")
    assert got.headers["host"] == f"hooks.example:{receiver.port}"
    assert (got.headers["content-length"], got.headers["connection"]) == ("2", "close")


def test_tls_is_for_the_name_at_the_address(tmp_path):
    server, client = certificate(tmp_path, "hooks.example")
    with receiving(tls=server) as receiver:
        assert send(receiver.port, scheme="https", tls=client) == 204
    assert receiver.names == ["hooks.example"]


def test_a_certificate_for_another_name_is_refused(tmp_path):
    server, client = certificate(tmp_path, "other.example")
    with receiving(tls=server) as receiver, pytest.raises(ssl.SSLCertVerificationError):
        send(receiver.port, scheme="https", tls=client)
    assert receiver.received == []


def test_a_certificate_of_nobody_we_know_is_refused(tmp_path):
    server, _ = certificate(tmp_path, "hooks.example")
    with receiving(tls=server) as receiver, pytest.raises(ssl.SSLCertVerificationError):
        send(receiver.port, scheme="https")
    assert receiver.received == []


def test_a_redirect_is_an_answer_like_any_other():
    with receiving() as second, receiving([302], Location=second.url()) as first:
        assert send(first.port) == 302
    assert second.received == []


def test_the_next_address_is_tried_when_one_takes_no_connection():
    with receiving() as receiver:
        assert send(receiver.port, addresses=("127.0.0.2", "127.0.0.1")) == 204


def test_nobody_there_is_an_error():
    with pytest.raises(ConnectionRefusedError):
        send(unused_port())


def drip(connection):
    """A byte now and then, so that no single wait is long."""
    for byte in b"HTTP/1.1 200 OK\r\n" + b"X: " + b"x" * 1_000_000:
        connection.sendall(bytes([byte]))
        threading.Event().wait(0.01)


@pytest.mark.parametrize("speak", [lambda connection: connection.recv(1), drip], ids=["silent", "dripping"])
def test_a_slow_receiver_is_given_up_at_the_deadline(speak):
    with saying(speak) as port, pytest.raises(TimeoutError):
        send(port, timeout_s=0.3)


def test_a_receiver_that_stalls_in_the_handshake_is_given_up_at_the_deadline():
    with saying(lambda connection: connection.recv(1)) as port, pytest.raises(TimeoutError):
        send(port, scheme="https", timeout_s=0.3)


def test_an_endless_answer_is_cut_off():
    def speak(connection):
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n" * (MOST_BYTES // 10))

    with saying(speak) as port, pytest.raises(http.client.HTTPException, match="too long"):
        send(port)


def test_the_body_is_hardly_read():
    sent = []

    def speak(connection):
        connection.recv(65_536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
        while True:
            sent.append(connection.send(b"x" * 65_536))

    with saying(speak) as port:
        assert send(port) == 200
    assert sum(sent) < 100_000_000  # the buffers of the sockets, and no more


@pytest.mark.parametrize("answer", [b"", b"SSH-2.0-x\r\n", b"HTTP/1.1 abc\r\n\r\n", b"\x00" * 100])
def test_what_is_no_answer_is_an_error(answer):
    def speak(connection):
        connection.recv(65_536)
        connection.sendall(answer)
        connection.shutdown(socket.SHUT_RDWR)

    with saying(speak) as port, pytest.raises((http.client.HTTPException, ConnectionError)):
        send(port)


def test_no_time_left_is_a_timeout():
    ours, theirs = socket.socketpair()
    with ours, theirs, pytest.raises(TimeoutError):
        Wire(ours, time.monotonic() - 1).sendall(b"x")
