// What holds a run up, by what every rank says that it is busy with.

import { html, useEffect, useState } from '../lib/htm-preact-3.1.1.mjs';
import { clock, duration, words } from './format.js';
import { get } from './api.js';
import { Card, Problem, Table } from './widgets.js';

const parts = [['batch_wait', 'Batch'], ['forward', 'Forward'], ['backward', 'Backward'], ['all_reduce', 'All-reduce'], ['optimizer', 'Optimizer']];

// A run that has shown no sign of life for so many milliseconds is asked about.
const patience = 5000;

/**
 * @param {object} props
 * @param {string} props.path of the run
 * @param {boolean} props.watched whether it should get on
 * @param {any} props.sign another one whenever it has got on
 */
export function Why({ path, watched, sign }) {
  const [{ diagnosis, asked }, setAnswer] = useState({});
  const [error, setError] = useState(null);
  const [busy, setBusy] = useState(false);

  async function ask() {
    setBusy(true);
    setError(null);
    try {
      setAnswer({ diagnosis: await get(`${path}/why`), asked: new Date() });
    } catch (problem) {
      setError(problem);
    }
    setBusy(false);
  }

  useEffect(() => {
    if (!watched || busy) return;
    const timer = setTimeout(() => document.hidden || ask(), patience);
    return () => clearTimeout(timer);
  }, [path, watched, sign, busy]);

  return html`<${Card} title="What holds it up" aside=${html`<button disabled=${busy} onClick=${ask}>${busy ? 'Asking \u2026' : 'Ask the workers'}</button>`}>
    ${error && html`<${Problem} error=${error} />`}
    ${diagnosis && html`<p role="status"><strong>${diagnosis.verdict}</strong> <span class="muted">as of ${clock(asked)}</span></p>`}
    ${diagnosis?.ranks.length > 0 && html`<${Table} label="Ranks" head=${[{ text: 'Rank', numeric: true }, 'Worker', 'Host', { text: 'Step', numeric: true }, 'Busy with', { text: 'For', numeric: true }, ...parts.map(([, name]) => ({ text: `${name}, ms`, numeric: true }))]}>
      ${diagnosis.ranks.map(rank => html`<tr key=${rank.rank}><td class="numeric">${rank.rank}</td><th scope="row" class="name">${rank.worker_id}</th><td>${rank.host}</td>
        ${rank.standing ? html`<td class="numeric">${rank.standing.step}</td><td>${words(rank.standing.phase)}</td><td class="numeric">${duration(rank.standing.seconds)}</td>
          ${parts.map(([key]) => html`<td class="numeric">${(rank.standing.recent[key] * 1000).toFixed(0)}</td>`)}` : html`<td colspan=${3 + parts.length}>does not answer</td>`}</tr>`)}
    <//>`}
  <//>`;
}
