"""A real browser with a fake camera, and a real server that can be killed, stopped for a while and started again."""

import atexit
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, expect, sync_playwright

from tests.support.cameras import CAMERAS
from tests.support.film import Film, Scene

ROOT = Path(__file__).resolve().parents[2]
#: Features of Chromium that are off in tests. Of two such lists it heeds the last: so Playwright's are among them. The
#: address bar's popups are ours: each window would have a process of its own for them, that nobody sees.
FEATURES_OFF = [
    *("WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup"),
    *("AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades", "LensOverlay"),
    *("HttpsFirstBalancedModeAutoEnable", "MediaRouter", "PaintHolding", "ThirdPartyStoragePartitioning", "AimEnabled"),
    *("AvoidCorsURLLoaderRestartOnRedirect", "TcpPortRandomizationWin", "OptimizationHints", "PreconnectToSearch"),
    *("NetworkTimeServiceQuerying", "msForceBrowserSignIn", "msEdgeUpdateLaunchServicesPreferredVersion"),
]
FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={','.join(FEATURES_OFF)}",
]
# Every thing is shown twice: to be taught, and in another take to be recognised.
SCENES = [
    Scene(name, take, 7)
    for take, names in enumerate([("cat", "coffee", "rocket"), ("coffee", "rocket", "cat")])
    for name in names
]
TAUGHT = {"cat": 0, "coffee": 1, "rocket": 2}
SHOWN_AGAIN = {"coffee": 3, "rocket": 4, "cat": 5}

expect.set_options(timeout=60_000)


class Server:
    """``python -m server`` on a port that stays its own through restarts.

    Args:
        page: The folder of the built page.
        options: More of the command line.
        host: The address to listen on.

    Attributes:
        log: A file for what it logs, where a test reads that.
    """

    def __init__(self, page: Path = ROOT / "web" / "dist", *options: str, host: str = "127.0.0.1") -> None:
        self.page = page
        self.options = options
        self.host = host
        with socket.create_server((host, 0)) as free:
            self.port = free.getsockname()[1]
        self.url = f"http://{host}:{self.port}/"
        self.process: subprocess.Popen[str] | None = None
        self.log: Path | None = None
        # It outlives the process, which is killed and started again.
        self.data = tempfile.mkdtemp(prefix="show-and-tell-")
        atexit.register(shutil.rmtree, self.data, ignore_errors=True)

    def start(self) -> None:
        with self.log.open("ab") if self.log else contextlib.nullcontext() as log:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "server", "--host", self.host, "--port", str(self.port)),
                    *("--page", str(self.page), "--data", self.data, *self.options),
                ],
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,
            )
        assert self.process.stdout
        line = self.process.stdout.readline()
        assert self.url in line, line

    def signal(self, number: signal.Signals) -> None:
        assert self.process
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)

    def kill(self) -> None:
        self.signal(signal.SIGKILL)
        assert self.process
        assert self.process.stdout
        self.process.wait()
        self.process.stdout.close()


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    made.start()
    yield made
    made.signal(signal.SIGCONT)
    made.kill()


@pytest.fixture(scope="session")
def chrome() -> str:
    path = (
        os.environ.get("CHROME")
        or subprocess.run([ROOT / "scripts" / "browser.sh"], capture_output=True, text=True, check=True).stdout.strip()
    )
    assert path, "There is no Chromium or Chrome: run `make test-browser`, which says how to get one"
    return path


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Film]:
    written = Film(tmp_path_factory.mktemp("film") / "film.y4m", SCENES)
    yield written
    written.remove()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@contextlib.contextmanager
def seeing(playwright: Playwright, chrome: str, film: Film, *flags: str) -> Iterator[Browser]:
    """A browser whose camera sees a film; with further flags."""
    camera = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
    launched = playwright.chromium.launch(
        executable_path=chrome, args=[*FLAGS, *camera, *flags, f"--use-file-for-fake-video-capture={film.path}"]
    )
    Film.seen_by[launched] = film
    try:
        yield launched
    finally:
        launched.close()


@pytest.fixture(scope="session")
def browser(playwright: Playwright, chrome: str, film: Film) -> Iterator[Browser]:
    with seeing(playwright, chrome, film) as launched:
        yield launched


@pytest.fixture(scope="session")
def peers() -> Path:
    """The folder of the tools whose files we write: ml5, Marcelle, p5."""
    folder = ROOT / ".venv" / "peers"
    if not folder.is_dir() and not os.environ.get("CI"):
        pytest.skip("ml5, Marcelle and p5 are not here: make test-browser fetches them")
    return folder


@pytest.fixture(scope="session")
def plain_browser(playwright: Playwright, chrome: str) -> Iterator[Browser]:
    """A browser whose camera shows no film."""
    launched = playwright.chromium.launch(executable_path=chrome, args=FLAGS)
    yield launched
    launched.close()


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[str]:
    """A plain file server."""
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout
    try:
        yield f"http://127.0.0.1:{process.stdout.readline().split('port ')[1].split()[0]}/"
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


@contextlib.contextmanager
def hosting(folder: Path) -> Iterator[str]:
    """The built page on a plain file server, in a folder below its root."""
    (folder / "school").mkdir()
    (folder / "school" / "page").symlink_to(ROOT / "web" / "dist")
    with serving(folder) as address:
        yield f"{address}school/page/"


@pytest.fixture
def static_host(tmp_path: Path) -> Iterator[str]:
    with hosting(tmp_path) as address:
        yield address


#: A page on a plain file server asks once whether there is a server of ours; the browser logs that there is none.
NO_SERVER = "/api/model"


class Complaints:
    """What a page said on its console and of which address, and what it threw."""

    def __init__(self, page: Page) -> None:
        self.messages: list[str] = []
        page.on("pageerror", lambda error: self.messages.append(f"thrown: {error}"))
        page.on("console", self.note)

    def note(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.messages.append(f"{message.text} {message.location['url']}")

    def but_for(self, *expected: str) -> list[str]:
        return [message for message in self.messages if not any(words in message for words in expected)]


def listen_to_choosers(page: Page) -> None:
    """Listen for file choosers from the start.

    Where listening begins with the key that opens one, the browser may not know of it yet: its own dialog opens, and
    stands in the way of all that come after.
    """
    page.on("filechooser", lambda chooser: None)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    made.set_default_timeout(90_000)
    made.on("page", listen_to_choosers)
    yield made
    made.close()


@contextlib.contextmanager
def without_worker(browser: Browser) -> Iterator[Page]:
    """A page of a window that has no service worker."""
    made = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB", service_workers="block")
    made.set_default_timeout(90_000)
    made.on("page", listen_to_choosers)
    try:
        yield made.new_page()
    finally:
        made.close()


@pytest.fixture
def canvas_context(plain_browser: Browser) -> Iterator[BrowserContext]:
    """A window whose cameras are canvases, which a test moves, unplugs and refuses."""
    made = plain_browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB", has_touch=True)
    made.set_default_timeout(60_000)
    made.add_init_script(CAMERAS)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()
