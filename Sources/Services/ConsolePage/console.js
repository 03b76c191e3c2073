// The console. Everything it shows comes from this server; what is shown follows from the address (#tab?filters), so that
// back, forward and reload lead to the same view. Ids are texts everywhere: JavaScript cannot hold all of them as numbers.

import { $, clock, count, fill, h, moment, plural, rate, span } from "./elements.js";
import { lettersTab } from "./letters.js";
import { GRAPH, KEPT, LETTERS, VECTORS, access, address, cache, change, closeAccess, go, hold, live, place, readAccess, tabs, token, use, watch } from "./server.js";

// --- Findings: only what is wrong ------------------------------------------------------------------------------------

const storeName = { [GRAPH]: "graph", [VECTORS]: "vectors" };
export const sum = (list, pick) => list.reduce((total, item) => total + (pick(item) ?? 0), 0);
const last = number => live.history.slice(-number);

function findings() {
  const { frame } = live, found = [];
  const bad = (title, text) => found.push({ kind: "bad", title, text });
  const warn = (title, text, link) => found.push({ kind: "warn", title, text, link });
  if (!frame) return found;
  if (frame.broker_error) bad("The broker does not answer", frame.broker_error);
  for (const worker of frame.workers) {
    const name = storeName[worker.queue];
    if (worker.paused) bad(`Workers wait for the ${name}`, worker.paused);
    if (worker.stalled_seconds) bad(`A ${name} worker hangs`, `at one step for ${span(worker.stalled_seconds)}`);
    if (worker.interrupted_seconds > 10) bad(`${worker.queue} is not consumed`, `since ${span(worker.interrupted_seconds)}: ${worker.interrupted}`);
  }
  for (const queue of frame.queues ?? []) {
    if (queue.name === LETTERS) continue;
    if (!queue.consumers && queue.messages) bad(`Nobody consumes ${queue.name}`, `${plural(queue.messages, "message")} wait; start a worker`);
    const before = last(60)[0]?.depths?.[queue.name];
    if (before != null && queue.messages > 500 + before * 1.2) warn(`${queue.name} grows`, `from ${count(before)} to ${count(queue.messages)} within a minute`);
  }
  const refused = sum(last(60), second => second.refused);
  if (refused) bad(`${plural(refused, "event")} refused within a minute`, "their clients got 503 and may send them again");
  if (frame.spool && (frame.spool.messages || frame.spool.cause)) {
    warn("Events wait in the spool", `${count(frame.spool.messages)} of at most ${count(frame.spool.limit)}${frame.spool.cause ? ": " + frame.spool.cause : ""}`);
  }
  const given = sum(live.history, second => sum(Object.values(second.stores), store => store.dead_lettered));
  if (given) warn(`${plural(given, "new dead letter")} within ten minutes`, "", address("letters"));
  return found;
}

// --- Header ----------------------------------------------------------------------------------------------------------

function liveState() {
  switch (live.state) {
    case "live": return h("span", { class: "pill good live", id: "live" }, "Live");
    case "connecting": return h("span", { class: "pill", id: "live" }, "Connecting");
    case "denied": return h("span", { class: "pill warn", id: "live" }, "Token needed");
    case "full": return h("span", { class: "pill warn", id: "live", title: live.error.message }, "Full");
    default: return h("span", { class: "pill bad", id: "live", title: live.error?.message }, live.at ? `Stale since ${clock(live.at)}` : "No answer");
  }
}

