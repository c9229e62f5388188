"""`python -m bench.scale`: what so many people need, from what one edit was measured to cost.

A model and no measurement: its inputs are figures of `make bench-cluster`, its formulas are told in
docs/scaling.md. It assumes that people and notes are spread evenly, and that the people of a note
are spread by chance over all processes, or over the few of which a balancer chooses.
"""

from __future__ import annotations

import argparse
import math
from dataclasses import dataclass, replace

from bench.tables import table


@dataclass(frozen=True, slots=True)
class Costs:
    """As measured on the machine of docs/scaling.md; processor time in microseconds. Those of a
    server are fitted to the tables there, by hand, and repeat them within a third."""

    edit_us: float = 70.0
    """To take in an edit and its caret: check, queue, acknowledge."""
    commit_us: float = 2_000.0
    """Of a server for each of its commits."""
    tick_us: float = 40.0
    """To merge, apply and publish what of one note is shown together."""
    frame_us: float = 8.0
    """To write a frame to a socket."""
    hear_us: float = 100.0
    """To hear a message of another process."""
    note_us: float = 30.0
    """Each second of a live note in which nothing happens."""
    look_us: float = 26.0
    """To ask the store for a live note whether it moved, while there is a bus."""
    look_seconds: float = 1.5
    database_row_us: float = 15.0
    database_commit_us: float = 650.0
    redis_message_us: float = 15.0
    redis_delivery_us: float = 3.0
    message_bytes: float = 430.0
    base_mib: float = 73.0
    """Of a process without notes."""
    person_kib: float = 27.0
    note_kib: float = 28.0
    """Of a live note in each process that has it, without its people and its text."""
    most_commits: float = 1_400.0
    """A second, of one database, in many notes."""
    gap_seconds: float = 0.025
    """Between two commits of a process, and between two ticks of a note (`server.sync.pump`)."""
    presence_gap_seconds: float = 0.1
    """(`server.sync.cadence`)"""
    connections: int = 6
    """To the database, of each process."""


@dataclass(frozen=True, slots=True)
class Region:
    """Who is there. Writers type at the same time; everybody else reads."""

    people: int
    notes: int
    writing: float = 0.05
    keys_per_second: float = 2.0
    hosts: int | None = None
    """Over how many processes the people of one note are spread at most; None: over all."""


@dataclass(frozen=True, slots=True)
class Need:
    """Each second, of all processes together, where nothing else is said."""

    processes: int
    edits: float
    commits: float
    frames: float
    messages: float
    deliveries: float
    server_cores: float
    database_cores: float
    redis_cores: float
    bus_bytes: float
    memory_mib: float
    connections: int
    share_of_commits: float
    """Of what one database takes."""

    @property
    def fullest_core(self) -> float:
        """Of the servers: each has one."""
        return self.server_cores / self.processes


def need(region: Region, processes: int, costs: Costs = Costs()) -> Need:
    """What a region needs with so many processes."""
    people = region.people / region.notes
    edits = region.people * region.writing * region.keys_per_second
    spread = min(processes, region.hosts or processes)
    hosts = _occupied(spread, people)
    """Processes in which a note has people, and those in which somebody writes in it."""
    writing = max(_occupied(spread, people * region.writing), 1e-9)
    edits_here = edits / region.notes / writing
    """Of one note at one process that writes in it."""
    # A process commits at most once in a gap, all its notes together.
    commits = processes * _ticks(edits / processes, costs.gap_seconds)
    said = writing * _ticks(edits_here, costs.gap_seconds)
    carets = writing * _ticks(edits_here, costs.presence_gap_seconds)
    messages = region.notes * (said + carets) if processes > 1 else 0.0
    deliveries = messages * (hosts - 1)
    # Everybody in a note gets a frame for each tick of it in their process, whoever wrote.
    ticks = _ticks(said, costs.gap_seconds)
    frames = region.people * (ticks + _ticks(carets, costs.presence_gap_seconds))
    servers = (
        edits * costs.edit_us
        + commits * costs.commit_us
        + region.notes * hosts * ticks * costs.tick_us
        + frames * costs.frame_us
        + deliveries * costs.hear_us
        + region.notes * hosts * (costs.note_us + costs.look_us / costs.look_seconds)
    )
    database = edits * costs.database_row_us + commits * costs.database_commit_us
    redis = messages * costs.redis_message_us + deliveries * costs.redis_delivery_us
    kibibytes = region.people * costs.person_kib + region.notes * hosts * costs.note_kib
    return Need(
        processes=processes,
        edits=edits,
        commits=commits,
        frames=frames,
        messages=messages,
        deliveries=deliveries,
        server_cores=servers / 1e6,
        database_cores=database / 1e6,
        redis_cores=redis / 1e6,
        bus_bytes=(messages + deliveries) * costs.message_bytes,
        memory_mib=processes * costs.base_mib + kibibytes / 1024,
        connections=processes * costs.connections,
        share_of_commits=commits / costs.most_commits,
    )


def _occupied(places: int, guests: float) -> float:
    """How many of so many places have a guest, where guests choose by chance."""
    return places * (1 - (1 - 1 / places) ** guests) if places > 1 else min(1.0, guests)


def _ticks(events: float, gap: float) -> float:
    """How often a second something happens for events that come by chance, where all that come
    within a gap behind one are taken together with the next."""
    return events / (1 + events * gap)


def smallest(region: Region, costs: Costs = Costs(), fullest: float = 0.5) -> Need:
    """With the fewest processes of which each leaves half of its core free."""
    processes = 1
    while (found := need(region, processes, costs)).fullest_core > fullest and processes < 4096:
        processes = max(processes + 1, math.ceil(processes * 1.1))
    return found


COLUMNS = (
    *("processes", "server cores", "of each core", "frames/s", "commits/s", "of the most"),
    *("database cores", "messages/s", "deliveries/s", "bus MB/s", "Redis cores"),
    *("memory GiB", "connections"),
)


def row(name: str, n: Need) -> list[object]:
    return [
        name,
        n.processes,
        n.server_cores,
        f"{n.fullest_core:.0%}",
        n.frames,
        n.commits,
        f"{n.share_of_commits:.0%}",
        n.database_cores,
        n.messages,
        n.deliveries,
        n.bus_bytes / 1e6,
        n.redis_cores,
        n.memory_mib / 1024,
        n.connections,
    ]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.scale", description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--notes", type=int, default=2_000)
    parser.add_argument("--writing", type=float, default=0.05, help="the share who type now")
    parser.add_argument("--keys", type=float, default=2.0, help="of each of them, a second")
    chosen = parser.parse_args()
    whole = Region(chosen.people, chosen.notes, chosen.writing, chosen.keys)
    for hosts, how in ((None, "spread by chance"), (2, "two processes for each note")):
        rows = []
        for part in (100, 10, 1):
            people, notes = whole.people // part, max(1, whole.notes // part)
            region = replace(whole, people=people, notes=notes, hosts=hosts)
            rows.append(row(f"{people:,} people, {notes:,} notes", smallest(region)))
        print(table((how, *COLUMNS), rows))
        region = replace(whole, hosts=hosts)
        rows = [row(f"{whole.people:,} people", need(region, n)) for n in (8, 16, 32, 64, 128)]
        print(table((how, *COLUMNS), rows))


if __name__ == "__main__":
    main()
