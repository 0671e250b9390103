"""What the server answers over HTTP."""

import base64
import json
import shutil
import socket

import numpy as np
import pytest

from server.contract.errors import ERRORS, ContractError
from tests.support.server import MODEL, Client, D, embedding_bytes

DATASET = "/api/rooms/KIWI-42/dataset"


@pytest.fixture
def http(app):
    return app.test_client()


def dataset_file(labels=("cat", "dog"), count=3, **changes):
    """A data set of ``count`` examples, as the content of a file."""
    rows = [embedding_bytes(1, number) for number in range(count)]
    return {
        "format": "show-and-tell/dataset@1",
        "model": MODEL,
        "labels": list(labels),
        "examples": [{"id": f"e{n}", "label": labels[n % len(labels)], "group": None} for n in range(count)],
        "embeddings": base64.b64encode(b"".join(rows)).decode(),
        **changes,
    }


def test_health(http):
    assert http.get("/healthz").json == {"ok": True}
    assert http.get("/healthz").headers["Cache-Control"] == "no-store"


def test_ready__names_what_is_missing(make_app, page):
    http = make_app().test_client()
    assert http.get("/readyz").json == {"ok": True}
    (page / "model" / "group1-shard1of1.bin").write_bytes(b"12")
    assert "group1-shard1of1.bin" in http.get("/readyz").json["error"]["message"]
    (page / "model" / "manifest.json").write_text("{")
    assert "manifest" in http.get("/readyz").json["error"]["message"]
    assert http.get("/api/model").status_code == 503
    shutil.rmtree(page / "model")
    assert "not converted" in http.get("/readyz").json["error"]["message"]
    (page / "index.html").unlink()
    answer = http.get("/readyz")
    assert (answer.status_code, answer.json["error"]["code"]) == (503, "notReady")
    assert "not built" in answer.json["error"]["message"]
    assert http.get("/").json["error"]["code"] == "notReady"


@pytest.mark.parametrize("sample", [None, {"files": [{"name": "sample-ask.jpg", "size": 3}]}])
def test_readyz__counts_the_files_of_a_sample_where_there_is_one(http, page, sample):
    path = page / "model" / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "sample": sample}))
    if sample:
        assert "sample-ask.jpg is missing" in http.get("/readyz").json["error"]["message"]
        (page / "model" / "sample-ask.jpg").write_bytes(b"abc")
    assert http.get("/readyz").json == {"ok": True}


def test_model__is_the_manifest(http, page):
    assert http.get("/api/model").json == json.loads((page / "model" / "manifest.json").read_text())


def test_rooms__post_opens_one_that_clients_can_join(http, app):
    answer = http.post("/api/rooms")
    assert answer.status_code == 201
    assert Client(app).join(answer.json["room"])["role"] == "member"
    assert Client(app).join(answer.json["room"], secret=answer.json["ownerSecret"])["role"] == "owner"


def test_rooms__get_says_what_is_in_one_and_makes_none(http, client):
    for label in ("cat", "cat", "dog"):
        client.add(label)
    client.ask("addLabel", {"label": "empty"})
    expected = {"ok": True, "room": "KIWI-42", "classes": 3, "examples": 3, "here": 1}
    assert http.get("/api/rooms/kiwi-42").json == expected
    for _ in range(2):
        answer = http.get("/api/rooms/PLUM-1")
        assert (answer.status_code, answer.json["error"]["code"]) == (404, "noSuchRoom")


def test_rooms__limit(make_app):
    app = make_app(rooms=1)
    Client(app).join()
    answer = app.test_client().post("/api/rooms")
    assert (answer.status_code, answer.json["error"]["code"]) == (503, "tooManyRooms")