function header() {
  const { tab } = place(), found = findings(), letters = live.frame?.queues?.find(queue => queue.name === LETTERS)?.messages;
  const serious = found.some(finding => finding.kind === "bad");
  document.title = `${found.length ? `(${found.length}) ` : ""}${tabs[tab]} · debias-events`;
  return [
    h("h1", { class: "brand" },
      h("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" },
        h("path", { d: "M1 10h3l2-7 4 10 2-6h3", fill: "none", stroke: "currentColor", "stroke-width": 1.6, "stroke-linecap": "round", "stroke-linejoin": "round" })),
      "debias-events"),
    h("nav", { "aria-label": "Sections" }, Object.entries(tabs).map(([name, title]) =>
      h("a", { href: address(name), "aria-current": name === tab ? "page" : null }, title,
        name === "letters" && letters ? h("span", { class: "count" }, count(letters)) : null))),
    h("span", { class: "tools" },
      live.frame && live.state === "live" && h("span", { class: `pill ${!found.length ? "good" : serious ? "bad" : "warn"}`, title: found.map(finding => finding.title).join("\n") },
        found.length ? plural(found.length, "problem") : "All well"),
      h("span", { role: "status" }, liveState()),
      h("button", { type: "button", id: "token", onclick: tokenDialog, title: "Token, and what it allows" }, token() ? "Token ✓" : "Token"),
      h("button", { type: "button", onclick: helpDialog, "aria-label": "Help: keys", title: "Help: keys" }, "?")),
  ];
}

// --- Charts ----------------------------------------------------------------------------------------------------------

const cursor = { at: null };

function ceiling(value) {
  if (!(value > 0)) return 1;
  const unit = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map(factor => factor * unit).find(limit => limit >= value);
}

function curve(values, limit, height = 100) {
  let text = "", pen = false;
  values.forEach((value, place) => {
    if (value == null) { pen = false; return; }
    text += `${pen ? "L" : "M"}${place + KEPT - values.length} ${(height - value / limit * height).toFixed(1)}`;
    // A second alone between gaps is a dot.
    if (!pen && values[place + 1] == null) text += "h.8";
    pen = true;
  });
  return text;
}

function chart(title, series, format, empty) {
  const shown = series.filter(one => one.values.some(value => value != null));
  const limit = ceiling(Math.max(0, ...shown.flatMap(one => one.values.filter(value => value != null))));
  const length = live.history.length;
  const at = cursor.at == null ? length - 1 : Math.max(0, Math.min(length - 1, cursor.at - (KEPT - length)));
  const text = one => format(one.values[at] ?? (one.isSparse ? 0 : null));
  const move = step => { cursor.at = Math.max(KEPT - length, Math.min(KEPT - 1, (cursor.at ?? KEPT - 1) + step)); render(); };
  const when = live.history[at] && cursor.at != null ? clock(Date.parse(live.history[at].at)) : "now";
  return h("figure", { class: "card" },
    h("div", { class: "head" }, h("h2", {}, title), h("span", { class: "small dim" }, when)),
    h("div", {
      class: "chart", tabindex: 0, role: "img", "aria-label": `${title}, last ten minutes. At ${when}: ${series.map(one => `${one.name} ${text(one)}`).join(", ")}. Arrow keys move through time.`,
      onpointermove: event => { const box = event.currentTarget.getBoundingClientRect(); cursor.at = Math.round((event.clientX - box.left) / box.width * (KEPT - 1)); render(); },
      onpointerleave: () => { cursor.at = null; render(); },
      onkeydown: event => {
        if (event.key === "ArrowLeft") move(-10); else if (event.key === "ArrowRight") move(10);
        else if (event.key === "Escape") { cursor.at = null; render(); } else return;
        event.preventDefault();
      },
    },
    h("svg", { viewBox: `0 0 ${KEPT} 100`, preserveAspectRatio: "none", "aria-hidden": "true" },
      [0, 50, 100].map(y => h("line", { x1: 0, x2: KEPT, y1: y, y2: y })),
      shown.toReversed().map(one => h("path", { class: `s-${one.key}`, d: curve(one.values, limit) })),
      cursor.at != null && h("line", { class: "cursor", x1: cursor.at, x2: cursor.at, y1: 0, y2: 100 })),
    shown.length ? [axis(0, format(limit)), axis(50, format(limit / 2))] : h("p", { class: "empty" }, empty)),
    h("div", { class: "x", "aria-hidden": "true" }, h("span", {}, "10 min ago"), h("span", {}, "5 min"), h("span", {}, "now")),
    h("ul", { class: "legend" }, series.map(one => h("li", { class: `k-${one.key}` }, `${one.name} `, h("b", {}, text(one))))));
}

