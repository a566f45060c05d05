/**
 * Whole numbers of any length for blindrsa-ts, by the browser's own BigInt, in place of the bundled sjcl.
 *
 * script/browser_files.py puts this module where blindrsa-ts looks for sjcl. It has what is asked for there and no more: "bits" are bytes,
 * most significant first. A browser that checks the book's signature (WebCrypto's Ed25519) is years younger than BigInt.
 * Neither is constant in time; nobody measures a browser from within while it blinds (decision 64).
 */

class WholeNumber {
  /** @param {bigint | number} value */
  constructor(value) {
    this.value = BigInt(value);
  }

  /** @param {Iterable<number>} bytes */
  static fromBits(bytes) {
    return new WholeNumber(
      BigInt(`0x0${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`),
    );
  }

  toBits() {
    const digits = this.value.toString(16);
    const pairs = digits.padStart(digits.length + (digits.length % 2), "0").match(/../g) ?? [];
    return pairs.map((pair) => Number.parseInt(pair, 16));
  }

  bitLength() {
    return this.value === 0n ? 0 : this.value.toString(2).length;
  }

  /** @param {WholeNumber | number} other */
  equals(other) {
    return this.value === wholeOf(other);
  }

  /** @param {WholeNumber | number} other */
  greaterEquals(other) {
    return this.value >= wholeOf(other);
  }

  /** @param {WholeNumber} factor @param {WholeNumber} modulus */
  mulmod(factor, modulus) {
    return new WholeNumber((this.value * factor.value) % modulus.value);
  }

  /** @param {WholeNumber} exponent @param {WholeNumber} modulus */
  powermod(exponent, modulus) {
    let [result, base, left] = [1n, this.value % modulus.value, exponent.value];
    for (; left > 0n; left >>= 1n) {
      result = left & 1n ? (result * base) % modulus.value : result;
      base = (base * base) % modulus.value;
    }
    return new WholeNumber(result);
  }

  /** The extended algorithm of Euclid. @param {WholeNumber} modulus */
  inverseMod(modulus) {
    let [older, newer] = [modulus.value, this.value % modulus.value];
    let [times, factor] = [0n, 1n];
    while (newer > 0n) {
      const quotient = older / newer;
      [older, newer] = [newer, older - quotient * newer];
      [times, factor] = [factor, times - quotient * factor];
    }
    if (older !== 1n) {
      throw new Error("not invertible");
    }
    return new WholeNumber(times < 0n ? times + modulus.value : times);
  }
}

/** @param {WholeNumber | number} number */
function wholeOf(number) {
  return number instanceof WholeNumber ? number.value : BigInt(number);
}

/** @param {string} text Base 64 of the URL alphabet */
function fromBase64url(text) {
  return Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
}

/** @param {number[]} bytes */
const asTheyAre = (bytes) => bytes;

export default {
  bn: WholeNumber,
  codec: { bytes: { toBits: asTheyAre, fromBits: asTheyAre }, base64url: { toBits: fromBase64url } },
};