def test_dataset__is_saved_and_loaded_without_loss(http, app, client):
    embeddings = np.random.default_rng(1).standard_normal((5, D)).astype("<f4") * np.float32(1e-30)
    for number, row in enumerate(embeddings):
        label = ["7", "<img>", "日本"][number % 3]
        client.ask("addExample", {"id": f"id\ud800{number}", "label": label, "group": f"g{number % 2}"}, row.tobytes())
    client.ask("addLabel", {"label": "empty"})
    first = http.get(DATASET, headers=client.bearer())
    assert first.mimetype == "application/json"
    assert "KIWI-42.json" in first.headers["Content-Disposition"]
    data = json.loads(first.data)
    assert data["format"] == "show-and-tell/dataset@1"
    assert data["model"] == MODEL
    assert data["labels"] == ["7", "<img>", "日本", "empty"]
    assert base64.b64decode(data["embeddings"]) == embeddings.tobytes()

    answer = http.put("/api/rooms/lime-10/dataset", data=first.data)
    expected = {"7": 2, "<img>": 2, "日本": 1, "empty": 0}
    assert list(answer.json["countByLabel"].items()) == list(expected.items())
    assert (answer.json["room"], answer.json["count"]) == ("LIME-10", 5)
    secret = {"Authorization": f"Bearer {answer.json['ownerSecret']}"}
    assert http.get("/api/rooms/LIME-10/dataset", headers=secret).data == first.data


def test_dataset__of_an_empty_room(http):
    made = http.post("/api/rooms").json
    path, headers = f"/api/rooms/{made['room']}/dataset", {"Authorization": f"Bearer {made['ownerSecret']}"}
    empty = http.get(path, headers=headers)
    assert empty.json["model"] is None
    assert http.put(path, data=empty.data, headers=headers).json["countByLabel"] == {}


def test_dataset__is_for_who_was_in_the_room_and_replaced_by_its_owner(http, client, other):
    client.add("cat")
    pupil = {"Authorization": f"Bearer {other.join()['secret']}"}
    stranger = {"Authorization": f"Bearer {http.post('/api/rooms').json['ownerSecret']}"}
    content = json.dumps(dataset_file())
    broken = [{"Authorization": each} for each in ("Basic x", "Bearer", "Bearer \xff")]
    for headers in ({}, stranger, *broken):
        for answer in (http.get(DATASET, headers=headers), http.put(DATASET, data=content, headers=headers)):
            assert (answer.status_code, answer.json["error"]["code"]) == (403, "wrongSecret")
    assert http.get(DATASET, headers=pupil).json["labels"] == ["cat"]
    assert http.put(DATASET, data=content, headers=pupil).json["error"]["code"] == "wrongSecret"
    assert client.ask("getCountByLabel", {})["countByLabel"] == {"cat": 1}
    assert http.put(DATASET, data=content, headers=client.bearer()).json["countByLabel"] == {"cat": 2, "dog": 1}


def test_dataset__put_replaces_and_the_others_sync(http, client, other):
    client.ask("addExample", {"id": "old", "label": "owl"}, embedding_bytes(1))
    client.ask("addExample", {"id": "e1", "label": "owl"}, embedding_bytes(5))
    other.received()
    answer = http.put(DATASET, json=dataset_file(), headers=client.bearer())
    assert answer.json == {
        "ok": True,
        "room": "KIWI-42",
        "count": 3,
        "countByLabel": {"cat": 2, "dog": 1},
        "revision": 5,
    }
    # At revision 2, the announcement of revision 4 shows a gap: a client that sees it syncs.
    for each in (client, other):
        assert each.received("labelCleared") == [{"label": None, "revision": 4, "by": None}]
    for since in (2, 4):
        sync = other.ask("sync", {"since": since})
        assert [example["id"] for example in sync["examples"]] == ["e0", "e1", "e2"]
        assert [*sync["examples"][1].values()] == ["e1", "dog", None, embedding_bytes(1, 1), None]
    assert other.ask("sync", {"since": 2})["removed"] == ["old"]
    assert other.ask("classify", {"k": 1}, embedding_bytes(1, 0))["label"] == "cat"
    assert client.add("cat")["revision"] == 6


