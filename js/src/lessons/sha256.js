// SHA-256, here because a page that is not at https or localhost has no `crypto.subtle`, and because
// what is looked at and what is run must be one text, with no waiting between.

const ROUNDS = 64;
const primes = (() => {
  const found = [];
  for (let n = 2; found.length < ROUNDS; n += 1) if (found.every((prime) => n % prime)) found.push(n);
  return found;
})();
/** The first 32 bits of the fraction of `number`. */
const fraction = (number) => ((number - Math.floor(number)) * 2 ** 32) | 0;
const START = primes.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));
const CONSTANTS = primes.map((prime) => fraction(Math.cbrt(prime)));
const turn = (word, by) => (word >>> by) | (word << (32 - by));

/** The bytes of `text` in UTF-8, filled up to whole blocks as the standard says. */
function blocksOf(text) {
  const bytes = new TextEncoder().encode(text);
  const filled = new DataView(new ArrayBuffer(Math.ceil((bytes.length + 9) / 64) * 64));
  new Uint8Array(filled.buffer).set(bytes);
  filled.setUint8(bytes.length, 0x80);
  filled.setBigUint64(filled.byteLength - 8, BigInt(bytes.length) * 8n);
  return filled;
}

function mix(state, schedule) {
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < ROUNDS; i += 1) {
    const first =
      h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + CONSTANTS[i] + schedule[i];
    const second = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
  }
  return [a, b, c, d, e, f, g, h].map((word, i) => (word + state[i]) | 0);
}

/** The SHA-256 of `text` in UTF-8, as 64 hexadecimal digits. */
export function sha256(text) {
  const bytes = blocksOf(text);
  let state = START;
  for (let at = 0; at < bytes.byteLength; at += 64) {
    const schedule = [];
    for (let i = 0; i < 16; i += 1) schedule.push(bytes.getInt32(at + 4 * i));
    for (let i = 16; i < ROUNDS; i += 1) {
      const [early, late] = [schedule[i - 15], schedule[i - 2]];
      const low = turn(early, 7) ^ turn(early, 18) ^ (early >>> 3);
      const high = turn(late, 17) ^ turn(late, 19) ^ (late >>> 10);
      schedule.push((schedule[i - 16] + low + schedule[i - 7] + high) | 0);
    }
    state = mix(state, schedule);
  }
  return state.map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
}
