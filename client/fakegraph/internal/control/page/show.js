// Elements and texts. Whatever a request holds becomes a text node, never markup.

export const $ = (id) => document.getElementById(id);

// el makes an element; a key that starts with "on" is a listener, "class" a class, others are attributes.
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (value !== undefined && value !== false) node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== undefined && child !== null && child !== ""));
  return node;
}

// sync makes a list show items, and leaves alone what has not changed, so that focus and selection stay. An empty list
// shows what empty makes, made once for each reason.
export function sync(list, items, key, render, reason, empty) {
  const known = new Map([...list.children].map((node) => [node.dataset.key, node]));
  const focused = list.contains(document.activeElement) && document.activeElement;
  const at = focused && [focused.closest("[data-key]")?.dataset.key, focused.dataset.role];
  const nodes = items.map((item) => {
    const text = JSON.stringify(item);
    const old = known.get(String(key(item)));
    if (old && old.dataset.text === text) return old;
    const node = render(item);
    node.dataset.key = key(item);
    node.dataset.text = text;
    return node;
  });
  if (nodes.length === 0) {
    if (list.dataset.empty === reason) return;
    list.dataset.empty = reason;
    list.replaceChildren(el("li", { class: "empty" }, empty()));
    return;
  }
  delete list.dataset.empty;
  const wanted = new Set(nodes);
  for (const node of [...list.children]) if (!wanted.has(node)) node.remove();
  nodes.forEach((node, i) => {
    if (list.children[i] !== node) list.insertBefore(node, list.children[i] ?? null);
  });
  if (at && document.activeElement === document.body) {
    const node = [...list.children].find((child) => child.dataset.key === at[0]);
    node?.querySelector(`[data-role="${at[1]}"]`)?.focus();
  }
}

export const clock = (time) => {
  const t = new Date(time);
  return t.toLocaleTimeString("en-GB") + "." + String(t.getMilliseconds()).padStart(3, "0");
};

export const pretty = (text) => {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
};

// block is a text with a button that copies it.
export function block(title, text) {
  const button = el("button", { type: "button", onclick: () => copy(button, text) }, "Copy");
  return [el("div", { class: "bar" }, el("h3", {}, title), button), el("pre", { tabindex: "0" }, text)];
}

export async function copy(button, text) {
  const before = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    button.textContent = "Select it to copy";
  }
  setTimeout(() => (button.textContent = before), 1500);
}

const quote = (text) => "'" + text.replaceAll("'", "'\\''") + "'";

// curl writes a request as a command line, with a placeholder for the token.
export function curl(base, request) {
  const query = Object.entries(request.query ?? {}).flatMap(([key, values]) => values.map((value) => [key, value]));
  const search = new URLSearchParams(query).toString().replaceAll("%2C", ",");
  const lines = [`curl --request ${quote(request.method)} ${quote(base + request.path + (search && "?" + search))}`];
  lines.push('--header "Authorization: Bearer $WHATSAPP_ACCESS_TOKEN"');
  if (request.content_type?.startsWith("multipart/form-data")) {
    lines.push("--form messaging_product=whatsapp", "--form 'file=@photo.jpg;type=image/jpeg'");
  } else {
    if (request.content_type) lines.push("--header " + quote("Content-Type: " + request.content_type));
    if (request.body) lines.push("--data-raw " + quote(request.body));
  }
  return lines.join(" \\\n  ");
}

// first is the first request that somebody makes, in curl and in Go.
export function first(base, version, id) {
  return [
    el("p", {}, "No requests yet. Point a program at this base URL, or try one of these:"),
    block("Base URL", base),
    block("curl", curl(base, { method: "GET", path: `/${version}/${id}`, query: { fields: ["subject,participants"] } })
      .replace("$WHATSAPP_ACCESS_TOKEN", "any-token")),
    block("Go", `c, err := client.New(client.StaticToken("any-token"), client.WithBaseURL("${base}"))\n` +
      `group, err := c.GetGroup(ctx, "${id}")`),
  ];
}

const headerLines = (header) =>
  Object.entries(header ?? {}).flatMap(([key, values]) => (values ?? []).map((v) => `${key}: ${v}`)).sort().join("\n");

// detail shows all of a request.
export function detail(base, r) {
  const bytes = r.body_bytes ? `${r.body_bytes} bytes` : "";
  return [
    r.refusal && el("p", { class: "bad" }, "Refused: " + r.refusal),
    r.fault_id && el("p", { class: "warn" }, `It took fault ${r.fault_id}: ${JSON.stringify(r.fault ?? {})}`),
    el("p", { class: "quiet" }, [clock(r.time), r.op, r.duration_ms ? `${r.duration_ms} ms` : "not over yet", bytes]
      .filter(Boolean).join(" · ")),
    block("The same with curl", curl(base, r)),
    el("h3", {}, "Request header, without the token"),
    el("pre", {}, headerLines(r.header) || "none, or too large to keep"),
    el("h3", {}, "Body"),
    r.photo && el("img", { class: "photo", src: "data:image/jpeg;base64," + r.photo, alt: "The photo of the request" }),
    el("pre", { tabindex: "0" }, r.body ? pretty(r.body) : r.body_bytes > 1 << 20 ? "too large to keep" : "none"),
    el("h3", {}, r.status ? `Response ${r.status}` : r.duration_ms ? "No response: the connection was dropped" : "No response yet"),
    r.response && el("pre", { tabindex: "0" }, pretty(r.response)),
    r.response_header && [el("h3", {}, "Response header"), el("pre", {}, headerLines(r.response_header))],
  ];
}
