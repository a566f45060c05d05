/**
 * The page's own way while calls are tried: twenty small messages a second over a WebSocket of the site, which come back. It shows that the
 * network lives, and how steady it is.
 */

const GAP = 50; // ms
const MOST = 500;

export class Echo {
  constructor() {
    this.isOpen = false;
    this.sent = 0;
    this.got = 0;
    /** @type {number[]} ms there and back */
    this.trips = [];
    this.lastHeard = Number.NEGATIVE_INFINITY;
    /** @type {Map<string, number>} when each message left */
    this.leaving = new Map();
    this.timer = 0;
  }

  /** @param {URL} address */
  open(address) {
    try {
      this.socket = new WebSocket(address);
    } catch {
      return; // then it is not open, which is a result
    }
    this.socket.addEventListener("open", () => {
      this.isOpen = true;
      this.timer = setInterval(() => this.send(), GAP);
    });
    this.socket.addEventListener("message", ({ data }) => this.hear(String(data)));
    this.socket.addEventListener("close", () => clearInterval(this.timer));
  }

  send() {
    if (this.sent < MOST && this.socket?.readyState === 1) {
      this.leaving.set(String(this.sent), performance.now());
      this.socket.send(String(this.sent));
      this.sent += 1;
    }
  }

  /** @param {string} text */
  hear(text) {
    const left = this.leaving.get(text);
    if (left !== undefined) {
      this.leaving.delete(text);
      this.got += 1;
      this.lastHeard = performance.now();
      this.trips.push(this.lastHeard - left);
    }
  }

  /** Stop, and hang up. */
  close() {
    clearInterval(this.timer);
    this.socket?.close();
  }
}

/** @param {Location | URL} page @returns {URL} where the site echoes */
export function echoAddress(page) {
  const address = new URL("/c/v1/echo", page.href);
  address.protocol = page.protocol === "https:" ? "wss:" : "ws:";
  return address;
}
