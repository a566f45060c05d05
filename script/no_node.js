/**
 * What stands in bundles for Node's module `crypto`, which packages ask for where there is no WebCrypto (script/browser_files.py).
 * Browsers have it, so this is never run; and a bundle that names no module of Node can be gathered and renamed.
 */
export const webcrypto = undefined;
