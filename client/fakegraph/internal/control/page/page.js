import { $, block, clock, copy, detail, el, first, pretty, sync } from "./show.js";

const base = location.origin;
const shownRequests = 500;
const shownGroups = 200;
let health = { api_version: "v1.0", webhook: false };
let groups = { groups: [], photos: {} };
let requests = [];

// call asks the control API; what it refuses is an Error with the field and the rule.
async function call(method, path, body, type = "application/json") {
  const options = body === undefined ? { method } : { method, body, headers: { "Content-Type": type } };
  const response = await fetch(path, options);
  if (!response.ok) {
    const text = await response.text();
    let refusal = text;
    try {
      const { field, rule } = JSON.parse(text);
      refusal = `${field}: ${rule}`;
    } catch {
      // Not from the API.
    }
    throw new Error(refusal);
  }
  return response.status === 204 ? undefined : response.json();
}

function complain(error, where = $("problem")) {
  where.textContent = error ? error.message : "";
  where.hidden = !error;
}

// act does what a click asks for, and says what was wrong with it.
const act = (f, where) => async (event) => {
  try {
    await f(event);
    complain(undefined, where);
  } catch (error) {
    complain(error, where);
  }
};

// Groups

const groupPath = (id) => "groups/" + encodeURIComponent(id);

const member = (p) =>
  [p.wa_id, ...["user_id", "parent_user_id", "username"].filter((key) => p[key]).map((key) => `${key}=${p[key]}`)]
    .filter(Boolean).join(" ");

const parseMember = (line) =>
  Object.fromEntries(line.trim().split(/\s+/).map((word) => {
    const at = word.indexOf("=");
    return at < 0 ? ["wa_id", word] : [word.slice(0, at), word.slice(at + 1)];
  }));

function groupItem({ group, photo }) {
  const people = group.participants ?? [];
  return el("li", { class: "group" },
    photo
      ? el("img", { class: "photo", alt: "", src: `${groupPath(group.id)}/photo?v=${photo}` })
      : el("span", { class: "photo", "aria-hidden": "true" }, [...(group.subject ?? "?")][0]),
    el("div", {},
      el("strong", {}, group.subject || "(no subject)"),
      group.suspended && el("span", { class: "warn" }, " suspended"),
      el("p", { class: "mono quiet" }, group.id),
      el("p", {}, group.description ?? ""),
      el("p", { class: "quiet" }, people.length ? `${people.length} members: ${people.map(member).join(", ")}` : "no members"),
      el("div", { class: "buttons" },
        el("button", { type: "button", "data-role": "edit", onclick: () => edit(group) }, "Edit"),
        el("button", {
          type: "button", "data-role": "delete",
          onclick: act(async () => {
            if (confirm(`Delete ${group.subject || group.id}?`)) await call("DELETE", groupPath(group.id));
          }),
        }, "Delete"))));
}

let edited = {};

function edit(group) {
  edited = group;
  complain(undefined, $("edit-problem"));
  $("edit-title").textContent = group.id ? "Edit group" : "New group";
  $("group-id").value = group.id ?? "Z3JvdXA" + String(Date.now()).slice(-6);
  $("group-id").readOnly = Boolean(group.id);
  $("group-subject").value = group.subject ?? "";
  $("group-description").value = group.description ?? "";
  $("group-members").value = (group.participants ?? []).map(member).join("\n");
  $("group-mode").value = group.join_approval_mode ?? "";
  $("group-suspended").checked = group.suspended ?? false;
  $("group-photo").value = "";
  $("edit").showModal();
  $(group.id ? "group-subject" : "group-id").focus();
}

const base64 = (file) => new Promise((resolve, reject) => {
  const reader = new FileReader();
  reader.onload = () => resolve(reader.result.split(",")[1] ?? "");
  reader.onerror = () => reject(reader.error);
  reader.readAsDataURL(file);
});

