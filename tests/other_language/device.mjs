// A device for the gateway, written from docs/protocol.md alone: one binding, mode 0, IPv4.
//
//   node device.mjs FACTORY_FILE PORT      runs it; prints the port it listens on
//   node device.mjs --prs SERIAL PASSWORD  prints what stands for the password in the factory file
//
// A line on standard input is a press of its button, the line "reset" a long one, by which it forgets
// its owner. The device ends with its input.

import { createSocket } from "node:dgram";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { App, write } from "./app.mjs";
import { Claim, Handshake, derive, prs, same, tag16 } from "./crypto.mjs";
import { Link, MAX_FRAME } from "./link.mjs";
import { State, newLane } from "./state.mjs";

const LINK_INIT = 0x01, LINK_ACCEPT = 0x02, CLAIM_OPEN = 0x03, CLAIM_REPLY = 0x04;
const CLAIM_CONFIRM = 0x05, CLAIM_RESULT = 0x06, REJECT = 0x0f, RECORD = 0x10;
const VALIDATED = 0, REJECTED = 1, OWNED = 2, LOCKED = 3;
const FIRST_MAX_FRAME = 256, UNPROVEN_MAX = 2;
const PROVE_MS = 5_000, PING_MS = 30_000;
const FREE_ATTEMPTS = 5, ATTEMPT_MS = 1_000, FIRST_WAIT_MS = 10_000, LONGEST_WAIT_MS = 60_000;

const hex = (text) => Buffer.from(text, "hex");

class Connection {
  phase = "new";
  buffered = Buffer.alloc(0);

  constructor(device, socket) {
    Object.assign(this, { device, socket });
    this.address = socket.remoteAddress.replace(/^::ffff:/, "");
    this.prove();
    socket.setNoDelay(true);
    socket.on("data", (data) => this.receive(data));
    socket.on("error", () => {});
    socket.on("close", () => this.ended());
  }

  prove() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.close(), PROVE_MS);
  }

  get isKnown() {
    return this.device.state.binding?.addresses.includes(this.address) ?? false;
  }

  send(type, body) {
    const head = Buffer.from([0, 0, type]);
    head.writeUInt16BE(body.length + 1);
    this.socket.write(Buffer.concat([head, body]));
  }

  close() {
    this.phase = "closed";
    this.socket.end();
    this.ended();
  }

  ended() {
    clearTimeout(this.timer);
    this.link?.ended();
    this.device.forget(this);
  }

  receive(data) {
    this.buffered = Buffer.concat([this.buffered, data]);
    try {
      while (this.phase !== "closed" && this.buffered.length >= 2) {
        const length = this.buffered.readUInt16BE();
        const most = this.phase === "live" ? MAX_FRAME : FIRST_MAX_FRAME;
        if (length < 1 || length > most) throw new Error("length");
        if (this.buffered.length < 2 + length) return;
        const frame = this.buffered.subarray(2, 2 + length);
        this.buffered = this.buffered.subarray(2 + length);
        this.onFrame(frame[0], frame.subarray(1));
      }
    } catch {
      if (this.phase !== "live" && this.phase !== "closed") this.send(REJECT, Buffer.from([0]));
      this.close();
    }
  }

  onFrame(type, body) {
    if (this.phase === "live" && type === RECORD) this.link.receive(this.keys.inward.open(body));
    else if (this.phase === "new" && type === CLAIM_OPEN) this.onClaimOpen(body);
    else if (this.phase === "claiming" && type === CLAIM_CONFIRM) this.onClaimConfirm(body);
    else if (this.phase === "new" && type === LINK_INIT) this.onLinkInit(body);
    else if (this.phase === "linking" && type === RECORD) this.onFirstRecord(body);
    else throw new Error("not now");
  }

  // --- claim -------------------------------------------------------------------------------------

  answer(...bytes) {
    this.send(CLAIM_RESULT, Buffer.from(bytes));
    this.close();
  }

  onClaimOpen(body) {
    const { device } = this;
    const [version, mode, slot] = body.subarray(16);
    if (body.length !== 67 || version !== 1 || mode > 1 || slot > 3) throw new Error("out of form");
    if (device.state.isOwned) return this.answer(OWNED);
    if (!device.mayClaim(this)) throw new Error("not from there");
    const seconds = Math.ceil((device.lockedUntil - Date.now()) / 1000);
    if (seconds > 0) return this.answer(LOCKED, 0, seconds);
    const secret = device.factory.prs[slot];
    if (!secret || mode !== 0) return this.answer(REJECTED);
    device.lockedUntil = Date.now() + ATTEMPT_MS;
    this.claim = new Claim(hex(secret), device.factory.serial, body);
    this.gatewayId = body.toString("hex", 19, 35);
    this.send(CLAIM_REPLY, this.claim.share);
    this.phase = "claiming";
    this.prove();
  }

  onClaimConfirm(body) {
    const { device, claim } = this;
    const { state } = device;
    if (body.length !== 64) throw new Error("out of form");
    state.wrong += 1;
    state.save();
    if (!same(body, claim.expected)) {
      device.lock();
      return this.answer(REJECTED);
    }
    if (state.isOwned) return this.answer(OWNED);
    state.wrong = 0;
    state.binding = {
      gatewayId: this.gatewayId, key: claim.key.toString("hex"), next: null, confirmed: false,
      addresses: [this.address], epoch: 0, lanes: claim.pairs.map((pair) => newLane(pair)), outcomes: [],
    };
    state.save();
    this.answer(VALIDATED, ...claim.confirmation);
  }

  // --- link --------------------------------------------------------------------------------------

  onLinkInit(body) {
    const { binding } = this.device.state;
    if (body.length !== 64 || binding?.gatewayId !== body.toString("hex", 0, 16))
      throw new Error("not our gateway");
    if (!this.isKnown) return this.close();
    for (const key of [binding.next, binding.key].filter(Boolean)) {
      try {
        const [gatewayId, message] = [body.subarray(0, 16), body.subarray(16)];
        this.keys = new Handshake(hex(key), this.device.factory.serial, gatewayId, message);
      } catch {
        continue; // the other key may fit
      }
      this.usedKey = key;
      this.send(LINK_ACCEPT, this.keys.answer());
      this.phase = "linking";
      return;
    }
    throw new Error("no key fits");
  }

  onFirstRecord(body) {
    const record = this.keys.inward.open(body);
    const { device, usedKey } = this;
    const { binding } = device.state;
    if (binding?.key !== usedKey && binding?.next !== usedKey) throw new Error("another binding by now");
    device.live?.close();
    device.live = this;
    device.waiting.delete(this);
    clearTimeout(this.timer);
    Object.assign(binding, { key: usedKey, next: null, confirmed: true });
    device.state.save();
    this.phase = "live";
    this.link = new Link({
      state: device.state, app: device.app, hash: this.keys.hash,
      peer: Buffer.from(this.address.split(".").map(Number)),
      transmit: (plain) => this.send(RECORD, this.keys.outward.seal(plain)),
      close: () => this.close(),
      released: () => device.released(),
    });
    this.link.receive(record);
  }
}

