"""The protocol with one check or mark taken out, to see that the explorer misses it.

A mutant is the real package, copied under another name, with one text replaced that occurs in it
exactly once. Each names the smallest search that shows what is lost by it, and by which guarantee.
"""

from __future__ import annotations

from dataclasses import dataclass
import importlib
from pathlib import Path
import shutil
import sys
from types import ModuleType

import custom_components.iot_secure_gateway.protocol as original

from .ends import Setting

_ALWAYS = "always"
COMMAND = Setting(commands=1, data_persistence=_ALWAYS)
TWO_COMMANDS = Setting(commands=2, data_persistence=_ALWAYS)
PACKAGE = Setting(packages=1, data_persistence=_ALWAYS)
CHECKPOINT = Setting(commands=1, persistence="checkpoint", data_persistence=_ALWAYS)
BOTH_CHECKPOINT = Setting(commands=1, packages=1)
BARE_COMMAND = Setting(commands=1, is_ordered=False)
BARE_DSID = Setting(mode=1, commands=1, is_ordered=False)
BARE_PACKAGE = Setting(packages=1, is_ordered=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """What is taken out, and what shows it."""

    what: str
    file: str
    old: str
    new: str
    setting: Setting
    acts: int
    caught_by: str  # how the text of the violation begins
    also: tuple[tuple[str, str], ...] = ()  # a second place that it takes
    copies: bool = False  # a copy has to be tried


def load(mutant: Mutant, folder: Path, number: int) -> ModuleType:
    """Return the mutated protocol package."""
    name = f"mutated_protocol_{number}"
    target = folder / name
    source = Path(original.__path__[0])
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    path = target / mutant.file
    text = path.read_text()
    for old, new in ((mutant.old, mutant.new), *mutant.also):
        if text.count(old) != 1:
            raise ValueError(f"{mutant.what}: the text is there {text.count(old)} times")
        text = text.replace(old, new)
    path.write_text(text)
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    return importlib.import_module(name)


MUTANTS = (
    # --- FIG 11 steps 1110 to 1145: what the device compares ---
    Mutant(
        what="DSID compare in COMMIT",
        file="device_link.py",
        old="elif dsid != cache.provisional_acceptor:",
        new="elif False:",
        setting=BARE_DSID,
        acts=1,
        caught_by="G1",
    ),
    Mutant(
        what="GSID compare in COMMIT",
        file="device_link.py",
        old="elif gsid != cache.provisional_opener:",
        new="elif False:",
        setting=BARE_COMMAND,
        acts=1,
        caught_by="G1",
    ),
    Mutant(
        what="command compare in COMMIT",
        file="device_link.py",
        old="elif command != pending:",
        new="elif False:",
        setting=BARE_COMMAND,
        acts=1,
        caught_by="G1",
    ),
    Mutant(
        what="last used DSID in OPEN",
        file="device_link.py",
        old="if not cache.would_settle(dsid):",
        new="if False:",
        setting=BARE_DSID,
        acts=1,
        caught_by="G1",
    ),
    Mutant(
        what="new GSID in OPEN",
        file="device_link.py",
        old="cache.knows_opener(gsid) or not is_identifier(gsid)",
        new="False",
        setting=BARE_COMMAND,
        acts=1,
        caught_by="G1",
    ),
    Mutant(
        what="address check at OPEN",
        file="device_link.py",
        old="""        if not self._address_holds():
            return
        if core.executing""",
        new="        if core.executing",
        setting=COMMAND,
        acts=1,
        caught_by="G1",
    ),
    Mutant(
        what="address check at COMMIT",
        file="device_link.py",
        old="if not self._address_holds():  # FIG 11 step 1135",
        new="if False:",
        setting=COMMAND,
        acts=1,
        caught_by="G1",
    ),
    Mutant(
        what="no OPEN while a handler runs",
        file="device_link.py",
        old="if core.executing is not None or self._binding",
        new="if self._binding",
        setting=TWO_COMMANDS,
        acts=1,
        caught_by="G2",
    ),
    Mutant(
        what="end of a pending session after 10 s",
        file="device_link.py",
        old="if self._pending is not None and now_ms >= self._pending_until_ms:\n            self._pending = None",
        new="if False:\n            self._pending = None",
        setting=COMMAND,
        acts=1,
        caught_by="G2",
    ),
    # --- FIG 10 step 1015: what the gateway compares ---
    Mutant(
        what="GSID compare in ECHO",
        file="gateway_commands.py",
        old="if gsid != cache.provisional_opener:",
        new="if False:",
        setting=BARE_COMMAND,
        acts=1,
        caught_by="G1",
    ),
    Mutant(
        what="command compare in ECHO",
        file="gateway_commands.py",
        old="elif command != self._command:",
        new="elif False:",
        setting=BARE_COMMAND,
        acts=1,
        caught_by="G1",
    ),
    Mutant(
        what="new DSID in ECHO",
        file="gateway_commands.py",
        old="elif dsid == cache.acceptor_id or not is_identifier(dsid):",
        new="elif False:",
        setting=BARE_COMMAND,
        acts=1,
        caught_by="G1",
    ),
    # --- marks and identifiers that have to survive ---
    Mutant(
        what="mark `started`",
        file="device_link.py",
        old="core.memory.promoted(self._binding, wire.LANE_COMMAND, session_id)",
        new="core.memory.promoted(self._binding, wire.LANE_COMMAND)",
        setting=COMMAND,
        acts=1,
        caught_by="G3",
    ),
    Mutant(
        what="the write before executing",
        file="device_link.py",
        old="core.memory.promoted(self._binding, wire.LANE_COMMAND, session_id)",
        new="pass",
        setting=COMMAND,
        acts=1,
        caught_by="G",
    ),
    Mutant(
        what="reading the mark `started` at a boot",
        file="device_memory.py",
        old="if started is not None and started[0] not in self.outcomes[slot]:",
        new="if False:",
        setting=COMMAND,
        acts=1,
        caught_by="G3",
    ),
    Mutant(
        what="`running` while a handler runs",
        file="device_link.py",
        old="if core.executing is not None and core.executing[1:] == (number, session_id):",
        new="if False:",
        setting=COMMAND,
        acts=1,
        caught_by="G3",
    ),
    Mutant(
        what="provisional pair in flash",
        file="device_link.py",
        old="core.memory.offered(self._binding, wire.LANE_COMMAND)",
        new="pass",
        setting=COMMAND,
        acts=1,
        caught_by="G6",
    ),
    Mutant(
        what="provisional pair kept when OPEN names the confirmed one",
        file="caches.py",
        old="if last == self.last_used:\n            self.drop_provisional()",
        new="if last == self.last_used:\n            self._promote(self.provisional_opener, last)",
        setting=TWO_COMMANDS,
        acts=1,
        caught_by="G",
    ),
    Mutant(
        what="promotion at OPEN",
        file="caches.py",
        old="""        return last == self.last_used or (
            self.has_pair and last == (self.provisional_acceptor or self.provisional_opener)
        )""",
        new="        return last == self.last_used",
        setting=COMMAND,
        acts=1,
        caught_by="G6",
    ),
    Mutant(
        what="counting of sessions",
        file="caches.py",
        old="        self.count += 1\n",
        new="",
        setting=TWO_COMMANDS,
        acts=2,
        caught_by="G",
    ),
    Mutant(
        what="`known_from` after a reboot in checkpoint",
        file="device_memory.py",
        old="            binding.known_from[lane] = cache.count + unheard + 1\n",
        new="",
        setting=CHECKPOINT,
        acts=1,
        caught_by="G3",
    ),
    # --- links ---
    Mutant(
        what="end of an older link",
        file="device_core.py",
        old='            older.close("replaced")',
        new="            pass",
        setting=COMMAND,
        acts=1,
        caught_by="G",
    ),
    Mutant(
        what="authentication before an older link ends",
        file="device_connection.py",
        old="                self._phase = _LINKING\n",
        new="                self._phase = _LINKING\n                core.authenticated(self, binding.slot)\n",
        setting=COMMAND,
        acts=1,
        caught_by="G8",
    ),
    Mutant(
        what="order of records",
        file="noise.py",
        old="plaintext = self._cipher.open(self._number, sealed, aad)",
        new="plaintext = self._cipher.open(0, sealed, aad)",
        also=(("self._cipher.seal(self._number, plaintext, aad)", "self._cipher.seal(0, plaintext, aad)"),),
        setting=COMMAND,
        acts=1,
        caught_by="G",
    ),
    # --- what the gateway remembers ---
    Mutant(
        what="OUTCOME? before any OPEN",
        file="gateway_settling.py",
        old="        if self._questions:\n",
        new="        if False:\n",
        setting=COMMAND,
        acts=1,
        caught_by="G3",
    ),
    Mutant(
        what="open questions",
        file="gateway_commands.py",
        old="            state.unresolved.append((self.session_id, cache.count))\n",
        new="",
        setting=COMMAND,
        acts=1,
        caught_by="G3",
    ),
    Mutant(
        what="`unknown` for a session cut after COMMIT",
        file="gateway_link.py",
        old='SessionEvent("failed", self.commands.session_id, wire.STATUS_UNKNOWN, b"", reason)',
        new='SessionEvent("failed", self.commands.session_id, wire.STATUS_NOT_EXECUTED, b"", reason)',
        setting=COMMAND,
        acts=1,
        caught_by="G3",
    ),
    Mutant(
        what="BREACH after COMMIT leaves the outcome open",
        file="gateway_link.py",
        old="        if self.phase == OPENED:\n            self.phase = READY\n            reason",
        new="        if self.phase in (OPENED, COMMITTED):\n            self.phase = READY\n            reason",
        setting=BARE_COMMAND,
        acts=1,
        caught_by="G3",
    ),
    Mutant(
        what="mark `may have lost state`",
        file="gateway_state.py",
        old="self.may_have_lost = [True, True]",
        new="self.may_have_lost = [False, False]",
        setting=COMMAND,
        acts=1,
        caught_by="G6",
    ),
    Mutant(
        what="forgiveness of what a crash lost",
        file="continuity.py",
        old="if state.may_have_lost[lane] and",
        new="if False and",
        setting=COMMAND,
        acts=1,
        caught_by="G6",
    ),
    Mutant(
        what="forgiveness of a lost COMMIT",
        file="continuity.py",
        old="    if _is_lost_commit(crypto, handshake_hash, ours, lane, epoch, theirs):",
        new="    if False:",
        setting=COMMAND,
        acts=1,
        caught_by="G6",
    ),
    Mutant(
        what="note that a RESYNC is pending",
        file="gateway_settling.py",
        old="                state.resync_pending[other] = True",
        new="                pass",
        setting=COMMAND,
        acts=2,
        caught_by="G6",
    ),
    Mutant(
        what="that note durable before RESYNC is sent",
        file="gateway_settling.py",
        old='            self.awaits_save = True\n            link.report(Event("save_now"))',
        new="            self._send_resync(now_ms)",
        setting=COMMAND,
        acts=2,
        caught_by="G6",
    ),
    Mutant(
        what="the boot is noted only when the lanes agree",
        file="gateway_settling.py",
        old="        self._questions = list(state.unresolved)\n",
        new="        self._questions = list(state.unresolved)\n        state.last_boot = hello.boot\n",
        setting=BOTH_CHECKPOINT,
        acts=2,
        caught_by="G6",
    ),
    Mutant(
        what="continuity",
        file="continuity.py",
        old="    ours = state.lanes[lane]\n    theirs = hello_ok.lanes[lane]\n    if state.resync",
        new="    return FINE\n    ours = state.lanes[lane]\n    theirs = hello_ok.lanes[lane]\n    if state.resync",
        setting=COMMAND,
        acts=0,
        caught_by="G7",
        copies=True,
    ),
    Mutant(
        what="tag of the confirmed pair",
        file="continuity.py",
        old="return FINE if crypto.equal(expected, theirs.confirmed_tag) else COPY",
        new="return FINE",
        setting=COMMAND,
        acts=0,
        caught_by="G7",
        copies=True,
    ),
    # --- data lane ---
    Mutant(
        what="digest compare in DATA_ECHO",
        file="device_data.py",
        old="elif digest != self._digest:",
        new="elif False:",
        setting=BARE_PACKAGE,
        acts=1,
        caught_by="G1",
    ),
    Mutant(
        what="digest compare in DATA_COMMIT",
        file="gateway_data.py",
        old="if digest != message.digest:",
        new="if False:",
        setting=BARE_PACKAGE,
        acts=1,
        caught_by="G1",
    ),
    Mutant(
        what="GSID compare in DATA_COMMIT",
        file="gateway_data.py",
        old="elif gsid != self._gsid:",
        new="elif False:",
        setting=BARE_PACKAGE,
        acts=1,
        caught_by="G1",
    ),
    Mutant(
        what="DSID compare in DATA_COMMIT",
        file="gateway_data.py",
        old="elif dsid != message.dsid:",
        new="elif False:",
        setting=BARE_PACKAGE,
        acts=1,
        caught_by="G1",
    ),
    Mutant(
        what="one DATA_COMMIT per DATA_OPEN",
        file="gateway_data.py",
        old="if self._phase != _OFFERED or now_ms",
        new="if now_ms",
        setting=BARE_PACKAGE,
        acts=1,
        caught_by="data lane",
    ),
    Mutant(
        what="`unknown` for a package cut after DATA_COMMIT",
        file="device_data.py",
        old='SessionEvent("package", self._session_id, wire.STATUS_UNKNOWN)',
        new='SessionEvent("package", self._session_id, wire.STATUS_NOT_EXECUTED)',
        setting=PACKAGE,
        acts=1,
        caught_by="data lane",
    ),
    Mutant(
        what="number in DATA_OUTCOME?",
        file="gateway_data.py",
        old="if number > self._cache.count:",
        new="if number >= self._cache.count:",
        setting=PACKAGE,
        acts=1,
        caught_by="data lane",
    ),
    Mutant(
        what="refusal after DATA_COMMIT leaves the outcome open",
        file="device_data.py",
        old='            self._link.end("refused")',
        new="            self._end(wire.STATUS_NOT_EXECUTED)",
        setting=BARE_PACKAGE,
        acts=1,
        caught_by="data lane",
    ),
    Mutant(
        what="offered pair forgotten when the gateway died",
        file="gateway_state.py",
        old="        self.lanes[wire.LANE_DATA].drop_provisional()\n",
        new="",
        setting=PACKAGE,
        acts=1,
        caught_by="data lane",
    ),
)
