// Elements, and values as people read them. Nothing here knows of the pipeline.

// --- Elements --------------------------------------------------------------------------------------------------------

const SVG = "http://www.w3.org/2000/svg";
const svgTags = new Set(["svg", "path", "line"]);

export function h(tag, attributes, ...children) {
  const element = svgTags.has(tag) ? document.createElementNS(SVG, tag) : document.createElement(tag);
  element.handlers = {};
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value == null || value === false) continue;
    if (name.startsWith("on")) { element.handlers[name] = value; element[name] = value; }
    else element.setAttribute(name, value === true ? "" : value);
  }
  for (const child of children.flat(Infinity)) {
    if (child != null && child !== false) element.append(child);
  }
  return element;
}

// Makes `old` look like `wanted` and keeps what need not change: focus, selection, scrolling and what was typed.
function morph(old, wanted) {
  if (old.nodeType !== wanted.nodeType || old.nodeName !== wanted.nodeName || keyOf(old) !== keyOf(wanted)) {
    old.replaceWith(wanted);
    return;
  }
  if (old.nodeType === Node.TEXT_NODE) {
    if (old.data !== wanted.data) old.data = wanted.data;
    return;
  }
  for (const { name } of [...old.attributes]) {
    if (!wanted.hasAttribute(name) && name !== "open") old.removeAttribute(name);
  }
  for (const { name, value } of wanted.attributes) {
    if (old.getAttribute(name) !== value) {
      old.setAttribute(name, value);
      if (name === "value" && old !== document.activeElement) old.value = value;
    }
  }
  for (const name of Object.keys(old.handlers ?? {})) if (!(name in wanted.handlers)) old[name] = null;
  for (const [name, value] of Object.entries(wanted.handlers ?? {})) old[name] = value;
  old.handlers = wanted.handlers;
  if (old.nodeName !== "TEXTAREA") fill(old, [...wanted.childNodes]);
}

const keyOf = node => node.dataset?.key ?? "";

export function fill(parent, children) {
  children.forEach((child, place) => {
    let old = parent.childNodes[place];
    const key = keyOf(child);
    if (key && old && keyOf(old) !== key) {
      const found = [...parent.childNodes].find(other => keyOf(other) === key);
      if (found) { parent.insertBefore(found, old); old = found; }
      else { parent.insertBefore(child, old); return; }
    }
    if (old) morph(old, child); else parent.append(child);
  });
  while (parent.childNodes.length > children.length) parent.lastChild.remove();
}

export const $ = id => document.getElementById(id);

export function toast(text) {
  $("toast").textContent = text;
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => { $("toast").textContent = ""; }, 5000);
}

// --- Texts -----------------------------------------------------------------------------------------------------------

export const whole = new Intl.NumberFormat("en");
export const count = number => number == null ? "–" : whole.format(Math.round(number));
export const rate = number => number == null ? "–" : number > 0 && number < 10 ? number.toFixed(1) : count(number);
export const plural = (number, one, many = one + "s") => `${count(number)} ${number === 1 ? one : many}`;

export function span(seconds) {
  if (seconds == null) return "–";
  if (seconds < 0.001) return `${Math.max(1, Math.round(seconds * 1e6))} µs`;
  if (seconds < 0.1) return `${(seconds * 1000).toPrecision(2)} ms`;
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86400)} days`;
}

export const clock = milliseconds => new Date(milliseconds).toLocaleTimeString([], { hour12: false });

// The server's clock counts: a laptop's may be wrong.
let clockOffset = 0;
export const setClock = text => { clockOffset = Date.parse(text) - Date.now(); };
export const now = () => Date.now() + clockOffset;

export function moment(text) {
  if (!text) return h("span", { class: "dim" }, "–");
  const seconds = (now() - Date.parse(text)) / 1000;
  const shown = Number.isNaN(seconds) ? text : seconds < 1 ? "now" : `${seconds < 120 ? Math.floor(seconds) + " s" : span(seconds)} ago`;
  return h("time", { datetime: text, title: text, class: "nowrap" }, shown);
}

// JSON whose whole numbers beyond 15 digits become texts.
export function parse(text) {
  const tokens = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
  return JSON.parse(text.replace(tokens, token => /^-?\d{16,}$/.test(token) ? `"${token}"` : token));
}

// JSON with a member per line, number for number as it was; the text itself where it is none.
export function pretty(text) {
  try { JSON.parse(text); } catch { return text; }
  let depth = 0;
  const line = () => "\n" + "  ".repeat(depth);
  return text.replace(/"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+|\s+/g, token => {
    switch (token) {
      case "{": case "[": depth++; return token + line();
      case "}": case "]": depth--; return line() + token;
      case ",": return token + line();
      case ":": return ": ";
      default: return /^\s/.test(token) ? "" : token;
    }
  }).replace(/([{\[])\s+([}\]])/g, "$1$2");
}

// Which lines were taken out and which put in, by the longest common subsequence.
export function difference(before, after) {
  const [a, b] = [before.split("\n").slice(0, 400), after.split("\n").slice(0, 400)];
  const table = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      table[i][j] = a[i] === b[j] ? table[i + 1][j + 1] + 1 : Math.max(table[i + 1][j], table[i][j + 1]);
    }
  }
  const lines = [];
  for (let i = 0, j = 0; i < a.length || j < b.length;) {
    if (i < a.length && j < b.length && a[i] === b[j]) { lines.push(["same", "  " + a[i++]]); j++; }
    else if (j >= b.length || (i < a.length && table[i + 1][j] >= table[i][j + 1])) lines.push(["del", "− " + a[i++]]);
    else lines.push(["add", "+ " + b[j++]]);
  }
  return h("pre", { tabindex: 0, "aria-label": "Difference: lines with − go, lines with + come" },
    lines.map(([kind, text]) => h("span", { class: kind }, text)));
}
