"""``make load``: prints a table, writes ``bench/load.json``, and fails where a requirement does not hold."""

import asyncio
import json
import os
import signal
import statistics
import sys
import tempfile
from collections.abc import Callable, Coroutine, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from bench.load.cold_start import cold_start
from bench.load.kills import PartOfWorkers, Server, Victim, kills
from bench.load.processes import WORKERS, Look, Process, running, server_command
from bench.load.room import close_all, join, join_many, teach
from bench.load.scenarios import CLIENTS, Outcome, connect_many, crowd, flat_out, lesson
from bench.load.shared_answer import shared_answer

RESULTS: Final = Path(__file__).parents[1] / "load.json"
ECHO: Final = (sys.executable, "-m", "bench.echo")
CONNECTED: Final = 300
ACTIVE: Final = 40
ROOMS: Final = 500
LEAST_OF_ECHO: Final = 0.75
PAIRS: Final = 3
T = TypeVar("T")


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run to the end, on the fastest loop there is."""
    try:
        import uvloop
    except ImportError:  # Windows
        return asyncio.run(work)
    return uvloop.run(work)


def watched(process: Process | None, work: Callable[[], Coroutine[Any, Any, Outcome]]) -> Outcome:
    """Run a scenario and look at the process after it."""
    if process is None:
        return run(work())
    outcome = run(work())
    look: Look = process.look()
    outcome.mib, outcome.threads = look.mib, look.threads
    return outcome


async def against_echo(server: str, echo: str, seconds: float) -> list[Outcome]:
    """Clients flat out at the server and at a bare echo, in turn, some seconds each."""
    teacher, answer = await join(server)
    await teach(teacher)
    ours = await join_many(server, answer["room"], CLIENTS)
    theirs = await connect_many(echo, CLIENTS)
    runs: dict[str, list[Outcome]] = {"classify": [], "echo": []}
    for _ in range(PAIRS):
        for event, clients in (("classify", ours), ("echo", theirs)):
            runs[event].append(await flat_out(clients, event, seconds / PAIRS, f"{CLIENTS} clients flat out: {event}"))
    close_all([teacher, *ours, *theirs])
    return [merged(runs[event]) for event in ("classify", "echo")]


def merged(outcomes: list[Outcome]) -> Outcome:
    """Return one outcome of several runs: sums of answers, medians of times."""
    first = outcomes[0]
    total = Outcome(first.name, sum(one.answers for one in outcomes), sum(one.seconds for one in outcomes))
    for name in ("p50", "p95", "p99", "own_cpu"):
        setattr(total, name, statistics.median(getattr(one, name) for one in outcomes))
    for one in outcomes:
        for kind, count in one.errors.items():
            total.errors[kind] = total.errors.get(kind, 0) + count
    return total


def show(outcome: Outcome) -> None:
    """Print a scenario's line."""
    verdict = {True: "holds", False: "DOES NOT HOLD", None: ""}[outcome.is_met]
    click.echo(
        f"{outcome.name:48} {outcome.per_second:7.0f}/s  p50 {outcome.p50:6.1f}  p95 {outcome.p95:6.1f}  "
        f"p99 {outcome.p99:6.1f} ms  generator {outcome.own_cpu:4.0%}"
        + (f"  {outcome.mib:.0f} MiB, {outcome.threads} threads" if outcome.mib is not None else "")
        + (f"  {outcome.held}" if outcome.held else "")
        + (f"  errors {outcome.errors}" if outcome.errors else "")
        + (f"  [{outcome.wanted}: {verdict}]" if outcome.wanted else "")
    )


def starter(workers: bool, folder: str) -> Callable[[], Sequence[str]]:
    """Return what makes the command that starts a fresh server, or fresh workers."""
    return lambda: WORKERS if workers else server_command(folder=tempfile.mkdtemp(dir=folder))


def victims(workers: bool, folder: str) -> Iterator[tuple[str, Victim]]:
    """Start what is killed, one after the other, and name it."""
    if workers:
        for part in ("worker", "redis", "postgresql"):
            yield part, PartOfWorkers(part)
    else:
        yield "server", Server(folder)


