// Numbers and times as people read them.

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

export const missing = '\u2013';

// The API writes what is no number in JSON as text.
export const number = value => typeof value === 'string' ? Number(value) : value ?? NaN;

export const count = value => value == null ? missing : whole.format(value);

export function fixed(value, digits = 4) {
  const n = number(value);
  if (value == null) return missing;
  return Number.isFinite(n) ? n.toFixed(digits) : String(value);
}

/** Few digits, whatever the size: 0.00031, 1.5e-7, 12.3. */
export function short(value) {
  const n = number(value);
  if (!Number.isFinite(n)) return value == null ? missing : String(value);
  if (n !== 0 && (Math.abs(n) < 1e-4 || Math.abs(n) >= 1e6)) return n.toExponential(2);
  return String(Number(n.toPrecision(4)));
}

/** As many digits for all numbers of a column: 0.6790 below 0.6026. */
export function digits(value) {
  const n = number(value);
  return !Number.isFinite(n) || Number.isInteger(n) || n !== 0 && Math.abs(n) < 1e-4 ? short(value) : n.toPrecision(4);
}

export function duration(seconds) {
  if (seconds == null) return missing;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const s = Math.round(seconds);
  const [hours, minutes] = [Math.floor(s / 3600), Math.floor(s / 60) % 60];
  return hours > 0 ? `${hours} h ${String(minutes).padStart(2, '0')} min` : `${minutes} min ${String(s % 60).padStart(2, '0')} s`;
}

export function bytes(n) {
  if (n < 1000) return `${n} B`;
  if (n < 1e6) return `${(n / 1e3).toFixed(1)} kB`;
  return n < 1e9 ? `${(n / 1e6).toFixed(1)} MB` : `${(n / 1e9).toFixed(2)} GB`;
}

export const clock = time => new Date(time).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false });

/** The time of day, with its date where that is not today's. */
export function when(time, now = new Date()) {
  const then = new Date(time);
  if (then.toDateString() === now.toDateString()) return clock(time);
  const year = then.getFullYear() === now.getFullYear() ? {} : { year: 'numeric' };
  return `${then.toLocaleDateString([], { day: 'numeric', month: 'short', ...year })} ${clock(time)}`;
}

export const plural = (n, one, many = `${one}s`) => `${count(n)} ${n === 1 ? one : many}`;

export const words = name => name.replaceAll('_', ' ');

/** Exponential moving average: the first point as it is, then `previous * factor + point * (1 - factor)`. */
export function smooth(points, factor) {
  if (factor === 0) return points;
  let previous;
  return points.map(([x, y]) => [x, previous = previous === undefined ? y : previous * factor + y * (1 - factor)]);
}
