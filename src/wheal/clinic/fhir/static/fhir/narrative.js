// The words of a section, built anew of the few elements that a narrative needs. Nothing of the markup that came is put
// into the page: no attribute but the span of a cell, no address, no picture, no script.
const TAKEN = new Set(
  "blockquote br caption code dd div dl dt em h4 h5 h6 hr i b li ol p pre small span strong sub sup table tbody td tfoot th thead tr ul".split(" "),
);
const LEFT_OUT = new Set("audio embed iframe math object script style svg template video".split(" "));
const SPANS = ["colspan", "rowspan"];
const XHTML = "http://www.w3.org/1999/xhtml";
// a text is parsed into a document of its own, where nothing runs; the browser lets no other text become markup here
const trusted = globalThis.trustedTypes?.createPolicy("narrative", { createHTML: (text) => text });

/** A piece of page, or null where the text is no narrative. */
export function narrative(text) {
  const came = new DOMParser().parseFromString(trusted?.createHTML(text) ?? text, "application/xhtml+xml");
  const root = came.documentElement;
  if (came.querySelector("parsererror") || root.namespaceURI !== XHTML || root.localName !== "div") return null;
  const made = built(root);
  return made.textContent.trim() ? made : null;
}

function built(node) {
  if (node.nodeType === Node.TEXT_NODE || node.nodeType === Node.CDATA_SECTION_NODE) return document.createTextNode(node.nodeValue);
  const name = node.localName ?? "";
  if (node.nodeType !== Node.ELEMENT_NODE || LEFT_OUT.has(name)) return document.createDocumentFragment();
  const made = TAKEN.has(name) ? document.createElement(name) : document.createDocumentFragment();
  for (const span of TAKEN.has(name) ? SPANS : []) {
    if (/^[1-9]\d?$/.test(node.getAttribute(span) ?? "")) made.setAttribute(span, node.getAttribute(span));
  }
  made.append(...[...node.childNodes].map(built));
  return made;
}
