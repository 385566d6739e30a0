"""Web applications of other people: pages on another origin than the site's."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from mimetypes import guess_type
from threading import Thread
from urllib.parse import urlsplit

# Without it, the browser would ask for an icon.
ICON = "<link rel=icon href='data:,'>"


@contextmanager
def serving(pages: Mapping[str, bytes]) -> Iterator[str]:
    """Serve the pages, which are keyed by their paths, and yield the host and port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            if path not in pages:
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Type", guess_type(path)[0] or "text/html")
            self.send_header("Content-Length", str(len(pages[path])))
            self.end_headers()
            self.wfile.write(pages[path])

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
