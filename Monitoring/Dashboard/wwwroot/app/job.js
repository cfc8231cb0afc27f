// One run: its curves, its past, its files, and what can be done with it.

import { html, useEffect, useReducer, useState } from '../lib/htm-preact-3.1.1.mjs';
import { bytes, count, duration, fixed, number, plural, when } from './format.js';
import { get, post, segment } from './api.js';
import { overview, useStream } from './live.js';
import { before, withStep } from './steps.js';
import { useStore } from './store.js';
import { Action, Card, ended, Empty, Facts, Loading, Phase, Problem, Progress, StreamNote, Table, useAnswer, useThrottled } from './widgets.js';
import { JobCharts } from './job-charts.js';
import { Why } from './job-why.js';

const nothing = { view: null, progress: null, features: null, steps: [], fresh: [] };

function reduce(known, [kind, news]) {
  switch (kind) {
    // What was asked for may be older than what has been heard since.
    case 'answer': return known.view ? known : { ...known, view: news };
    case 'view': return { ...known, view: whole(known.view, news) };
    case 'features': return { ...known, features: news };
    case 'asked': return { ...known, fresh: [] };
    case 'history': return { ...known, steps: known.fresh.reduce(withStep, before(known.steps, news)), fresh: [] };
    case 'progress': return { ...known, progress: news, steps: withStep(known.steps, news), fresh: withStep(known.fresh, news) };
  }
}

// Views after the first of a stream have only the new rows of the history.
const whole = (known, news) => news.first > 0 ? { ...news, first: 0, history: [...(known?.history ?? []).slice(0, news.first), ...news.history] } : news;

export function JobPage({ id }) {
  const [{ view, progress, features, steps }, tell] = useReducer(reduce, nothing);
  const path = `jobs/${segment(id)}`;
  const [error, setError] = useState(null);
  const [round, setRound] = useState(0);
  const listed = useStore(overview).jobs.get(id);
  useEffect(() => { get(path).then(news => tell(['answer', news]), setError); }, [path]);
  // A run that failed may be resumed by others.
  useEffect(() => { if (ended.has(view?.phase) && listed && listed.phase !== view.phase) setRound(known => known + 1); }, [listed]);

  // The steps that were done while nobody listened.
  function askForSteps() {
    tell(['asked']);
    // Without them the curve begins now.
    get(`${path}/steps`).then(news => tell(['history', news.steps]), () => { });
  }

  const state = useStream(`${path}/events?news=true`, {
    view(news, isFirst) {
      tell(['view', news]);
      if (isFirst) askForSteps();
      return ended.has(news.phase);
    },
    progress: news => { tell(['progress', news]); },
    features: news => { tell(['features', news]); },
  }, round);
  // What changes when something is journalled.
  const change = view ? `${view.phase} ${view.generation} ${view.history.length}` : '';
  const timeline = useAnswer(() => get(`${path}/timeline`), [path, useThrottled(change, 1000)]);
  if (error && !view) return html`<h1>${id}</h1><${Problem} error=${error}><a href="#/">Back to the overview</a><//>`;
  if (!view) return html`<h1>${id}</h1><${Loading} what="the run" />`;
  return html`<div class="title"><h1>${id}</h1><${Phase} phase=${view.phase} /><div class="row"><${Actions} view=${view} path=${path} onResumed=${() => setRound(known => known + 1)} /></div></div>
    <${StreamNote} state=${state} />
    ${view.why && html`<div class=${view.phase === 'failed' ? 'note note-bad' : 'note note-warn'} role="status">${view.phase === 'queued' ? 'Waits: ' : ''}${view.why}</div>`}
    ${view.phase !== 'failed' && (view.left_out ?? []).map(line => html`<div key=${line} class="note note-warn" role="status">Goes on without: ${line}</div>`)}
    <${Numbers} view=${view} progress=${progress} features=${features} />
    <${JobCharts} view=${view} steps=${steps} timeline=${timeline.value} />
    ${!ended.has(view.phase) && html`<${Why} path=${path} watched=${view.phase === 'running'} sign=${progress ?? features ?? change} />`}
    <${Files} path=${path} change=${change} />
    <${Past} timeline=${timeline} />
    <${Spec} path=${path} />`;
}

function Actions({ view, path, onResumed }) {
  const command = verb => () => post(`${path}/${verb}`);
  const { phase } = view;
  return html`
    ${['queued', 'forming', 'running'].includes(phase) && html`<${Action} label="Pause" run=${command('pause')} confirm="Pause this run? It finishes its step, saves a checkpoint and gives its slots back; it can go on later as if nothing had happened." />`}
    ${['paused', 'failed'].includes(phase) && html`<${Action} label="Resume" kind="primary" run=${() => command('resume')().then(onResumed)} />`}
    ${!['completed', 'cancelled'].includes(phase) && html`<${Action} label="Cancel" kind="danger" run=${command('cancel')} confirm="Cancel this run for good? What it saved stays; it cannot go on." />`}
    <a class="button" href=${`#/compare?id=${segment(view.job_id)}`}>Compare</a>`;
}

