// What a SMART Health Link leads to: JWE in its compact form (dir, A256GCM), compressed before it was encrypted.
const MOST = 20 * 1024 * 1024; // bytes of a document once it is unpacked

export const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
export const words = (held) => new TextDecoder("utf-8", { fatal: true }).decode(held);

/** The text within. Throws where the key is another one, or a single bit was changed. */
export async function opened(sealed, key) {
  const [head, wrapped, iv, text, tag, ...more] = sealed.trim().split(".");
  const told = JSON.parse(words(bytes(head)));
  const isKnown = told.alg === "dir" && told.enc === "A256GCM" && (told.zip ?? "DEF") === "DEF" && !told.crit;
  if (!isKnown || wrapped || more.length) throw new Error("another way of encrypting");
  const way = { name: "AES-GCM", iv: bytes(iv), additionalData: new TextEncoder().encode(head), tagLength: 128 };
  const held = await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["decrypt"]);
  const plain = await crypto.subtle.decrypt(way, held, await new Blob([bytes(text), bytes(tag)]).arrayBuffer());
  return words(told.zip ? await unpacked(plain) : plain);
}

async function unpacked(packed) {
  const parts = [];
  let size = 0;
  const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    size += part.value.length;
    if (size > MOST) throw new Error("too large");
    parts.push(part.value);
  }
  return new Blob(parts).arrayBuffer();
}
