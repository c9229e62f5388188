"""How a drawn fate ends: the weather is over, and everybody hears everybody out."""

from __future__ import annotations

from tests.convergence.world import MODERATOR, World
from tests.sync.conftest import NOTE

QUIET_ROUNDS = 30


async def calm_down(world: World) -> None:
    """The weather ends: all is delivered, unlocked and decided, and everybody is back."""
    world.calm()
    await world.hall.rooms.unlock([NOTE], by=MODERATOR)
    for person in world.people:
        if person.skipped:
            person.lose()
    await come_to_rest(world)
    await world.follow()
    await world.hall.rooms.unlock([NOTE], by=MODERATOR)
    await come_to_rest(world)
    room = await world.hall.rooms.open(NOTE)
    while room.replica.held:
        await world.decide()
    await come_to_rest(world)
    for person in world.people:
        person.gone = False
    await come_to_rest(world)


async def come_to_rest(world: World) -> None:
    for _ in range(QUIET_ROUNDS):
        await world.notice_ends()
        for person in world.people:
            if not person.online and not person.gone:
                await person.come_back(world.hall)
        await world.drain()
        moved = False
        for person in world.people:
            if person.gone:
                continue
            moved = moved or bool(person.wire or person.socket.frames)
            person.send(len(person.wire))
            person.hear(len(person.socket.frames))
        moved = await world.settle() or moved
        if not moved and not any(
            one.wire or one.socket.frames for one in world.people if one.online
        ):
            return
    raise AssertionError("it does not come to rest")
