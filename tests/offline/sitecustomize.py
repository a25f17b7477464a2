"""Imported by Python at its start when this folder is on PYTHONPATH: no network for chapters."""

import sys


def refuse(event, arguments):
    """Let Jupyter's own sockets through, and nothing that leaves this machine."""
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        host = arguments[1][0]
        if not (host == "localhost" or host == "::1" or host.startswith("127.")):
            raise OSError(f"a chapter must run without the network, and asked for {host}")


sys.addaudithook(refuse)
