# ruff: noqa: F821, INP001
"""For freezing into MicroPython: make ... FROZEN_MANIFEST=<here>/manifest.py.

Written by tools/file_lists.py. To keep what the board freezes anyway, include the board's own
manifest from a manifest of yours, and this one after it.
"""

package(  # type: ignore[name-defined]
    "iotsg_device",
    files=(
        "__init__.py",
        "addresses.py",
        "aes_ccm.py",
        "aes_plain.py",
        "clock.py",
        "compat.py",
        "compat_files.py",
        "compat_net.py",
        "crypto.py",
        "device.py",
        "driver.py",
        "entities.py",
        "executor.py",
        "factory.py",
        "journal.py",
        "log.py",
        "memory_store.py",
        "pings.py",
        "server_streams.py",
        "sha512.py",
        "x25519.py",
    ),
    opt=3,
)
package(  # type: ignore[name-defined]
    "isg_protocol",
    files=(
        "__init__.py",
        "caches.py",
        "claim_device.py",
        "claim_messages.py",
        "commands.py",
        "continuity.py",
        "cpace.py",
        "data_records.py",
        "device_connection.py",
        "device_core.py",
        "device_data.py",
        "device_link.py",
        "device_memory.py",
        "errors.py",
        "events.py",
        "frames.py",
        "identifiers.py",
        "kdf.py",
        "link.py",
        "noise.py",
        "pings.py",
        "records.py",
        "wire.py",
    ),
    opt=3,
)
