/**
 * The far end's half of a connection as a browser wants to read it (RFC 8829): where it is, its name and password for ICE.
 *
 * Nobody stands behind the fingerprint: the far end answers the connectivity checks and hears the browser begin DTLS, no more.
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
  const lines = [
    "v=0",
    "o=- 1 1 IN IP4 0.0.0.0",
    "s=-",
    "t=0 0",
    "a=ice-lite",
    "a=group:BUNDLE 0",
    "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
    "c=IN IP4 0.0.0.0",
    "a=mid:0",
    `a=ice-ufrag:${call.name}${number}`,
    `a=ice-pwd:${call.password}`,
    `a=fingerprint:sha-256 ${NOBODY}`,
    "a=setup:passive",
    "a=sctp-port:5000",
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
