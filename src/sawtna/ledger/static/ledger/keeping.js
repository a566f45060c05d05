/**
 * What this device keeps, in IndexedDB: one table a purpose, values by key, on the disk before anything goes on.
 *
 * Where a browser gives no IndexedDB (some private windows), values live as long as the page does, and `isLasting` says so.
 * Owner: whoever holds the device can read, change and delete it.
 */

/**
 * @template T
 * @typedef {{ get: (key: string) => Promise<T | undefined>, put: (key: string, value: T) => Promise<void>,
 *   drop: (key: string) => Promise<void> }} Table
 */

/** @type {Map<string, Map<string, any>>} tables of this page, where there is no IndexedDB */
const fleeting = new Map();

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

/**
 * @param {string} database
 * @param {string} table
 * @returns {Promise<IDBDatabase>}
 */
async function openDatabase(database, table) {
  const request = indexedDB.open(database, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(table);
  return settled(request);
}

/** @returns {Promise<boolean>} whether what is kept outlives the page */
export async function isLasting() {
  try {
    (await openDatabase("sawtna-trial", "trial")).close();
    indexedDB.deleteDatabase("sawtna-trial");
    return true;
  } catch {
    return false;
  }
}

/**
 * Does the work within one transaction, on the disk when it returns; `instead` where this page has no IndexedDB.
 * @template R
 * @param {[name: string, table: string, mode: IDBTransactionMode]} place
 * @param {(store: IDBObjectStore) => IDBRequest<any>} work
 * @param {(rows: Map<string, any>) => R} instead
 * @returns {Promise<R>}
 */
async function within([name, table, mode], work, instead) {
  const database = fleeting.has(name) ? null : await openDatabase(name, table).catch(() => null);
  if (database === null) {
    const rows = fleeting.get(name) ?? new Map();
    fleeting.set(name, rows);
    return instead(rows);
  }
  const transaction = database.transaction(table, mode, { durability: "strict" });
  const done = new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
  });
  const found = await settled(work(transaction.objectStore(table)));
  await done;
  database.close();
  return found;
}

/**
 * A table of its own database; nothing is opened before it is asked for.
 * @template T
 * @param {string} name of the database
 * @param {string} table
 * @returns {Table<T>}
 */
export function keepIn(name, table) {
  return {
    get(key) {
      return within(
        [name, table, "readonly"],
        (store) => store.get(key),
        (rows) => rows.get(key),
      );
    },
    async put(key, value) {
      await within(
        [name, table, "readwrite"],
        (store) => store.put(value, key),
        (rows) => rows.set(key, value),
      );
    },
    async drop(key) {
      await within(
        [name, table, "readwrite"],
        (store) => store.delete(key),
        (rows) => rows.delete(key),
      );
    },
  };
}
