"""HTTPS with a bearer token through aiohttp: one round trip on a kept connection."""

import hmac
from pathlib import Path
import secrets

import aiohttp
from aiohttp import web

from benchmarks.certificate import client_context, make_certificate, server_context
from benchmarks.contract import Facts, Options
from benchmarks.exchange import COMMAND_JSON, RESULT_JSON


class HttpsDevice:
    """A web server that compares the token and answers the command."""

    async def start(self, options: Options) -> Facts:
        """Serve on a free port."""
        certificate, key = make_certificate(Path(options["folder"]))
        self._authorization = f"Bearer {secrets.token_urlsafe(32)}"
        application = web.Application()
        application.router.add_post("/command", self._command)
        self._runner = web.AppRunner(application, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(
            self._runner, "127.0.0.1", 0, ssl_context=server_context(certificate, key)
        )
        await site.start()
        port = self._runner.addresses[0][1]
        return {"port": port, "certificate": str(certificate), "authorization": self._authorization}

    async def _command(self, request: web.Request) -> web.Response:
        if not hmac.compare_digest(request.headers.get("Authorization", ""), self._authorization):
            raise web.HTTPUnauthorized
        await request.read()
        return web.Response(body=RESULT_JSON, content_type="application/json")

    async def stop(self) -> None:
        """Stop serving."""
        await self._runner.cleanup()


class HttpsGateway:
    """A client with one session, hence one kept connection."""

    async def start(self, options: Options, facts: Facts) -> None:
        """Prepare the session; the first command connects."""
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=client_context(Path(facts["certificate"]))),
            headers={"Authorization": facts["authorization"], "Content-Type": "application/json"},
        )
        self._url = f"https://127.0.0.1:{facts['port']}/command"

    async def command(self, index: int) -> None:
        """Post the command and read the answer."""
        async with self._session.post(self._url, data=COMMAND_JSON) as response:
            if response.status != 200 or await response.read() != RESULT_JSON:
                raise RuntimeError(f"unexpected answer {response.status}")

    async def stop(self) -> None:
        """Close the session."""
        await self._session.close()
