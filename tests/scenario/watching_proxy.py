"""A proxy that a box's requests go through: it remembers them, and can be made to fail."""
import contextlib
import http.client
import http.server
import threading

HOP = {"connection", "keep-alive", "transfer-encoding", "content-length"}
CUT = (0, b"")  # an answer that does not come: the connection is closed


class WatchingProxy:
    """Stands before a server; addresses that the server makes lead through it, by Host."""

    def __init__(self, port):
        self.port = port
        self.lock = threading.Lock()
        self.asked = []  # paths, as they come
        self.seen = []  # (path, headers, status); status 0: cut
        self.is_cut = False  # connections are closed without an answer
        self.free = threading.Event()  # cleared: nothing is answered until it is set
        self.free.set()
        self.headers = {}  # said to the server as well
        self.status = None  # answered in the server's place, of media
        # (method, path, body) -> (status, body) in the server's place, or None: the server is asked
        self.instead = lambda method, path, body: None
        proxy = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *args):
                pass

            def do_GET(self):
                with contextlib.suppress(ConnectionError):  # who asked may have left
                    proxy.handle(self, None)

            def do_POST(self):
                with contextlib.suppress(ConnectionError):
                    proxy.handle(self, self.rfile.read(int(self.headers["Content-Length"] or 0)))

            do_PUT = do_PATCH = do_DELETE = do_POST

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def handle(self, request, body):
        with self.lock:
            self.asked.append(request.path)
        self.free.wait()
        said = CUT if self.is_cut else self.instead(request.command, request.path, body)
        if said is None and self.status and request.path.endswith(".m4s"):
            said = self.status, b""
        if said is not None:
            self.remember(request, said[0])
            self.say(request, *said)
            return
        upstream = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {k: v for k, v in request.headers.items() if k.lower() not in HOP}
        upstream.request(request.command, request.path, body, {**headers, **self.headers})
        answer = upstream.getresponse()
        content = answer.read()
        upstream.close()
        self.remember(request, answer.status)
        request.send_response(answer.status)
        for key, value in answer.getheaders():
            if key.lower() not in HOP:
                request.send_header(key, value)
        request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        request.wfile.write(content)

    @staticmethod
    def say(request, status, content):
        """An answer of its own."""
        if status == 0:
            request.close_connection = True
            return
        request.send_response(status)
        request.send_header("Content-Type", "application/problem+json" if status >= 400
                            else "application/json")
        request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        request.wfile.write(content)

    def remember(self, request, status):
        with self.lock:
            self.seen.append((request.path, dict(request.headers.items()), status))

    def requests(self, ending=""):
        with self.lock:
            return [s for s in self.seen if s[0].endswith(ending)]

    def stop(self):
        self.free.set()
        self.server.shutdown()
        self.server.server_close()
