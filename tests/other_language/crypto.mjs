// The cryptography of docs/protocol.md, sections 3 to 5.

import {
  createCipheriv, createDecipheriv, createHash, createHmac, createPublicKey, diffieHellman,
  generateKeyPairSync, hkdfSync, pbkdf2Sync, randomBytes, timingSafeEqual,
} from "node:crypto";

// Not Buffer.alloc(0): Node may hand that to OpenSSL as a null pointer, and AES-CCM then makes no tag.
const NOTHING = Buffer.alloc(1).subarray(0, 0);
const TAG = 16;
const REKEY_EVERY = 2n ** 20n;
const REKEY_NONCE = 2n ** 64n - 1n;

const hash = (name, ...parts) => createHash(name).update(Buffer.concat(parts)).digest();
const hmac = (name, key, ...parts) => createHmac(name, key).update(Buffer.concat(parts)).digest();
export const sha256 = (...parts) => hash("sha256", ...parts);
export const tag16 = (key, ...parts) => hmac("sha256", key, ...parts).subarray(0, TAG);
export const same = (a, b) => a.length === b.length && timingSafeEqual(a, b);
export const derive = (secret, info, salt = NOTHING) =>
  Buffer.from(hkdfSync("sha256", secret, salt, info, 32));

// --- identifiers, password -----------------------------------------------------------------------

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

export function identifier(bytes = randomBytes(32)) {
  let x = BigInt("0x" + bytes.toString("hex"));
  let text = "";
  for (let i = 0; i < 20; i++, x /= 62n) text += LETTERS[Number(x % 62n)];
  return text;
}

export function prs(password, serial) {
  const plain = password.replace(/[ -]/g, "").toUpperCase();
  if (!/^[A-Z2-7]{12,64}$/.test(plain)) throw new Error("a password has 12 to 64 of A-Z 2-7");
  return pbkdf2Sync(plain, "ISG1" + serial, 100_000, 32, "sha256");
}

// --- X25519 --------------------------------------------------------------------------------------

const SPKI = Buffer.from("302a300506032b656e032100", "hex"); // what stands before the key in its DER

export class KeyPair {
  constructor() {
    const { publicKey, privateKey } = generateKeyPairSync("x25519");
    this.public = publicKey.export({ format: "der", type: "spki" }).subarray(SPKI.length);
    this.private = privateKey;
  }

  // Throws when the outcome is all zero.
  times(point) {
    const key = Buffer.concat([SPKI, point]);
    const publicKey = createPublicKey({ key, format: "der", type: "spki" });
    return diffieHellman({ privateKey: this.private, publicKey });
  }
}

const P = 2n ** 255n - 19n;
const J = 486662n;
const mod = (x) => ((x % P) + P) % P;

function power(base, exponent) {
  let result = 1n;
  for (; exponent; exponent >>= 1n, base = mod(base * base))
    if (exponent & 1n) result = mod(result * base);
  return result;
}

// RFC 9380 section 6.7.1 with Z = 2. 1 + 2 r^2 is never zero.
function elligator2(bytes) {
  const big = Buffer.from(bytes).reverse();
  big[0] &= 0x7f;
  const r = BigInt("0x" + big.toString("hex"));
  let u = mod(-J * power(mod(1n + 2n * r * r), P - 2n));
  if (power(mod(u * (u * u + J * u + 1n)), (P - 1n) / 2n) === P - 1n) u = mod(-u - J);
  return Buffer.from(u.toString(16).padStart(64, "0"), "hex").reverse();
}

// --- claim: CPace --------------------------------------------------------------------------------

// Each part with its length as LEB128 in front; none here is longer than two bytes can say.
const lv = (...parts) => Buffer.concat(parts.flatMap((part) => {
  const n = part.length;
  return [Buffer.from(n < 128 ? [n] : [(n & 127) | 128, n >> 7]), Buffer.from(part)];
}));