function Numbers({ view, progress, features }) {
  const running = ['running', 'pausing'].includes(view.phase);
  const last = view.history.at(-1), best = view.history.find(row => row.epoch === view.best_epoch);
  const step = running && progress ? Math.max(progress.step, view.step) : view.step;
  return html`<${Facts} facts=${[
    ['Steps', view.total_steps > 0 ? html`<${Progress} done=${step} total=${view.total_steps} label="Steps done" />` : 'not begun'],
    features && view.phase === 'running' && !progress && ['Base over the pictures', html`<${Progress} done=${features.done} total=${features.total} label="Pictures done" />`],
    ['Epochs', `${view.history.length} of ${view.epochs}`],
    view.priority !== 0 && ['Priority', view.priority],
    view.world_size > 0 && ['World', `${plural(view.world_size, 'replica')}, generation ${view.generation}`],
    running && progress && ['Throughput', `${count(number(progress.images_per_second))} images/s`],
    (progress && running || last) && ['Loss', fixed(running && progress ? progress.loss : last.train.loss)],
    last?.validation && ['Validation', `loss ${fixed(last.validation.loss)}, accuracy ${fixed(last.validation.accuracy)}`],
    best?.validation && ['Best epoch', `${best.epoch}: accuracy ${fixed(best.validation.accuracy)}`],
    view.test && ['Test', html`loss ${fixed(view.test.loss)}, accuracy <strong>${fixed(view.test.accuracy)}</strong>`],
    view.history.length > 0 && ['Time', duration(view.history.reduce((sum, row) => sum + row.seconds, 0))],
  ]} />`;
}

function Files({ path, change }) {
  const { value, error } = useAnswer(() => get(`${path}/files`), [path, useThrottled(change, 1000)]);
  if (error && !value) return html`<${Card} title="Files"><${Problem} error=${error} /><//>`;
  if (!value) return html`<${Card} title="Files"><${Loading} what="the files" /><//>`;
  const href = (file, download) => `/api/v1/${path}/files/${file.name.split('/').map(segment).join('/')}${download ? '?download=true' : `?at=${Date.parse(file.modified)}`}`;
  const pictures = value.files.filter(file => file.name.endsWith('.png') && file.name.includes('/'));
  const strip = pictures.filter(file => file.name.startsWith('gradcam/')), samples = pictures.filter(file => !file.name.startsWith('gradcam/'));
  return html`
    ${strip.length > 0 && html`<${Film} title="Where the model looks (Grad-CAM)" frames=${strip.map(file => ({ name: file.name, src: href(file) }))} />`}
    ${samples.length > 0 && html`<${Card} title="Pictures"><div class="pictures">${samples.map(file => html`<figure key=${file.name}><img loading="lazy" src=${href(file)} alt=${file.name} /><figcaption>${file.name}</figcaption></figure>`)}</div><//>`}
    <${Card} title="Files">${value.files.length === 0 ? html`<${Empty}>Nothing has been written yet; the first files come with the first epoch.<//>` : html`
      <${Table} label="Files" head=${['File', { text: 'Size', numeric: true }, { text: 'Written', numeric: true }]}>
        ${value.files.filter(file => !pictures.includes(file)).map(file => html`<tr key=${file.name}><th scope="row" class="name"><a href=${href(file, true)} download aria-label=${`Download ${file.name}`}>${file.name}</a></th><td class="numeric">${bytes(file.bytes)}</td><td class="numeric">${when(file.modified)}</td></tr>`)}
      <//>`}<//>`;
}

function Film({ title, frames }) {
  const [at, setAt] = useState(frames.length - 1);
  const shown = Math.min(at, frames.length - 1);
  return html`<${Card} title=${title}>
    <figure class="film"><img src=${frames[shown].src} alt=${`Heat maps, ${frames[shown].name}`} /><figcaption>
      <label class="inline">Frame <input type="range" min="0" max=${frames.length - 1} value=${shown} aria-valuetext=${frames[shown].name} onInput=${event => setAt(Number(event.target.value))} /></label>
      <span class="numbers">${frames[shown].name.split('/').at(-1)}, ${shown + 1} of ${frames.length}</span></figcaption></figure>
  <//>`;
}

const mostEvents = 200;
const loud = new Set(['world_broken', 'world_lost', 'failed', 'checkpoint_discarded', 'node_left_out']);

function Past({ timeline: { value, error } }) {
  const [all, setAll] = useState(false);
  const events = value?.events.toReversed().filter(event => all || !['epoch_completed', 'checkpoint_saved'].includes(event.kind));
  return html`<${Card} title="Events" aside=${html`<label class="inline"><input type="checkbox" checked=${all} onChange=${event => setAll(event.target.checked)} /> epochs and checkpoints too</label>`}>
    ${error && html`<${Problem} error=${error} />`}${!value && !error && html`<${Loading} what="the events" />`}
    ${events && html`<ol class="events" reversed>${events.slice(0, mostEvents).map(event => html`<li key=${event.number} class=${loud.has(event.kind) ? 'loud' : ''}><time dateTime=${event.time} class="numbers">${when(event.time)}</time> ${event.text}</li>`)}</ol>`}
    ${events?.length > mostEvents && html`<p class="hint">The latest ${mostEvents} of ${count(events.length)} events.</p>`}
  <//>`;
}

function Spec({ path }) {
  const [open, setOpen] = useState(false);
  return html`<${Card} title="Spec" aside=${html`<button aria-expanded=${open} onClick=${() => setOpen(!open)}>${open ? 'Hide' : 'Show'}</button>`}>${open && html`<${SpecText} path=${path} />`}<//>`;
}

export function SpecText({ path }) {
  const { value, error } = useAnswer(() => get(`${path}/spec`), [path]);
  return error ? html`<${Problem} error=${error} />` : value === undefined ? html`<${Loading} what="the spec" />` : html`<pre tabindex="0" aria-label="Spec as YAML">${value}</pre>`;
}
