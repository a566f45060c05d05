"""The smallest ASGI application: one ready answer of 1,000 bytes. What a server costs when the application costs nothing."""

BODY = b"x" * 1000
HEADERS = [(b"content-type", b"text/plain"), (b"content-length", b"1000")]


async def application(scope, receive, send):
    """Answer every request with the same bytes."""
    if scope["type"] == "lifespan":
        while (await receive())["type"] != "lifespan.shutdown":
            await send({"type": "lifespan.startup.complete"})
        await send({"type": "lifespan.shutdown.complete"})
        return
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await send({"type": "http.response.body", "body": BODY})
