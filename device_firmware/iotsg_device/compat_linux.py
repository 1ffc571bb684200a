"""What Linux says of its networks in the tables of its kernel; no board ever loads this.

MicroPython on Linux has no getsockname, and no interpreter lists the networks of a machine.
"""

from . import addresses

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_LOOPBACK_4 = (bytes((127, 0, 0, 0)), 8)
_LOOPBACK_6 = (bytes(15) + b"\x01", 128)
_LINK_LOCAL_6 = (b"\xfe\x80" + bytes(14), 64)
MAX_LINES = 500  # lines read of a table of the kernel


def networks() -> "list[tuple[bytes, int]]":
    """Return the networks this machine is directly in, as (address, prefix length)."""
    out = [_LOOPBACK_4, _LOOPBACK_6, _LINK_LOCAL_6]
    out.extend(parse_routes(_lines("/proc/net/route")))
    out.extend(parse_if_inet6(_lines("/proc/net/if_inet6")))
    return out


def own_address_by_tables(target: "bytes | None") -> "str | None":
    """Return this machine's address towards `target`, or any but the loopback; None when there is none."""
    if target is not None and addresses.is_in(target, _LOOPBACK_4):
        return "127.0.0.1"
    first = None
    networks = parse_routes(_lines("/proc/net/route"))
    for found in parse_fib_trie(_lines("/proc/net/fib_trie")):
        if addresses.is_in(found, _LOOPBACK_4):
            continue
        first = first or found
        for network in networks:
            if (
                target is not None
                and addresses.is_in(found, network)
                and addresses.is_in(target, network)
            ):
                return addresses.text(found)
    return None if first is None else addresses.text(first)


def parse_fib_trie(lines: "Iterable[str]") -> "list[bytes]":
    """Return the machine's own IPv4 addresses in the lines of /proc/net/fib_trie."""
    out: "list[bytes]" = []
    last = None
    for line in lines:
        if "|-- " in line:
            last = addresses.parse(line.split("|-- ", 1)[1].strip())
        elif "/32 host LOCAL" in line and last is not None and last not in out:
            out.append(last)
    return out


def parse_routes(lines: "Iterable[str]") -> "list[tuple[bytes, int]]":
    """Return the networks without a gateway in the lines of /proc/net/route."""
    out = []
    for line in lines:
        columns = line.split()
        if len(columns) < 8 or columns[2] != "00000000" or columns[7] == "00000000":
            continue
        try:
            # The kernel prints the number in the order of a little-endian machine's memory.
            base = bytes(reversed(bytes.fromhex(columns[1])))
            mask = bytes(reversed(bytes.fromhex(columns[7])))
        except ValueError:
            continue
        if len(base) == 4 and len(mask) == 4:
            out.append((base, addresses.prefix(mask)))
    return out


def parse_if_inet6(lines: "Iterable[str]") -> "list[tuple[bytes, int]]":
    """Return the networks of the addresses in the lines of /proc/net/if_inet6."""
    out = []
    for line in lines:
        columns = line.split()
        if len(columns) < 3:
            continue
        try:
            address = bytes.fromhex(columns[0])
            prefix = int(columns[2], 16)
        except ValueError:
            continue
        if len(address) == 16 and 0 < prefix <= 128:
            out.append((address, prefix))
    return out


def _lines(path: str) -> "Iterator[str]":
    """Give the lines of a file one by one, for what has little memory; none when it is missing."""
    try:
        file = open(path)
    except OSError:
        return
    try:
        for _ in range(MAX_LINES):
            line = file.readline()
            if not line:
                return
            yield line
    finally:
        file.close()
