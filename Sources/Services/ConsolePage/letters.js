// Dead letters: groups, a letter's story, replays, edits, export and purge.

import { close, closed, dialog, search, select, shown, sum, userLink } from "./console.js";
import { count, difference, h, moment, now, parse, plural, pretty, span, toast } from "./elements.js";
import { GRAPH, LETTERS, VECTORS, access, action, address, ask, cache, call, change, forget, live, use } from "./server.js";

// --- Dead letters ----------------------------------------------------------------------------------------------------

const classes = ["malformed", "invalid", "rejected", "retries_exhausted", "expired", "overflow"];
const filterNames = ["text", "queue", "class", "type", "user", "product", "since", "group", "id"];

function filters(query) {
  return new URLSearchParams(filterNames.filter(name => query[name]).map(name => [name, query[name]])).toString();
}

function inWords(text) {
  const parts = [...new URLSearchParams(text)].filter(([name]) => filterNames.includes(name)).map(([name, value]) => name === "group" ? "one group" : name === "id" ? "one letter" : `${name} ${value}`);
  return !parts.length ? "all dead letters" : parts.some(part => part.startsWith("one ")) ? parts.filter(part => part.startsWith("one ")).at(-1) : `letters with ${parts.join(", ")}`;
}

let seenDepth = null;

export function lettersTab({ query }) {
  if (!access.letters?.allowed) return closed("letters");
  const replays = use("dlq/replays", { every: 1000 }), running = replays.value?.replays.find(replay => replay.state === "running");
  // The list is read again when the number of letters has changed, and not while a replay holds the queue.
  const depth = live.frame?.queues?.find(queue => queue.name === LETTERS)?.messages;
  const text = filters({ ...query, group: "", id: "" });
  const path = `dlq/groups?${text}`, entry = running ? cache.get(path) ?? {} : use(path, { every: depth === seenDepth ? 0 : 3000 });
  if (!entry.busy && entry.at && Date.now() - entry.at < 1500) seenDepth = depth;
  const field = (name, title, more = {}) => h("label", {}, title, h("input", { name, value: query[name] ?? "", "data-key": name, autocomplete: "off", onchange: event => change({ [name]: event.target.value.trim() }), ...more }));
  const matching = entry.value?.matching;
  return h("div", { class: "stack" },
    replayPanels(replays, query),
    h("section", { class: "card stack" },
      h("div", { class: "filters", role: "search", "aria-label": "Filters of dead letters" },
        h("label", {}, "Error text", search("text", "Search in errors  ( / )", query.text)),
        h("label", {}, "Queue", select("queue", query.queue, [GRAPH, VECTORS], "both")),
        h("label", {}, "Class", select("class", query.class, classes, "all")),
        h("label", {}, "Type", select("type", query.type, ["view", "cart", "purchase", "remove_from_cart"], "all")),
        field("user", "User", { inputmode: "numeric" }), field("product", "Product", { inputmode: "numeric" }), field("since", "Since", { placeholder: "2026-11-25" })),
      h("div", { class: "bar", "data-key": "actions" },
        h("p", { class: "dim", role: "status" }, matching == null ? "" : matching === entry.value.total ? plural(matching, "dead letter") : `${count(matching)} of ${plural(entry.value.total, "dead letter")} match`),
        text && h("a", { href: address("letters") }, "Clear the filters"),
        matching ? [action("Replay…", {}, () => replayDialog(text, matching)), action("Edit all…", {}, () => editGroupDialog(text, matching, entry.value.groups[0]?.sample)), action("Export", {}, () => exportLetters(text)), action("Purge…", { class: "danger" }, () => purgeDialog(text, matching))] : null,
        h("button", { type: "button", onclick: () => forget("dlq") }, "Refresh"))),
    running && !entry.value ? h("section", { class: "card empty" }, h("b", {}, "The replay has the letters in its hands"), "The list comes with its end.") : shown(entry, value => value.groups.length ? h("div", { class: "cols wide" },
      h("section", { class: "card", "aria-labelledby": "groups-title" }, h("h2", { id: "groups-title" }, "What failed"),
        h("ul", { class: "list" }, value.groups.map(group => groupItem(group, query)))),
      query.letter ? letterCard(query) : query.group ? groupCard(value.groups.find(group => group.group === query.group), query)
        : h("section", { class: "card empty" }, h("b", {}, "Choose a group"), "Letters that failed alike are one group: repair and replay it as a whole."))
      : h("section", { class: "card empty" }, text ? [h("b", {}, "No letter matches"), h("a", { href: address("letters") }, "Clear the filters")]
        : [h("b", {}, "No dead letters"), "Every event that was accepted is stored, or on its way."])));
}

