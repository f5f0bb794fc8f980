"""A relay at the end of a slow line: what it says arrives a while later, whatever it is and however much.

The sink itself is not slowed down, and what a worker sends reaches it at once. So replies to commands
that were sent together come together, as they do from a relay far away, and no connection waits for another.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing import Process

PIECE = 64 * 1024


@contextmanager
def slow_line(port: int, *, late: float) -> Iterator[int]:
    """A port that leads to the one given; replies come ``late`` seconds later."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        carrier = Process(target=carry, args=(door, port, late))
        carrier.start()
        try:
            yield int(door.getsockname()[1])
        finally:
            carrier.terminate()
            carrier.join()


def carry(door: socket.socket, port: int, late: float) -> None:
    """Serve until the process is ended."""
    asyncio.run(_serve(door, port, late))


async def _serve(door: socket.socket, port: int, late: float) -> None:
    async def joined(worker: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        relay, there = await asyncio.open_connection("127.0.0.1", port)
        with suppress(OSError):
            await asyncio.gather(_pass_on(worker, there, 0), _pass_on(relay, back, late))

    server = await asyncio.start_server(joined, sock=door)
    await server.serve_forever()


async def _pass_on(here: asyncio.StreamReader, there: asyncio.StreamWriter, late: float) -> None:
    """Each piece at its own time: a later one does not wait for an earlier one's delay to be over."""
    loop = asyncio.get_running_loop()
    while piece := await here.read(PIECE):
        if late:
            loop.call_later(late, there.write, piece)
        else:
            there.write(piece)
    loop.call_later(late, there.close)
