"""An endpoint on loopback that speaks OpenAI's protocol of chats, and misbehaves as it is told."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Chat:
    """answers: what comes next, one for each request: a text, or a function of the handler; asked: the bodies of requests;
    keys: what each was authorised with.
    """

    def __init__(self, *answers):
        self.answers, self.asked, self.keys = list(answers), [], []


def refuse(code, message="no", **headers):
    """An answer that refuses."""

    def send(handler):
        data = json.dumps({"error": {"message": message, "type": "invalid_request_error"}}).encode()
        handler.send_response(code)
        handler.send_header("Content-Type", "application/json")
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)

    return send


def plain(data, kind="text/html"):
    """An answer of another protocol."""

    def send(handler):
        handler.send_response(200)
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)

    return send


def stream(text, *, ending="stop", cut=False, stall=None):
    """A text in pieces of five characters. cut: the connection ends before it does; stall: an event to wait for."""

    def send(handler):
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.end_headers()
        for at in range(0, len(text), 5):
            _piece(handler, text[at : at + 5], None)
        if stall is not None:
            stall.wait(20)
        if not cut:
            _piece(handler, "", ending)
            handler.wfile.write(b"data: [DONE]\n\n")
        handler.close_connection = True

    return send


def _piece(handler, text, ending):
    row = {
        "id": "1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "m",
        "choices": [{"index": 0, "delta": {"content": text}, "finish_reason": ending}],
    }
    handler.wfile.write(f"data: {json.dumps(row, ensure_ascii=False)}\n\n".encode())
    handler.wfile.flush()


@contextmanager
def serve(chat):
    """The address of the endpoint, for the length of a block."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *arguments):
            pass

        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            chat.asked.append(body)
            chat.keys.append(self.headers.get("Authorization", ""))
            answer = chat.answers.pop(0) if len(chat.answers) > 1 else chat.answers[0]
            try:
                (stream(answer) if isinstance(answer, str) else answer)(self)
            except (BrokenPipeError, ConnectionResetError):
                pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1"
    finally:
        server.shutdown()
        server.server_close()
