"""The story: three things are taught and told apart, whatever becomes of the server."""

import signal
import uuid

import numpy as np
import pytest
import socketio
from playwright.sync_api import Page, expect

from tests.browser.conftest import SHOWN_AGAIN, TAUGHT, Complaints, Server
from tests.support.person import Person

pytestmark = pytest.mark.browser

# What a browser says by itself while the server is away.
SERVER_AWAY = ("ERR_CONNECTION_REFUSED", "WebSocket connection to", "Failed to load resource", "ERR_EMPTY_RESPONSE")


def counts_on_the_server(server: Server, page: Page) -> dict[str, int]:
    """What another client finds in the page's room: the examples a class, whole, under ids that the page made."""
    code = page.locator("button.room strong").inner_text()
    model = page.evaluate("async () => (await fetch('model/manifest.json')).json()")
    client = socketio.Client()
    client.connect(server.url, transports=["websocket"])
    joined = client.call("join", {"room": code, "model": {"id": model["id"], "dimension": model["dimension"]}})
    assert joined["ok"], joined
    ids, cursor = [], None
    while True:
        answer = client.call("sync", {"since": 0, **({"cursor": cursor} if cursor else {})})
        assert answer["ok"], answer
        for example in answer["examples"]:
            embedding = np.frombuffer(example["embedding"], "<f4")
            assert embedding.shape == (model["dimension"],)
            assert np.isfinite(embedding).all()
            ids.append(uuid.UUID(example["id"]))
        cursor = answer.get("cursor")
        if not cursor:
            break
    client.disconnect()
    assert sum(row["count"] for row in joined["labels"]) == len(ids)
    return {row["label"]: row["count"] for row in joined["labels"]}


def teach(person: Person) -> None:
    # All classes first: a name typed between two scenes would miss the next one, and wait for a round of the film.
    for name in TAUGHT:
        person.add_class(name.title())
    for name, scene in TAUGHT.items():
        person.record(name.title(), scene)


def recognise(person: Person) -> None:
    for name, scene in SHOWN_AGAIN.items():
        person.sees(name.title(), scene)


def counts_on_the_page(person: Person) -> dict[str, int]:
    return {name.title(): person.count(name.title()) for name in TAUGHT}


def test_three_things_are_told_apart_with_the_server_and_without(server, page):
    complaints = Complaints(page)
    person = Person(page)
    page.goto(server.url)
    person.start_camera()
    teach(person)
    person.share()
    expect(person.badge).to_contain_text("Server")
    recognise(person)
    expect(page.locator(".strip li:not(.blank) img").first).to_be_visible()
    assert complaints.messages == []

    server.kill()
    expect(person.badge).to_contain_text("Browser")
    recognise(person)
    before = counts_on_the_page(person)
    person.record("Rocket", TAUGHT["rocket"], examples=5)
    person.sees("Rocket", SHOWN_AGAIN["rocket"])
    expect(person.badge).to_contain_text("waiting to be sent")

    server.start()
    expect(person.badge).to_contain_text("Server")
    expect(person.badge).not_to_contain_text("waiting")
    expect(person.badge).not_to_contain_text("Sending")
    after = counts_on_the_page(person)
    assert after["Rocket"] >= before["Rocket"] + 5
    assert counts_on_the_server(server, page) == after
    person.sees("Cat", SHOWN_AGAIN["cat"])
    assert complaints.but_for(*SERVER_AWAY) == []


def test_a_server_that_hangs_costs_no_answer_and_gets_what_it_missed_once(server, page):
    person = Person(page)
    page.goto(server.url)
    person.start_camera()
    person.share()
    teach(person)
    expect(person.badge).to_contain_text("Server")

    # Stopped, not gone: it will read what was sent to it meanwhile, too.
    server.signal(signal.SIGSTOP)
    expect(person.badge).to_contain_text("Browser")
    person.record("Cat", TAUGHT["cat"], examples=5)
    person.sees("Coffee", SHOWN_AGAIN["coffee"])

    server.signal(signal.SIGCONT)
    expect(person.badge).to_contain_text("Server")
    expect(person.badge).not_to_contain_text("Sending")
    assert counts_on_the_server(server, page) == counts_on_the_page(person)


def test_a_reload_keeps_everything(server, page):
    person = Person(page)
    page.goto(server.url)
    person.start_camera()
    person.share()
    teach(person)
    before = counts_on_the_page(person)

    page.reload()
    expect(person.card("Rocket")).to_be_visible()
    assert counts_on_the_page(person) == before
    person.start_camera()
    person.sees("Rocket", SHOWN_AGAIN["rocket"])
    expect(person.badge).to_contain_text("Server")
    assert counts_on_the_server(server, page) == before