function axis(percent, text) {
  return h("span", { class: "y", "aria-hidden": "true", onnothing: null, "data-y": percent }, text);
}

function spark(name, kind) {
  const values = live.history.map(second => second.depths?.[name]);
  const limit = Math.max(1, ...values.filter(value => value != null));
  const line = curve(values, limit, 30), first = values.findIndex(value => value != null);
  const from = first + KEPT - values.length;
  // The fill would join what a gap divides.
  const fill = first >= 0 && !values.slice(first).includes(undefined) ? `${line}L${KEPT - 1} 30L${from} 30Z` : "";
  return h("svg", { class: `spark k-${kind}`, viewBox: `0 -1 ${KEPT} 32`, preserveAspectRatio: "none", role: "img", "aria-label": `${name}: at most ${count(limit)} in ten minutes` },
    h("path", { class: "fill", d: fill }), h("path", { class: kind === "letters" ? "s-d" : kind === "graph" ? "s-b" : "s-c", d: line }));
}

// --- Overview --------------------------------------------------------------------------------------------------------

function tile(name, value, unit, note, kind) {
  return h("div", { class: "tile" }, h("dt", {}, name), h("dd", { class: kind }, value, unit && h("small", {}, " " + unit)), note && h("dd", { class: "note" }, note));
}

// The mean of the last five seconds: a number that can be read.
const pace = pick => live.history.length ? sum(last(5), pick) / Math.min(5, live.history.length) : null;
const stored = queue => second => second.stores[queue]?.stored ?? 0;
const failures = second => (second.refused ?? 0) + sum(Object.values(second.stores), store => (store.retried ?? 0) + (store.dead_lettered ?? 0));
const latest = pick => { for (const second of last(60).reverse()) { const value = pick(second); if (value != null) return value; } };

function trend(queue) {
  const depths = last(30).map(second => second.depths?.[queue.name]).filter(depth => depth != null);
  if (depths.length < 5) return h("span", { class: "dim" }, "–");
  const perSecond = (depths.at(-1) - depths[0]) / (depths.length - 1);
  if (Math.abs(perSecond) < 0.5) return h("span", { class: "dim" }, queue.messages ? "steady" : "empty");
  if (perSecond > 0) return h("span", {}, `+${rate(perSecond)}/s`);
  return h("span", {}, `−${rate(-perSecond)}/s, empty in ${span(queue.messages / -perSecond)}`);
}

function workerState(worker, consumers) {
  if (worker.stalled_seconds) return ["hangs", "bad", `at one step for ${span(worker.stalled_seconds)}`];
  if (worker.paused) return ["waits for its store", "bad", worker.paused];
  if (worker.interrupted) return ["gets nothing", "warn", worker.interrupted];
  if (worker.here) return ["works", "good", ""];
  return consumers ? ["elsewhere", "", "The workers run in other processes: what they store is not counted here."] : ["none", "warn", "No worker anywhere."];
}