// The device's half of one claim; `open` is the body of CLAIM_OPEN.
export class Claim {
  constructor(secret, serial, open) {
    const [sid, ada, ya] = [open.subarray(0, 16), open.subarray(16, 35), open.subarray(35)];
    const zeros = Buffer.alloc(Math.max(0, 127 - lv(secret).length - lv("CPace255").length));
    const ci = lv("ISG1 claim", serial, ada.subarray(3));
    const g = elligator2(hash("sha512", lv("CPace255", secret, zeros, ci, sid)).subarray(0, 32));
    const pair = new KeyPair();
    this.share = pair.times(g);
    const [theirs, ours] = [lv(ya, ada), lv(this.share, serial)];
    const isk = hash("sha512", lv("CPace255_ISK", sid, pair.times(ya)), theirs, ours);
    const mac = hash("sha512", Buffer.from("CPaceMac"), sid, isk);
    this.expected = hmac("sha512", mac, theirs);
    this.confirmation = hmac("sha512", mac, ours);
    this.key = derive(isk, "ISG1 binding key");
    this.pairs = ["cmd", "data"].map((lane) => ({
      gsid: identifier(derive(isk, `ISG1 ${lane} gsid`)),
      dsid: identifier(derive(isk, `ISG1 ${lane} dsid`)),
    }));
  }
}

// --- link: Noise_NNpsk0_25519_AESCCM_SHA256 ------------------------------------------------------

const nonceOf = (counter) => Buffer.from(counter.toString(16).padStart(26, "0"), "hex");

function seal(key, counter, plain, associated = NOTHING) {
  const cipher = createCipheriv("aes-256-ccm", key, nonceOf(counter), { authTagLength: TAG });
  cipher.setAAD(associated, { plaintextLength: plain.length });
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

// Throws when it does not open.
function open(key, counter, sealed, associated = NOTHING) {
  const size = sealed.length - TAG;
  if (size < 0) throw new Error("too short");
  const cipher = createDecipheriv("aes-256-ccm", key, nonceOf(counter), { authTagLength: TAG });
  cipher.setAuthTag(sealed.subarray(size));
  cipher.setAAD(associated, { plaintextLength: size });
  const plain = cipher.update(sealed.subarray(0, size)); // of an empty text, too: or no tag is checked
  cipher.final();
  return plain;
}

// One direction of a link, with its key and counter.
class Direction {
  counter = 0n;

  constructor(key) {
    this.key = key;
  }

  next(act, text) {
    const result = act(this.key, this.counter++, text);
    if (this.counter % REKEY_EVERY === 0n)
      this.key = seal(this.key, REKEY_NONCE, Buffer.alloc(32)).subarray(0, 32);
    return result;
  }

  seal = (plain) => this.next(seal, plain);
  open = (sealed) => this.next(open, sealed);
}

// The device's half of one handshake, in mode 0. Throws when message 1 does not fit the key.
export class Handshake {
  constructor(key, serial, gatewayId, message) {
    this.chain = this.hash = Buffer.from("Noise_NNpsk0_25519_AESCCM_SHA256");
    const head = [Buffer.from("ISG1"), Buffer.from([1, 0, serial.length]), Buffer.from(serial)];
    this.mixHash(Buffer.concat([...head, gatewayId]));
    let mixed;
    [this.chain, mixed, this.key] = this.expand(key, 3);
    this.mixHash(mixed);
    this.theirs = message.subarray(0, 32);
    this.mixPublic(this.theirs);
    open(this.key, 0n, message.subarray(32), this.hash);
    this.mixHash(message.subarray(32));
  }

  // Returns message 2; `inward`, `outward` and `hash` are the link's from now on.
  answer() {
    const pair = new KeyPair();
    this.mixPublic(pair.public);
    [this.chain, this.key] = this.expand(pair.times(this.theirs), 2);
    const tag = seal(this.key, 0n, NOTHING, this.hash);
    this.mixHash(tag);
    [this.inward, this.outward] = this.expand(NOTHING, 2).map((key) => new Direction(key));
    return Buffer.concat([pair.public, tag]);
  }

  mixHash(data) {
    this.hash = sha256(this.hash, data);
  }

  mixPublic(point) {
    this.mixHash(point);
    [this.chain, this.key] = this.expand(point, 2);
  }

  expand(secret, count) {
    const all = Buffer.from(hkdfSync("sha256", secret, this.chain, NOTHING, 32 * count));
    return Array.from({ length: count }, (_, i) => all.subarray(32 * i, 32 * i + 32));
  }
}
