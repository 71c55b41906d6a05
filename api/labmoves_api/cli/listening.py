"""Where a command listens: its port on the command line, whether it is free, how others reach it."""

from __future__ import annotations

import argparse
import socket

from labmoves_graph.errors import LabmovesError

__all__ = ["address", "check_port", "port_number"]


def port_number(text: str) -> int:
    """A port as an argument of the command line."""
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port; give 1 to 65535")
    return int(text)


def check_port(host: str, port: int) -> None:
    """Raise LabmovesError if nothing can listen there; better told here than by a worker that dies."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise LabmovesError(
            f"port {port} on {host} cannot be used ({error.strerror}); choose another with --port, or --host"
        ) from error


def address(host: str, port: int) -> str:
    """The URL of what listens there."""
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"
