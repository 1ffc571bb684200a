"""Network addresses as bytes (4 or 16), without what small interpreters lack.

An IPv4 address that arrives mapped into IPv6 (`::ffff:192.0.2.1`) is the IPv4 address: the address
check of FIG 11 must not depend on how the socket was opened.
"""

_MAPPED = bytes(10) + b"\xff\xff"
_HEX = "0123456789abcdefABCDEF"
_DIGITS = "0123456789"


def normalise(address: bytes) -> bytes:
    """Return a v4-mapped IPv6 address as IPv4, anything else unchanged."""
    if len(address) == 16 and address[:12] == _MAPPED:
        return address[12:]
    return address


def parse(text: str) -> "bytes | None":
    """Return the bytes of an IPv4 or IPv6 address (a zone is ignored), or None."""
    if len(text) > 64:
        return None
    if ":" in text:
        return _parse_6(text.split("%", 1)[0])
    return _parse_4(text)


def text(address: bytes) -> str:
    """Return an address as text; IPv6 is not shortened."""
    if len(address) == 4:
        return ".".join([str(part) for part in address])
    return ":".join(
        ["{:x}".format(address[i] << 8 | address[i + 1]) for i in range(0, len(address), 2)]
    )


def parse_network(text: str) -> "tuple[bytes, int] | None":
    """Return (address, prefix length) of `192.0.2.0/24`, `fd00::/8` or a single address, or None."""
    name, slash, prefix_text = text.partition("/")
    address = parse(name)
    if address is None:
        return None
    bits = 8 * len(address)
    if not slash:
        return address, bits
    prefix = decimal(prefix_text)
    if prefix is None or prefix > bits:
        return None
    return address, prefix


def decimal(text: str) -> "int | None":
    """Return the number that up to five ASCII digits write, or None."""
    if not 1 <= len(text) <= 5:
        return None
    for character in text:
        if character not in _DIGITS:
            return None
    return int(text)


def is_in(address: bytes, network: "tuple[bytes, int]") -> bool:
    """Tell whether `address` lies in `network` = (address, prefix length)."""
    base, prefix = network
    if len(address) != len(base):
        return False
    shift = 8 * len(base) - prefix
    return int.from_bytes(address, "big") >> shift == int.from_bytes(base, "big") >> shift


def prefix(mask: bytes) -> int:
    """Return the prefix length of a mask."""
    return sum([bin(part).count("1") for part in mask])


def _parse_4(text: str) -> "bytes | None":
    parts = text.split(".")
    if len(parts) != 4:
        return None
    out = []
    for part in parts:
        # No leading zero: other programs read such a part as octal.
        number = decimal(part)
        if number is None or number > 255 or (part[0] == "0" and part != "0"):
            return None
        out.append(number)
    return bytes(out)


def _parse_6(text: str) -> "bytes | None":
    head, gap, tail = text.partition("::")
    if gap and "::" in tail:
        return None
    first = _groups(head)
    last = _groups(tail)
    if first is None or last is None:
        return None
    missing = 16 - len(first) - len(last)
    if missing < (2 if gap else 0) or (missing and not gap):
        return None
    return first + bytes(missing) + last


def _groups(text: str) -> "bytes | None":
    """Return the bytes of `a:b:c` or `a:b:192.0.2.1`; nothing for an empty text."""
    if not text:
        return b""
    out = b""
    parts = text.split(":")
    for index, part in enumerate(parts):
        if "." in part and index == len(parts) - 1:
            low = _parse_4(part)
            if low is None:
                return None
            out += low
            continue
        if not 1 <= len(part) <= 4:
            return None
        for character in part:
            if character not in _HEX:
                return None
        out += bytes((int(part, 16) >> 8, int(part, 16) & 255))
    return out
