// Injects a fault, then calls each operation with the fetch of Node.js, and prints what comes back.
import { readFileSync } from "node:fs";

const [url, photo] = process.argv.slice(2);

async function call(method, query, body, headers) {
  const response = await fetch(url + query, { method, body, headers: { Authorization: "Bearer any-token", ...headers } });
  console.log(response.status, JSON.stringify(await response.json()));
}

const form = new FormData();
form.append("messaging_product", "whatsapp");
form.append("file", new Blob([readFileSync(photo)], { type: "image/jpeg" }), "photo.jpg");

async function control(method, path, body) {
  const options = body && { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } };
  const response = await fetch(new URL("/_fake" + path, url), { method, ...options });
  if (!response.ok) throw new Error(await response.text());
  return response.status === 204 ? null : response.json();
}

await control("POST", "/faults", { op: "GetGroup", status: 503, code: 2, message: "from outside" });
await call("GET", "");
const last = (await control("GET", "/requests")).requests.at(-1);
console.log(last.op, last.status, last.fault_id);
await control("POST", "/reset");

await call("GET", "?" + new URLSearchParams({ fields: "subject,suspended" }));
await call("POST", "", JSON.stringify({ messaging_product: "whatsapp", subject: "Shed" }), { "Content-Type": "application/json" });
await call("POST", "", new URLSearchParams({ messaging_product: "whatsapp", description: "A & B" }));
await call("POST", "", form);
await call("DELETE", "");
