/**
 * The work that the counter asks for before it sends a code, done by ALTCHA's own worker beside the page.
 */

/**
 * @param {any} challenge as the counter gave it
 * @param {string} workerAddress of ALTCHA's PBKDF2 worker
 * @returns {Promise<string>} the payload
 */
export function doWork(challenge, workerAddress) {
  const worker = new Worker(workerAddress);
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => {
      worker.terminate();
      if (typeof data?.counter === "number") {
        resolve(btoa(JSON.stringify({ challenge, solution: data })));
      } else {
        reject(new Error("work"));
      }
    };
    worker.onerror = (event) => {
      worker.terminate();
      reject(new Error(event.message));
    };
    worker.postMessage({ type: "work", challenge, counterStart: 0, counterStep: 1 });
  });
}