def bad_datasets():
    nan, zero = (base64.b64encode(embedding_bytes(value) + embedding_bytes(1) * 2).decode() for value in (np.nan, 0))
    example = {"id": "e0", "label": "cat", "group": None}
    three = [{**example, "id": f"e{n}"} for n in range(3)]
    yield b""
    yield b"junk"
    yield b'{"labels": [' + b"[],[" * 500 + b"]]"
    yield b"\xff\xfe"
    yield b"[" * 100_000
    yield json.dumps({**{str(number): 0 for number in range(100)}, **dataset_file()}).encode()
    yield from (b"null", b"[]")
    yield b'"text"'
    for key in ("format", "model", "labels", "examples", "embeddings"):
        yield {name: value for name, value in dataset_file().items() if name != key}
        for value in (5, "x", [], {}, None, True):
            yield {**dataset_file(), key: value}
    yield dataset_file(format="show-and-tell/dataset@2")
    yield dataset_file(model={"id": "m"})
    yield dataset_file(model={"id": "test-model", "dimension": 1e9})
    yield dataset_file(model={"id": "test-model", "dimension": 10**12})
    yield {**dataset_file(examples=three), "labels": ["cat", "cat"]}
    yield {**dataset_file(examples=three), "labels": ["cat", 7]}
    yield {**dataset_file(examples=three), "labels": ["cat", ""]}
    yield {**dataset_file(examples=three), "labels": ["cat", "x" * 41]}
    yield dataset_file(examples=three[:2])
    yield dataset_file(examples=[*three[:2], example])
    for wrong in (None, 5, {}, {**example, "label": "owl"}, {**example, "label": []}, {**example, "id": 5}):
        yield dataset_file(examples=[*three[:2], wrong])
    yield dataset_file(examples=[*three[:2], {**example, "id": ""}])
    yield dataset_file(examples=[*three[:2], {**example, "id": "x", "group": 7}])
    yield dataset_file(examples=[*three[:2], {**example, "id": "x", "group": ""}])
    yield dataset_file(embeddings=dataset_file()["embeddings"] + "AAAA")
    yield dataset_file(embeddings="!" + dataset_file()["embeddings"][1:])
    yield dataset_file(embeddings=dataset_file()["embeddings"][:-4])
    yield dataset_file(embeddings=nan)
    yield dataset_file(embeddings=zero)


@pytest.mark.parametrize("content", list(bad_datasets()), ids=lambda content: str(content)[:40])
def test_dataset__bad_one_changes_nothing(http, client, other, content):
    client.ask("addExample", {"id": "old", "label": "owl"}, embedding_bytes(1))
    other.received()
    body = content if isinstance(content, bytes) else json.dumps(content)
    answer = http.put(DATASET, data=body, headers=client.bearer())
    assert (answer.status_code, answer.json["error"]["code"]) == (400, "badDataset"), answer.json
    assert other.received() == []
    assert client.ask("getCountByLabel", {}) == {"ok": True, "countByLabel": {"owl": 1}, "revision": 1}


def test_dataset__too_much_or_of_another_model_changes_nothing(make_app):
    app = make_app(examples_per_room=2, classes_per_room=2, dataset_bytes=5000)
    client, http = Client(app), app.test_client()
    client.join()
    client.add("owl")
    for content, code in [
        (dataset_file(), "tooManyExamples"),
        (dataset_file(labels=("a", "b", "c"), count=0, embeddings=""), "tooManyClasses"),
        (dataset_file(count=2, model={"id": "other", "dimension": D}), "wrongModel"),
        (dataset_file(count=2, more="x" * 5000), "bigMessage"),
    ]:
        answer = http.put(DATASET, json=content, headers=client.bearer())
        assert (answer.status_code, answer.json["error"]["code"]) == (ERRORS[code]["status"], code)
        assert client.ask("getCountByLabel", {})["countByLabel"] == {"owl": 1}


