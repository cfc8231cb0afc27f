// Nodes, runs and sweeps.

import { html, useMemo, useState } from '../lib/htm-preact-3.1.1.mjs';
import { count, plural, short, words } from './format.js';
import { segment } from './api.js';
import { overview } from './live.js';
import { useStore } from './store.js';
import { Choose, CompareLink, toCompare, useChosen } from './choose.js';
import { Card, Empty, Loading, Pager, Phase, Progress, StreamNote, Table } from './widgets.js';

const runsAPage = 25, sweepsAPage = 10;
const live = new Set(['running', 'forming', 'pausing']);
const order = ['running', 'forming', 'pausing', 'queued', 'paused', 'failed', 'completed', 'cancelled'];

export function OverviewPage() {
  const { state, cluster, jobs, sweeps } = useStore(overview);
  if (!cluster) return html`<h1>Overview</h1><${StreamNote} state=${state} /><${Loading} what="the cluster" />`;
  const all = [...jobs.values()];
  const [slots, free] = [cluster.workers.reduce((sum, worker) => sum + worker.slots, 0), cluster.workers.reduce((sum, worker) => sum + worker.free, 0)];
  return html`<h1>Overview</h1>
    <${StreamNote} state=${state} />
    <div class="tiles">
      <${Tile} value=${cluster.nodes.length} name=${cluster.nodes.length === 1 ? 'node' : 'nodes'} />
      <${Tile} value=${`${count(free)} / ${count(slots)}`} name="slots free" />
      <${Tile} value=${all.filter(job => live.has(job.phase)).length} name="running" />
      <${Tile} value=${all.filter(job => job.phase === 'queued').length} name="waiting" />
    </div>
    <${Waiting} jobs=${all.filter(job => job.phase === 'queued')} />
    <${Runs} jobs=${all} />
    <${Sweeps} sweeps=${[...sweeps.values()]} />
    <div class="columns">
      <${Card} title="Workers">
        ${cluster.workers.length === 0
          ? html`<${Empty}>No worker has joined, so nothing can train. Start one: <code>convoy worker --join HOST:4053</code><//>`
          : html`<${Table} label="Workers" head=${['Worker', 'Host', 'Device', { text: 'Slots', numeric: true }, { text: 'Free', numeric: true }]}>
            ${cluster.workers.map(worker => html`<tr key=${worker.worker_id}><th scope="row" class="name">${worker.worker_id}</th><td>${worker.host}</td><td>${worker.device}</td><td class="numeric">${worker.slots}</td><td class="numeric">${worker.free}</td></tr>`)}
          <//>`}
      <//>
      <${Card} title="Nodes">
        <${Table} label="Nodes" head=${['Address', 'Roles', 'Status']}>
          ${cluster.nodes.map(node => html`<tr key=${node.address}><th scope="row" class="name">${node.address}</th><td>${node.roles.join(', ')}</td><td><span class=${`phase phase-${node.status === 'up' ? 'running' : node.status === 'unreachable' ? 'failed' : 'queued'}`}>${node.status}</span></td></tr>`)}
        <//>
      <//>
    </div>`;
}

const Tile = ({ value, name }) => html`<div class="tile"><span class="value numbers">${value}</span><span class="name">${name}</span></div>`;

/** Why jobs wait, those with the same reason together. */
function Waiting({ jobs }) {
  if (jobs.length === 0) return null;
  const reasons = Map.groupBy(jobs, job => job.why ?? 'the scheduler has not answered yet');
  return html`<div class="note note-warn" role="status">${[...reasons].map(([why, waiting]) => html`<div key=${why}>
    <strong>${waiting.length === 1 ? html`<a href=${link(waiting[0])}>${waiting[0].job_id}</a> waits` : `${plural(waiting.length, 'run')} wait`}:</strong> ${why}</div>`)}</div>`;
}

const link = job => `#/jobs/${segment(job.job_id)}`;

