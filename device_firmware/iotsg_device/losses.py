"""Says what damage in flash cost a device; loaded at a start that found some."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from isg_protocol.device_memory import DeviceMemory


def tell_losses(memory: "DeviceMemory", log: "Callable[[str], None]") -> None:
    """Log what of the memory is lost for good, and what follows from it."""
    log("flash was damaged: what could be read is used, the gateway is told")
    if memory.binding_damaged:
        log("the record of a gateway is damaged: no claim is taken until the reset button is held")
    for slot in sorted(memory.bindings):
        if memory.bindings[slot].lane_lost:
            log("the identifiers of gateway {} are lost: it will suspect a copy".format(slot))