function groupItem(group, query) {
  const isOpen = group.group === query.group;
  return h("li", { "data-key": group.group }, h("a", { class: "item", href: address("letters", { ...query, letter: "", group: isOpen && !query.letter ? "" : group.group }), "aria-current": isOpen ? "true" : null },
    h("span", { class: "bar" }, h("span", { class: "big" }, count(group.count)), h("span", { class: "tag bad" }, group.class ?? "unknown"), h("span", { class: "small dim" }, group.queue ?? "no queue"),
      h("span", { class: "small dim" }, "last ", moment(group.last))),
    h("span", { class: "error" }, group.sample.error)));
}

function groupCard(group, query) {
  if (!group) return h("section", { class: "card empty" }, h("b", {}, "This group is gone"), "Its letters were replayed, purged, or do not match the filters.");
  const text = filters({ ...query, group: group.group, id: "" }), entry = use(`dlq?limit=50&${text}`);
  return h("section", { class: "card stack", "data-key": group.group },
    h("div", {}, h("h2", {}, plural(group.count, "letter")), h("p", {}, group.sample.error)),
    h("p", { class: "small dim" }, "first failed ", moment(group.first), ", last ", moment(group.last)),
    h("div", { class: "bar" }, action("Replay group…", { class: "primary" }, () => replayDialog(text, group.count)), action("Edit group…", {}, () => editGroupDialog(text, group.count, group.sample)),
      action("Export", {}, () => exportLetters(text)), action("Purge…", { class: "danger" }, () => purgeDialog(text, group.count))),
    shown(entry, value => h("div", {}, h("ul", { class: "list" }, value.letters.map(letter => h("li", { "data-key": letter.id },
      h("a", { class: "item", href: address("letters", { ...query, letter: letter.id }) },
        h("span", { class: "bar" }, h("code", {}, letter.id), h("span", { class: "small dim" }, plural(letter.attempts, "attempt")), h("span", { class: "small dim" }, moment(letter.last_failed_at))),
        letter.error !== group.sample.error && h("span", { class: "error small" }, letter.error))))),
      value.matching > value.letters.length && h("p", { class: "small dim" }, `The oldest ${value.letters.length} of ${count(value.matching)}; the filters find the others.`))));
}