async function save() {
  const id = $("group-id").value.trim();
  if (!id) throw new Error("id: must not be empty");
  const [photo] = $("group-photo").files;
  await call("PUT", groupPath(id), JSON.stringify({
    ...edited, id,
    subject: $("group-subject").value,
    description: $("group-description").value,
    join_approval_mode: $("group-mode").value,
    suspended: $("group-suspended").checked,
    participants: $("group-members").value.split("\n").filter((line) => line.trim()).map(parseMember),
    photo: photo ? await base64(photo) : undefined,
  }));
  $("edit").close();
}

async function showGroups() {
  groups = await call("GET", "groups");
  const shown = groups.groups.slice(0, shownGroups), hidden = groups.groups.length - shown.length;
  $("more-groups").textContent = hidden ? `Not shown: ${hidden} more.` : "";
  sync($("groups"), shown.map((group) => ({ group, photo: groups.photos[group.id] })), (g) => g.group.id, groupItem,
    "none", () => el("p", {}, "There are no groups. Create one with the button above."));
  $("group-ids").replaceChildren(...shown.map((g) => el("option", { value: g.id }, g.subject ?? "")));
  drawRequests();
}

// Faults

const presets = {
  "Throttled, with a hint": { status: 429, code: 4, message: "(#4) Application request limit reached", retry_after: "2" },
  "Error 500": { status: 500, code: 1, message: "An unknown error occurred", transient: true },
  "HTML 502": { status: 502, html: true },
  "Dropped before the change": { drop_before: true },
  "Dropped after the change": { drop_after: true },
  "Stall": { stall: true },
  "Cut body": { cut_after: 10 },
  "Accepted, then refused": { op: "UpdateGroup", webhook: { refuse_code: 131000 } },
};

function aimed(fault) {
  const op = $("fault-op").value, group = $("fault-group").value.trim(), times = Number($("fault-times").value) || 1;
  return { ...fault, ...(op && { op }), ...(group && { group_id: group }), times };
}

const addFault = (fault) => call("POST", "faults", JSON.stringify(fault));

function faultItem({ id, fault }) {
  const { op = "any operation", group_id: group, times = 1, ...rest } = fault;
  return el("li", { class: "queued" },
    el("div", {},
      el("p", {}, `${id}: ${times} × ${op}`, group && ` of ${group}`),
      el("code", { class: "quiet" }, JSON.stringify(rest))),
    el("button", {
      type: "button", "data-role": "cancel", "aria-label": `Cancel fault ${id}`,
      onclick: act(() => call("DELETE", `faults/${id}`)),
    }, "Cancel"));
}

async function showFaults() {
  const { faults } = await call("GET", "faults");
  sync($("faults"), faults, (f) => f.id, faultItem, "none", () => el("p", {}, "No faults are queued: every valid request succeeds."));
}

// Requests

const over = (r) => Boolean(r.duration_ms);
const failed = (r) => over(r) && (r.status < 200 || r.status > 299);
const statusText = (r) => (r.status ? String(r.status) : over(r) ? "none" : "…");
const statusClass = (r) => (failed(r) ? "bad" : over(r) ? "good" : "quiet");

function requestItem(r) {
  return el("li", {}, el("button", { type: "button", class: "row", "data-role": "open", onclick: act(() => open(r.number)) },
    el("span", { class: "quiet" }, clock(r.time)),
    el("strong", {}, r.method),
    el("span", { class: "mono path" }, r.path),
    el("strong", { class: `end ${statusClass(r)}` }, statusText(r)),
    el("span", { class: "quiet end" }, over(r) ? `${r.duration_ms.toFixed(1)} ms` : ""),
    r.fault_id && el("span", { class: "wide warn" }, `fault ${r.fault_id} was used`),
    r.refusal && el("span", { class: "wide bad" }, r.refusal)));
}

async function open(number) {
  const r = await call("GET", `requests/${number}`);
  $("detail-title").textContent = `${number}: ${r.method} ${r.path}`;
  $("detail-body").replaceChildren(...el("div", {}, detail(base, r)).childNodes);
  $("detail").showModal();
}

