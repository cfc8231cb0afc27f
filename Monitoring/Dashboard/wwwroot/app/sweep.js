// One sweep: its trials, what they have in common, which parameters matter, why each ended.

import { html, useEffect, useMemo, useRef, useState } from '../lib/htm-preact-3.1.1.mjs';
import { count, digits, duration, fixed, missing, number, plural, words } from './format.js';
import { get, post, segment } from './api.js';
import { useStream } from './live.js';
import { Choose, CompareLink, toCompare, useChosen } from './choose.js';
import { Action, Card, ended, Empty, Facts, Loading, Pager, Phase, Problem, StreamNote, Table, useAnswer, useChange, useThrottled } from './widgets.js';
import { Parallel } from './parallel.js';
import { SpecText } from './job.js';

const trialsAPage = 20;

export function SweepPage({ id }) {
  const path = `sweeps/${segment(id)}`;
  const [view, setView] = useState(null);
  const [brushed, setBrushed] = useState(null);
  const first = useAnswer(() => get(path), [id]);
  const state = useStream(`${path}/events`, {
    view(news) {
      setView(news);
      return ended.has(news.phase);
    },
  });
  const now = view ?? first.value;
  // All trials are asked for again when something happened, the seldomer the more there are.
  const stamp = useChange(useThrottled(now ? `${JSON.stringify(now.counts)} ${now.spent.epochs}` : undefined, (now?.counts.all ?? 0) > 500 ? 10_000 : 2_000));
  const trials = useAnswer(() => get(`${path}/trials`), [path, stamp]);
  // A sweep that has just been accepted may not have it yet.
  const known = useRef();
  const space = useAnswer(async () => known.current ??= await get(`${path}/space`), [path, stamp]);
  if (first.error && !now) return html`<h1>${id}</h1><${Problem} error=${first.error}><a href="#/">Back to the overview</a><//>`;
  if (!now) return html`<h1>${id}</h1><${Loading} what="the sweep" />`;
  const all = trials.value?.trials ?? [];
  const problem = trials.error ?? (space.error?.status === 404 && !ended.has(now.phase) ? null : space.error);
  return html`<div class="title"><h1>${id}</h1><${Phase} phase=${now.phase} /><div class="row"><${Actions} view=${now} path=${path} /></div></div>
    <${StreamNote} state=${state} />
    ${now.why && html`<div class=${now.phase === 'failed' ? 'note note-bad' : 'note'} role="status">${now.why}</div>`}
    <${Numbers} view=${now} />
    ${problem && html`<${Problem} error=${problem} />`}
    <${Card} title="Parallel coordinates" aside=${html`<span class="muted" role="status">${brushed ? `${count(brushed.size)} of ${plural(all.length, 'trial')} within the brush` : plural(all.length, 'trial')}</span>`}>
      ${!trials.value || !space.value ? html`<${Loading} what="the trials" />` : html`<${Lines} trials=${all} space=${space.value} onBrush=${setBrushed} />`}
    <//>
    ${trials.value && space.value && html`<${Leaderboard} trials=${all} space=${space.value} brushed=${brushed} />`}
    ${trials.value && space.value && html`<div class="columns"><${Importance} path=${path} stamp=${stamp} metric=${now.metric} /><${Rungs} trials=${all} rungs=${space.value.rungs} /></div>`}
    <${Downloads} path=${path} change=${`${now.phase} ${stamp}`} />
    <${Spec} path=${path} />`;
}

function Actions({ view, path }) {
  const command = verb => () => post(`${path}/${verb}`);
  return html`
    ${view.phase === 'running' && html`<${Action} label="Pause" run=${command('pause')} confirm="Pause this sweep? Its trials finish their steps and save checkpoints; it can go on later with the same decisions." />`}
    ${view.phase === 'paused' && html`<${Action} label="Resume" kind="primary" run=${command('resume')} />`}
    ${!ended.has(view.phase) && view.phase !== 'closing' && html`<${Action} label="Cancel" kind="danger" run=${command('cancel')} confirm="Cancel this sweep for good? What its trials reached stays; no more are started." />`}`;
}

