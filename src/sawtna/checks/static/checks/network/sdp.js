/**
 * The far end's half of a connection as a browser wants to read it (RFC 8829): where it is, its name and password for ICE.
 *
 * Nobody stands behind the fingerprint of most tries: the far end answers the connectivity checks and hears the browser begin DTLS. With a
 * few it agrees keys, so that the browser goes on to sound.
 */

const NOBODY = Array(32).fill("00").join(":");
const PRIORITY = 2130706431; // of a host candidate (RFC 8445 5.1.2)

/**
 * @param {{ name: string, password: string }} call what the far end gave
 * @param {number} number of the try
 * @param {string} address
 * @param {number} port
 * @returns {string}
 */
export function answerOf(call, number, address, port) {
  const kind = ["m=application 9 UDP/DTLS/SCTP webrtc-datachannel", "a=sctp-port:5000"];
  return joined(kind, NOBODY, call, number, address, port);
}

/**
 * The same for a call with sound, with which the far end agrees keys.
 * @param {{ name: string, password: string, fingerprint: string }} call
 * @param {number} number
 * @param {string} address
 * @param {number} port
 * @param {string} kind the number that the browser gave to Opus
 * @returns {string}
 */
export function soundAnswerOf(call, number, address, port, kind) {
  const sound = [
    `m=audio 9 UDP/TLS/RTP/SAVPF ${kind}`,
    "a=rtcp-mux",
    "a=recvonly",
    `a=rtpmap:${kind} opus/48000/2`,
    `a=fmtp:${kind} maxaveragebitrate=12000`, // as little as a voice needs: a narrow line is no block
  ];
  return joined(sound, call.fingerprint, call, number, address, port);
}

/**
 * @param {string[]} media the line of the media, and what belongs to it alone
 * @param {string} fingerprint
 * @param {{ name: string, password: string }} call
 * @param {number} number
 * @param {string} address
 * @param {number} port
 */
function joined([media = "", ...own], fingerprint, call, number, address, port) {
  const head = ["v=0", "o=- 1 1 IN IP4 0.0.0.0", "s=-", "t=0 0", "a=ice-lite", "a=group:BUNDLE 0", media];
  const lines = [
    ...head,
    "c=IN IP4 0.0.0.0",
    "a=mid:0",
    `a=ice-ufrag:${call.name}${number}`,
    `a=ice-pwd:${call.password}`,
    `a=fingerprint:sha-256 ${fingerprint}`,
    "a=setup:passive",
    ...own,
    `a=candidate:1 1 udp ${PRIORITY} ${address} ${port} typ host`,
    "a=end-of-candidates",
  ];
  return `${lines.join("\r\n")}\r\n`;
}

/**
 * The address to send to: the first of the older internet, which nearly every network has, else the first.
 * @param {string[]} addresses
 * @returns {string}
 */
export function addressOf(addresses) {
  return addresses.find((one) => !one.includes(":")) ?? addresses[0] ?? "";
}
