/** From the cookie, for it is new after each log-in, in whatever tab that was; from the page where cookies are hidden. */
export function token() {
  const cookie = document.cookie.split("; ").find((each) => /^(__Host-)?csrftoken=/.test(each));
  return cookie?.split("=")[1] ?? document.querySelector('meta[name="csrf-token"]')?.content ?? "";
}
