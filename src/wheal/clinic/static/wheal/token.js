/** Whose page this is and at which clinic it was opened: said with everything that is sent from it. */
export const whose = document.body.dataset.whose ? { "X-Wheal-Page": document.body.dataset.whose } : {};

/** Nobody does it: a log-in that nobody uses ends all the same. */
export const byItself = { "X-By-Itself": "1" };

/** From the cookie, for it is new after each log-in, in whatever tab that was; from the page where cookies are hidden. */
export function token() {
  const cookie = document.cookie.split("; ").find((each) => /^(__Host-)?csrftoken=/.test(each));
  return cookie?.split("=")[1] ?? document.querySelector('meta[name="csrf-token"]')?.content ?? "";
}
