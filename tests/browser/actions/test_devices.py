"""Boards, micro:bits, instruments and programs on this device, against fakes in the browser's own interfaces."""

import http.server
import json
import threading
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.actions.conftest import Maker
from tests.support.server import until

pytestmark = pytest.mark.browser

# A serial port that takes bytes, and can be unplugged and plugged in again.
SERIAL = """
  window.serialLines = "";
  window.serialBauds = [];
  class Port extends EventTarget {
    writable = null;
    async open({ baudRate }) {
      if (this.writable) throw new DOMException("The port is already open.", "InvalidStateError");
      window.serialBauds.push(baudRate);
      this.writable = new WritableStream({
        write: (bytes) => { window.serialLines += new TextDecoder().decode(bytes); },
      });
    }
    async close() { this.writable = null; }
  }
  const port = new Port();
  class Serial extends EventTarget {
    allowed = [];
    async requestPort() {
      if (!navigator.userActivation.isActive) throw new DOMException("no gesture", "SecurityError");
      this.allowed = [port];
      return port;
    }
    async getPorts() { return this.allowed; }
  }
  const serial = new Serial();
  Object.defineProperty(navigator, "serial", { value: serial });
  window.unplug = () => { port.writable = null; serial.dispatchEvent(new Event("disconnect")); };
  window.plugIn = () => serial.dispatchEvent(new Event("connect"));
"""

# A micro:bit that takes packets of 20 bytes at most, and no other service.
MICROBIT = """
  window.packets = [];
  window.asked = null;
  const characteristic = (id) => ({
    properties: { write: id.startsWith("6e400003") },
    writeValueWithResponse: async (value) => {
      if (value.byteLength > 20) throw new DOMException("too long", "InvalidModificationError");
      window.packets.push(new TextDecoder().decode(value));
    },
  });
  const device = Object.assign(new EventTarget(), {
    name: "BBC micro:bit [vigav]",
    gatt: {
      connected: false,
      connect: async () => ({
        getPrimaryService: async (id) => {
          if (id !== "6e400001-b5a3-f393-e0a9-e50e24dcca9e") throw new DOMException("none", "NotFoundError");
          return { getCharacteristic: async (id) => characteristic(id) };
        },
      }),
      disconnect: () => {},
    },
  });
  Object.defineProperty(navigator, "bluetooth", {
    value: { requestDevice: async (options) => { window.asked = options; return device; } },
  });
"""

MIDI = """
  window.midi = [];
  const output = (id) => ({ id, name: id, state: "connected", send: (bytes) => window.midi.push([id, ...bytes]) });
  const outputs = new Map(["Synth", "Drums"].map((id) => [id, output(id)]));
  const access = Object.assign(new EventTarget(), { outputs, inputs: new Map() });
  navigator.requestMIDIAccess = async () => access;
"""


def test_a_board_gets_a_line_a_win_and_is_taken_again_when_it_is_back(open_maker: Callable[..., Maker]):
    maker = open_maker(SERIAL)
    page = maker.page
    maker.open_actions("cat")
    row = maker.add_action("send to a board by USB")
    row.get_by_role("combobox").select_option("115200")
    row = maker.popup.locator(".action-row").last
    row.get_by_role("textbox").fill("{label} {share}")
    row.get_by_role("button", name="Connect").click()
    expect(row.get_by_role("status")).to_have_text("connected")
    assert page.evaluate("serialBauds") == [115200]
    maker.close_actions()
    maker.show("cat")
    until(lambda: page.evaluate("serialLines") == "cat 100\n", "the line has come")
    expect(maker.happened).to_have_text("sent by USB: cat 100")
    page.evaluate("unplug()")
    maker.open_actions("cat")
    expect(row).to_contain_text("unplugged")
    page.evaluate("plugIn()")
    expect(row.get_by_role("status")).to_have_text("connected")
    row.get_by_role("button", name="Try it").click()
    until(lambda: page.evaluate("serialLines") == "cat 100\ncat 100\n", "the second line has come")
    assert maker.complaints.messages == []


