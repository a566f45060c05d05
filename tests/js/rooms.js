/**
 * Lets Node find browser modules of another room: static folders of all rooms are served as one, so `../../ledger/merkle.js` in
 * campaigns/static/campaigns/cast/ is a file of the room `ledger`. Import this first, then the modules with `await import(…)`.
 */

import { register } from "node:module";

const resolver = `
const FAR = /\\/src\\/sawtna\\/(\\w+)\\/static\\/(\\w+)\\//;
export function resolve(name, context, next) {
  if (!name.startsWith(".") || !context.parentURL) {
    return next(name, context);
  }
  const wanted = new URL(name, context.parentURL).href;
  const found = FAR.exec(wanted);
  const own = found && found[1] !== found[2] ? wanted.replace(FAR, "/src/sawtna/$2/static/$2/") : wanted;
  return next(own, context);
}`;

register(`data:text/javascript,${encodeURIComponent(resolver)}`);

/** A module of the browser, by its path under src/sawtna/<room>/static/<room>/. */
export function importFrom(room, path) {
  return import(new URL(`../../src/sawtna/${room}/static/${room}/${path}`, import.meta.url).href);
}