const Numbers = ({ view }) => html`<${Facts} facts=${[
  ['Best', view.best ? html`<a href=${`#/jobs/${segment(view.best.job_id)}`}>trial ${view.best.number}</a>: ${words(view.metric)} <strong>${fixed(view.best.objective)}</strong>` : 'none yet'],
  ['Trials', `${count(view.counts.all)}${view.limits.trials ? ` of ${count(view.limits.trials)}` : ''}`],
  ...['running', 'paused', 'completed', 'stopped', 'failed'].filter(name => view.counts[name] > 0).map(name => [name[0].toUpperCase() + name.slice(1), count(view.counts[name])]),
  ['Epochs', `${count(view.spent.epochs)}${view.limits.epochs ? ` of ${count(view.limits.epochs)}` : ''}`],
  view.priority !== 0 && ['Priority', view.priority],
  ['Time', `${duration(view.spent.seconds)}${view.limits.seconds ? ` of ${duration(view.limits.seconds)}` : ''}`],
]} />`;

function Lines({ trials, space, onBrush }) {
  const judged = useMemo(() => trials.filter(trial => Number.isFinite(number(trial.objective))), [trials]);
  return judged.length < 2 ? html`<${Empty}>Lines are drawn once two trials have trained an epoch.<//>` : html`<${Parallel} trials=${judged} space=${space} onBrush=${onBrush} />`;
}

const sorts = {
  objective: { name: 'objective' },
  number: { name: 'number', of: trial => trial.number },
  epochs: { name: 'epochs', of: trial => -trial.epochs },
};

/** Why a trial is where it is. */
const why = trial => trial.why ?? (trial.phase === 'paused' ? `rests at epoch ${trial.epochs}; goes on if it is among the best there` : trial.phase === 'running' ? `up to epoch ${trial.until}` : trial.phase === 'completed' ? 'trained to the end' : '');

