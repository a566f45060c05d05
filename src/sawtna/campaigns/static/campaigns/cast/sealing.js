/**
 * Sealed casts: a padded cast that only the relay of its roll can open (docs/formats/relay.md). Loaded by whoever casts through a relay.
 */

import { joinBytes } from "../../ledger/encoding.js";
import { utf8 } from "./bytes.js";
import { Aes128Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from "./made/hpke.js";

const DOMAIN = "sawtna/v1/relay\n";
export const SUITE = new CipherSuite({
  kem: new DhkemP256HkdfSha256(),
  kdf: new HkdfSha256(),
  aead: new Aes128Gcm(),
});

/**
 * @param {string} cast padded
 * @param {{ roll: number, point: Uint8Array<ArrayBuffer>, origin: string }} to the entry of the roll, and the key of its relay
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
export async function sealCast(cast, { roll, point, origin }) {
  const recipientPublicKey = await SUITE.kem.deserializePublicKey(point.slice().buffer);
  const sender = await SUITE.createSenderContext({ recipientPublicKey, info: utf8(DOMAIN + origin).buffer });
  const sealed = await sender.seal(utf8(cast).buffer);
  const named = new Uint8Array(8);
  new DataView(named.buffer).setBigUint64(0, BigInt(roll));
  return joinBytes(named, new Uint8Array(sender.enc), new Uint8Array(sealed));
}