function letterCard(query) {
  const id = encodeURIComponent(query.letter);
  const back = h("a", { href: address("letters", { ...query, letter: "" }) }, "← Back to the group");
  return h("section", { class: "card stack", "data-key": query.letter }, h("p", { class: "small" }, back), shown(use(`dlq/${id}`), letter => {
    const stores = use(`dlq/${id}/stores`), body = letter.body ?? "", event = (() => { try { return parse(body); } catch { return {}; } })() ?? {};
    const replays = letter.properties.headers["debias-replays"];
    const step = (kind, title, at, text) => h("li", { class: kind }, h("b", {}, title), " ", at && moment(at), text && h("p", { class: "small" }, text));
    const inStore = name => {
      if (!stores.value) return step("", `In the ${name}?`, null, stores.error ? stores.error.message : "Asking…");
      const one = stores.value[name];
      if (one.error) return step("", `In the ${name}?`, null, one.error);
      if (one.conflict) return step("bad", `The ${name} has another event with this id`, null, one.conflict);
      return one.stored ? step("good", `In the ${name}`, null, "It is there now.") : step("bad", `Not in the ${name}`, null, null);
    };
    const single = filters({ id: letter.id });
    return h("div", { class: "stack" },
      h("div", {}, h("h2", {}, "Letter ", h("code", {}, letter.id)), h("p", { class: "bad" }, letter.error)),
      h("div", { class: "bar" }, action("Replay…", { class: "primary" }, () => replayDialog(single, 1)), action("Edit…", {}, () => editLetterDialog(letter)), action("Export", {}, () => exportLetters(single)), action("Purge…", { class: "danger" }, () => purgeDialog(single, 1))),
      h("div", {}, h("h3", {}, "Story"), h("ol", { class: "story" },
        step("good", "Received and confirmed", event.published_at, event.published_at ? "durable in both queues" : "by a producer that names no time"),
        letter.history.map((attempt, place) => step("bad", `Attempt ${letter.attempts - letter.history.length + place + 1} failed`, attempt.at, `${attempt.error}${attempt.worker ? ` (${attempt.worker})` : ""}`)),
        step("bad", letter.by_broker ? "Given up by the broker" : "Given up", letter.last_failed_at, `${letter.class ?? "unknown reason"}, ${plural(letter.attempts, "attempt")}, in ${letter.queue ?? "an unknown queue"}${letter.worker ? `, by ${letter.worker}` : ""}`),
        replays ? step("", `Replayed ${replays === 1 ? "once" : `${replays} times`} before`, null, null) : null,
        inStore("graph"), inStore("vectors"))),
      h("dl", { class: "facts" }, h("dt", {}, "Event"), h("dd", {}, h("code", {}, letter.event_id ?? "no valid id")),
        event.user_id != null && [h("dt", {}, "User"), h("dd", {}, userLink(`${event.user_id}`))], event.product_id != null && [h("dt", {}, "Product"), h("dd", {}, `${event.product_id}`)],
        event.event_type != null && [h("dt", {}, "Type"), h("dd", {}, `${event.event_type}`)]),
      h("div", {}, h("h3", {}, "Body"), letter.body_left_out ? h("p", { class: "dim" }, "Too large to be shown.") : h("pre", { tabindex: 0, "aria-label": "Body" }, letter.body == null ? `(base64) ${letter.body_base64}` : pretty(body))),
      h("details", {}, h("summary", {}, "Properties and headers"), h("pre", { tabindex: 0, "aria-label": "Properties" }, JSON.stringify(letter.properties, null, 2))));
  }, "This letter is gone: it was replayed, edited or purged."));
}

// --- Replays ---------------------------------------------------------------------------------------------------------

const RAMP = [1, 2, 5, 20, 100, 500];

