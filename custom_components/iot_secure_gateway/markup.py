"""Names in texts that Home Assistant shows as Markdown: issues, notifications, descriptions of forms."""

import re

# Every sign that begins markup, an entity or an address; Markdown shows an escaped sign as itself.
_SIGNS = re.compile(r"[\\`*_{}\[\]()<>#+!|~&@:/.=-]")


def escaped(text: str) -> str:
    """Return text that Markdown shows as it is: no emphasis, link, picture, address or HTML."""
    return _SIGNS.sub(r"\\\g<0>", text)
