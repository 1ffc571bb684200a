// One authenticated link in mode 0: greeting, sessions of both lanes, changes of the binding
// (docs/protocol.md, sections 6 to 10). What is out of form or does not belong here throws.

import { randomBytes } from "node:crypto";
import { readCommand, write } from "./app.mjs";
import { KeyPair, derive, identifier, same, sha256, tag16 } from "./crypto.mjs";
import { STATUS, drop, knownFrom, newLane, note, promote } from "./state.mjs";

const KEEPALIVE = 0x00, HELLO = 0x01, HELLO_OK = 0x02, RESYNC = 0x03, RESYNCED = 0x04;
const ROTATE = 0x07, ROTATED = 0x08, RELEASE = 0x09, RELEASED = 0x0a;
const OPEN = 0x10, ECHO = 0x11, COMMIT = 0x12, RESULT = 0x13, OUTCOME_ASKED = 0x14, OUTCOME = 0x15;
const BREACH = 0x1f, DATA_OPEN = 0x20, DATA_ECHO = 0x21, DATA_COMMIT = 0x22, DATA_DONE = 0x23;
const COMMAND_MISMATCH = 0x05, GSID_MISMATCH = 0x06, DSID_MISMATCH = 0x07, GSID_REUSED = 0x08;
const SESSION_EXPIRED = 0x0a, BUSY = 0x0b;
const COMMAND_LANE = 0, DATA_LANE = 1, INLINE = 1;
const MAX_COUNT = 2 ** 31 - 1;
const STEP_MS = 10_000, SAY_AFTER_MS = 20_000, SILENCE_MS = 60_000, RETRY_MS = 1_000;
export const MAX_FRAME = 4096;

const isHarmless = (code) => code === SESSION_EXPIRED || code === BUSY;
const hex = (text) => Buffer.from(text, "hex");

function number(size, value) {
  const bytes = Buffer.alloc(size);
  bytes.writeUIntBE(value, 0, size);
  return bytes;
}

// Cuts a record into its fields: 1, 2, 4 a number; "id" a DSID or GSID; "text" what has its length
// (u16) in front; "n32" and the like so many bytes.
function cut(record, ...layout) {
  let at = 1;
  const take = (size) => {
    if (record.length < at + size) throw new Error("too short");
    return record.subarray(at, (at += size));
  };
  const fields = layout.map((kind) => {
    if (typeof kind === "number") return take(kind).readUIntBE(0, kind);
    if (kind === "text") return Buffer.from(take(take(2).readUInt16BE()));
    if (kind !== "id") return Buffer.from(take(Number(kind.slice(1))));
    const id = take(20).toString("latin1");
    if (!/^[A-Za-z0-9]{20}$/.test(id)) throw new Error("no identifier");
    return id;
  });
  if (at !== record.length) throw new Error("too long");
  return fields;
}

export class Link {
  isGreeted = false;
  isSettled = false; // the gateway is through with what comes before sessions
  pending = null; // the command session between ECHO and COMMIT
  offer = null; // the data session under way
  offerFrom = 0; // when the next one may be tried
  saidAt = Date.now();
  heardAt = Date.now();

  // `transmit` takes a record, `close` ends the connection, `released` says that there is no owner now.
  constructor({ state, app, hash, peer, transmit, close, released }) {
    Object.assign(this, { state, app, hash, peer, transmit, close, released });
    this.timer = setInterval(() => this.tick(), 500);
  }

  ended() {
    clearInterval(this.timer);
  }

  lane(which) {
    return this.state.binding.lanes[which];
  }

  send(kind, ...parts) {
    this.saidAt = Date.now();
    this.transmit(Buffer.concat([number(1, kind), ...parts.map((part) => Buffer.from(part))]));
  }

  breach(code) {
    this.send(BREACH, number(1, code));
    if (!isHarmless(code)) this.close();
  }

