/**
 * Calls that go on to sound: a tone of our own making (no microphone), as packets of sound to three neutral ports at once. The far
 * end counts what arrives; nobody hears it.
 */

import { addressOf, soundAnswerOf } from "./sdp.js";

const FIRST = 192; // numbers of tries that the far end answers in DTLS (callers.py)
const ROUND = 3;
const SETTLE = 1500; // ms until keys are agreed
const SECONDS = 1.2; // of sound

/** @typedef {import("./verdict.js").Sounded} Sounded */

/** @returns {{ track: MediaStreamTrack, close: () => void } | null} null where this browser makes no tone */
function makeTone() {
  try {
    const context = new AudioContext();
    const tone = context.createOscillator();
    const end = context.createMediaStreamDestination();
    tone.connect(end);
    tone.start();
    const [track] = end.stream.getAudioTracks();
    return track ? { track, close: () => void context.close() } : null;
  } catch {
    return null;
  }
}

/** @param {RTCPeerConnection} peer @returns {Promise<boolean>} whether keys were agreed in time */
function agrees(peer) {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), SETTLE);
    peer.addEventListener("connectionstatechange", () => {
      if (peer.connectionState === "connected") {
        clearTimeout(timer);
        resolve(true);
      }
    });
  });
}

/**
 * @param {import("./far_end.js").Call} call
 * @param {number} number
 * @param {MediaStreamTrack} track
 * @returns {Promise<Sounded>}
 */
async function soundOnce(call, number, track) {
  const peer = new RTCPeerConnection();
  try {
    peer.addTransceiver(track, { direction: "sendonly" });
    await peer.setLocalDescription(await peer.createOffer());
    const kind = /a=rtpmap:(\d+) opus/.exec(peer.localDescription?.sdp ?? "")?.[1] ?? "111";
    const port = call.neutral[call.neutral.length - 1 - (number - FIRST)] ?? call.neutral[0] ?? 0;
    const agreed = agrees(peer);
    const sdp = soundAnswerOf(call, number, addressOf(call.addresses), port, kind);
    await peer.setRemoteDescription({ type: "answer", sdp });
    const isKeyed = await agreed;
    await new Promise((resolve) => setTimeout(resolve, isKeyed ? SECONDS * 1000 : 0));
    let sent = 0;
    for (const one of (await peer.getStats()).values()) {
      sent += one.type === "outbound-rtp" ? one.packetsSent : 0;
    }
    return { number, isKeyed, sent };
  } catch {
    return { number, isKeyed: false, sent: 0 };
  } finally {
    peer.close();
  }
}

/**
 * One round of calls with sound.
 * @param {import("./far_end.js").Call} call
 * @param {number} round 0, 1
 * @returns {Promise<Sounded[]>} none where no sound can be made
 */
export async function soundRound(call, round) {
  const tone = call.fingerprint ? makeTone() : null;
  if (!tone) {
    return [];
  }
  const numbers = Array.from({ length: ROUND }, (_, place) => FIRST + round * ROUND + place);
  const sounded = await Promise.all(numbers.map((number) => soundOnce(call, number, tone.track)));
  tone.close();
  return sounded;
}
