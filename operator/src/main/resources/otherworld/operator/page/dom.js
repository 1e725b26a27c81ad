// Elements and words. What comes from the fleet is text, whatever it looks like: nothing here parses HTML.

const SVG = 'http://www.w3.org/2000/svg';

/** An element with attributes and children; strings become text. */
export function h(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

export function svg(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

function fill(element, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== false) element.setAttribute(key, value === true ? '' : value);
  }
  for (const child of children.flat()) {
    if (child !== null && child !== undefined) element.append(child);
  }
  return element;
}

export const byId = (id) => document.getElementById(id);

/** Sets text only if it is another, so that a screen reader says what is new and no more. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** A number that the operator does not know is no nought. */
export const count = (n) => (n == null || Number.isNaN(n) ? '?' : Number(n).toLocaleString('en'));

export const plural = (n, one, many = `${one}s`) => `${count(n)} ${Number(n) === 1 ? one : many}`;

/** How long ago, by the server's clock. */
export function ago(iso, nowMs) {
  const seconds = Math.max(0, Math.round((nowMs - Date.parse(iso)) / 1000));
  if (!Number.isFinite(seconds)) return '';
  if (seconds < 5) return 'now';
  if (seconds < 90) return `${seconds} s ago`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min ago`;
  if (seconds < 129600) return `${Math.round(seconds / 3600)} h ago`;
  return `${Math.round(seconds / 86400)} d ago`;
}

/** A figure in its unit. */
export function measure(value, unit) {
  if (!Number.isFinite(value)) return '–';
  if (unit === 'ratio') return `${(100 * value).toFixed(value >= 0.9995 || value < 0.9 ? 1 : 2)} %`;
  if (unit === 'seconds') {
    if (value === 0) return '0 s';
    if (value < 0.001) return `${(1e6 * value).toFixed(0)} µs`;
    return value < 1 ? `${(1000 * value).toPrecision(value < 0.1 ? 2 : 3)} ms` : `${value.toFixed(2)} s`;
  }
  return count(Math.round(value));
}

/** "ScaledUp" as "Scaled up". */
export function words(reason) {
  const spaced = String(reason).replace(/([a-z])([A-Z])/g, (_, a, b) => `${a} ${b.toLowerCase()}`);
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
