/**
 * One tab of a browser at a time.
 */

/**
 * Does the work while no other tab of this browser does: two tabs that read and write one coin at once would lose it.
 * @param {() => Promise<void>} work
 * @returns {Promise<void>}
 */
export async function alone(work) {
  await (navigator.locks ? navigator.locks.request("sawtna-casting", work) : work());
}
