// What the server says, and the address from which follows what is shown.

import { render } from "./console.js";
import { h, parse, setClock, toast } from "./elements.js";

// --- Address ---------------------------------------------------------------------------------------------------------

export const GRAPH = "events.neo4j", VECTORS = "events.qdrant", LETTERS = "events.dlq";
export const tabs = { overview: "Overview", events: "Events", user: "User", letters: "Dead letters" };

export function place() {
  const [tab, query] = location.hash.slice(1).split("?");
  return { tab: tab in tabs ? tab : "overview", query: Object.fromEntries(new URLSearchParams(query ?? "")) };
}

export function address(tab, query = {}) {
  const text = new URLSearchParams(Object.entries(query).filter(([, value]) => value)).toString();
  return `#${tab}${text ? "?" + text : ""}`;
}

export const go = (tab, query) => { location.hash = address(tab, query); };
export const change = more => { const { tab, query } = place(); go(tab, { ...query, ...more }); };

// --- Requests --------------------------------------------------------------------------------------------------------

export const token = () => sessionStorage.getItem("token");

class Refusal extends Error {
  constructor(status, detail, problem) { super(detail); this.status = status; this.problem = problem; }
}

export async function call(path, { method = "GET", body, type } = {}) {
  const headers = {};
  if (token()) headers.Authorization = `Bearer ${token()}`;
  if (body != null) headers["Content-Type"] = type ?? "application/json";
  let response;
  try {
    response = await fetch(path, { method, headers, body, cache: "no-store", credentials: "omit" });
  } catch {
    throw new Refusal(0, "The server does not answer.");
  }
  return response;
}

export async function ask(path, options) {
  const response = await call(path, options);
  const text = await response.text();
  let value;
  try { value = parse(text); } catch { value = { detail: text.slice(0, 300) }; }
  if (response.ok) return value;
  const errors = (value.errors ?? []).map(error => error.msg).join("; ");
  throw new Refusal(response.status, errors || value.detail || `Answer ${response.status}`, value);
}

// What was read, by path; what no view has asked for lately is forgotten.
export const cache = new Map();

export function use(path, { every } = {}) {
  let entry = cache.get(path);
  if (!entry) cache.set(path, entry = { value: null, error: null, busy: false, at: 0 });
  entry.usedAt = Date.now();
  const isDue = !entry.at || (every && Date.now() - entry.at > every);
  if (isDue && !entry.busy) read(path, entry);
  return entry;
}

export async function read(path, entry) {
  entry.busy = true;
  try {
    entry.value = await ask(path);
    entry.error = null;
  } catch (error) {
    entry.error = error;
  }
  entry.at = Date.now();
  entry.busy = false;
  for (const [key, other] of cache) if (Date.now() - other.usedAt > 60_000) cache.delete(key);
  render();
}

export function forget(prefix) {
  for (const key of cache.keys()) if (key.startsWith(prefix)) cache.delete(key);
  render();
}

// --- The stream ------------------------------------------------------------------------------------------------------

export const live = { state: "connecting", at: 0, error: null, frame: null, history: [], attempt: 0, abort: null };
export const KEPT = 600;

export async function watch() {
  live.abort?.abort();
  const abort = live.abort = new AbortController();
  while (!abort.signal.aborted) {
    try {
      const headers = token() ? { Authorization: `Bearer ${token()}` } : {};
      const response = await fetch("console/stream", { headers, signal: abort.signal, cache: "no-store", credentials: "omit" });
      if (!response.ok) {
        const problem = await response.json().catch(() => ({}));
        throw new Refusal(response.status, problem.detail ?? `Answer ${response.status}`);
      }
      await follow(response.body.getReader());
      throw new Refusal(0, "The server has ended the stream.");
    } catch (error) {
      if (abort.signal.aborted) return;
      live.error = error;
      live.state = error.status === 401 || error.status === 403 ? "denied" : error.status === 503 ? "full" : "stale";
      render();
      if (live.state === "denied") return;
      await new Promise(resolve => setTimeout(resolve, Math.min(10_000, 1000 * 2 ** live.attempt++) * (0.8 + Math.random() * 0.4)));
    }
  }
}

export async function follow(reader) {
  const decoder = new TextDecoder();
  let rest = "";
  for (;;) {
    // A connection that is dead without a word must not look alive.
    let timer;
    const silence = new Promise((_, reject) => { timer = setTimeout(() => reject(new Refusal(0, "Nothing has come for 10 s.")), 10_000); });
    let part;
    try { part = await Promise.race([reader.read(), silence]); }
    catch (error) { reader.cancel().catch(() => {}); throw error; }
    finally { clearTimeout(timer); }
    if (part.done) return;
    const events = (rest + decoder.decode(part.value, { stream: true })).split("\n\n");
    rest = events.pop();
    for (const event of events) take(event);
  }
}

function take(text) {
  let [type, data] = ["", ""];
  for (const line of text.split("\n")) {
    if (line.startsWith("event: ")) type = line.slice(7);
    else if (line.startsWith("data: ")) data += line.slice(6);
  }
  if (!data) return;
  const value = parse(data);
  if (type === "history") live.history = value;
  if (type !== "snapshot") return;
  setClock(value.second.at);
  live.history.push(value.second);
  live.history.splice(0, live.history.length - KEPT);
  Object.assign(live, { state: "live", at: Date.now(), error: null, attempt: 0, frame: value });
  if (!hold.events) hold.frame = value;
  render();
}

export const hold = { events: false, frame: null };

// --- What the token allows -------------------------------------------------------------------------------------------

export let access = {};
export const closeAccess = () => { access = {}; };

export async function readAccess() {
  try { access = await ask("console/access"); } catch { setTimeout(readAccess, 3000); }
  render();
}

// A button that says why it does nothing where the token does not allow it.
export function action(text, attributes, act, need = "operate") {
  const may = access[need]?.allowed;
  return h("button", {
    type: "button", ...attributes, "aria-disabled": may ? null : "true", title: may ? attributes.title : access[need]?.reason,
    onclick: may ? act : () => toast(access[need]?.reason ?? "Not allowed."),
  }, text);
}
