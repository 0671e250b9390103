"""Three workers behind nginx, with the configuration of ``deploy/``, Redis and PostgreSQL."""

import http.client
import json

import pytest

from server.settings import MIB, Settings
from tests.support.server import ROOT, embedding_bytes, until

QUESTION = {"k": 1, "metric": "cosine", "unknownDistance": None}
ROUNDS = 100


def ask_http(school, method, path, **options):
    connection = http.client.HTTPConnection("127.0.0.1", school.port, timeout=20)
    try:
        connection.request(method, path, **options)
        answer = connection.getresponse()
        return answer.status, answer.headers["X-Worker"], json.loads(answer.read())
    finally:
        connection.close()


def status(port, path, headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path, headers=headers)
        return connection.getresponse().status
    finally:
        connection.close()


def test_what_one_worker_acknowledged_is_used_by_the_next_answer_of_each_other(school):
    clients = school.spread()
    for client in clients:
        client.join()
    for number in range(ROUNDS):
        teacher = clients[number % 3]
        assert teacher.add(f"class {number % 7}", 1.0, number + 1.0, id=str(number))["ok"]
        for client in clients:
            answer = client.ask("classify", QUESTION, embedding_bytes(1.0, number + 1.0))
            assert (answer["count"], answer["label"]) == (number + 1, f"class {number % 7}")
    for which, client in enumerate(clients):
        expected = [number + 1 for number in range(ROUNDS) if number % 3 != which]
        heard = []
        until(lambda client=client, heard=heard: heard.extend(client.received()) or len(heard) >= 66, "all is told")
        assert [data["revision"] for _, data in heard] == expected


def test_a_rooms_requests_go_to_one_worker_and_rooms_to_all(school):
    status, _, made = ask_http(school, "POST", "/api/rooms")
    assert status == 201
    ways = {ask_http(school, "GET", f"/api/rooms/{made['room']}")[1] for _ in range(4)}
    assert len(ways) == 1
    ways = {ask_http(school, "GET", f"/api/rooms/ROOM-{number}")[1] for number in range(40)}
    assert len(ways) == 3


def test_polling_works_by_the_same_way(school):
    path = "/socket.io/?EIO=4&transport=polling&room=KIWI-42"
    connection = http.client.HTTPConnection("127.0.0.1", school.port, timeout=20)
    connection.request("GET", path)
    sid = json.loads(connection.getresponse().read()[1:])["sid"]
    connection.request("POST", f"{path}&sid={sid}", "40")
    assert connection.getresponse().read() == b"OK"
    connection.request("GET", f"{path}&sid={sid}")
    assert connection.getresponse().read().startswith(b"40")
    connection.close()


@pytest.mark.parametrize("claimed", ["127.0.0.1", "::1, 127.0.0.1", None])
def test_nobody_sees_figures_by_their_address(school, claimed):
    headers = {"X-Forwarded-For": claimed, "X-Forwarded-Host": "localhost"} if claimed else {}
    for port in (school.port, *(worker.port for worker in school.workers)):
        for path in ("/metrics", "/status"):
            assert status(port, path, headers) == 404
    assert status(school.port, "/healthz", headers) == 200


def test_the_configuration_agrees_with_the_settings():
    text = (ROOT / "deploy" / "nginx.conf").read_text("utf-8")
    assert f"client_max_body_size {Settings().dataset_bytes // MIB}m;" in text
