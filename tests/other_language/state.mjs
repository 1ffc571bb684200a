// What the device keeps in a file: the binding, the identifiers of its lanes, outcomes, counts.

import {
  closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { derive, sha256, tag16 } from "./crypto.mjs";

export const STATUS = { ok: 0, refused: 2, notExecuted: 3, running: 4, interrupted: 5, unknown: 6 };
const OUTCOMES = 32;
const OUTCOME_JSON = 256;

export class State {
  boot = 0;
  wrong = 0; // passwords in a row
  proof = null; // that an owner's binding was given up
  damaged = false;
  binding = null;

  constructor(path, serial) {
    this.path = path;
    Object.assign(this, this.load(), { serial });
    this.boot += 1;
    for (const outcome of this.binding?.outcomes ?? [])
      if (outcome.status === STATUS.running) outcome.status = STATUS.interrupted;
    this.save();
  }

  load() {
    if (!existsSync(this.path)) return {};
    const [sum, json] = readFileSync(this.path, "utf8").split("\n");
    // Damage must not free the device: it stays owned, by nobody who could link.
    if (sum !== sha256(Buffer.from(json ?? "")).toString("hex")) return { damaged: true };
    return JSON.parse(json);
  }

  save() {
    const { path, ...kept } = this;
    const json = JSON.stringify(kept);
    const file = openSync(path + ".new", "w", 0o600);
    writeSync(file, `${sha256(Buffer.from(json)).toString("hex")}\n${json}`);
    fsyncSync(file);
    closeSync(file);
    renameSync(path + ".new", path);
    const folder = openSync(dirname(path), "r");
    fsyncSync(folder);
    closeSync(folder);
  }

  // The owner's binding ends; what proves that is kept.
  giveUp() {
    if (this.binding?.confirmed) {
      const key = derive(Buffer.from(this.binding.key, "hex"), "ISG1 reset");
      this.proof = tag16(key, Buffer.from(this.serial)).toString("hex");
    }
    Object.assign(this, { binding: null, damaged: false, wrong: 0 });
    this.save();
  }

  get isOwned() {
    return this.damaged || this.binding?.confirmed === true;
  }
}

export const newLane = ({ gsid, dsid }, count = 0) =>
  ({ count, storedKnownFrom: count ? count + 1 : 1, gsid, dsid, newGsid: null, newDsid: null });

export const knownFrom = (lane) => Math.max(lane.storedKnownFrom, lane.count - OUTCOMES + 1);

export function drop(lane) {
  lane.newGsid = lane.newDsid = null;
}

export function promote(lane) {
  Object.assign(lane, { gsid: lane.newGsid, dsid: lane.newDsid, count: lane.count + 1 });
  drop(lane);
}

export function note(outcomes, id, number, status, json = "") {
  const at = outcomes.findIndex((one) => one.number === number);
  const kept = Buffer.byteLength(json) > OUTCOME_JSON ? "" : json;
  outcomes.splice(at < 0 ? outcomes.length : at, 1, { id, number, status, json: kept });
  if (outcomes.length > OUTCOMES) outcomes.shift();
}
