"""Compressed copies of the built page's files: which is sent, and that none is ever stale."""

import gzip
import hashlib
import json
import os

import pytest

CONTENT = b"export const words = 'many many many words';" * 50
SCRIPT = "assets/index-4f3a.js"
WEIGHTS = "model/group1-shard1of1-0123456789abcdef.bin"
# Brotli is not among Python's packages; nothing here decompresses it.
BROTLI = b"as if brotli " + hashlib.sha256(CONTENT).digest()
GZIP = gzip.compress(CONTENT)


@pytest.fixture
def http(app, page):
    write(page, SCRIPT, WEIGHTS)
    return app.test_client()


def write(page, *paths):
    """Files with their copies, and the list, as the build writes them."""
    listed = {}
    for path in paths:
        for suffix, content in (("", CONTENT), (".br", BROTLI), (".gz", GZIP)):
            (page / f"{path}{suffix}").write_bytes(content)
        listed[path] = {
            "sha256": hashlib.sha256(CONTENT).hexdigest(),
            "br": hashlib.sha256(BROTLI).hexdigest(),
            "gz": hashlib.sha256(GZIP).hexdigest(),
        }
    (page / "compressed.json").write_text(json.dumps(listed))


def get(http, accepted, path=SCRIPT, **headers):
    return http.get(f"/{path}", headers={"Accept-Encoding": accepted, **headers} if accepted is not None else headers)


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("br", "br"),
        ("gzip", "gzip"),
        ("gzip;q=0.5, br;q=0.1", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("*", "br"),
        ("*, br;q=0", "gzip"),
        ("br;q=0, gzip;q=0", None),
        ("deflate", None),
        ("identity", None),
        ("", None),
        (None, None),
    ],
)
def test_encoding__is_the_best_that_the_client_takes(http, accepted, encoding):
    answer = get(http, accepted)
    assert answer.status_code == 200
    assert answer.headers.get("Content-Encoding") == encoding
    assert answer.data == {"br": BROTLI, "gzip": GZIP, None: CONTENT}[encoding]
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert "max-age=31536000" in answer.headers["Cache-Control"]
    assert "immutable" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("accepted", ["br", "gzip", "identity"])
def test_head_and_conditional_get__are_of_the_same_representation(http, accepted):
    answer = get(http, accepted)
    head = http.head(f"/{SCRIPT}", headers={"Accept-Encoding": accepted})
    for name in ("ETag", "Content-Length", "Content-Type", "Vary"):
        assert head.headers[name] == answer.headers[name]
    assert head.headers.get("Content-Encoding") == answer.headers.get("Content-Encoding")
    assert int(head.headers["Content-Length"]) == len(answer.data)
    again = get(http, accepted, **{"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Vary"] == "Accept-Encoding"


def test_etag__is_another_for_each_encoding(http):
    tags = {get(http, accepted).headers["ETag"] for accepted in ("br", "gzip", "identity")}
    assert len(tags) == 3
    for tag in tags:
        same = [get(http, each, **{"If-None-Match": tag}).status_code for each in ("br", "gzip", "identity")]
        assert sorted(same) == [200, 200, 304]


def test_range__is_of_the_file_itself(http):
    answer = get(http, "br", WEIGHTS, Range="bytes=10-19")
    assert (answer.status_code, answer.data) == (206, CONTENT[10:20])
    assert "Content-Encoding" not in answer.headers
    # A client that has begun with the compressed copy gets all of the file, not a part of something else.
    tag = get(http, "br", WEIGHTS).headers["ETag"]
    answer = get(http, "br", WEIGHTS, **{"Range": "bytes=10-19", "If-Range": tag})
    assert (answer.status_code, answer.data) == (200, CONTENT)


def change_file(page):
    (page / SCRIPT).write_bytes(CONTENT[::-1])


def change_file_and_keep_size_and_time(page):
    before = (page / SCRIPT).stat()
    change_file(page)
    os.utime(page / SCRIPT, ns=(before.st_atime_ns, before.st_mtime_ns))


def change_copies(page):
    for suffix in ("br", "gz"):
        (page / f"{SCRIPT}.{suffix}").write_bytes(b"of yesterday's build")


def remove_copies(page):
    for suffix in ("br", "gz"):
        (page / f"{SCRIPT}.{suffix}").unlink()


def remove_list(page):
    (page / "compressed.json").unlink()


def break_list(page):
    (page / "compressed.json").write_text('{"assets/index-4f3a.js": [')


def list_nonsense(page):
    (page / "compressed.json").write_text(json.dumps({SCRIPT: {"br": None, "gz": 7, "sha256": None}}))


CHANGES = [
    change_file,
    change_file_and_keep_size_and_time,
    change_copies,
    remove_copies,
    remove_list,
    break_list,
    list_nonsense,
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_copy__of_other_content_is_not_sent(http, page, change):
    assert get(http, "br").headers["Content-Encoding"] == "br"
    change(page)
    for accepted in ("br", "gzip"):
        answer = get(http, accepted)
        assert "Content-Encoding" not in answer.headers
        assert answer.data == (page / SCRIPT).read_bytes()


def test_copy__alone_is_no_file(http, page):
    (page / SCRIPT).unlink()
    assert get(http, "br").status_code == 404


@pytest.mark.parametrize(
    "path", ["../page/assets/index-4f3a.js", "assets/../assets/index-4f3a.js", "assets//x", "api/x"]
)
def test_paths__that_lead_elsewhere_are_refused(http, path):
    assert http.get(f"/{path}", headers={"Accept-Encoding": "br"}).status_code == 404


@pytest.mark.parametrize(
    ("name", "immutable"),
    [
        ("model/group1-shard1of1-0123456789abcdef.bin", True),
        ("model/model-0123456789abcdef.json", True),
        ("model/manifest.json", False),
        ("model/model.json", False),
        ("model/group1-shard1of1.bin", False),
        ("sw.js", False),
        ("index.html", False),
        ("first-paint-0123456789abcdef.js", False),
        ("lessons/assets/x.js", False),
    ],
)
def test_caching__is_by_name(http, page, name, immutable):
    if name != "model/manifest.json":
        (page / name).parent.mkdir(exist_ok=True, parents=True)
        (page / name).write_bytes(b"{}")
    caching = http.get(f"/{name}").headers["Cache-Control"]
    assert ("immutable" in caching) == ("max-age=31536000" in caching) == immutable
    assert ("no-cache" in caching) == (not immutable)
