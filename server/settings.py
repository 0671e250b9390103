"""Every setting of the server: one row each, for its default, option, environment variable and documentation.

Imports no NumPy: ``server/__main__.py`` reads the settings before it sets NumPy's threads. Every room of the server but
``contract`` may import this module.
"""

import dataclasses
import re
from pathlib import Path
from typing import Any, Final, TypeVar

import platformdirs

from server.contract.limits import LIMITS

T = TypeVar("T")
#: The folder that holds ``server``, ``contract`` and ``web``: the repository's, or the one in the installed package.
PROGRAM: Final = Path(__file__).resolve().parents[1]
MIB: Final = 1024 * 1024
HOST_NAME: Final = re.compile(r"[A-Za-z0-9._-]+")
DATABASE: Final = re.compile(r"postgres(ql(\+psycopg)?)?://")
REDIS: Final = re.compile(r"(rediss?|unix)://")
PREFIX: Final = "SHOWTELL_"
#: Nobody guesses a token of so many characters.
TOKEN_CHARACTERS: Final = 16


def setting(default: T, help: str, is_secret: bool = False) -> T:
    """Return one row of the table: a dataclass's field with its default and its help; a secret is not printed."""
    return dataclasses.field(default=default, repr=not is_secret, metadata={"help": help})


@dataclasses.dataclass(frozen=True)
class Settings:
    """The server's settings. Sizes are in bytes, times in seconds."""

    host: str = setting("127.0.0.1", "Address to listen on; 0.0.0.0 for everyone on the network.")
    port: int = setting(8000, "Port to listen on; 0 for any free one.")
    hosts: str = setting(
        "", "More names to answer to, with commas between; this machine's own and all addresses need none."
    )
    page: str = setting("", "Folder with the built page and its model; without it, the page that came with the server.")
    browser: bool = setting(False, "Open the browser once the server is there, where somebody sits at this computer.")
    data: str = setting("", "Folder that keeps the rooms; without it, a folder for this user's data.")
    database: str = setting(
        "",
        "PostgreSQL database to keep the rooms in instead, as postgresql+psycopg://user@host/name.",
        is_secret=True,
    )
    redis: str = setting(
        "",
        "Redis for several workers to tell each other of changes, as redis://host:6379; they share one database.",
        is_secret=True,
    )
    https: bool = setting(False, "Speak https with a certificate that is made for this computer, unless cert is given.")
    cert: str = setting("", "Certificate file (PEM), to speak https.")
    key: str = setting("", "Key file (PEM) of the certificate.")
    proxies: int = setting(0, "How many proxies in front may be believed about the client's address and scheme.")
    connections: int = setting(2000, "Most clients connected at once.")
    connections_by_address: int = setting(
        500, "Most clients connected at once from one address; a school may have a single one."
    )
    tries_by_address: int = setting(
        600, "Most wrong room codes and secrets an hour from one address; a school may have a single one."
    )
    tries: int = setting(1200, "Most wrong room codes and secrets an hour from all addresses.")
    new_rooms_by_address: int = setting(600, "Most new rooms an hour from one address.")
    queued_bytes: int = setting(8 * MIB, "What may wait for a client that reads slowly; beyond it, it is disconnected.")
    blas_threads: int = setting(1, "Threads of one matrix product; more than one makes many clients slower.")
    log_level: str = setting("warning", "Least level that is logged: debug, info, warning or error.")
    log_format: str = setting("text", "How it is logged: text, or json with one line of JSON for each event.")
    status_token: str = setting(
        "",
        "Token of 16 characters or more with which other machines may read /metrics and /status; "
        "without it, this machine alone.",
        is_secret=True,
    )
    ping_interval: int = setting(10, "Seconds between the server's signs of life to a client.")
    ping_timeout: int = setting(20, "Seconds without a client's answer after which it counts as gone.")
    rooms: int = setting(500, "Most rooms in memory at once; others are read from the disk when they are needed.")
    memory_bytes: int = setting(2048 * MIB, "What the rooms in memory may take in all.")
    room_days: int = setting(
        400, "Days after its last change on which a room is deleted; its owner sees the date. 0: never."
    )
    label_characters: int = setting(LIMITS["labelCharacters"], "Most characters in a class name; at most the default.")
    classes_per_room: int = setting(LIMITS["classesPerRoom"], "Most classes in a room.")
    examples_per_room: int = setting(LIMITS["examplesPerRoom"], "Most examples in a room.")
    thumbnail_bytes: int = setting(LIMITS["thumbnailBytes"], "Largest thumbnail.")
    message_bytes: int = setting(LIMITS["messageBytes"], "Largest message that is not refused.")
    requests_per_second: int = setting(LIMITS["requestsPerSecond"], "Most requests a second from one client.")
    transport_bytes: int = setting(16 * MIB, "Largest message that is read at all; beyond it the connection closes.")
    dataset_bytes: int = setting(192 * MIB, "Largest data set that can be uploaded.")

    def __post_init__(self) -> None:
        """Check the values. Raises ValueError, with the setting's name, what came and what was expected."""
        minima = {"port": 0, "proxies": 0, "room_days": 0}
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if type(value) is not type(field.default):
                raise ValueError(f"{field.name} came as {value!r}; {type(field.default).__name__} was expected.")
            minimum = minima.get(field.name, 1)
            if type(value) is int and value < minimum:
                raise ValueError(f"{field.name} came as {value}; {minimum} or more was expected.")
        if self.port > 65535:
            raise ValueError(f"port came as {self.port}; 0 to 65535 was expected.")
        if self.label_characters > LIMITS["labelCharacters"]:
            raise ValueError(
                f"label_characters came as {self.label_characters}; "
                f"{LIMITS['labelCharacters']} at most was expected, since the page holds no longer ones."
            )
        if self.log_level not in ("debug", "info", "warning", "error"):
            raise ValueError(f"log_level came as {self.log_level!r}; debug, info, warning or error was expected.")
        if self.log_format not in ("text", "json"):
            raise ValueError(f"log_format came as {self.log_format!r}; text or json was expected.")
        if self.status_token and len(self.status_token) < TOKEN_CHARACTERS:
            # Not quoted: it may be most of a secret.
            raise ValueError(f"status_token is too short; {TOKEN_CHARACTERS} characters or more were expected.")
        if self.database and not DATABASE.match(self.database):
            # Not quoted: there may be a password in it.
            raise ValueError("database is no address of PostgreSQL; postgresql+psycopg://user@host/name was expected.")
        if self.redis and not REDIS.match(self.redis):
            raise ValueError("redis is no address of Redis; redis://host:6379 was expected.")
        if self.redis and not self.database:
            raise ValueError("redis came without database; workers share the rooms of one PostgreSQL database.")
        for name in self.host_names():
            if not HOST_NAME.fullmatch(name):
                raise ValueError(
                    f"hosts came as {self.hosts!r}; names like class.example, without a port, were expected."
                )
        if bool(self.cert) != bool(self.key):
            raise ValueError("cert and key go together: give both or neither.")

    def host_names(self) -> list[str]:
        """Return the names in ``hosts``.

        Example:
            >>> Settings(hosts="class.example, b.example").host_names()
            ['class.example', 'b.example']
        """
        return [name.strip() for name in self.hosts.split(",") if name.strip()]

    def page_folder(self) -> Path:
        """Return the folder with the built page, whatever folder the server was started in.

        Example:
            >>> Settings().page_folder().parts[-2:]
            ('web', 'dist')
        """
        return Path(self.page) if self.page else PROGRAM / "web" / "dist"

    def data_folder(self) -> Path:
        """Return the folder that keeps the rooms; it may not be there yet.

        Example:
            >>> Settings(data="school").data_folder().name
            'school'
        """
        return Path(self.data) if self.data else platformdirs.user_data_path("show-and-tell", appauthor=False)

    def limits(self) -> dict[str, int]:
        """Return the limits that clients should know, by the names in ``contract/limits.json``.

        Example:
            >>> Settings(rooms=5, classes_per_room=7).limits()["classesPerRoom"]
            7
        """
        return {
            "labelCharacters": self.label_characters,
            **{name: LIMITS[name] for name in ("idCharacters", "nameCharacters", "emojiCharacters", "colours")},
            "classesPerRoom": self.classes_per_room,
            "examplesPerRoom": self.examples_per_room,
            "thumbnailBytes": self.thumbnail_bytes,
            "messageBytes": self.message_bytes,
            "requestsPerSecond": self.requests_per_second,
        }


def setting_rows() -> list[tuple[str, Any, str]]:
    """Return (name, default, help) of every setting.

    Example:
        >>> setting_rows()[1]
        ('port', 8000, 'Port to listen on; 0 for any free one.')
    """
    return [(field.name, field.default, field.metadata["help"]) for field in dataclasses.fields(Settings)]


def environment_name(name: str) -> str:
    """Return the environment variable of a setting.

    Example:
        >>> environment_name("port")
        'SHOWTELL_PORT'
    """
    return PREFIX + name.upper()
