"""The bare echo on one asyncio loop: python-socketio's AsyncServer under uvicorn. It prints its port."""

import socket
from typing import Any, Final

import socketio
import uvicorn

HOST: Final = "127.0.0.1"


def main() -> None:
    """Serve the echo until stopped."""
    server = socketio.AsyncServer(async_mode="asgi", async_handlers=False)

    async def echo(_sid: str, _data: Any, embedding: bytes) -> bytes:
        return embedding

    server.on("echo", echo)
    listener = socket.create_server((HOST, 0), backlog=2048)
    print(f"http://{HOST}:{listener.getsockname()[1]}/", flush=True)
    config = uvicorn.Config(
        socketio.ASGIApp(server), loop="uvloop", log_level="warning", ws_per_message_deflate=False, lifespan="off"
    )
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
