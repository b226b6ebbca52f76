// What a request to the site comes to, in five outcomes:
//   done      it was carried out                    again     nobody knows, or not now: try later
//   signin    the sign-in has run out               stale     somebody else saved meanwhile
//   stopped   it was refused, and will be again
import { csrfToken } from "../http.js";

const AGAIN = new Set([408, 425, 429]);
const KEEPALIVE_LIMIT = 60_000;   // browsers let 64 KiB outlive a page

// Signing in again in another tab changes the token: the cookie knows it, the page that was loaded before does not.
function token() {
  const cookie = document.cookie.split("; ").find((each) => each.startsWith("csrftoken="));
  return cookie ? decodeURIComponent(cookie.slice("csrftoken=".length)) : csrfToken();
}

const seconds = (header) => (header && /^\d+$/.test(header) ? Number(header) : 0);

async function parsed(response) {
  try { return await response.json(); } catch { return {}; }
}

export async function ask(url, { method = "GET", body = null, headers = {}, leaving = false } = {}) {
  const text = body === null ? undefined : JSON.stringify(body);
  let response;
  try {
    response = await fetch(url, {
      method,
      body: text,
      headers: {
        Accept: "application/json",
        ...(method === "GET" ? {} : { "X-CSRFToken": token() }),
        ...(text === undefined ? {} : { "Content-Type": "application/json" }),
        ...headers,
      },
      credentials: "same-origin",
      cache: "no-store",
      redirect: "error",
      keepalive: leaving && (text?.length ?? 0) < KEEPALIVE_LIMIT,
    });
  } catch {
    // No answer is not the same as nothing done: the request may have arrived.
    return { outcome: "again", offline: true, unsure: true };
  }
  const { status } = response;
  const data = status === 204 ? {} : await parsed(response);
  const problem = typeof data.type === "string" ? data.type.split("/").at(-1) : "";
  if (response.ok) return { outcome: "done", status, data };
  if (status >= 500) return { outcome: "again", unsure: true, after: seconds(response.headers.get("Retry-After")) };
  if (AGAIN.has(status) || problem === "request-in-progress") {
    return { outcome: "again", unsure: false, after: seconds(response.headers.get("Retry-After")) };
  }
  if (status === 401) return { outcome: "signin" };
  return { outcome: status === 412 ? "stale" : "stopped", status, problem, data };
}