export function overview() {
  const { frame } = live;
  if (!frame) return waiting();
  const queues = frame.queues ?? [], letters = queues.find(queue => queue.name === LETTERS);
  const failed = sum(live.history, failures);
  const per = pick => live.history.map(pick), ms = list => list.map(value => value ?? null);
  const found = findings();
  return h("div", { class: `stack ${live.state === "live" ? "" : "stale"}` },
    staleNote(),
    found.length ? h("ul", { class: "problems", "aria-label": "Problems" }, found.map(finding => h("li", { class: `problem ${finding.kind}`, "data-key": finding.title.replace(/\d+/g, "") },
      h("b", {}, finding.title), h("span", {}, finding.text), finding.link && h("a", { href: finding.link }, "Look at them")))) : null,
    h("dl", { class: "tiles" },
      tile("Accepted", rate(pace(second => second.accepted)), "/s", `${count(sum(live.history, second => second.accepted))} in 10 min`),
      tile("Stored in the graph", rate(pace(stored(GRAPH))), "/s", `age p99 ${span(latest(second => second.stores[GRAPH]?.age?.p99))}`),
      tile("Stored in vectors", rate(pace(stored(VECTORS))), "/s", `age p99 ${span(latest(second => second.stores[VECTORS]?.age?.p99))}`),
      tile("Failed attempts", count(failed), "", "refused, retried, given up in 10 min", failed ? "warn" : ""),
      tile("Confirmed in", span(latest(second => second.confirm?.p99)), "p99", `p50 ${span(latest(second => second.confirm?.p50))}`),
      tile("Spool", frame.spool ? count(frame.spool.messages) : "–", "", frame.spool ? `of ${count(frame.spool.limit)}` : "not needed: the queue is on this disk", frame.spool?.messages ? "warn" : ""),
      tile("Dead letters", letters ? count(letters.messages) : "–", "", letters?.messages ? h("a", { href: address("letters") }, "what failed") : "nothing failed", letters?.messages ? "bad" : "")),
    h("div", { class: "cols" },
      chart("Events a second", [
        { key: "a", name: "accepted", values: per(second => second.accepted) },
        { key: "b", name: "in the graph", values: per(second => second.stores[GRAPH]?.stored ?? (frame.workers[0]?.here ? 0 : null)) },
        { key: "c", name: "in vectors", values: per(second => second.stores[VECTORS]?.stored ?? (frame.workers[1]?.here ? 0 : null)) },
        { key: "d", name: "failed", isSparse: true, values: per(second => failures(second) || null) },
      ], rate, "Nothing yet: the first second is on its way."),
      chart("Latency, 99th percentile", [
        { key: "a", name: "until confirmed", values: ms(per(second => second.confirm?.p99)) },
        { key: "b", name: "until in the graph", values: ms(per(second => second.stores[GRAPH]?.age?.p99)) },
        { key: "c", name: "until in vectors", values: ms(per(second => second.stores[VECTORS]?.age?.p99)) },
      ], span, "No event within ten minutes.")),
    h("section", { class: "card" },
      h("div", { class: "head" }, h("h2", {}, "Queues"), h("span", { class: "small dim" }, "depth over ten minutes")),
      queues.length ? h("div", { class: "scroll" }, h("table", { class: "cards" },
        h("thead", {}, h("tr", {}, ["Queue", "Messages", "Ready", "Unacked", "Consumers", "Trend", "Depth"].map((name, place) => h("th", { class: place > 0 && place < 5 ? "num" : "", scope: "col" }, name)))),
        h("tbody", {}, queues.map(queue => h("tr", { "data-key": queue.name },
          h("td", {}, h("b", {}, queue.name)),
          h("td", { class: `num ${queue.name === LETTERS && queue.messages ? "bad" : ""}`, "data-label": "Messages" }, count(queue.messages)),
          h("td", { class: "num", "data-label": "Ready" }, count(queue.ready)),
          h("td", { class: "num", "data-label": "Unacked" }, count(queue.unacknowledged)),
          h("td", { class: `num ${!queue.consumers && queue.messages && queue.name !== LETTERS ? "bad" : ""}`, "data-label": "Consumers" }, queue.name === LETTERS ? h("span", { class: "dim", title: "Dead letters need no consumer." }, "–") : count(queue.consumers)),
          h("td", { class: "nowrap", "data-label": "Trend" }, trend(queue)),
          h("td", { "data-label": "Ten minutes" }, spark(queue.name, queue.name === LETTERS ? "letters" : storeName[queue.name]))))))
      ) : h("p", { class: "empty" }, frame.broker_error ? [h("b", {}, "The broker does not answer"), frame.broker_error] : "Asking the broker…")),
    h("section", { class: "card" },
      h("div", { class: "head" }, h("h2", {}, "Workers"), h("span", { class: "small dim" }, `${frame.version ? "version " + frame.version + ", " : ""}up ${span(frame.uptime_seconds)}`)),
      h("div", { class: "scroll" }, h("table", { class: "cards" },
        h("thead", {}, h("tr", {}, ["Store", "State", "Here", "Retried", "Given up", "Reason"].map((name, place) => h("th", { class: place > 1 && place < 5 ? "num" : "", scope: "col" }, name)))),
        h("tbody", {}, frame.workers.map(worker => {
          const [text, kind, why] = workerState(worker, queues.find(queue => queue.name === worker.queue)?.consumers);
          const total = name => count(sum(live.history, second => second.stores[worker.queue]?.[name]));
          return h("tr", { "data-key": worker.queue },
            h("td", {}, h("b", {}, storeName[worker.queue])),
            h("td", { "data-label": "State" }, h("span", { class: `pill ${kind}` }, text)),
            h("td", { class: "num", "data-label": "Workers here" }, count(worker.here)),
            h("td", { class: "num", "data-label": "Retried, 10 min" }, total("retried")), h("td", { class: "num", "data-label": "Given up, 10 min" }, total("dead_lettered")),
            h("td", { "data-label": "Reason", class: "small" }, why || h("span", { class: "dim" }, "–")));
        }))))));
}

