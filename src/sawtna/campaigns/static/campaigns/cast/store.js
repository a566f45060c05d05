/**
 * What this device keeps, in IndexedDB: coins by book and ballot. Written before anything is sent, so that a reload or a lost answer
 * loses nothing. Keys are kept as keys that cannot be exported.
 */

const NAME = "sawtna";
const COINS = "coins";

/**
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
function settled(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** @returns {Promise<IDBDatabase>} */
function openDatabase() {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(COINS);
  return settled(request);
}

/**
 * @template T
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest<T>} work
 */
async function within(mode, work) {
  const database = await openDatabase();
  const transaction = database.transaction(COINS, mode, { durability: "strict" });
  const done = new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
  });
  const found = await settled(work(transaction.objectStore(COINS)));
  await done;
  database.close();
  return found;
}

/**
 * @param {string} origin of the book
 * @param {number} ballot
 * @returns {Promise<import("./token.js").Coin | undefined>}
 */
export function loadCoin(origin, ballot) {
  return within("readonly", (store) => store.get(`${origin} ${ballot}`));
}

/**
 * @param {string} origin
 * @param {import("./token.js").Coin} coin
 */
export function saveCoin(origin, coin) {
  return within("readwrite", (store) => store.put(coin, `${origin} ${coin.ballot}`));
}

/**
 * @param {string} origin
 * @param {number} ballot
 */
export function forgetCoin(origin, ballot) {
  return within("readwrite", (store) => store.delete(`${origin} ${ballot}`));
}