function Leaderboard({ trials, space, brushed }) {
  const [page, setPage] = useState(0);
  const [phase, setPhase] = useState('');
  const [sort, setSort] = useState('objective');
  const [chosen, choose] = useChosen();
  useEffect(() => setPage(0), [brushed, phase, sort]);
  const ordered = useMemo(() => {
    const worst = space.maximize ? -Infinity : Infinity, sign = space.maximize ? -1 : 1;
    const score = trial => Number.isFinite(number(trial.objective)) ? number(trial.objective) : worst;
    const of = sorts[sort].of ?? (trial => sign * score(trial));
    return trials.toSorted((a, b) => of(a) - of(b) || a.number - b.number);
  }, [trials, space, sort]);
  const shown = useMemo(() => ordered.filter(trial => (!brushed || brushed.has(trial.number)) && (phase === '' || trial.phase === phase)), [ordered, brushed, phase]);
  return html`<${Card} title="Leaderboard" aside=${html`
      <label class="inline">Status <select value=${phase} onChange=${event => setPhase(event.target.value)}><option value="">all</option>${['running', 'paused', 'completed', 'stopped', 'failed'].map(name => html`<option value=${name}>${name}</option>`)}</select></label>
      <label class="inline">Sort by <select value=${sort} onChange=${event => setSort(event.target.value)}>${Object.entries(sorts).map(([key, { name }]) => html`<option value=${key}>${name}</option>`)}</select></label>
      <${CompareLink} chosen=${chosen} />`}>
    ${shown.length === 0 ? html`<${Empty}>${trials.length === 0 ? 'No trial has begun yet.' : 'No trial is within the brush and has this status.'}<//>` : html`
      <${Table} label="Leaderboard" head=${[toCompare, { text: '#', numeric: true }, 'Trial', 'Status', { text: words(space.metric), numeric: true }, { text: 'Epochs', numeric: true }, ...space.parameters.map(one => ({ text: one.name, numeric: isNumeric(one) })), 'Why']}>
        ${shown.slice(page * trialsAPage, (page + 1) * trialsAPage).map((trial, index) => html`<tr key=${trial.number}><td><${Choose} id=${trial.job_id} chosen=${chosen} onChoose=${choose} /></td><td class="numeric">${page * trialsAPage + index + 1}</td>
          <th scope="row" class="name"><a href=${`#/jobs/${segment(trial.job_id)}`}>${trial.number}</a></th><td><${Phase} phase=${trial.phase} /></td><td class="numeric">${fixed(trial.objective)}</td><td class="numeric">${trial.epochs}</td>
          ${space.parameters.map(one => html`<td class=${isNumeric(one) ? 'numeric' : ''} key=${one.name}>${valueOf(trial, one)}</td>`)}<td class="why">${why(trial)}</td></tr>`)}
      <//>
      <${Pager} page=${page} pages=${Math.ceil(shown.length / trialsAPage)} onPage=${setPage} what="trials" />`}
  <//>`;
}

function valueOf(trial, { name }) {
  const value = trial.settings.find(setting => setting.name === name)?.value;
  return value === undefined ? missing : Number.isFinite(Number(value)) ? digits(value) : value;
}

/** Words begin where their column does, numbers end there. */
const isNumeric = ({ values }) => !values || values.every(value => Number.isFinite(Number(value)));

const percent = share => `${(100 * share).toFixed(0)} %`;

function Importance({ path, stamp, metric }) {
  const { value, error } = useAnswer(() => get(`${path}/importance`), [path, stamp]);
  const rows = Object.entries(value?.shares ?? {}).sort((a, b) => b[1] - a[1]);
  return html`<${Card} title="Importance" aside=${value?.trials > 0 && html`<span class="muted">functional ANOVA of ${plural(value.trials, 'trial')}</span>`}>
    ${error ? html`<${Problem} error=${error} />` : !value ? html`<${Loading} what="what matters" />` : rows.length === 0 ? html`<${Empty}>Four trials that differ are needed to tell which parameters matter.<//>` : html`<${Bars} rows=${[...rows, ['together only', value.together]]} of=${percent} most=${1} />
      <p class="hint">Share of the differences in ${words(metric)} that each parameter explains alone; the last row is what they do together only.</p>`}
  <//>`;
}

function Rungs({ trials, rungs }) {
  if (rungs.length === 0) return null;
  const rows = rungs.map(epoch => [`epoch ${epoch}`, trials.filter(trial => trial.epochs >= epoch).length]);
  return html`<${Card} title="Rungs"><${Bars} rows=${rows} of=${n => plural(n, 'trial')} most=${Math.max(1, trials.length)} /><p class="hint">How many trials came as far as each rung; the best of them go on.</p><//>`;
}

const Bars = ({ rows, of, most }) => html`<dl class="bars">${rows.map(([name, value]) => html`<div key=${name}><dt>${name}</dt><dd><meter min="0" max=${most} value=${value} aria-label=${name}></meter><span class="numbers">${of(value)}</span></dd></div>`)}</dl>`;

function Downloads({ path, change }) {
  const { value } = useAnswer(() => get(`${path}/files`), [path, change]);
  const files = value?.files.filter(file => !file.name.endsWith('.png')) ?? [];
  return files.length > 0 && html`<${Card} title="Files"><ul class="files">${files.map(file => html`<li key=${file.name}><a download href=${`/api/v1/${path}/files/${file.name.split('/').map(segment).join('/')}?download=true`}>${file.name}</a></li>`)}</ul><//>`;
}

function Spec({ path }) {
  const [open, setOpen] = useState(false);
  return html`<${Card} title="Spec" aside=${html`<button aria-expanded=${open} onClick=${() => setOpen(!open)}>${open ? 'Hide' : 'Show'}</button>`}>${open && html`<${SpecText} path=${path} />`}<//>`;
}
