# Takes whatever is exported over OTLP/HTTP on the port given, and throws it away; prints how much it was when it is ended.
import http.server, signal, sys

taken = [0, 0]


class Receiver(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        taken[0] += 1
        taken[1] += len(body)
        self.send_response(200)
        self.send_header("Content-Type", "application/x-protobuf")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, *_):
        pass  # whoever exports may go at any moment


def end(*_):
    print(f"the receiver took {taken[0]} exports, {taken[1]} bytes", flush=True)
    sys.exit(0)


signal.signal(signal.SIGTERM, end)
Server(("127.0.0.1", int(sys.argv[1])), Receiver).serve_forever()