REFUSED = [
    ("GET", "/nothing", {}, "notFound"),
    ("GET", "/api/nothing", {}, "notFound"),
    ("GET", "/assets/nothing.js", {}, "notFound"),
    ("GET", "/assets/", {}, "notFound"),
    ("GET", "/..%2f..%2fetc/passwd", {}, "notFound"),
    ("GET", "/%2e%2e/%2e%2e/etc/passwd", {}, "notFound"),
    ("GET", "/a\0b", {}, "notFound"),
    ("GET", "/api/rooms", {}, "methodNotAllowed"),
    ("POST", "/healthz", {}, "methodNotAllowed"),
    ("POST", "/readyz", {}, "methodNotAllowed"),
    ("POST", "/", {}, "methodNotAllowed"),
    ("DELETE", "/api/model", {}, "methodNotAllowed"),
    ("PATCH", DATASET, {}, "methodNotAllowed"),
    ("GET", "/api/rooms/NOBODY-1", {}, "noSuchRoom"),
    ("GET", "/api/rooms/no", {}, "badRoom"),
    ("GET", "/api/rooms/NOBODY-1/dataset", {}, "noSuchRoom"),
    ("GET", "/api/rooms/no/dataset", {}, "badRoom"),
    ("GET", "/api/rooms/a%20b%3Fc/dataset", {}, "badRoom"),
    ("GET", "/api/rooms/no/thumbnails/one", {}, "badRoom"),
    ("PUT", "/api/rooms/no/dataset", {"json": dataset_file()}, "badRoom"),
    ("PUT", "/api/rooms/KIWI-42/dataset", {"data": b"{"}, "badDataset"),
    ("POST", "/api/rooms", {"headers": {"Origin": "http://evil.example"}}, "badRequest"),
    ("POST", "/api/rooms", {"headers": {"Origin": "null"}}, "badRequest"),
    ("POST", "/api/rooms", {"headers": {"Sec-Fetch-Site": "cross-site"}}, "badRequest"),
    ("POST", "/api/rooms", {"headers": {"Sec-Fetch-Site": "same-site"}}, "badRequest"),
    ("PUT", DATASET, {"json": dataset_file(), "headers": {"Origin": "http://localhost:1"}}, "badRequest"),
    ("GET", "/", {"headers": {"Host": "evil.example"}}, "wrongHost"),
    (
        "POST",
        "/api/rooms",
        {"headers": {"Host": "evil.example", "Origin": "http://evil.example"}},
        "wrongHost",
    ),
    ("GET", "/socket.io/?EIO=4&transport=polling", {"headers": {"Host": "evil.example"}}, "wrongHost"),
]


@pytest.mark.parametrize(("method", "path", "options", "code"), REFUSED)
def test_error__has_one_shape_everywhere(http, method, path, options, code):
    answer = http.open(path, method=method, **options)
    assert answer.status_code == ERRORS[code]["status"]
    assert answer.mimetype == "application/json"
    assert set(answer.json) == {"ok", "error"}
    assert set(answer.json["error"]) == {"code", "message", "hint", "came", "expected"}
    assert (answer.json["ok"], answer.json["error"]["code"]) == (False, code)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_error__every_endpoint_is_among_the_tested(app):
    """Each route has a refusal in REFUSED; a new route must be added there."""
    adapter = app.app.flask.url_map.bind("localhost")
    tested = set()
    for method, path, _, code in REFUSED:
        probe = adapter.allowed_methods(path)[0] if code == "methodNotAllowed" else method
        tested |= {adapter.match(path, method=allowed)[0] for allowed in {probe, *adapter.allowed_methods(path)}}
    assert {rule.endpoint for rule in app.app.flask.url_map.iter_rules()} <= tested


def test_error__unexpected_is_logged_and_shaped(http, monkeypatch, caplog):
    monkeypatch.setattr("server.rooms.rooms.Rooms.create", lambda rooms: 1 / 0)
    answer = http.post("/api/rooms")
    assert answer.status_code == 500
    assert answer.json == {"ok": False, "error": ContractError("internal").as_dict()}
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.parametrize(
    "headers",
    [{}, {"Origin": "http://localhost"}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}],
    ids=str,
)
def test_same_origin__may_change_things(http, headers):
    assert http.post("/api/rooms", headers=headers).status_code == 201


MACHINE = socket.gethostname().split(".")[0]
OWN = ["127.0.0.1", "127.0.0.1:8000", "192.168.1.7:8000", "[::1]:8000", "[fe80::1]", "localhost", "LocalHost.:8000"]
OWN += [
    "app.localhost:8000",
    MACHINE,
    f"{MACHINE.upper()}.local:8000",
    "listens.example",
    "class.example",
    "B.example:1",
]
OTHERS = ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "notlocalhost", f"{MACHINE}.evil.example"]
OTHERS += ["class.example.evil.example", "evil.example:127.0.0.1", "127.0.0.1@evil.example", "1.2.3", "[::1", "a b", ""]