function replayPanels(entry, query) {
  const replays = entry.value?.replays ?? [];
  const wanted = replays.find(replay => replay.replay === query.replay), running = replays.find(replay => replay.state === "running");
  const open = wanted ?? running;
  if (!open) return query.replay && entry.value ? h("p", { class: "note-box warn" }, `This process does not know the replay ${query.replay}: it was started again since. Its record is in the data folder's replays.`) : null;
  const isRunning = open.state === "running", isRamp = new URLSearchParams(open.request).get("ramp") === "true";
  const seconds = (Date.parse(open.ended_at ?? new Date(now()).toISOString()) - Date.parse(open.started_at)) / 1000;
  const kind = { running: "", done: "good", stopped: "warn", failed: "bad" }[open.state];
  const title = { running: "Replay under way", done: "Replay done", stopped: "Replay stopped", failed: "Replay failed" }[open.state];
  const passed = RAMP.map((_, place) => sum(RAMP.slice(0, place + 1), size => size));
  return h("section", { class: "card stack", id: "replay", "data-key": "replay", "aria-label": "Replay" },
    h("div", { class: "bar last-right" }, h("h2", {}, title), h("span", { class: `pill ${kind}` }, open.state),
      h("span", { class: "small dim" }, `${inWords(open.request)}, begun `, moment(open.started_at)),
      isRunning ? action("Stop", { class: "danger" }, async () => { try { await ask(`dlq/replays/${open.replay}/stop`, { method: "POST" }); toast("It stops after the letters that it is sending."); } catch (error) { toast(error.message); } })
        : query.replay ? h("a", { href: address("letters", { ...query, replay: "" }) }, "Close") : null),
    h("progress", { max: Math.max(1, open.total), value: open.sent + open.kept, "aria-label": "Letters sent" }),
    h("p", { role: "status" }, `${count(open.sent)} of ${plural(open.total, "letter")} sent`, open.verified ? `, ${count(open.verified)} seen in their store` : "", open.kept ? `, ${count(open.kept)} stay` : "", isRunning ? "" : ` in ${span(seconds)}`, "."),
    isRamp && h("ol", { class: "steps", "aria-label": "Ramp" }, RAMP.map((size, place) => passed[place] - size >= open.total ? null : h("li", { class: open.step === size ? "now" : open.verified >= Math.min(passed[place], open.total) ? "good" : "", "aria-current": open.step === size ? "step" : null }, count(size))),
      open.total > passed.at(-1) && h("li", { class: isRunning && open.step == null && open.verified >= passed.at(-1) ? "now" : open.state === "done" ? "good" : "" }, "the rest")),
    isRunning && open.step != null && h("p", { class: "small dim" }, `A step of ${count(open.step)}: it goes on when the store has all of them, and stops if one fails again.`),
    (open.stopped || open.error) && h("p", { class: `note-box ${open.state === "failed" ? "" : "warn"}` }, open.stopped ?? open.error));
}

export async function start(text, options, body) {
  const parameters = new URLSearchParams(text);
  for (const [name, value] of Object.entries(options)) if (value) parameters.set(name, value);
  const begun = await ask(`dlq/replays?${parameters}`, { method: "POST", body });
  close();
  forget("dlq");
  change({ replay: begun.replay, letter: "" });
}

const paceFields = number => h("fieldset", {}, h("legend", {}, "How"),
  h("label", { class: "row" }, h("input", { type: "radio", name: "how", value: "ramp", checked: true }), h("span", {}, h("b", {}, "With a ramp. "), `${number > 1 ? "1, then 2, 5, 20, 100, 500, then the rest" : "One letter"}: a step is sent when the store has all of the one before; the first that fails again stops it.`)),
  h("label", { class: "row" }, h("input", { type: "radio", name: "how", value: "" }), h("span", {}, h("b", {}, "All at once. "), "Nothing is waited for.")),
  h("label", {}, "At most so many letters a second (empty: as fast as the broker takes them)", h("input", { name: "rate", inputmode: "numeric", pattern: "[0-9]{1,6}", value: "200" })));

const chosen = form => { const data = new FormData(form); return { ramp: data.get("how") === "ramp" ? "true" : "", rate: data.get("rate") }; };

function replayDialog(text, number) {
  dialog(`Replay ${plural(number, "letter")}`, [
    h("p", {}, `Sends ${inWords(text)} back to the queue in which each failed, and only there.`),
    paceFields(number)], "Start the replay", form => start(text, chosen(form)));
}

// --- Editing ---------------------------------------------------------------------------------------------------------

