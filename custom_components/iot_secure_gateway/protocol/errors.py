"""The faults this layer reports: the peer's in one tree, our own misuse in another.

A `ProtocolError` means that the peer sent what it must not; its `code` is the breach code of the
protocol (docs/protocol.md, "Breaches") and its text is for our own log only, never for the peer.
`MisuseError` means that the code on this side called in a state in which it may not.
"""


class ProtocolError(Exception):
    """The peer broke the protocol; `code` says how (u8 of the BREACH message, 0 = not named)."""

    code = 0


class FrameError(ProtocolError):
    """BAD_FRAME: a length over the limit, an unknown type, or a type that the phase forbids."""

    code = 0x02


class HandshakeError(ProtocolError):
    """BAD_HANDSHAKE: a claim or link message of wrong size, or one that does not authenticate."""

    code = 0x03


class RecordError(ProtocolError):
    """BAD_RECORD: ciphertext that does not open, or a record whose fields do not decode."""

    code = 0x04


class MisuseError(Exception):
    """This side called what it may not call now: a fault of ours, never caused by peer data."""