function staleNote() {
  if (live.state === "live" || !live.at) return null;
  return h("p", { class: "note-box warn" }, h("b", {}, `As it was at ${clock(live.at)}. `), `${live.error?.message ?? ""} This page tries again by itself.`);
}

function waiting() {
  if (live.state === "denied") return tokenCard(live.error.message);
  if (live.state === "full") return h("section", { class: "card empty" }, h("b", {}, "As many consoles are open as may be"), live.error.message, h("p", {}, "This one tries again by itself."));
  if (live.state === "stale") return h("section", { class: "card empty" }, h("b", {}, "The server does not answer"), live.error?.message, h("p", {}, "This page tries again by itself."));
  return h("section", { class: "card", "aria-busy": "true" }, h("p", { class: "dim" }, "Connecting…"), [1, 2, 3].map(() => h("div", { class: "wait" })));
}

// --- Events ----------------------------------------------------------------------------------------------------------

const short = id => h("code", { title: id }, id.length > 13 ? id.slice(0, 8) + "…" + id.slice(-4) : id);
export const userLink = id => h("a", { href: address("user", { id }) }, id);

function eventState(event) {
  const marks = Object.entries(storeName).map(([queue, name]) => {
    const at = event.stored_at[queue];
    const here = live.frame?.workers.find(worker => worker.queue === queue)?.here;
    if (at) return h("span", { class: "tag good", title: at }, `${name} after ${span(Math.max(0.001, (Date.parse(at) - Date.parse(event.accepted_at)) / 1000))}`);
    return h("span", { class: "tag", title: here ? "" : "The workers run in other processes and do not report here." }, `${here ? "not yet in" : "unknown:"} ${name}`);
  });
  return h("span", { class: "bar" }, event.spooled ? h("span", { class: "tag warn" }, "in the spool") : null, marks);
}

function eventsTab({ query }) {
  if (!hold.frame) return waiting();
  const wanted = (query.q ?? "").toLowerCase();
  const events = hold.frame.events.filter(event => !wanted || [event.event_id, event.type, event.user_id, event.product_id].some(text => text.toLowerCase().includes(wanted)));
  return h("section", { class: `card ${live.state === "live" ? "" : "stale"}` },
    h("div", { class: "head" }, h("h2", {}, "Newest events"),
      h("span", { class: "bar" },
        h("label", {}, h("span", { class: "sr" }, "Search in these events"), search("q", "Id, type, user, product", query.q)),
        h("button", { type: "button", "aria-pressed": hold.events ? "true" : "false", onclick: () => { hold.events = !hold.events; hold.frame = live.frame; render(); } }, hold.events ? "Go on" : "Hold"))),
    h("p", { class: "small dim" }, "A sample of what this process accepts: at most 12 events of a second, the last 60."),
    events.length ? h("div", { class: "scroll" }, h("table", { class: "cards" },
      h("thead", {}, h("tr", {}, ["Event", "Type", "User", "Product", "Accepted", "State"].map(name => h("th", { scope: "col" }, name)))),
      h("tbody", {}, events.map(event => h("tr", { "data-key": event.event_id },
        h("td", {}, short(event.event_id)), h("td", { "data-label": "Type" }, h("span", { class: "tag" }, event.type)),
        h("td", { "data-label": "User" }, userLink(event.user_id)), h("td", { "data-label": "Product" }, event.product_id),
        h("td", { "data-label": "Accepted" }, moment(event.accepted_at)), h("td", { "data-label": "State" }, eventState(event)))))))
      : h("p", { class: "empty" }, wanted ? [h("b", {}, "No event matches"), "Only the newest events are searched here; the User tab has whole histories."]
        : [h("b", {}, "No event yet"), "Events appear here a second after POST /events was answered."]));
}