function editLetterDialog(letter) {
  const outcome = h("div", { "aria-live": "polite", class: "stack" });
  let checked = null;
  const area = h("textarea", { name: "body", spellcheck: "false", "aria-label": "Body", oninput: () => { checked = null; } });
  area.value = letter.body == null ? "" : pretty(letter.body);
  const send = isDryRun => ask(`dlq/${encodeURIComponent(letter.id)}/edit-replay?replace=true${isDryRun ? "&dry_run=true" : ""}`, { method: "POST", body: area.value });
  dialog("Edit the letter", [
    h("label", {}, "The body that takes the place of the letter's", area), outcome,
  ], "Check", async (form, button) => {
    if (checked !== area.value) {
      outcome.replaceChildren();
      const found = await send(true);
      checked = area.value;
      outcome.replaceChildren(h("p", { class: "note-box good" }, `A valid event. It goes to ${found.queue}.`), difference(pretty(found.before), pretty(found.after)));
      button.textContent = "Send it back";
      return;
    }
    await send(false);
    close();
    toast("The letter was sent back to its queue.");
    forget("dlq");
    change({ letter: "" });
  }, button => area.addEventListener("input", () => { button.textContent = "Check"; }));
}

function editGroupDialog(text, number, sample) {
  const outcome = h("div", { "aria-live": "polite", class: "stack" });
  const area = h("textarea", { name: "patch", spellcheck: "false", "aria-label": "Patch" });
  area.value = '{\n  "event_type": "view"\n}';
  let checked = null;
  dialog(`Edit ${plural(number, "letter")} and replay`, [
    sample && h("p", { class: "note-box warn small" }, sample.error),
    h("label", {}, "A merge patch (an object: its members replace the body's, null removes) or a JSON Patch (a list of operations)", area), outcome, paceFields(number),
  ], "Check", async (form, button) => {
    if (checked !== area.value) {
      outcome.replaceChildren();
      const found = await ask(`dlq/replays?dry_run=true&${text}`, { method: "POST", body: area.value });
      const fit = sum(Object.values(found.would_send), value => value), unfit = found.unfit ?? 0;
      outcome.replaceChildren(h("p", { class: `note-box ${fit ? unfit ? "warn" : "good" : ""}` }, `${plural(fit, "letter")} would be valid events and go to ${Object.keys(found.would_send).join(" and ") || "no queue"}; ${count(unfit)} would stay.`),
        ...(found.changes ?? []).map(one => h("div", { class: "stack" }, h("h3", {}, "Letter ", h("code", {}, one.letter)), one.error ? h("p", { class: "note-box" }, one.error) : difference(pretty(one.before), pretty(one.after)))));
      if (!fit) return;
      checked = area.value;
      button.textContent = `Edit and replay ${plural(fit, "letter")}`;
      return;
    }
    await start(text, chosen(form), area.value);
  }, button => area.addEventListener("input", () => { checked = null; button.textContent = "Check"; }));
}

// --- Export and purge ------------------------------------------------------------------------------------------------

async function exportLetters(text) {
  try {
    const response = await call(`dlq/export?${text}`);
    if (!response.ok) throw new Error((await response.json()).detail);
    const link = h("a", { href: URL.createObjectURL(await response.blob()), download: `dead-letters-${new Date(now()).toISOString().slice(0, 19).replace(/:/g, "")}.ndjson` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    toast("Exported. debias-events dlq import brings the letters back.");
  } catch (error) { toast(error.message); }
}

async function purgeDialog(text, number) {
  try { number = (await ask(`dlq/purge?${text}`, { method: "POST" })).matching; } catch (error) { return toast(error.message); }
  dialog(`Purge ${plural(number, "letter")}`, [
    h("p", { class: "note-box" }, `${plural(number, "letter")} (${inWords(text)}) ${number === 1 ? "is" : "are"} removed for good. Their events are in no store unless another letter or queue has them, and nothing brings them back but an export.`),
    h("label", {}, `Type ${number} to confirm`, h("input", { name: "number", inputmode: "numeric", autocomplete: "off", required: true })),
  ], `Purge ${plural(number, "letter")}`, async form => {
    if (new FormData(form).get("number").replace(/\D/g, "") !== `${number}`) throw new Error(`Type ${number} to confirm.`);
    const { removed } = await ask(`dlq/purge?confirm=true&${text}`, { method: "POST" });
    close();
    toast(`${plural(removed, "letter")} removed.`);
    forget("dlq");
    change({ letter: "", group: "" });
  }, button => button.classList.replace("primary", "danger"));
}
