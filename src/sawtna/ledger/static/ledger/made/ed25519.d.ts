/** What we use of @noble/ed25519: verifying. The module itself is bundled by script/browser_files.py. */
export function verifyAsync(
  signature: Uint8Array,
  message: Uint8Array,
  publicKey: Uint8Array,
  options: { zip215: boolean },
): Promise<boolean>;