function Runs({ jobs }) {
  const [chosen, choose] = useChosen();
  const [phase, setPhase] = useState('');
  const [words_, setWords] = useState('');
  const [page, setPage] = useState(0);
  const shown = useMemo(() => jobs
    .filter(job => (phase === '' || job.phase === phase) && job.job_id.toLowerCase().includes(words_.toLowerCase()))
    .sort((a, b) => order.indexOf(a.phase) - order.indexOf(b.phase) || b.job_id.localeCompare(a.job_id)), [jobs, phase, words_]);
  const pages = Math.ceil(shown.length / runsAPage);
  const at = Math.min(page, Math.max(0, pages - 1));
  return html`<${Card} title="Runs" aside=${html`
      <label class="inline">Find <input type="search" size="14" value=${words_} onInput=${event => { setWords(event.target.value); setPage(0); }} /></label>
      <label class="inline">Status <select value=${phase} onChange=${event => { setPhase(event.target.value); setPage(0); }}><option value="">all</option>${order.map(name => html`<option value=${name}>${name}</option>`)}</select></label>
      <${CompareLink} chosen=${chosen} />`}>
    ${jobs.length === 0 ? html`<${Empty}>No run yet. <a href="#/submit">Submit one</a>, or: <code>convoy train digits --server ${location.origin}</code><//>`
      : shown.length === 0 ? html`<${Empty}>No run matches.<//>`
        : html`<${Table} label="Runs" head=${[toCompare, 'Run', 'Status', { text: 'Epoch', numeric: true }, 'Steps', { text: 'Replicas', numeric: true }, 'Note']}>
      ${shown.slice(at * runsAPage, (at + 1) * runsAPage).map(job => html`<tr key=${job.job_id}>
        <td><${Choose} id=${job.job_id} chosen=${chosen} onChoose=${choose} /></td>
        <th scope="row" class="name"><a href=${link(job)}>${job.job_id}</a></th>
        <td><${Phase} phase=${job.phase} /></td>
        <td class="numeric">${job.epochs_done} / ${job.epochs}</td>
        <td>${job.total_steps > 0 ? html`<${Progress} done=${job.step} total=${job.total_steps} label=${`Steps of ${job.job_id}`} />` : html`<span class="muted">not begun</span>`}</td>
        <td class="numeric">${live.has(job.phase) ? job.world_size : ''}</td>
        <td class="why">${job.why}</td></tr>`)}
    <//><${Pager} page=${at} pages=${pages} onPage=${setPage} what="runs" />`}
  <//>`;
}

function Sweeps({ sweeps }) {
  const [page, setPage] = useState(0);
  const pages = Math.ceil(sweeps.length / sweepsAPage);
  const at = Math.min(page, Math.max(0, pages - 1));
  return html`<${Card} title="Sweeps">
  ${sweeps.length === 0 ? html`<${Empty}>No sweep yet. <a href="#/submit">Submit one</a>, or: <code>convoy sweep mnist-sweep --server ${location.origin}</code><//>`
    : html`<${Table} label="Sweeps" head=${['Sweep', 'Status', { text: 'Trials', numeric: true }, { text: 'Epochs', numeric: true }, 'Best', 'Note']}>
    ${sweeps.sort((a, b) => b.sweep_id.localeCompare(a.sweep_id)).slice(at * sweepsAPage, (at + 1) * sweepsAPage).map(sweep => html`<tr key=${sweep.sweep_id}>
      <th scope="row" class="name"><a href=${`#/sweeps/${segment(sweep.sweep_id)}`}>${sweep.sweep_id}</a></th><td><${Phase} phase=${sweep.phase} /></td>
      <td class="numeric">${count(sweep.trials.all)}</td><td class="numeric">${count(sweep.epochs)}</td><td class="numbers">${sweep.best == null ? '' : `${words(sweep.metric)} ${short(sweep.best)}`}</td><td class="why">${sweep.why}</td></tr>`)}
  <//><${Pager} page=${at} pages=${pages} onPage=${setPage} what="sweeps" />`}
<//>`;
}