  tick() {
    const now = Date.now();
    if (this.pending && now - this.pending.at >= STEP_MS) this.pending = null;
    if (now - this.heardAt >= SILENCE_MS) this.close();
    else if (this.offer && now - this.offer.at >= STEP_MS) this.close();
    else if (now - this.saidAt >= SAY_AFTER_MS) this.send(KEEPALIVE);
    else this.tell();
  }

  receive(record) {
    this.heardAt = Date.now();
    const handler = HANDLERS[record[0]];
    if (!handler || this.isGreeted === (record[0] === HELLO)) throw new Error("not now");
    this[handler](record);
  }

  // --- greeting and continuity -------------------------------------------------------------------

  onHello(record) {
    const [, , , ...told] = cut(record, "n8", 2, 4, 4, "n16", 4, "n16");
    const { boot, binding } = this.state;
    this.isGreeted = true;
    const lanes = binding.lanes.map((lane, i) => {
      lane.storedKnownFrom = Math.min(lane.storedKnownFrom, Math.max(lane.count, told[2 * i]) + 1);
      const confirmed = this.tag(i, lane.count, lane.gsid, lane.dsid);
      const isPair = lane.newGsid !== null;
      const offered = isPair ? this.tag(i, lane.count + 1, lane.newGsid, lane.newDsid) : Buffer.alloc(16);
      return Buffer.concat([number(4, lane.count), number(4, knownFrom(lane)), confirmed, offered]);
    });
    const texts = [this.peer, Buffer.from(this.app.firmware)].flatMap((text) => [[text.length], text]);
    const numbers = [number(4, boot), [0, 0], number(2, MAX_FRAME), number(4, binding.epoch)];
    this.send(HELLO_OK, ...numbers, ...texts, ...lanes);
  }

  tag(lane, count, gsid, dsid) {
    const numbers = [number(1, lane), number(4, this.state.binding.epoch), number(4, count)];
    return tag16(this.hash, Buffer.from("DISG1 cont"), ...numbers, Buffer.from(gsid + dsid));
  }

  onKeepalive(record) {
    cut(record);
    this.isSettled = true;
    this.tell();
  }

  onResync(record) {
    const [which, epoch, count, gsid, dsid] = cut(record, 1, 4, 4, "id", "id");
    const { binding } = this.state;
    if (which > DATA_LANE || epoch <= binding.epoch || count <= this.lane(which).count)
      throw new Error("does not go up");
    if (Math.max(epoch, count) > MAX_COUNT) throw new Error("too far");
    this.pending = null;
    binding.lanes[which] = newLane({ gsid, dsid }, count);
    binding.epoch = epoch;
    this.state.save();
    this.send(RESYNCED, record.subarray(1), [0]);
  }

  // --- commands ----------------------------------------------------------------------------------

  onOpen(record) {
    const [gsid, dsid, command] = cut(record, "id", "id", "text");
    const lane = this.lane(COMMAND_LANE);
    this.pending = null;
    if (dsid !== lane.dsid && dsid !== lane.newDsid) return this.breach(DSID_MISMATCH);
    if (gsid === lane.gsid || gsid === lane.newGsid) return this.breach(GSID_REUSED);
    if (dsid === lane.newDsid) promote(lane);
    else drop(lane);
    lane.newGsid = gsid;
    lane.newDsid = identifier();
    this.state.save();
    this.pending = { command, at: Date.now() };
    this.send(ECHO, gsid, lane.newDsid, number(2, command.length), command);
  }

  onCommit(record) {
    const [gsid, dsid, command] = cut(record, "id", "id", "text");
    const lane = this.lane(COMMAND_LANE);
    const { pending } = this;
    this.pending = null;
    if (!pending || Date.now() - pending.at >= STEP_MS) return this.breach(SESSION_EXPIRED);
    if (!command.equals(pending.command)) return this.breach(COMMAND_MISMATCH);
    if (gsid !== lane.newGsid) return this.breach(GSID_MISMATCH);
    if (dsid !== lane.newDsid) return this.breach(DSID_MISMATCH);
    const read = readCommand(command);
    const { outcomes } = this.state.binding;
    const id = read?.id ?? "00".repeat(16);
    promote(lane);
    note(outcomes, id, lane.count, STATUS.running);
    this.state.save();
    const [status, result] = this.app.execute(read);
    const json = Buffer.from(write(result));
    note(outcomes, id, lane.count, status, json.toString());
    this.state.save();
    this.send(RESULT, gsid, dsid, [status], number(2, json.length), json);
  }

