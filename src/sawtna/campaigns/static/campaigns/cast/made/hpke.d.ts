/** What we use of @hpke/core: RFC 9180 in the browser. The module itself is bundled by script/browser_files.py. */
export class Aes128Gcm {}
export class HkdfSha256 {}
export class DhkemP256HkdfSha256 {
  deserializePublicKey(point: ArrayBuffer): Promise<CryptoKey>;
  deriveKeyPair(ikm: ArrayBuffer): Promise<CryptoKeyPair>;
}
export class CipherSuite {
  constructor(params: { kem: DhkemP256HkdfSha256; kdf: HkdfSha256; aead: Aes128Gcm });
  readonly kem: DhkemP256HkdfSha256;
  createSenderContext(params: {
    recipientPublicKey: CryptoKey;
    info: ArrayBuffer;
    ekm?: ArrayBuffer | CryptoKeyPair;
  }): Promise<{ enc: ArrayBuffer; seal(text: ArrayBuffer, aad?: ArrayBuffer): Promise<ArrayBuffer> }>;
}
