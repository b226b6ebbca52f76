// Requests to our own pages, with the token that Django asks for.
// Signing in again in another tab changes it: the cookie knows that, the page that was loaded before does not.
export function csrfToken() {
  const cookie = document.cookie.split("; ").find((each) => each.startsWith("csrftoken="));
  if (cookie) return decodeURIComponent(cookie.slice("csrftoken=".length));
  try {
    const headers = JSON.parse(document.body.getAttribute("hx-headers") ?? "{}");
    if (headers["X-CSRFToken"]) return headers["X-CSRFToken"];
  } catch { /* fall through to a form on the page */ }
  return document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";
}

export function send(url, { method = "POST", body = null, headers = {}, ...rest } = {}) {
  const json = body !== null && !(body instanceof FormData) && !(body instanceof URLSearchParams);
  return fetch(url, {
    method,
    body: json ? JSON.stringify(body) : body,
    headers: { "X-CSRFToken": csrfToken(), ...(json ? { "Content-Type": "application/json" } : {}), ...headers },
    credentials: "same-origin",
    ...rest,
  });
}