def test_a_micro_bit_gets_packets_of_twenty_bytes(open_maker: Callable[..., Maker]):
    maker = open_maker(MICROBIT)
    page = maker.page
    maker.open_actions("cat")
    row = maker.add_action("send to a micro:bit")
    row.get_by_role("textbox").fill("a rather long line about a {label}")
    row.get_by_role("button", name="Try it").click()
    expect(page.get_by_role("alert").filter(has_text="Nothing is connected by micro:bit")).to_be_attached()
    row.get_by_role("button", name="Connect").click()
    expect(row.get_by_role("status")).to_have_text("connected")
    assert {"namePrefix": "BBC micro:bit"} in page.evaluate("asked")["filters"]
    maker.close_actions()
    maker.show("cat")
    until(lambda: "".join(page.evaluate("packets")) == "a rather long line about a cat\n", "the packets have come")
    assert len(page.evaluate("packets")) == 2


def test_a_note_sounds_for_as_long_as_its_class_wins(open_maker: Callable[..., Maker]):
    maker = open_maker(MIDI)
    page = maker.page
    maker.open_actions("cat")
    row = maker.add_action("play a note (MIDI)")
    row.get_by_role("spinbutton", name="Note").fill("64")
    page.keyboard.press("Tab")
    row.get_by_role("spinbutton", name="Channel").fill("3")
    page.keyboard.press("Tab")
    row.get_by_role("button", name="Connect").click()
    expect(row.get_by_role("status")).to_have_text("connected")
    row.get_by_label("Instrument").select_option("Drums")
    maker.close_actions()
    maker.show("cat")
    until(lambda: page.evaluate("midi") == [["Drums", 0x92, 64, 100]], "the note is on")
    maker.show("coffee")
    until(lambda: page.evaluate("midi") == [["Drums", 0x92, 64, 100], ["Drums", 0x82, 64, 0]], "the note is off")


@pytest.mark.parametrize(
    ("remove", "kind", "words"),
    [
        ("serial", "send to a board by USB", "This browser can’t talk to boards by USB"),
        ("bluetooth", "send to a micro:bit", "This browser can’t talk to a micro:bit"),
        ("requestMIDIAccess", "play a note (MIDI)", "This browser has no MIDI"),
    ],
)
def test_a_browser_without_it_says_so(open_maker: Callable[..., Maker], remove: str, kind: str, words: str):
    maker = open_maker(f"Object.defineProperty(navigator, '{remove}', {{ value: undefined }})")
    maker.open_actions("cat")
    maker.add_action(kind).get_by_role("button", name="Try it").click()
    expect(maker.page.get_by_role("alert").filter(has_text=words)).to_be_attached()


class Program(http.server.BaseHTTPRequestHandler):
    """A program that takes what a page posts, and allows it by CORS."""

    bodies: list[dict[str, object]]
    allowed = True

    def answer(self, status: int) -> None:
        self.send_response(status)
        if self.allowed:
            self.send_header("Access-Control-Allow-Origin", "*")
            self.send_header("Access-Control-Allow-Headers", "Content-Type")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_OPTIONS(self) -> None:
        self.answer(204)

    def do_POST(self) -> None:
        self.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.answer(200)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def program() -> Iterator[tuple[str, type[Program]]]:
    """A running program's address, and its class."""
    handler = type("Running", (Program,), {"bodies": []})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/seen", handler
    server.shutdown()
    server.server_close()
    thread.join()


def alert(page: Page, words: str) -> None:
    expect(page.get_by_role("alert").filter(has_text=words)).to_be_attached()


def test_a_program_on_this_device_is_called_and_no_other(open_maker: Callable[..., Maker], program):
    address, handler = program
    maker = open_maker()
    page = maker.page
    maker.open_actions("cat")
    row = maker.add_action("call a program on this device")
    field = row.get_by_role("textbox")
    field.fill("http://192.168.0.1/")
    page.keyboard.press("Tab")
    alert(page, "address http://192.168.0.1/")
    field.fill(address)
    page.keyboard.press("Tab")
    # One that does not expect the page is asked, and not called.
    handler.allowed = False
    row.get_by_role("button", name="Try it").click()
    alert(page, f"{address} did not answer")
    assert handler.bodies == []
    handler.allowed = True
    maker.close_actions()
    maker.show("cat")
    (body,) = until(lambda: handler.bodies, "it is called")
    assert body["label"] == "cat"
    assert 0.7 <= body["share"] <= 1
    # The policy of the page forbids the rest, whatever a file says.
    blocked = "fetch('http://192.168.0.1:9/', { method: 'POST' }).then(() => 'sent', (error) => String(error))"
    assert "TypeError" in page.evaluate(blocked)
    assert any("Content Security Policy" in message for message in maker.complaints.messages)
