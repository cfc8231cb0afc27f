// What pages are made of.

import { html, useEffect, useLayoutEffect, useRef, useState } from '../lib/htm-preact-3.1.1.mjs';
import { count, words } from './format.js';
import { refusal, session } from './api.js';
import { useStore } from './store.js';

const icons = { running: '\u25B6', forming: '\u25B6', queued: '\u25CB', pausing: '\u2016', paused: '\u2016', completed: '\u2713', closing: '\u2713', failed: '\u2715', cancelled: '\u2013', stopped: '\u25A0' };

/** Phases of runs and sweeps that have come to an end. */
export const ended = new Set(['completed', 'failed', 'cancelled']);

/** A phase as word, sign and colour. */
export const Phase = ({ phase }) => html`<span class="phase phase-${phase}"><span aria-hidden="true">${icons[phase] ?? '\u25CF'}</span> ${words(phase)}</span>`;

export const Problem = ({ error, children }) => html`<div class="note note-bad" role="alert"><strong>${error.title ?? 'That did not work'}.</strong> ${error.message} ${children}</div>`;

export const Empty = ({ children }) => html`<p class="empty">${children}</p>`;

export const Loading = ({ what }) => html`<p class="empty" role="status">Loading ${what} \u2026</p>`;

export const Progress = ({ done, total, label }) => html`<span class="progress"><progress max=${Math.max(total, 1)} value=${done} aria-label=${label}></progress> <span class="numbers">${count(done)} / ${count(total)}</span></span>`;

/** A section with a heading. */
export const Card = ({ title, aside, children, wide }) => html`<section class=${wide ? 'card wide' : 'card'} aria-label=${title}>
  <header><h2>${title}</h2>${aside && html`<div class="aside">${aside}</div>`}</header>${children}
</section>`;

/** Says that what is shown may be old. */
export const StreamNote = ({ state }) => state === 'reconnecting' && html`<div class="note note-warn" role="status">Connection lost; reconnecting \u2026 What you see may be out of date.</div>`;

/** A table that scrolls within itself on narrow screens. */
export const Table = ({ label, head, children }) => html`<div class="scroll" tabindex="0" role="region" aria-label=${label}><table><thead><tr>
  ${head.map(cell => html`<th scope="col" class=${cell.numeric ? 'numeric' : ''}>${cell.text ?? cell}</th>`)}
</tr></thead><tbody>${children}</tbody></table></div>`;

export const Facts = ({ facts }) => html`<dl class="facts">${facts.filter(Boolean).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;

/** A page of a long list, and the way to the others. */
export function Pager({ page, pages, onPage, what }) {
  if (pages < 2) return null;
  return html`<nav class="pager" aria-label="Pages of ${what}">
    <button disabled=${page === 0} onClick=${() => onPage(page - 1)}>Previous</button>
    <span class="numbers">page ${page + 1} of ${pages}</span>
    <button disabled=${page >= pages - 1} onClick=${() => onPage(page + 1)}>Next</button>
  </nav>`;
}

/** A button for what changes something: asks first where it cannot be undone, says what went wrong, and why one may not. */
export function Action({ label, confirm, run, kind = '', role = 'submitter' }) {
  const why = refusal(useStore(session), role);
  const button = useRef();
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState(null);

  async function act() {
    setAsking(false);
    setBusy(true);
    setError(null);
    try {
      await run();
    } catch (problem) {
      setError(problem);
    }
    setBusy(false);
  }

  // Whoever works with the keyboard goes on from where this was.
  useLayoutEffect(() => () => { if (document.activeElement === button.current) document.querySelector('main')?.focus({ preventScroll: true }); }, []);

  return html`<span class="action">
    <button ref=${button} class=${kind} disabled=${why !== null} aria-disabled=${busy} title=${why ?? ''} onClick=${() => busy || (confirm ? setAsking(true) : act())}>${label}</button>
    ${why !== null && html`<span class="why-not">${why}</span>`}
    ${error && html`<${Problem} error=${error} />`}
    ${asking && html`<${Confirm} label=${label} question=${confirm} onYes=${act} onNo=${() => setAsking(false)} />`}
  </span>`;
}

function Confirm({ label, question, onYes, onNo }) {
  const dialog = useRef();
  useLayoutEffect(() => {
    dialog.current.showModal();
    // Closed before it goes, it gives the focus back.
    return () => dialog.current?.close();
  }, []);
  return html`<dialog ref=${dialog} onClose=${onNo} aria-labelledby="question">
    <p id="question">${question}</p>
    <div class="row end"><button onClick=${onNo}>Back</button><button class="danger" onClick=${onYes}>${label}</button></div>
  </dialog>`;
}

/** The result of something asked once, and again when `keys` change. */
export function useAnswer(ask, keys) {
  const [answer, setAnswer] = useState({});
  useEffect(() => {
    let wanted = true;
    ask().then(value => wanted && setAnswer({ value }), error => wanted && setAnswer(known => ({ ...known, error })));
    return () => { wanted = false; };
  }, keys);
  return answer;
}

/** A value once it is another than it was when it was first known; null before. */
export function useChange(value) {
  const first = useRef();
  first.current ??= value;
  return value === first.current ? null : value;
}

/** A value that changes at most once in so many milliseconds; what comes after undefined comes at once. */
export function useThrottled(value, milliseconds) {
  const [shown, setShown] = useState(value);
  const last = useRef(0);
  useEffect(() => {
    if (value === shown) return;
    const timer = setTimeout(() => {
      last.current = Date.now();
      setShown(value);
    }, Math.max(0, last.current + milliseconds - Date.now()));
    return () => clearTimeout(timer);
  }, [value]);
  return shown;
}