function drawRequests() {
  const group = $("filter-group").value.trim(), onlyFailed = $("filter-failed").checked;
  const list = requests.filter((r) => (!group || r.group_id === group) && (!onlyFailed || failed(r) || r.fault_id));
  const id = groups.groups[0]?.id ?? "GROUP_ID";
  const none = () => el("p", {}, "No request matches the filter.");
  sync($("requests"), list, (r) => r.number, requestItem, requests.length ? "filter" : id,
    requests.length ? none : () => first(base, health.api_version, id));
}

async function showRequests() {
  const listed = await call("GET", `requests?limit=${shownRequests}`);
  requests = listed.requests.reverse();
  drawRequests();
}

// Deliveries

function deliveryItem(d) {
  const good = d.status === 200 && !d.problem;
  return el("li", {}, el("details", {},
    el("summary", {},
      `${clock(d.sent)} ${d.method} `, el("strong", { class: good ? "good" : "bad" }, d.status ? String(d.status) : "none"),
      ` attempt ${d.attempt}`),
    d.problem && el("p", { class: "bad" }, d.problem),
    d.request_ids && el("p", { class: "mono quiet" }, "reports " + d.request_ids.join(", ")),
    d.signature && el("p", { class: "mono quiet" }, "X-Hub-Signature-256: " + d.signature),
    d.body && el("pre", { tabindex: "0" }, pretty(d.body))));
}

async function showDeliveries() {
  const { deliveries } = await call("GET", `deliveries?limit=${shownRequests}`);
  sync($("deliveries"), deliveries.reverse(), (d) => d.number, deliveryItem, String(health.webhook), health.webhook
    ? () => el("p", {}, "No deliveries yet. Change a group to see the webhook with the outcome.")
    : () => [
      el("p", {}, "This server has no receiver. To see signed webhooks, start it with one:"),
      block("Shell", "WHATSAPP_APP_SECRET=any-secret wagroups fake --webhook http://127.0.0.1:8081"),
    ]);
}

// Live

const shows = { groups: showGroups, faults: showFaults, requests: showRequests, deliveries: showDeliveries };
const wanted = {};
let revisions;

// refresh loads a part, and once more if it changes meanwhile.
async function refresh(part) {
  if (wanted[part]) {
    wanted[part] = "again";
    return;
  }
  do {
    wanted[part] = "once";
    await act(shows[part])();
  } while (wanted[part] === "again");
  delete wanted[part];
}

let events;

// follow keeps no stream in a hidden tab: browsers allow six connections to a server, and pages beyond that would hang.
function follow() {
  events?.close();
  const live = (text, on) => {
    $("live").textContent = text;
    $("live").className = on ? "on" : "";
  };
  if (document.hidden) {
    live("paused");
    return;
  }
  const stream = new EventSource("events");
  events = stream;
  stream.onopen = () => {
    revisions = undefined;
    live("live", true);
  };
  stream.onerror = () => {
    live("not connected");
    if (stream.readyState === EventSource.CLOSED) setTimeout(() => stream === events && follow(), 2000);
  };
  stream.onmessage = async ({ data }) => {
    const now = JSON.parse(data), before = revisions ?? {}, first = !revisions;
    revisions = now;
    if (first) await act(async () => (health = await call("GET", "health")))();
    for (const part of Object.keys(shows)) if (now[part] !== before[part]) refresh(part);
  };
}

$("base").textContent = base;
$("copy-base").addEventListener("click", () => copy($("copy-base"), base));
$("new-group").addEventListener("click", () => edit({}));
$("cancel-edit").addEventListener("click", () => $("edit").close());
$("close-detail").addEventListener("click", () => $("detail").close());
$("save-group").addEventListener("click", act(save, $("edit-problem")));
$("filter-group").addEventListener("input", drawRequests);
$("filter-failed").addEventListener("change", drawRequests);
$("add-fault").addEventListener("click", act(() => call("POST", "faults", $("fault-json").value)));
$("reset").addEventListener("click", act(async () => {
  if (confirm("Restore the groups of the start, and remove all faults, requests and deliveries?")) await call("POST", "reset");
}));
for (const [name, fault] of Object.entries(presets)) {
  $("presets").append(el("button", { type: "button", onclick: act(() => addFault(aimed(fault))) }, name));
}
document.addEventListener("visibilitychange", follow);
follow();