  onOutcomeAsked(record) {
    const [id, count] = cut(record, "n16", 4);
    const kept = this.state.binding.outcomes.find(
      (one) => one.number === count && hex(one.id).equals(id),
    );
    const isForgotten = count < knownFrom(this.lane(COMMAND_LANE));
    const status = kept?.status ?? (isForgotten ? STATUS.unknown : STATUS.notExecuted);
    const json = Buffer.from(kept?.json ?? "");
    this.send(OUTCOME, id, number(4, count), [status], number(2, json.length), json);
  }

  onBreach(record) {
    const [code] = cut(record, 1);
    if (!isHarmless(code) || this.offer?.isCommitted) return this.close();
    this.offer = null;
    this.offerFrom = Date.now() + RETRY_MS;
  }

  // --- data lane: values only, so what may have got lost is simply told again ----------------------

  tell() {
    const values = this.app.untold;
    if (!values || !this.isSettled || this.offer || Date.now() < this.offerFrom) return;
    const bytes = Buffer.from(write({ boot: this.state.boot, values }));
    const [dsid, digest] = [identifier(), sha256(bytes)];
    this.offer = { dsid, digest, values, isCommitted: false, at: Date.now() };
    const head = [dsid, this.lane(DATA_LANE).gsid, randomBytes(16), digest];
    this.send(DATA_OPEN, ...head, number(4, bytes.length), [INLINE], bytes);
  }

  onDataEcho(record) {
    const [dsid, gsid, digest] = cut(record, "id", "id", "n32");
    const lane = this.lane(DATA_LANE);
    if (!this.offer || this.offer.isCommitted) throw new Error("nothing was offered");
    if (dsid !== this.offer.dsid) return this.breach(DSID_MISMATCH);
    if (!same(digest, this.offer.digest)) return this.breach(COMMAND_MISMATCH);
    if (gsid === lane.gsid) return this.breach(GSID_MISMATCH);
    Object.assign(lane, { newGsid: gsid, newDsid: dsid });
    promote(lane);
    this.state.save();
    Object.assign(this.offer, { isCommitted: true, at: Date.now() });
    this.send(DATA_COMMIT, dsid, gsid, digest);
  }

  onDataDone(record) {
    const [dsid, gsid] = cut(record, "id", "id", 1); // if it was of no use there, so it is here
    const lane = this.lane(DATA_LANE);
    if (!this.offer?.isCommitted) throw new Error("nothing was committed");
    if (dsid !== lane.dsid || gsid !== lane.gsid) return this.breach(GSID_MISMATCH);
    if (this.app.untold === this.offer.values) this.app.untold = null;
    this.offer = null;
    this.tell();
  }

  // --- changes of the binding --------------------------------------------------------------------

  onRotate(record) {
    const [theirs] = cut(record, "n32");
    const pair = new KeyPair();
    const { binding } = this.state;
    binding.next = derive(pair.times(theirs), "ISG1 rotate", hex(binding.key)).toString("hex");
    this.state.save();
    this.send(ROTATED, pair.public);
  }

  onRelease(record) {
    cut(record);
    this.state.giveUp();
    this.send(RELEASED);
    this.released();
  }
}

const HANDLERS = {
  [KEEPALIVE]: "onKeepalive", [HELLO]: "onHello", [RESYNC]: "onResync",
  [ROTATE]: "onRotate", [RELEASE]: "onRelease", [BREACH]: "onBreach",
  [OPEN]: "onOpen", [COMMIT]: "onCommit", [OUTCOME_ASKED]: "onOutcomeAsked",
  [DATA_ECHO]: "onDataEcho", [DATA_DONE]: "onDataDone",
};
