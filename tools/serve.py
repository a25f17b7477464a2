"""Show the built site on this machine: python tools/serve.py PORT."""

import functools
import http.server
import os
import sys
from pathlib import Path

SITE = Path(__file__).parent.parent / "_build" / "html"


class Server(http.server.ThreadingHTTPServer):
    """A server that does not share its port: Windows would let it."""

    allow_reuse_address = os.name != "nt"


def main(port):
    """Serve until Ctrl-C."""
    pages = functools.partial(http.server.SimpleHTTPRequestHandler, directory=SITE)
    try:
        server = Server(("127.0.0.1", int(port)), pages)
    except (OSError, OverflowError, ValueError):
        sys.exit(f"Port {port} cannot be used: try another, as in `make serve PORT=8765`.")
    print(f"The site is on http://127.0.0.1:{port} until you press Ctrl-C.", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        print()


if __name__ == "__main__":
    main(sys.argv[1])
