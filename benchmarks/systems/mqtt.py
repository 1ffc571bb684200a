"""MQTT over TLS through mosquitto: the command and its answer, each with QoS 2.

TCP_NODELAY is set by hand at the broker and at both clients; without it the exchange waits for delayed
acknowledgements and takes tens of milliseconds.
"""

import asyncio
import contextlib
from pathlib import Path
import shutil
import socket
from typing import Final

import aiomqtt

from benchmarks.certificate import client_context, make_certificate
from benchmarks.contract import Facts, LeftOut, Options
from benchmarks.exchange import COMMAND_JSON, RESULT_JSON

_COMMAND_TOPIC: Final = "home/relay/set"
_ANSWER_TOPIC: Final = "home/relay/state"
_QOS: Final = 2
_NODELAY: Final = (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
_START_ATTEMPTS: Final = 100
_START_PAUSE_S: Final = 0.05

# Debian keeps daemons out of the search path of ordinary users.
_BROKER_PLACES: Final = ("mosquitto", "/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto")


def find_broker() -> str | None:
    """Path of mosquitto, or None when it is not installed."""
    return next((path for place in _BROKER_PLACES if (path := shutil.which(place))), None)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _client(facts: Facts) -> aiomqtt.Client:
    return aiomqtt.Client(
        "127.0.0.1",
        facts["port"],
        tls_context=client_context(Path(facts["certificate"])),
        socket_options=[_NODELAY],
    )


class MqttDevice:
    """Starts the broker, subscribes to commands, publishes answers."""

    async def start(self, options: Options) -> Facts:
        """Start mosquitto on a free port and connect to it."""
        path = find_broker()
        if path is None:
            raise LeftOut("mosquitto is not installed (scripts/setup --system)")
        folder = Path(options["folder"])
        certificate, key = make_certificate(folder)
        port = _free_port()
        configuration = folder / "mosquitto.conf"
        configuration.write_text(
            f"listener {port} 127.0.0.1\ncertfile {certificate}\nkeyfile {key}\nallow_anonymous true\n"
            "set_tcp_nodelay true\npersistence false\nlog_dest none\nuser root\n"
        )
        self._broker = await asyncio.create_subprocess_exec(
            path,
            "-c",
            str(configuration),
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        await self._wait_for_broker(port)
        facts = {"port": port, "certificate": str(certificate), "helper_pids": [self._broker.pid]}
        self._client = _client(facts)
        await self._client.__aenter__()
        await self._client.subscribe(_COMMAND_TOPIC, qos=_QOS)
        self._task = asyncio.create_task(self._serve())
        return facts

    async def _wait_for_broker(self, port: int) -> None:
        for _ in range(_START_ATTEMPTS):
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                return
            await asyncio.sleep(_START_PAUSE_S)
        raise LeftOut("mosquitto did not start")

    async def _serve(self) -> None:
        async for _ in self._client.messages:
            await self._client.publish(_ANSWER_TOPIC, RESULT_JSON, qos=_QOS)

    async def stop(self) -> None:
        """Disconnect and end the broker."""
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError, aiomqtt.MqttError):
            await self._task
        with contextlib.suppress(aiomqtt.MqttError):
            await self._client.__aexit__(None, None, None)
        self._broker.terminate()
        await self._broker.wait()


class MqttGateway:
    """Publishes the command and waits for the answer's message."""

    async def start(self, options: Options, facts: Facts) -> None:
        """Connect and subscribe to answers."""
        self._client = _client(facts)
        await self._client.__aenter__()
        await self._client.subscribe(_ANSWER_TOPIC, qos=_QOS)
        self._messages = aiter(self._client.messages)

    async def command(self, index: int) -> None:
        """Publish, with its acknowledgements, and read the answer."""
        await self._client.publish(_COMMAND_TOPIC, COMMAND_JSON, qos=_QOS)
        message = await anext(self._messages)
        if message.payload != RESULT_JSON:
            raise RuntimeError("unexpected answer")

    async def stop(self) -> None:
        """Disconnect."""
        await self._client.__aexit__(None, None, None)
