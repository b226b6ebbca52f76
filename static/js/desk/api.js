// What a request to the site comes to, in five outcomes:
//   done      it was carried out                    again     nobody knows, or not now: try later
//   signin    the sign-in has run out               stale     somebody else saved meanwhile
//   stopped   it was refused, and will be again
import { csrfToken } from "../http.js";

const AGAIN = new Set([408, 425, 429]);
const KEEPALIVE_LIMIT = 60_000;   // bytes: browsers let 64 KiB outlive a page

const seconds = (header) => (header && /^\d+$/.test(header) ? Number(header) : 0);

async function parsed(response) {
  try {
    const data = await response.json();
    return data !== null && typeof data === "object" ? data : null;
  } catch {
    return null;
  }
}

// `clock`: what tells the time of this device, and hears the school's with the answer.
export async function ask(url, { method = "GET", body = null, headers = {}, leaving = false, clock = null } = {}) {
  const text = body === null ? undefined : JSON.stringify(body);
  let response;
  try {
    response = await fetch(url, {
      method,
      body: text,
      headers: {
        Accept: "application/json",
        ...(method === "GET" ? {} : { "X-CSRFToken": csrfToken() }),
        ...(text === undefined ? {} : { "Content-Type": "application/json" }),
        ...clock?.headers(),
        ...headers,
      },
      credentials: "same-origin",
      cache: "no-store",
      redirect: "error",
      keepalive: leaving && new Blob([text ?? ""]).size < KEEPALIVE_LIMIT,
    });
  } catch {
    // No answer is not the same as nothing done: the request may have arrived.
    return { outcome: "again", offline: true, unsure: true };
  }
  clock?.hear(response.headers);
  const { status } = response;
  const read = status === 204 ? {} : await parsed(response);
  // A page in place of an answer (the net's own sign-in, a filter), or half an answer: the school has not spoken.
  if (response.ok && read === null) return { outcome: "again", unsure: true };
  if (response.ok) return { outcome: "done", status, data: read };
  const data = read ?? {};
  const problem = typeof data.type === "string" ? data.type.split("/").at(-1) : "";
  if (status >= 500) return { outcome: "again", unsure: true, after: seconds(response.headers.get("Retry-After")) };
  if (AGAIN.has(status) || problem === "request-in-progress") {
    return { outcome: "again", unsure: false, after: seconds(response.headers.get("Retry-After")) };
  }
  if (status === 401) return { outcome: "signin" };
  return { outcome: status === 412 ? "stale" : "stopped", status, problem, data };
}
