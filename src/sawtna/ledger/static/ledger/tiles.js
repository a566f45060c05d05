/**
 * The tree and its entries as static files: C2SP tlog-tiles. Mirrors ledger/core/tiles.py.
 *
 * Nothing is verified here; a wrong tile gives a root that the signed checkpoint does not have.
 */

import { CheckError } from "./errors.js";
import { checkIndex, HASH_BYTES, nodeHash } from "./merkle.js";

/** @typedef {import("./encoding.js").Bytes} Bytes */

/**
 * Gives the bytes of a file under the log's address; throws CheckError "missing" when there is none.
 * @typedef {(path: string) => Promise<Bytes>} Read
 */

/**
 * `node` for `inclusionPath`; `entry(index)` gives the bytes of an entry, `leaves(number)` the leaf hashes of a tile.
 * @typedef {{ node: import("./merkle.js").NodeSource, entry: (index: number) => Promise<Bytes>,
 *   leaves: (number: number) => Promise<Bytes[]> }} TileReader
 */

export const TILE_WIDTH = 256;
const TILE_HEIGHT = 8;
const MAX_LEVEL = 63;

/**
 * @param {number} level
 * @param {number} number
 * @param {number} [width]
 * @returns {string} such as tile/0/x001/x234/067 or tile/1/000.p/17
 */
export function tilePath(level, number, width = TILE_WIDTH) {
  if (!Number.isInteger(level) || level < 0 || level > MAX_LEVEL) {
    throw new CheckError("malformed", `got tile level ${level}, expected 0 to ${MAX_LEVEL}`);
  }
  return `tile/${level}/${formatNumber(number, width)}`;
}

/**
 * @param {number} number
 * @param {number} [width]
 * @returns {string} such as tile/entries/273.p/112
 */
export function bundlePath(number, width = TILE_WIDTH) {
  return `tile/entries/${formatNumber(number, width)}`;
}

/**
 * The `width` hashes of a tile of exactly that width.
 * @param {Bytes} data
 * @param {number} width
 * @returns {Bytes[]}
 */
export function unpackTile(data, width) {
  if (data.length !== width * HASH_BYTES) {
    throw new CheckError("malformed", `got a tile of ${data.length} bytes, expected ${width} hashes`);
  }
  return Array.from({ length: width }, (_, at) => data.slice(at * HASH_BYTES, (at + 1) * HASH_BYTES));
}

/**
 * The `width` entries of a bundle of exactly that width, each after its length as uint16.
 * @param {Bytes} data
 * @param {number} width
 * @returns {Bytes[]}
 */
export function unpackBundle(data, width) {
  const entries = [];
  let at = 0;
  while (at < data.length && entries.length < width) {
    const start = at + 2;
    at = start + (data[at] ?? 0) * 256 + (data[at + 1] ?? 0);
    entries.push(data.slice(start, at));
  }
  if (entries.length !== width || at !== data.length) {
    throw new CheckError("malformed", `got a bundle with ${entries.length} entries, expected ${width}`);
  }
  return entries;
}

/**
 * Nodes and entries of a tree of `size` leaves out of its files; each file is asked for once.
 * @param {Read} read
 * @param {number} size
 * @returns {TileReader}
 */
export function readTiles(read, size) {
  /** @type {Map<string, Promise<Bytes[][]>>} */
  const kept = new Map();

  /**
   * @param {number} level
   * @param {number} number
   * @returns {Promise<Bytes[][]>}
   */
  function pyramid(level, number) {
    const key = `${level}/${number}`;
    const rows = kept.get(key) ?? readPyramid(read, level, number, widthOf(size, level, number));
    kept.set(key, rows);
    return rows;
  }

  return {
    async node(level, index) {
      const [tileLevel, height] = [Math.floor(level / TILE_HEIGHT), level % TILE_HEIGHT];
      const place = index * 2 ** height;
      const rows = await pyramid(tileLevel, Math.floor(place / TILE_WIDTH));
      const hash = rows[height]?.[(place % TILE_WIDTH) / 2 ** height];
      if (hash === undefined) {
        throw new CheckError(
          "malformed",
          `got node ${index} of level ${level}, expected one complete at ${size}`,
        );
      }
      return hash;
    },
    async entry(index) {
      checkIndex(index, size);
      const number = Math.floor(index / TILE_WIDTH);
      const width = widthOf(size, 0, number);
      const entries = await readFile(read, (wide) => bundlePath(number, wide), width, unpackBundle);
      return /** @type {Bytes} */ (entries[index % TILE_WIDTH]);
    },
    leaves: (number) => readLeaves(read, number, widthOf(size, 0, number)),
  };
}

/** @type {(read: Read, number: number, width: number) => Promise<Bytes[]>} */
function readLeaves(read, number, width) {
  return readFile(read, (wide) => tilePath(0, number, wide), width, unpackTile);
}

/**
 * A tile and the levels above it: row h has the roots of its complete subtrees of 2**h hashes.
 * @param {Read} read
 * @param {number} level
 * @param {number} number
 * @param {number} width
 * @returns {Promise<Bytes[][]>}
 */
async function readPyramid(read, level, number, width) {
  let row = await readFile(read, (wide) => tilePath(level, number, wide), width, unpackTile);
  const rows = [row];
  while (rows.length < TILE_HEIGHT && row.length > 1) {
    const below = row;
    row = await Promise.all(
      Array.from({ length: Math.floor(below.length / 2) }, (_, at) =>
        nodeHash(/** @type {Bytes} */ (below[at * 2]), /** @type {Bytes} */ (below[at * 2 + 1])),
      ),
    );
    rows.push(row);
  }
  return rows;
}

/**
 * Ask for the partial file first; a log may have replaced it by the full one (tlog-tiles, "Partial Tiles").
 * @param {Read} read
 * @param {(width: number) => string} pathOf
 * @param {number} width
 * @param {(data: Bytes, width: number) => Bytes[]} unpack
 * @returns {Promise<Bytes[]>}
 */
async function readFile(read, pathOf, width, unpack) {
  try {
    return unpack(await read(pathOf(width)), width);
  } catch (error) {
    if (width === TILE_WIDTH || !(error instanceof CheckError) || error.code !== "missing") {
      throw error;
    }
  }
  return unpack(await read(pathOf(TILE_WIDTH)), TILE_WIDTH).slice(0, width);
}

/**
 * How many hashes the tile has in a tree of `size` leaves.
 * @param {number} size
 * @param {number} level
 * @param {number} number
 * @returns {number}
 */
function widthOf(size, level, number) {
  return Math.min(TILE_WIDTH, Math.floor(size / TILE_WIDTH ** level) - number * TILE_WIDTH);
}

/**
 * Three digits a path element, all but the last after an x; `.p/<W>` if partial.
 * @param {number} number
 * @param {number} width
 * @returns {string}
 */
function formatNumber(number, width) {
  if (
    !Number.isSafeInteger(number) ||
    number < 0 ||
    !Number.isInteger(width) ||
    width < 1 ||
    width > TILE_WIDTH
  ) {
    throw new CheckError(
      "malformed",
      `got tile ${number} of width ${width}, expected width 1 to ${TILE_WIDTH}`,
    );
  }
  const digits = String(number);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, "0").match(/.{3}/g) ?? [];
  const name = groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join("/");
  return width === TILE_WIDTH ? name : `${name}.p/${width}`;
}
