/**
 * One try: a connection of this browser to one port of the far end, as a call would make it. It never carries more than ICE checks and
 * the beginning of DTLS.
 */

import { addressOf, answerOf } from "./sdp.js";

const LINGER = 260; // ms that a connection stands at least, so that DTLS has begun several times

/** @returns {boolean} whether this browser can make calls */
export function canCall() {
  return typeof RTCPeerConnection === "function";
}

/** @returns {Promise<RTCCertificate>} one for all tries, so that making it takes no time from them */
export function makeCertificate() {
  return RTCPeerConnection.generateCertificate(
    /** @type {EcKeyGenParams} */ ({ name: "ECDSA", namedCurve: "P-256" }),
  );
}

/**
 * @param {RTCPeerConnection} peer
 * @param {number} patience ms
 * @returns {Promise<boolean>} whether it stood in time
 */
function stands(peer, patience) {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), patience);
    peer.addEventListener("iceconnectionstatechange", () => {
      if (["connected", "completed"].includes(peer.iceConnectionState)) {
        clearTimeout(timer);
        resolve(true);
      }
    });
  });
}

/** @param {RTCPeerConnection} peer @returns {Promise<{ sent: number, answered: number, trip: number }>} its checks; ms there and back */
async function checksOf(peer) {
  let sent = 0;
  let answered = 0;
  let trip = 0;
  for (const one of (await peer.getStats()).values()) {
    if (one.type === "candidate-pair") {
      sent += one.requestsSent ?? 0;
      answered += one.responsesReceived ?? 0;
      trip = Math.max(trip, 1000 * (one.currentRoundTripTime ?? 0));
    }
  }
  return { sent, answered, trip };
}

/**
 * @param {import("./plan.js").Order} order
 * @param {import("./far_end.js").Call} call
 * @param {RTCCertificate} certificate
 * @param {number} patience ms
 * @returns {Promise<import("./verdict.js").Tried>}
 */
export async function attempt(order, call, certificate, patience) {
  const peer = new RTCPeerConnection({ certificates: [certificate] });
  try {
    peer.createDataChannel("check");
    await peer.setLocalDescription(await peer.createOffer());
    const stood = stands(peer, patience);
    const sdp = answerOf(call, order.number, addressOf(call.addresses), order.port);
    const began = performance.now();
    await peer.setRemoteDescription({ type: "answer", sdp });
    const connected = await stood;
    const ms = performance.now() - began;
    if (connected) {
      await new Promise((resolve) => setTimeout(resolve, Math.max(LINGER, ms)));
    }
    return { ...order, connected, ms, ...(await checksOf(peer)) };
  } catch {
    return { ...order, connected: false, ms: 0, sent: 0, answered: 0, trip: 0 };
  } finally {
    peer.close();
  }
}
