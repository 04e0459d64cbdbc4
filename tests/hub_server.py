"""A hub of models on loopback, as the client of the real one sees it: it serves ranges, cuts off, forgets revisions."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

COMMIT = "c0ffee" + "0" * 34


class Hub:
    """files: content by name; card: what its metadata says; cuts: after how many bytes each next answer with a large file
    breaks off; asked: (method, path, range) of each request.
    """

    def __init__(self, files, card=None, config=None):
        self.files, self.card, self.config = dict(files), card or {}, config or {}
        self.cuts, self.asked, self.lies, self.gone = [], [], False, False

    @staticmethod
    def is_large(name):
        return name.endswith((".safetensors", ".gguf", ".bin"))

    def info(self):
        rows = []
        for name, data in self.files.items():
            row = {"rfilename": name, "size": len(data), "blobId": hashlib.sha1(data).hexdigest()}
            if self.is_large(name):
                digest = hashlib.sha256(data).hexdigest() if not self.lies else "0" * 64
                row["lfs"] = {"sha256": digest, "size": len(data), "pointerSize": 130}
            rows.append(row)
        return {
            "id": "org/name",
            "modelId": "org/name",
            "sha": COMMIT,
            "private": False,
            "tags": [],
            "downloads": 0,
            "likes": 0,
            "siblings": rows,
            "cardData": self.card,
            "config": self.config,
        }


def _handler(hub):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *arguments):
            pass

        def _refuse(self, code, error):
            self.send_response(code)
            self.send_header("X-Error-Code", error)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_HEAD(self):
            self._file(with_body=False)

        def do_GET(self):
            if self.path.startswith("/api/models/"):
                hub.asked.append(("GET", self.path, ""))
                if not self.path.startswith("/api/models/org/name"):
                    return self._refuse(404, "RepoNotFound")
                revision = re.search(r"/revision/([^?]+)", self.path)
                if hub.gone or (revision and revision[1] not in ("main", COMMIT)):
                    return self._refuse(404, "RevisionNotFound")
                data = json.dumps(hub.info()).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)
            else:
                self._file(with_body=True)
            return None

        def _file(self, with_body):
            hub.asked.append((self.command, self.path, self.headers.get("Range", "")))
            found = re.fullmatch(r"/org/name/resolve/([^/]+)/(.+)", self.path)
            if not found or found[2] not in hub.files:
                return self._refuse(404, "EntryNotFound")
            data, name = hub.files[found[2]], found[2]
            large = hub.is_large(name)
            etag = hub.info()["siblings"][list(hub.files).index(name)]
            begin = int((re.match(r"bytes=(\d+)-", self.headers.get("Range", "")) or [0, 0])[1])
            self.send_response(206 if begin else 200)
            self.send_header("X-Repo-Commit", COMMIT)
            self.send_header("ETag", f'"{etag["lfs"]["sha256"] if large else etag["blobId"]}"')
            if begin:
                self.send_header("Content-Range", f"bytes {begin}-{len(data) - 1}/{len(data)}")
            self.send_header("Content-Length", str(len(data) - begin))
            self.end_headers()
            if not with_body:
                return None
            cut = hub.cuts.pop(0) if large and hub.cuts else None
            self.wfile.write(data[begin:] if cut is None else data[begin : begin + cut])
            if cut is not None:
                self.close_connection = True
            return None

    return Handler


@contextmanager
def serve(hub):
    """The address of a hub, for the length of a block."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(hub))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
