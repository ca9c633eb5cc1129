"""Servers that accept a connection and then misbehave. They use real sockets, because real sockets time out."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Way = Callable[[socket.socket, threading.Event], None]


def hangs(line: socket.socket, over: threading.Event) -> None:
    over.wait()


def resets(line: socket.socket, over: threading.Event) -> None:
    line.recv(1)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # so that closing is a reset


def breaks_off(line: socket.socket, over: threading.Event) -> None:
    line.recv(65_536)
    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: 900\r\n\r\n{")


def fails(line: socket.socket, over: threading.Event) -> None:
    line.recv(65_536)
    line.sendall(
        b"HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: 6\r\nConnection: close\r\n\r\n<html>"
    )


@contextmanager
def silent(way: Way) -> Iterator[str]:
    """The address of a server whose every connection goes that way."""
    over = threading.Event()
    threads: list[threading.Thread] = []

    def serve(line: socket.socket) -> None:
        with line:
            try:
                way(line, over)
            except OSError:
                return  # the other side left first

    def accept(server: socket.socket) -> None:
        while not over.is_set():
            line, _ = server.accept()
            threads.append(threading.Thread(target=serve, args=(line,), daemon=True))
            threads[-1].start()

    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        port = server.getsockname()[1]
        accepting = threading.Thread(target=accept, args=(server,), daemon=True)
        accepting.start()
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            over.set()
            socket.create_connection(("127.0.0.1", port), timeout=5).close()  # wakes the thread that accepts
            accepting.join(5)
            for thread in threads:
                thread.join(5)


@contextmanager
def refuses() -> Iterator[str]:
    """The address of a port without a listener."""
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{reserved.getsockname()[1]}"
