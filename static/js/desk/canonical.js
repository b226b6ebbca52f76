// The bytes that stand for an answer, as the server writes them: RFC 8785. An answer holds text and whole numbers only,
// for which JSON.stringify over sorted keys is exactly that.
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value !== null && typeof value === "object") {
    return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
  }
  return JSON.stringify(value);
}

// The sha256 that a receipt names, or null in a browser that gives pages without https no cryptography.
export async function digest(body) {
  if (!globalThis.crypto?.subtle) return null;
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(canonical(body)));
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Text as it can be stored: half a surrogate pair, which a broken paste may leave, becomes a replacement character.
export function storable(text) {
  const whole = text.replace(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, "\uFFFD");
  return whole.replaceAll("\0", "");
}