export function search(name, text, value) {
  return h("input", { type: "search", "data-search": true, name, placeholder: text, value: value ?? "", "data-key": name, autocomplete: "off",
    onchange: event => change({ [name]: event.target.value.trim() }) });
}

// --- A user ----------------------------------------------------------------------------------------------------------

export function shown(entry, view, missing) {
  if (entry.value) return [entry.error && h("p", { class: "note-box warn small" }, `Not new: ${entry.error.message}`), view(entry.value)];
  if (entry.error) {
    if (entry.error.status === 404 && missing) return h("p", { class: "dim" }, missing);
    return h("p", { class: "note-box small" }, entry.error.message, " ", h("button", { type: "button", class: "link", onclick: () => { entry.at = 0; render(); } }, "Try again"));
  }
  return h("div", { "aria-busy": "true" }, h("div", { class: "wait" }), h("div", { class: "wait" }));
}

function userTab({ query }) {
  const form = h("form", { class: "bar", onsubmit: event => { event.preventDefault(); go("user", { id: new FormData(event.target).get("id").trim() }); } },
    h("label", {}, "User id", h("input", { name: "id", "data-search": true, inputmode: "numeric", pattern: "[0-9]{1,19}", title: "A number from 1 to 9223372036854775807", required: true, value: query.id ?? "", autocomplete: "off", "data-key": "user-id" })),
    h("button", { class: "primary" }, "Show"));
  const head = h("section", { class: "card" }, h("div", { class: "head" }, h("h2", {}, query.id ? `User ${query.id}` : "A user's journey"), form));
  if (!access.read?.allowed) return h("div", { class: "stack" }, head, closed("read"));
  if (!query.id) return h("div", { class: "stack" }, head, h("section", { class: "card empty" }, h("b", {}, "Whose journey?"), "Enter a user id, or follow one from Events or a dead letter."));
  const base = `users/${encodeURIComponent(query.id)}`;
  const page = new URLSearchParams(Object.entries({ limit: "25", type: query.type, after: query.after }).filter(([, value]) => value));
  return h("div", { class: "stack", "data-key": query.id }, head,
    h("div", { class: "cols" },
      h("section", { class: "card stack" }, h("h2", {}, "Profile"), shown(use(`${base}/profile`), profile => h("dl", { class: "facts" },
        h("dt", {}, "Interactions"), h("dd", {}, count(profile.interactions)),
        h("dt", {}, "Last event"), h("dd", {}, moment(profile.last_event_time)),
        Object.entries(profile.counts).map(([type, number]) => [h("dt", {}, type), h("dd", {}, count(number))]),
        h("dt", {}, "Recent products"), h("dd", {}, profile.recent_products.slice(0, 12).join(", ") || "–")), "No interactions, and therefore no profile.")),
      h("section", { class: "card stack" }, h("h2", {}, "Recommendations"), shown(use(`${base}/recommendations?limit=8`), found => ranking(found.recommendations, item =>
        item.because?.length ? `because of ${item.because.slice(0, 3).map(reason => reason.product_id).join(", ")}` : item.source), "None.")),
      h("section", { class: "card stack" }, h("h2", {}, "Products near to it"), shown(use(`${base}/products?limit=8`), found => ranking(found.products, item => item.stand_in ? "stand-in vector" : "catalogue vector"), "No profile to compare with."))),
    h("section", { class: "card" },
      h("div", { class: "head" }, h("h2", {}, "History"), h("label", {}, h("span", { class: "sr" }, "Type"), select("type", query.type, ["view", "cart", "purchase", "remove_from_cart"], "all types", { after: "" }))),
      shown(use(`${base}/history?${page}`), history => history.events.length ? h("div", {}, h("div", { class: "scroll" }, h("table", { class: "cards" },
        h("thead", {}, h("tr", {}, ["When", "Type", "Product", "Session", "Price", "Event"].map(name => h("th", { scope: "col" }, name)))),
        h("tbody", {}, history.events.map(event => h("tr", { "data-key": event.event_id },
          h("td", {}, moment(event.event_time)), h("td", { "data-label": "Type" }, h("span", { class: "tag" }, event.event_type)), h("td", { "data-label": "Product" }, `${event.product_id}`),
          h("td", { "data-label": "Session" }, event.user_session), h("td", { "data-label": "Price" }, event.price ?? "–"), h("td", { "data-label": "Event" }, short(event.event_id))))))),
        h("p", { class: "bar" }, query.after && h("a", { class: "button", href: address("user", { ...query, after: "" }) }, "Newest"),
          history.next && h("a", { class: "button", href: address("user", { ...query, after: history.next }) }, "Older"))) : h("p", { class: "empty" }, "No events."))));
}