@pytest.mark.parametrize(("host", "status"), [*[(host, 200) for host in OWN], *[(host, 403) for host in OTHERS]])
def test_host__only_own_names_are_answered(make_app, host, status):
    http = make_app(host="listens.example", hosts="class.example, b.example").test_client()
    for path in ("/healthz", "/socket.io/?EIO=4&transport=polling"):
        answer = http.get(path, headers={"Host": host})
        assert answer.status_code == status
    assert status == 200 or answer.json == {"ok": False, "error": ContractError("wrongHost", came=host).as_dict()}


@pytest.mark.parametrize(
    ("path", "mimetype", "cached"),
    [
        ("/", "text/html", "no-cache"),
        ("/index.html", "text/html", "no-cache"),
        ("/lessons/", "text/html", "no-cache"),
        ("/lessons/index.html", "text/html", "no-cache"),
        ("/assets/index-4f3a.js", "text/javascript", "max-age=31536000, immutable"),
        ("/assets/tfjs-77aa.wasm", "application/wasm", "max-age=31536000, immutable"),
        ("/site.webmanifest", "application/manifest+json", "no-cache"),
        ("/model/manifest.json", "application/json", "no-cache"),
        ("/model/group1-shard1of1.bin", "application/octet-stream", "no-cache"),
    ],
)
def test_page__types_and_caching(http, path, mimetype, cached):
    answer = http.get(path)
    assert (answer.status_code, answer.mimetype) == (200, mimetype)
    assert set(answer.headers["Cache-Control"].split(", ")) - {"public"} == set(cached.split(", "))
    again = http.get(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert http.head(path).headers["Content-Length"] == str(len(answer.data))


def test_headers__are_on_every_answer(http):
    for answer in (http.get("/"), http.get("/api/nothing"), http.get("/socket.io/?EIO=4&transport=polling")):
        policy = dict(part.split(" ", 1) for part in answer.headers["Content-Security-Policy"].split("; "))
        assert policy["default-src"] == "'none'"
        assert policy["script-src"] == "'self' 'wasm-unsafe-eval' blob:"
        assert policy["style-src"] == "'self'"
        assert policy["connect-src"] == ("'self' ws://localhost wss://localhost http://localhost:* http://127.0.0.1:*")
        assert policy["frame-ancestors"] == policy["base-uri"] == policy["form-action"] == "'none'"
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert answer.headers["Cross-Origin-Embedder-Policy"] == "require-corp"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Permissions-Policy"].startswith("camera=(self), ")
        assert "Set-Cookie" not in answer.headers
        assert "Access-Control-Allow-Origin" not in answer.headers


def test_headers__only_the_worker_that_fetches_pictures_may_connect_to_other_servers(http):
    policy = http.get("/assets/fetch-picture.worker-aB3_x-9.js").headers["Content-Security-Policy"]
    assert policy == "default-src 'none'; connect-src https: http:; base-uri 'none'; frame-ancestors 'none'"
    for path in (
        "/",
        "/assets/index-aB3.js",
        "/assets/fetch-picture.worker-aB3.js/",
        "/assets/fetch-picture.worker-aB3.js/index.html",
        "/assets/x/fetch-picture.worker-aB3.js",
        "/fetch-picture.worker-aB3.js",
        "/assets/fetch-picture.worker-aB3.html",
        "/?/assets/fetch-picture.worker-aB3.js",
    ):
        policy = http.get(path).headers["Content-Security-Policy"]
        assert "; connect-src 'self' ws://localhost wss://localhost http://localhost:* " in policy, path


@pytest.mark.parametrize("host", ["a b", "x;script-src *", "", "x'", "[::1", "a\tb"])
def test_headers__hostile_host_is_left_out(http, host):
    policy = http.get("/healthz", headers={"Host": host}).headers["Content-Security-Policy"]
    assert "connect-src 'self' http://localhost:* http://127.0.0.1:*;" in policy


def test_proxy__is_trusted_only_where_the_settings_say_so(make_app):
    forwarded = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "class.example", "Origin": "https://class.example"}
    assert make_app().test_client().post("/api/rooms", headers=forwarded).status_code == 400
    trusting_http = make_app(proxies=1, hosts="class.example").test_client()
    assert trusting_http.post("/api/rooms", headers=forwarded).status_code == 201
    unnamed_http = make_app(proxies=1).test_client()
    assert unnamed_http.post("/api/rooms", headers=forwarded).json["error"]["code"] == "wrongHost"
