/**
 * The host's relay (TURN), when it has one: can this browser get a place on it by UDP, by TCP, by TLS?
 *
 * Nobody but the host knows whether the relay runs. So what got no answer accuses nobody.
 */

const SECONDS = 6;
const UNREACHED = 700; // from here on, codes mean that no answer came (WebRTC 4.8.1.2), below, they are the relay's own (RFC 8656 19)

/**
 * @typedef {"open" | "refused" | "silent"} Answer a place on it, an answer without a place, no answer
 * @typedef {{ way: "udp" | "tcp" | "tls", answer: Answer }} Relayed
 */

/** @param {string} address @returns {"udp" | "tcp" | "tls"} how it is reached */
export function wayOf(address) {
  return address.startsWith("turns:") ? "tls" : address.includes("transport=tcp") ? "tcp" : "udp";
}

/** @param {RTCPeerConnection} peer which may use nothing but the relay @returns {Promise<Answer>} */
function answerTo(peer) {
  return new Promise((resolve, reject) => {
    /** @type {Answer} */
    let answer = "silent";
    setTimeout(() => resolve(answer), SECONDS * 1000);
    peer.addEventListener("icecandidate", ({ candidate }) => {
      if (candidate?.candidate.includes(" typ relay")) {
        resolve("open");
      }
    });
    peer.addEventListener("icecandidateerror", ({ errorCode }) => {
      answer = errorCode < UNREACHED ? "refused" : answer;
    });
    peer.addEventListener("icegatheringstatechange", () => {
      if (peer.iceGatheringState === "complete") {
        resolve(answer);
      }
    });
    peer.setLocalDescription().catch(reject);
  });
}

/**
 * @param {string} address
 * @param {import("./far_end.js").RelayPass} pass
 * @returns {Promise<Relayed>}
 */
async function tryRelay(address, { username, credential }) {
  const way = wayOf(address);
  const iceServers = [{ urls: address, username, credential }];
  let peer;
  try {
    peer = new RTCPeerConnection({ iceTransportPolicy: "relay", iceServers }); // refuses an address that the host mistyped
    peer.createDataChannel("check");
    return { way, answer: await answerTo(peer) };
  } catch {
    return { way, answer: "silent" };
  } finally {
    peer?.close();
  }
}

/**
 * @param {import("./far_end.js").RelayPass | undefined} pass
 * @returns {Promise<Relayed[]>} none when the host has no relay
 */
export function tryRelays(pass) {
  return Promise.all((pass?.urls ?? []).map((address) => tryRelay(address, /** @type {any} */ (pass))));
}