function ranking(items, note) {
  if (!items.length) return h("p", { class: "dim" }, "None.");
  return h("table", {}, h("thead", { class: "sr" }, h("tr", {}, ["Product", "Score", "Why"].map(name => h("th", { scope: "col" }, name)))),
    h("tbody", {}, items.map(item => h("tr", {}, h("td", {}, `${item.product_id}`), h("td", { class: "num" }, Number(item.score).toPrecision(3)), h("td", { class: "small dim" }, note(item))))));
}

export function select(name, value, options, all, more = {}) {
  return h("select", { name, "data-key": name, onchange: event => change({ [name]: event.target.value, ...more }) },
    h("option", { value: "" }, all), options.map(option => h("option", { value: option, selected: option === value ? "" : null }, option)));
}

// --- Dialogs ---------------------------------------------------------------------------------------------------------

export function dialog(title, content, button, act, prepare) {
  const failure = h("p", { role: "alert" }), send = h("button", { class: "primary" }, button);
  const form = h("form", { onsubmit: async event => {
    event.preventDefault();
    if (send.getAttribute("aria-disabled")) return;
    send.setAttribute("aria-disabled", "true");
    failure.className = failure.textContent = "";
    try { await act(form, send); } catch (error) { failure.className = "note-box"; failure.textContent = error.message; }
    send.removeAttribute("aria-disabled");
  } }, h("h2", { id: "dialog-title" }, title), content, failure,
  h("div", { class: "bar end" }, h("button", { type: "button", onclick: close }, button ? "Cancel" : "Close"), button && send));
  prepare?.(send);
  $("dialog").replaceChildren(form);
  $("dialog").showModal();
}

export function close() { $("dialog").close(); }

function tokenForm() {
  return [
    h("label", {}, "Token", h("input", { type: "password", name: "token", autocomplete: "off", required: true, "data-key": "token" })),
    h("p", { class: "small dim" }, "It stays in this tab until it is closed, and is sent in the Authorization header only."),
  ];
}

function setToken(text) {
  if (text) sessionStorage.setItem("token", text); else sessionStorage.removeItem("token");
  cache.clear();
  closeAccess();
  Object.assign(live, { frame: null, history: [], state: "connecting", attempt: 0, at: 0 });
  hold.frame = null;
  readAccess();
  watch();
  render();
}

