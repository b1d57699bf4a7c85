// What the server has not acknowledged yet is kept on this device, for this person, until it has or they log out.
const PREFIX = `wheal-kept:${document.body.dataset.user}:`;

function attempt(action) {
  try {
    return action();
  } catch {
    return null; // storage is switched off or full: the entry still lives in the page and is tried again
  }
}

export const keep = (key, value) => attempt(() => localStorage.setItem(PREFIX + key, JSON.stringify(value)));
export const kept = (key) => attempt(() => JSON.parse(localStorage.getItem(PREFIX + key)));
export const forget = (key) => attempt(() => localStorage.removeItem(PREFIX + key));

function keys(prefix) {
  return attempt(() => Object.keys(localStorage).filter((key) => key.startsWith(prefix))) ?? [];
}

export const hasUnsaved = () => keys(PREFIX).length > 0;
export const forgetAll = () => keys("wheal-kept:").forEach((key) => attempt(() => localStorage.removeItem(key)));