def measure(url: str | None, which: str, seconds: float, start: Callable[[], Sequence[str]]) -> list[Outcome]:
    """Run the scenarios, each against a fresh server that a command starts, or against the one at ``url``."""
    outcomes: list[Outcome] = []

    def against(work: Callable[[str], Coroutine[Any, Any, Outcome]]) -> None:
        if url:
            outcomes.append(watched(None, lambda: work(url)))
        else:
            with running(*start()) as process:
                outcomes.append(watched(process, lambda: work(process.url)))
        show(outcomes[-1])

    if "A" in which:
        against(lambda address: lesson(address, seconds))
    if "B" in which:
        with running(*ECHO) as echo:
            if url:
                pair = run(against_echo(url, echo.url, seconds / 2))
            else:
                with running(*start()) as process:
                    pair = run(against_echo(process.url, echo.url, seconds / 2))
        ratio = pair[0].per_second / pair[1].per_second if pair[1].answers else 0.0
        pair[0].wanted = f"{ratio:.2f} of the echo, >= {LEAST_OF_ECHO}"
        pair[0].is_met = ratio >= LEAST_OF_ECHO and not pair[0].errors and not pair[1].errors
        for outcome in pair:
            show(outcome)
        outcomes += pair
    if "C" in which:
        against(lambda address: crowd(address, "classify", CONNECTED, ACTIVE, seconds / 2))
    if "D" in which:
        # With several workers, who names another room is likely to be at another one.
        against(lambda address: shared_answer(address, f"{address}?room=another"))
    return outcomes


@click.command()
@click.option("--quick", is_flag=True, help="5 seconds a scenario, and 3 kills.")
@click.option("--url", multiple=True, help="Measure a server that runs already, on this machine; may come again.")
@click.option(
    "--scenarios",
    default="ABCDEF",
    show_default=True,
    help="A lesson, B against an echo, C crowd, D shared answers, E kills, F many rooms.",
)
@click.option("--kill-count", default=20, show_default=True, help="How often the server is killed.")
@click.option(
    "--workers", is_flag=True, help="Three workers behind nginx, with PostgreSQL and Redis, which are killed too."
)
@click.option("--echo", "echoes", multiple=True, help="Measure only this bare echo: a command that prints its address.")
@click.option("--seconds", default=60.0, show_default=True, help="How long a scenario takes; B and C take half.")
def main(
    quick: bool,
    url: tuple[str, ...],
    scenarios: str,
    kill_count: int,
    workers: bool,
    echoes: tuple[str, ...],
    seconds: float,
) -> None:
    """Measure a real server under a classroom's load, from this machine."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the servers are stopped, too
    seconds, kill_count = (5.0, 3) if quick else (seconds, kill_count)
    outcomes: list[Outcome] = []
    for command in echoes:
        with running(*command.split()) as process:
            for connected, active in ((CLIENTS, CLIENTS), (CONNECTED, ACTIVE)):
                address = process.url
                outcomes.append(
                    watched(process, lambda c=connected, a=active, at=address: crowd(at, "echo", c, a, seconds / 2))  # type: ignore[misc]
                )
                show(outcomes[-1])
    if not echoes:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            for at in url or (None,):
                outcomes += measure(at, scenarios, seconds, starter(workers, folder))
            if "E" in scenarios and not url:
                for name, victim in victims(workers, folder):
                    found = run(kills(kill_count, victim, echo=click.echo))
                    outcomes.append(
                        Outcome(
                            f"{name} killed {kill_count} times under load",
                            held=str(found),
                            wanted="all acknowledged held once, clients go on",
                            is_met=found.is_right,
                        )
                    )
                    show(outcomes[-1])
        if "F" in scenarios and not url and not workers:
            with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
                outcomes.append(run(cold_start(folder, 20 if quick else ROOMS)))
                show(outcomes[-1])
    figures = {"cores": os.cpu_count(), "scenarios": [outcome.as_json() for outcome in outcomes]}
    RESULTS.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")
    if any(outcome.is_met is False for outcome in outcomes):
        raise SystemExit(1)


if __name__ == "__main__":
    main(prog_name="python -m bench.load")