class Device {
  app = new App();
  waiting = new Set(); // connections that have not proved themselves
  live = null;
  pings = 0;
  lockedUntil = 0;

  constructor(factory, port) {
    this.factory = factory;
    this.state = new State(factory.state, factory.serial);
    this.lock();
    const server = createServer((socket) => this.accept(socket));
    server.listen(port, factory.host, () => {
      this.port = server.address().port;
      console.log(this.port);
      this.socket = createSocket("udp4").bind(0, factory.host, () => this.ping());
    });
    setInterval(() => this.ping(), PING_MS * (0.9 + Math.random() / 5));
  }

  lock() {
    const beyond = this.state.wrong - FREE_ATTEMPTS;
    const wait = beyond < 0 ? ATTEMPT_MS : Math.min(FIRST_WAIT_MS * 2 ** beyond, LONGEST_WAIT_MS);
    this.lockedUntil = this.state.wrong ? Date.now() + wait : 0;
  }

  mayClaim(connection) {
    return this.factory.claim_from.includes(connection.address);
  }

  accept(socket) {
    if (!socket.remoteAddress) return socket.destroy();
    const connection = new Connection(this, socket);
    const places = this.state.binding && !connection.isKnown ? UNPROVEN_MAX - 1 : UNPROVEN_MAX;
    const isWelcome = connection.isKnown || this.mayClaim(connection);
    if (isWelcome && this.waiting.size < places) this.waiting.add(connection);
    else socket.destroy();
  }

  forget(connection) {
    this.waiting.delete(connection);
    if (this.live === connection) this.live = null;
  }

  press() {
    this.app.press();
    this.live?.link.tell();
  }

  reset() {
    this.state.giveUp();
    this.released();
  }

  released() {
    this.lockedUntil = 0;
    this.live?.close();
    this.ping();
  }

  ping() {
    const { factory, state, port, app } = this;
    const bound = state.binding?.confirmed ? { boot: state.boot, seq: this.pings++ } : null;
    const proof = !state.isOwned && state.proof ? { reset: state.proof } : null;
    const facts = { v: 1, sn: factory.serial, ip: factory.host, port, model: "Node", fw: app.firmware };
    let datagram = Buffer.from(write({ ...facts, claimed: state.isOwned, ...bound, ...proof }));
    if (bound) {
      const text = Buffer.concat([Buffer.from("ISG1P"), datagram]);
      datagram = Buffer.concat([text, tag16(derive(hex(state.binding.key), "ISG1 ping"), text)]);
    }
    for (const [host, to] of factory.ping_to) this.socket.send(datagram, to, host);
  }
}

const [first, ...rest] = process.argv.slice(2);
if (first === "--prs") {
  console.log(prs(rest[1], rest[0]).toString("hex"));
} else {
  const device = new Device(JSON.parse(readFileSync(first, "utf8")), Number(rest[0]));
  createInterface({ input: process.stdin })
    .on("line", (line) => (line === "reset" ? device.reset() : device.press()))
    .on("close", () => process.exit());
}
