"""CoAP with OSCORE (RFC 8613) through aiocoap: one round trip, end to end protected."""

from collections.abc import Callable
import json
import logging
import os
from pathlib import Path
import secrets
import socket
from typing import Any, Final

import aiocoap
from aiocoap import resource
from aiocoap.credentials import CredentialsMap
from aiocoap.oscore_sitewrapper import OscoreSiteWrapper
from aiocoap.transports.udp6 import MessageInterfaceUDP6
from aiocoap.util.asyncio.recvmsg import RecvmsgSelectorDatagramTransport

from benchmarks.contract import Facts, Options
from benchmarks.exchange import COMMAND_JSON, RESULT_JSON

_TRANSPORTS: Final = "oscore:udp6"


def _count_datagrams(add: Callable[[int], None]) -> None:
    """Call `add` with the size of each datagram; the kernel keeps no such count per UDP socket."""
    send = RecvmsgSelectorDatagramTransport.sendmsg
    receive = MessageInterfaceUDP6.datagram_msg_received

    def counted_send(self: Any, data: bytes, ancdata: Any, flags: int, address: Any) -> None:
        add(len(data))
        send(self, data, ancdata, flags, address)

    def counted_receive(self: Any, data: bytes, ancdata: Any, flags: int, address: Any) -> None:
        add(len(data))
        receive(self, data, ancdata, flags, address)

    RecvmsgSelectorDatagramTransport.sendmsg = counted_send
    MessageInterfaceUDP6.datagram_msg_received = counted_receive


def _write_context(folder: Path, secret: bytes, sender: bytes, recipient: bytes) -> None:
    folder.mkdir()
    settings = {
        "secret_hex": secret.hex(),
        "sender-id_hex": sender.hex(),
        "recipient-id_hex": recipient.hex(),
        "algorithm": "AES-CCM-16-64-128",
    }
    (folder / "settings.json").write_text(json.dumps(settings))


class _Relay(resource.Resource):
    async def render_post(self, request: aiocoap.Message) -> aiocoap.Message:
        if not request.remote.authenticated_claims:
            return aiocoap.Message(code=aiocoap.UNAUTHORIZED)
        return aiocoap.Message(code=aiocoap.CHANGED, payload=RESULT_JSON)


class CoapDevice:
    """A site of one resource behind OSCORE."""

    async def start(self, options: Options) -> Facts:
        """Serve on a free port."""
        os.environ["AIOCOAP_SERVER_TRANSPORT"] = _TRANSPORTS
        logging.getLogger("coap-server").setLevel(logging.ERROR)
        folder = Path(options["folder"])
        secret = secrets.token_bytes(16)
        _write_context(folder / "device", secret, b"\x01", b"\x02")
        _write_context(folder / "gateway", secret, b"\x02", b"\x01")
        credentials = CredentialsMap()
        credentials.load_from_dict({":gateway": {"oscore": {"basedir": f"{folder / 'device'}/"}}})
        site = resource.Site()
        site.add_resource(["relay"], _Relay())
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self._context = await aiocoap.Context.create_server_context(
            OscoreSiteWrapper(site, credentials),
            bind=("127.0.0.1", port),
            server_credentials=credentials,
        )
        return {"port": port, "context": f"{folder / 'gateway'}/"}

    async def stop(self) -> None:
        """Stop serving."""
        await self._context.shutdown()


class CoapGateway:
    """A client that posts to the resource."""

    async def start(self, options: Options, facts: Facts) -> None:
        """Load the security context."""
        os.environ["AIOCOAP_CLIENT_TRANSPORT"] = _TRANSPORTS
        logging.getLogger("coap").setLevel(logging.ERROR)
        self._bytes = 0
        _count_datagrams(self._add_bytes)
        self._context = await aiocoap.Context.create_client_context()
        origin = f"coap://127.0.0.1:{facts['port']}"
        self._context.client_credentials.load_from_dict(
            {f"{origin}/*": {"oscore": {"basedir": facts["context"]}}}
        )
        self._uri = f"{origin}/relay"

    async def command(self, index: int) -> None:
        """Post the command and await the protected answer."""
        request = aiocoap.Message(code=aiocoap.POST, uri=self._uri, payload=COMMAND_JSON)
        response = await self._context.request(request).response
        if response.payload != RESULT_JSON:
            raise RuntimeError(f"unexpected answer {response.code}")

    def wire_bytes(self) -> int:
        """Bytes of all datagrams so far."""
        return self._bytes

    def _add_bytes(self, count: int) -> None:
        self._bytes += count

    async def stop(self) -> None:
        """Close the context."""
        await self._context.shutdown()
