/**
 * What a check can fail with: codes only. Sentences in the reader's language are rendered by the server; see check.js.
 */

/**
 * `unsupported`: this browser has no WebCrypto (plain http).
 * `unreachable`: the log did not answer. `missing`: it has no such file.
 * `malformed`: a key, a path, a tile or a bundle is not what it should be.
 * `unsigned`: the checkpoint is malformed or not signed by the log's key.
 * `early`: the checkpoint is older than the entry. `altered`: the entry is not the one that the page shows.
 * `outside`: the path does not lead to the signed root. `unwitnessed`: too few witnesses have signed yet.
 * `forked`: another history than this device saw before. `behind`: a shorter one.
 * @typedef {"unsupported" | "unreachable" | "missing" | "malformed" | "unsigned" | "early" | "altered" | "outside"
 *   | "unwitnessed" | "forked" | "behind"} FailureCode
 */

/** A failure with its code; the message is for developers and never shown. */
export class CheckError extends Error {
  /**
   * @param {FailureCode} code
   * @param {string} message got X, expected Y
   */
  constructor(code, message) {
    super(message);
    this.name = "CheckError";
    /** @readonly */
    this.code = code;
  }
}
