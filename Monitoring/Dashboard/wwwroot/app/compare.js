// Several runs, one beside the other.

import { html, useEffect, useMemo, useState } from '../lib/htm-preact-3.1.1.mjs';
import { duration, fixed, number, plural, smooth } from './format.js';
import { get, segment } from './api.js';
import { overview } from './live.js';
import { useStore } from './store.js';
import { Card, ended, Empty, Loading, Phase, Problem, StreamNote, Table, useAnswer } from './widgets.js';
import { Chart, curves, dashes } from './charts.js';
import { said } from './job-charts.js';

const betweenRounds = 5000;

const metrics = {
  val_acc: { name: 'validation accuracy', of: row => row.validation?.accuracy },
  val_loss: { name: 'validation loss', of: row => row.validation?.loss },
  acc: { name: 'training accuracy', of: row => row.train.accuracy },
  loss: { name: 'training loss', of: row => row.train.loss },
  speed: { name: 'images a second', of: row => row.images_per_second },
};

export function ComparePage({ query }) {
  const ids = query.getAll('id');
  const { state, jobs } = useStore(overview);
  // A run is asked for again when the overview says that it has gone on.
  const [round, setRound] = useState(0);
  const stamp = `${ids.map(id => `${jobs.get(id)?.phase} ${jobs.get(id)?.epochs_done}`).join()} ${round}`;
  const views = useAnswer(() => Promise.all(ids.map(id => get(`jobs/${segment(id)}`))), [ids.join(), stamp]);
  // The overview leaves trials out.
  const unlisted = views.value?.some(view => !ended.has(view.phase) && !jobs.has(view.job_id));
  useEffect(() => {
    if (!unlisted) return;
    const timer = setTimeout(() => setRound(round + 1), betweenRounds);
    return () => clearTimeout(timer);
  }, [unlisted, round]);
  const go = wanted => { location.hash = `#/compare?${wanted.map(id => `id=${segment(id)}`).join('&')}`; };
  return html`<h1>Compare runs</h1>
    <${StreamNote} state=${state} />
    <${Choice} ids=${ids} known=${[...jobs.keys()]} onAdd=${id => go([...ids, id])} onRemove=${id => go(ids.filter(other => other !== id))} />
    ${ids.length === 0 ? html`<${Empty}>Add runs above, or choose them in the <a href="#/">overview</a>.<//>`
      : html`${views.error && html`<${Problem} error=${views.error} />`}
        ${!views.value ? !views.error && html`<${Loading} what="the runs" />` : html`<${Curves} views=${views.value} /><${Ends} views=${views.value} /><${Differences} ids=${ids} />`}`}`;
}

function Choice({ ids, known, onAdd, onRemove }) {
  const [text, setText] = useState('');
  const open = known.filter(id => !ids.includes(id)).sort((a, b) => b.localeCompare(a));
  function add(event) {
    event.preventDefault();
    onAdd(text);
    setText('');
  }
  return html`<form class="row" onSubmit=${add}>
    ${ids.map((id, index) => html`<span class="chip" key=${id}><span class=${`stroke stroke-${index % 8 + 1} ${dashes[Math.floor(index / 8) % dashes.length]}`} aria-hidden="true"></span><a href=${`#/jobs/${segment(id)}`}>${id}</a><button type="button" class="bare" aria-label=${`Take ${id} out`} onClick=${() => onRemove(id)}>\u00D7</button></span>`)}
    <label class="inline">Run <select value=${text} onChange=${event => setText(event.target.value)}><option value="">choose \u2026</option>${open.map(id => html`<option value=${id}>${id}</option>`)}</select></label>
    <button disabled=${text === ''}>Add</button>
  </form>`;
}

function Curves({ views }) {
  const [metric, setMetric] = useState('val_acc');
  const [factor, setFactor] = useState(0);
  const { name, of } = metrics[metric];
  const series = useMemo(() => views.map((view, colour) => ({
    name: view.job_id,
    colour,
    points: smooth(view.history.filter(row => of(row) != null).map(row => [row.epoch, number(of(row))]), factor),
  })), [views, metric, factor]);
  const drawn = series.filter(one => one.points.length > 0);
  return html`<${Card} title="Curves" aside=${html`
      <label class="inline">Show <select value=${metric} onChange=${event => setMetric(event.target.value)}>${Object.entries(metrics).map(([key, { name }]) => html`<option value=${key}>${name}</option>`)}</select></label>
      <label class="inline">Smoothing <input type="range" min="0" max="0.95" step="0.05" value=${factor} onInput=${event => setFactor(Number(event.target.value))} /></label>`}>
    ${drawn.length === 0 ? html`<${Empty}>None of them has trained an epoch${metric.startsWith('val') ? ' with validation' : ''} yet.<//>` : html`<${Chart} height=${360} label=${said(name, drawn)} keys=${[series]} option=${colour => curves(colour, { x: 'epoch', y: name, series: drawn, legend: false })} />`}
  <//>`;
}

const Ends = ({ views }) => html`<${Card} title="Results"><${Table} label="Results" head=${['Run', 'Status', ...['Epochs', 'Replicas', 'Loss', 'Val. accuracy', 'Best', 'Test', 'Time'].map(text => ({ text, numeric: true }))]}>
  ${views.map(view => {
    const last = view.history.at(-1), best = view.history.find(row => row.epoch === view.best_epoch);
    return html`<tr key=${view.job_id}><th scope="row" class="name"><a href=${`#/jobs/${segment(view.job_id)}`}>${view.job_id}</a></th><td><${Phase} phase=${view.phase} /></td>
      <td class="numeric">${view.history.length} / ${view.epochs}</td><td class="numeric">${view.world_size}</td><td class="numeric">${fixed(last?.train.loss)}</td><td class="numeric">${fixed(last?.validation?.accuracy)}</td>
      <td class="numeric">${fixed(best?.validation?.accuracy)}</td><td class="numeric">${fixed(view.test?.accuracy)}</td><td class="numeric">${duration(last && view.history.reduce((sum, row) => sum + row.seconds, 0))}</td></tr>`;
  })}
<//><//>`;

function Differences({ ids }) {
  const { value, error } = useAnswer(() => ids.length > 1 ? get(`compare?${ids.map(id => `id=${segment(id)}`).join('&')}`) : Promise.resolve(null), [ids.join()]);
  if (ids.length < 2) return html`<${Card} title="Spec"><${Empty}>Add a second run to see where their specs differ.<//><//>`;
  return html`<${Card} title="Spec: what differs" aside=${value && html`<span class="muted">${plural(value.fields.length, 'field')}; the rest is alike</span>`}>
    ${error && html`<${Problem} error=${error} />`}${!value && !error && html`<${Loading} what="the specs" />`}
    ${value && (value.fields.length === 0 ? html`<${Empty}>Their specs are the same.<//>` : html`<${Table} label="Fields that differ" head=${['Field', ...value.job_ids]}>
      ${value.fields.map(({ field, values }) => html`<tr key=${field}><th scope="row" class="name"><code>${field}</code></th>${values.map(one => html`<td class="numbers">${one ?? html`<span class="muted">not there</span>`}</td>`)}</tr>`)}<//>`)}
  <//>`;
}