// In the place of what the token does not allow; nothing while that is not known.
export function closed(need) {
  return access[need] ? tokenCard(access[need].reason) : h("section", { class: "card", "aria-busy": "true" }, h("div", { class: "wait" }));
}

function tokenCard(reason) {
  return h("section", { class: "card stack", "data-key": "token-card" }, h("h2", {}, "A token is needed"), h("p", {}, reason),
    h("form", { class: "stack", onsubmit: event => { event.preventDefault(); setToken(new FormData(event.target).get("token").trim()); } },
      tokenForm(), h("div", {}, h("button", { class: "primary" }, "Use this token"))));
}

function tokenDialog() {
  const permission = (name, text) => [h("dt", {}, text), h("dd", { class: access[name]?.allowed ? "good" : "" }, access[name]?.allowed ? "allowed" : access[name]?.reason)];
  dialog("Token", [
    h("dl", { class: "facts" }, permission("read", "Look"), permission("letters", "Dead letters"), permission("operate", "Replay, edit, purge")),
    tokenForm(), token() && h("div", {}, h("button", { type: "button", onclick: () => { close(); setToken(""); } }, "Forget the token"))],
  "Use this token", form => { close(); setToken(new FormData(form).get("token").trim()); });
}

function helpDialog() {
  dialog("Keys", [h("dl", { class: "facts" }, [["1 – 4", "Overview, Events, User, Dead letters"], ["/", "Search"], ["Esc", "Close a dialog; leave a letter, a group, a search"], ["← →", "Move through time, in a chart"], ["?", "This help"]].map(([key, text]) => [h("dt", {}, h("kbd", {}, key)), h("dd", {}, text)])),
    h("p", { class: "small dim" }, "debias-events top shows the same in a terminal.")]);
}

document.addEventListener("keydown", event => {
  if (event.ctrlKey || event.metaKey || event.altKey || $("dialog").open) return;
  const isTyping = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.nodeName);
  if (event.key === "Escape") {
    const { query } = place();
    if (isTyping) event.target.blur(); else if (query.letter) change({ letter: "" }); else if (query.group) change({ group: "" });
  }
  if (isTyping) return;
  const tab = Object.keys(tabs)[Number(event.key) - 1];
  if (tab) { go(tab); $("main").focus(); }
  else if (event.key === "?") helpDialog();
  else if (event.key === "/") {
    event.preventDefault();
    const field = document.querySelector("[data-search]");
    if (field) field.focus(); else go("letters");
  }
});

// --- Rendering -------------------------------------------------------------------------------------------------------

let isDrawn = true;

export function render() {
  if (!isDrawn) return;
  isDrawn = false;
  requestAnimationFrame(draw);
}

function draw() {
  isDrawn = true;
  const where = place(), views = { overview, events: eventsTab, user: userTab, letters: lettersTab };
  fill($("top"), header());
  // A tab begins anew; within a tab, only what differs is changed.
  fill($("main"), [h("div", { class: "stack", "data-key": where.tab }, views[where.tab](where))]);
  for (const mark of document.querySelectorAll("[data-y]")) mark.style.top = `${mark.dataset.y}%`;
}

$("skip").addEventListener("click", event => { event.preventDefault(); $("main").focus(); });
// A page that the browser keeps for the way back holds no connection: a browser has few of them to one server.
window.addEventListener("pagehide", () => live.abort?.abort());
window.addEventListener("pageshow", event => { if (event.persisted) watch(); });
let chosen = "";
window.addEventListener("hashchange", () => {
  const { query } = place(), { group = "", letter = "" } = query;
  cursor.at = null;
  draw();
  // On a telephone the choice is below the list.
  if (chosen !== (chosen = group + letter) && chosen && innerWidth < 960) document.querySelector(".cols.wide > :last-child")?.scrollIntoView();
});
// Relative times and the running replay go on without the stream, too. A page that nobody sees does nothing.
setInterval(() => { if (!document.hidden && !(live.state === "live" && Date.now() - live.at < 1500)) render(); }, 1000);

readAccess();
watch();
render();
