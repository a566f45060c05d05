/**
 * The host's relay (TURN), when it has one: can this browser get a place on it by UDP, by TCP, by TLS?
 */

const SECONDS = 6;

/** @param {string} address @returns {"udp" | "tcp" | "tls"} how it is reached */
export function wayOf(address) {
  return address.startsWith("turns:") ? "tls" : address.includes("transport=tcp") ? "tcp" : "udp";
}

/**
 * @param {string} address
 * @param {import("./far_end.js").RelayPass} pass
 * @returns {Promise<{ way: string, isOpen: boolean }>}
 */
async function tryRelay(address, pass) {
  const peer = new RTCPeerConnection({
    iceTransportPolicy: "relay",
    iceServers: [{ urls: address, username: pass.username, credential: pass.credential }],
  });
  try {
    peer.createDataChannel("check");
    const isOpen = await new Promise((resolve, reject) => {
      setTimeout(() => resolve(false), SECONDS * 1000);
      peer.addEventListener("icecandidate", ({ candidate }) => {
        if (candidate?.candidate.includes(" typ relay")) {
          resolve(true);
        }
      });
      peer.setLocalDescription().catch(reject);
    });
    return { way: wayOf(address), isOpen };
  } catch {
    return { way: wayOf(address), isOpen: false };
  } finally {
    peer.close();
  }
}

/**
 * @param {import("./far_end.js").RelayPass | undefined} pass
 * @returns {Promise<{ way: string, isOpen: boolean }[]>} none when the host has no relay
 */
export function tryRelays(pass) {
  return Promise.all((pass?.urls ?? []).map((address) => tryRelay(address, /** @type {any} */ (pass))));
}
