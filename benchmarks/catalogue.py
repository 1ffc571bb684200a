"""The systems that are measured, in the order in which the table shows them."""

from typing import Final

from benchmarks.harness import Ends, System

FLOOR: Final = "tcp-2"
LINK: Final = "link"
LINK_FILE: Final = "link-file"
FUNNEL: Final = "funnel"
RECORDED: Final = "funnel-recorded"
HOME_ASSISTANT: Final = "home-assistant"
MQTT: Final = "mqtt"
OSCORE: Final = "oscore"
HTTPS: Final = "https"

_TCP: Final = Ends("tcp.TcpDevice", "tcp.TcpGateway")

SYSTEMS: Final = (
    System(
        key="tcp-1",
        title="asyncio TCP, one round trip",
        round_trips="1",
        is_encrypted="-",
        options={"round_trips": 1},
        ends=_TCP,
    ),
    System(
        key=FLOOR,
        title="asyncio TCP, two round trips: the floor",
        round_trips="2",
        is_encrypted="-",
        ends=_TCP,
    ),
    System(
        key="tcp-2-ccm",
        title="the floor with AES-CCM on each message",
        round_trips="2",
        is_encrypted="yes",
        options={"encrypted": True},
        ends=_TCP,
    ),
    System(
        key="bare",
        title="our four messages without any layers: the bound",
        ends=Ends("bare_exchange.BareDevice", "bare_exchange.BareGateway"),
        round_trips="2",
        is_encrypted="yes",
    ),
    System(
        key=LINK,
        title="ours at the link, device store in memory",
        ends=Ends("our_device.OurDevices", "our_gateway.LinkGateway"),
        round_trips="2",
        is_encrypted="yes",
    ),
    System(
        key=LINK_FILE,
        title="ours at the link, every step in the device's flash journal",
        ends=Ends("our_device.OurDevices", "our_gateway.LinkGateway"),
        round_trips="2",
        is_encrypted="yes",
        options={"store": "journal"},
    ),
    System(
        key=FUNNEL,
        title="ours through the whole funnel, store in memory",
        ends=Ends("our_device.OurDevices", "our_gateway.FunnelGateway"),
        round_trips="2",
        is_encrypted="yes",
    ),
    System(
        key=RECORDED,
        title="the funnel, with monitoring and the record in a file",
        ends=Ends("our_device.OurDevices", "our_gateway.RecordedGateway"),
        round_trips="2",
        is_encrypted="yes",
    ),
    System(
        key=HOME_ASSISTANT,
        title="ours through a Home Assistant service call",
        ends=Ends("our_device.OurDevices", "home_assistant.HomeAssistantGateway"),
        round_trips="2",
        is_encrypted="yes",
    ),
    System(
        key=HTTPS,
        title="HTTPS with token (aiohttp)",
        ends=Ends("https.HttpsDevice", "https.HttpsGateway"),
        round_trips="1",
        is_encrypted="yes",
    ),
    System(
        key=MQTT,
        title="MQTT over TLS, QoS 2 + answer, TCP_NODELAY",
        ends=Ends("mqtt.MqttDevice", "mqtt.MqttGateway"),
        round_trips="via broker",
        is_encrypted="to broker",
        is_brokered=True,
    ),
    System(
        key=OSCORE,
        title="CoAP with OSCORE (aiocoap)",
        ends=Ends("coap.CoapDevice", "coap.CoapGateway"),
        round_trips="1",
        is_encrypted="yes",
    ),
)

# Systems that can serve many devices from one process; the others would measure something else.
THROUGHPUT_KEYS: Final = frozenset({"tcp-1", FLOOR, "tcp-2-ccm", LINK, FUNNEL})
