/**
 * Whose signatures count: the logs, the witnesses, and how many of them must agree (C2SP tlog-policy). Mirrors ledger/core/policy.py.
 *
 * A witness signs with Ed25519 (type 0x04). Signatures of other types, such as ML-DSA-44 (0x06), are lines of unknown keys and are
 * ignored; a policy that counts on one is refused, as the audit refuses it.
 */

import { CheckError } from "./errors.js";
import { COSIGNATURE, ED25519, openNoteBy, parseVkey } from "./note.js";

/** @typedef {import("./note.js").Verifier} Verifier */
/** @typedef {{ least: number, members: string[] }} Group */
/** @typedef {{ logs: Verifier[], witnesses: Map<string, Verifier>, groups: Map<string, Group>, quorum: string }} Policy */

export const NO_QUORUM = "none";

/**
 * Throws CheckError "malformed" with the line that is wrong.
 * @param {string} text
 * @returns {Promise<Policy>}
 */
export async function parsePolicy(text) {
  /** @type {Policy} */
  const policy = { logs: [], witnesses: new Map(), groups: new Map(), quorum: "" };
  for (const line of text.split(/\r?\n/)) {
    const words = line.trim().split(/\s+/);
    if (words[0] && !words[0].startsWith("#")) {
      await takeLine(policy, words);
    }
  }
  if (policy.logs.length === 0) {
    throw new CheckError("malformed", "got a policy without a log, expected one");
  }
  return { ...policy, quorum: policy.quorum || NO_QUORUM };
}

/**
 * Whether enough of the witnesses are among those who signed.
 * @param {Policy} policy
 * @param {readonly Verifier[]} signers
 * @returns {boolean}
 */
export function isMetBy(policy, signers) {
  return policy.quorum === NO_QUORUM || has(policy, policy.quorum, signers);
}

/**
 * The text of a note and who signed it, if one of the logs did. Whether the quorum is met is asked apart.
 * @param {string} note
 * @param {Policy} policy
 */
export async function openByPolicy(note, policy) {
  const opened = await openNoteBy(note, [...policy.logs, ...policy.witnesses.values()]);
  if (!policy.logs.some((log) => opened.signers.includes(log))) {
    throw new CheckError("unsigned", `got no signature of ${policy.logs[0]?.name}, expected one`);
  }
  return opened;
}

/** @type {(policy: Policy, name: string, signers: readonly Verifier[]) => boolean} */
function has(policy, name, signers) {
  const witness = policy.witnesses.get(name);
  if (witness) {
    return signers.includes(witness);
  }
  const { least, members } = /** @type {Group} */ (policy.groups.get(name));
  return members.filter((member) => has(policy, member, signers)).length >= least;
}

/** @type {(policy: Policy, words: string[]) => Promise<void>} */
async function takeLine(policy, [sort, name = "", third = "", ...rest]) {
  const { logs, witnesses, groups } = policy;
  if (sort === "log" && rest.length === 0) {
    logs.push(await freshKey(name, ED25519, logs));
  } else if (sort === "witness" && rest.length <= 1) {
    witnesses.set(freshName(name, policy), await freshKey(third, COSIGNATURE, [...witnesses.values()]));
  } else if (sort === "group") {
    groups.set(freshName(name, policy), groupOf(policy, third, rest));
  } else if (sort === "quorum" && !policy.quorum && !third && isKnown(policy, name)) {
    policy.quorum = name;
  } else {
    throw new CheckError("malformed", `got the line ${sort} ${name}, expected one of a tlog-policy`);
  }
}

/** @type {(policy: Policy, name: string) => boolean} */
function isKnown({ witnesses, groups }, name) {
  return name === NO_QUORUM || witnesses.has(name) || groups.has(name);
}

/** @type {(name: string, policy: Policy) => string} */
function freshName(name, policy) {
  if (!name || isKnown(policy, name)) {
    throw new CheckError("malformed", `got the name ${name} twice, expected each once`);
  }
  return name;
}

/**
 * A key of that type, unless its public half is there already under whatever name: it would count twice.
 * @param {string} vkey
 * @param {number} kind
 * @param {Verifier[]} taken
 */
async function freshKey(vkey, kind, taken) {
  const verifier = await parseVkey(vkey);
  if (verifier.kind !== kind || taken.some((one) => halfOf(one) === halfOf(verifier))) {
    throw new CheckError(
      "malformed",
      `got ${vkey.slice(0, 80)}, expected a key of type ${kind} that is not there yet`,
    );
  }
  return verifier;
}

/** @param {Verifier} verifier @returns {string} type and public half, Base 64 */
function halfOf({ vkey }) {
  return vkey.replace(/^[^+]*\+[^+]*\+/, "");
}

/** @type {(policy: Policy, least: string, members: string[]) => Group} */
function groupOf(policy, least, members) {
  const taken = [...policy.groups.values()].flatMap((group) => group.members);
  const isTwice = new Set(members).size < members.length || members.some((one) => taken.includes(one));
  const count = least === "any" ? 1 : least === "all" ? members.length : Number(least);
  const isCount = /^(any|all|[0-9]+)$/.test(least) && count >= 1 && count <= members.length;
  if (isTwice || !isCount || !members.every((one) => one !== NO_QUORUM && isKnown(policy, one))) {
    throw new CheckError(
      "malformed",
      `got the group ${least} ${members.join(" ")}, expected known members once`,
    );
  }
  return { least: count, members };
}
