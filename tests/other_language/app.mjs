// What this device is - a relay with a button, and a count of presses - and the JSON it speaks.

import { STATUS } from "./state.mjs";

const LEVELS = 8;
const byCodePoint = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b));

function writeText(text) {
  if (Buffer.from(text).toString() !== text) throw new Error("half a surrogate pair");
  return JSON.stringify(text);
}

// The one form of docs/protocol.md, section 8.
export function write(value, level = 1) {
  if (typeof value === "string") return writeText(value);
  if (value === null || typeof value === "boolean") return String(value);
  if (Number.isSafeInteger(value)) return String(value);
  if (typeof value !== "object" || level > LEVELS) throw new Error("no JSON of ours");
  if (Array.isArray(value)) return `[${value.map((one) => write(one, level + 1)).join(",")}]`;
  const pairs = Object.keys(value).sort(byCodePoint)
    .map((key) => `${writeText(key)}:${write(value[key], level + 1)}`);
  return `{${pairs.join(",")}}`;
}

// Returns the command, or null when the bytes are none in that form.
export function readCommand(bytes) {
  try {
    const command = JSON.parse(bytes.toString());
    const { id, cmd, entity = "", args = {}, ...others } = command;
    const texts = [cmd, entity].every((text) => typeof text === "string");
    const isObject = args !== null && typeof args === "object" && !Array.isArray(args);
    const isWhole = texts && isObject && typeof id === "string" && /^[0-9a-f]{32}$/.test(id);
    if (!isWhole || Object.keys(others).length) return null;
    return Buffer.from(write(command)).equals(bytes) ? { ...command, args } : null;
  } catch {
    return null;
  }
}

export class App {
  firmware = "js-1";
  values = { presses: "0", relay: false };
  untold = null;

  press() {
    this.values = { presses: String(Number(this.values.presses) + 1), relay: !this.values.relay };
    this.untold = this.values;
  }

  // Returns status and result; `command` is null when it was out of form.
  execute(command) {
    const refused = (error) => [STATUS.refused, { error }];
    if (!command) return refused("not a command");
    const { cmd, entity, args } = command;
    const names = Object.keys(args).join();
    if (entity === undefined && cmd === "describe" && ["", "page"].includes(names))
      return (args.page ?? 0) === 0 ? [STATUS.ok, this.description] : refused("no such page");
    if (entity === undefined && cmd === "read" && ["", "keys"].includes(names)) {
      const keys = args.keys ?? Object.keys(this.values);
      if (!Array.isArray(keys) || !keys.every((key) => Object.hasOwn(this.values, key)))
        return refused("unknown entity");
      return [STATUS.ok, { values: Object.fromEntries(keys.map((key) => [key, this.values[key]])) }];
    }
    if (entity !== "relay" || !["turn_on", "turn_off"].includes(cmd) || names)
      return refused("unknown command");
    this.values = { ...this.values, relay: cmd === "turn_on" };
    return [STATUS.ok, { values: { relay: this.values.relay } }];
  }

  get description() {
    const device = { fw: this.firmware, manufacturer: "Stranger", model: "Node", name: "Stranger" };
    const relay = { key: "relay", kind: "switch", name: "Relay" };
    const presses = { key: "presses", kind: "sensor", name: "Presses", category: "diagnostic" };
    return { device, entities: [relay, presses], page: 0, pages: 1, v: 1 };
  }
}
