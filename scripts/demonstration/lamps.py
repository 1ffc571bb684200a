"""What a claimed device is to a user: its entities in Home Assistant, and commands to them."""

from .client import Client
from .devices import switched
from .errors import DemonstrationError, RequestRefused
from simulator import fleet

LINK_SECONDS = 30.0
STATE_SECONDS = 10.0


class Lamp:
    """One claimed simulated device, seen from both ends."""

    def __init__(self, device: fleet.VirtualDevice, entities: dict[str, str]) -> None:
        """`entities` maps the domain (switch, sensor, binary_sensor) to the entity id."""
        self.device = device
        self.switch = entities["switch"]
        self.sensor = entities["sensor"]
        self.connectivity = entities["binary_sensor"]

    @property
    def name(self) -> str:
        """Return what to call it in a line of text."""
        return self.device.interpreter

    async def turn(self, client: Client, word: str) -> None:
        """Switch `on` or `off` and make sure that both ends agree on it."""
        before = switched(self.device)
        await client.call_service("switch", f"turn_{word}", self.switch)
        await client.until_state(self.switch, word, STATE_SECONDS)
        done = switched(self.device)[len(before) :]
        if done != [word]:
            raise DemonstrationError(
                f"{self.name}: expected one {word!r} at the relay, it did {done}"
            )

    async def refused(self, client: Client, word: str) -> RequestRefused:
        """Try to switch, expect an error, and make sure that the relay did nothing."""
        before = switched(self.device)
        try:
            await client.call_service("switch", f"turn_{word}", self.switch)
        except RequestRefused as refusal:
            done = switched(self.device)[len(before) :]
            if done:
                raise DemonstrationError(
                    f"{self.name}: refused, but the relay did {done}"
                ) from refusal
            return refusal
        raise DemonstrationError(f"{self.name}: the command was not refused")

    async def until_connected(self, client: Client) -> None:
        """Wait until the link is up and the entities are there."""
        await client.until_state(self.connectivity, "on", LINK_SECONDS)
        await client.until(
            f"{self.switch} has a state",
            lambda: client.states.get(self.switch, {}).get("state") in ("on", "off") or None,
            STATE_SECONDS,
        )

    async def reading(self, client: Client, *, above: float = -273.15, seconds: float) -> float:
        """Wait until the temperature is a number above that, and return it."""

        def look() -> float | None:
            state = client.states.get(self.sensor, {})
            if state.get("attributes", {}).get("unit_of_measurement") != "°C":
                return None
            try:
                value = float(state["state"])
            except ValueError:
                return None
            return value if value > above else None

        return await client.until(f"{self.sensor} is above {above} °C", look, seconds)


async def find_lamp(client: Client, device: fleet.VirtualDevice, entry_id: str) -> Lamp:
    """Return the lamp of a claimed device; its entry was made after it had said what it is."""
    registry = await client.command("config/entity_registry/list")
    found = {
        entity["entity_id"].split(".")[0]: entity["entity_id"]
        for entity in registry
        # What the gateway says of every device is beside what the device says of itself.
        if entity["config_entry_id"] == entry_id and entity["translation_key"] != "threat_level"
    }
    if missing := {"switch", "sensor", "binary_sensor"} - found.keys():
        raise DemonstrationError(f"{device.serial} has no {', '.join(sorted(missing))}")
    return Lamp(device, found)
