/** What we use of @cloudflare/blindrsa-ts: RFC 9474 in the browser. The module itself is bundled by script/browser_files.py. */
export class BlindRSA {
  constructor(params: { hash: string; saltLength: number; prepareType: number; supportsRSARAW: boolean });
  blind(key: CryptoKey, message: Uint8Array): Promise<{ blindedMsg: Uint8Array; inv: Uint8Array }>;
  finalize(key: CryptoKey, message: Uint8Array, signature: Uint8Array, inv: Uint8Array): Promise<Uint8Array>;
}
