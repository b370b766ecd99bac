/**
 * Times as ctime(3) writes them, in the time zone of this process: that of the machine, or TZ where it
 * names a zone. A zone that TZ spells out with rules of its own (tzset(3)) is UTC to Node.
 */

const days = "Sun Mon Tue Wed Thu Fri Sat".split(" ");
const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** "Mon Nov 23 18:17:22 2026", or "Not set" for 0. */
export function fullTime(seconds: number): string {
  return seconds === 0 ? notSet : ctime(seconds);
}

/** "Nov 23 18:17:22", or "Not set" for 0. */
export function shortTime(seconds: number): string {
  return seconds === 0 ? notSet : ctime(seconds).slice(4, 20);
}

const notSet = "Not set";

/** Without the end of the line. */
export function ctime(seconds: number): string {
  const date = new Date(seconds * 1000);
  const day = String(date.getDate()).padStart(2);
  const clock = [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join(":");
  const month = months[date.getMonth()];
  return `${days[date.getDay()]} ${month} ${day} ${clock} ${date.getFullYear()}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
