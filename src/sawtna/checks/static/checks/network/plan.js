/**
 * Which connections are tried, in which order: in each block some to ports that mean nothing and one to each port of calls, shuffled,
 * so that whatever else goes on in the network hits all alike.
 */

export const NEUTRAL = "neutral";
const USUAL = { controls: 3, arms: 3 };
const LITTLE = { controls: 1, arms: 1 }; // where the network bears no more
const SLOW = 500; // ms of the site's first answer
const WANTED = [3478, 443, 7985, 5243, 1400]; // never 5060: browsers refuse it (Fetch 2.9, bad ports)

/** @typedef {{ number: number, block: number, arm: string, port: number }} Order */

/** @typedef {{ controls: number, arms: number }} Size of a block */

/** @param {number} trip ms that the site's first answer took @returns {Size} */
export function sizeFor(trip) {
  return trip > SLOW ? LITTLE : USUAL;
}

/**
 * The ports of calls to try: those that a far end has, the most telling first.
 * @param {number[]} voice
 * @param {Size} size
 * @returns {number[]}
 */
export function armsOf(voice, size) {
  return WANTED.filter((port) => voice.includes(port)).slice(0, size.arms);
}

/**
 * @template T
 * @param {T[]} things
 * @param {() => number} dice from 0 to 1
 * @returns {T[]} the same in a random order (Fisher and Yates)
 */
export function shuffled(things, dice) {
  const order = [...things];
  for (let place = order.length - 1; place > 0; place--) {
    const other = Math.floor(dice() * (place + 1));
    [order[place], order[other]] = [/** @type {T} */ (order[other]), /** @type {T} */ (order[place])];
  }
  return order;
}

/**
 * One block. Each control goes to another neutral port than those before it.
 * @param {number} block
 * @param {{ neutral: number[], voice: number[] }} opened
 * @param {Size} size
 * @param {() => number} dice
 * @returns {Order[]}
 */
export function blockOf(block, opened, size, dice) {
  const arms = armsOf(opened.voice, size);
  const count = size.controls + arms.length;
  const controls = Array.from({ length: size.controls }, (_, place) => {
    const port = opened.neutral[(block * size.controls + place) % opened.neutral.length] ?? 0;
    return { arm: NEUTRAL, port };
  });
  const voice = arms.map((port) => ({ arm: `port:${port}`, port }));
  return shuffled([...controls, ...voice], dice).map((one, place) => ({
    ...one,
    block,
    number: block * count + place,
  }));
}

/** @returns {number} a number from 0 to 1 that nobody can foretell */
export function fairDice() {
  return (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32;
}
