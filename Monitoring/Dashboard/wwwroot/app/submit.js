// A new run or sweep, from a preset or from YAML; its problems are shown where they are.

import { html, useEffect, useMemo, useRef, useState } from '../lib/htm-preact-3.1.1.mjs';
import { get, post, refusal, segment, session } from './api.js';
import { useStore } from './store.js';
import { Card, Loading, Problem, useAnswer } from './widgets.js';

// Fields that people change most; whatever is empty stays as the preset has it.
const fields = [
  { path: 'data.path', label: 'Data folder', hint: 'as the workers see it', text: true },
  { path: 'epochs', label: 'Epochs' },
  { path: 'optimizer.lr', label: 'Learning rate' },
  { path: 'batch_size', label: 'Batch size', hint: 'of all replicas together' },
  { path: 'world.max', label: 'Workers', hint: 'most replicas', kind: 'job' },
  { path: 'budget.trials', label: 'Trials', hint: 'most in all', kind: 'sweep' },
  { path: 'parallel', label: 'Parallel', hint: 'most trials at a time', kind: 'sweep' },
];

const wait = 350;
// Priorities go from its negative to it.
const most = 100;

// Undefined where nothing is said, null where it is none.
const priorityOf = text => text.trim() === '' ? undefined : /^-?\d+$/.test(text.trim()) && Math.abs(Number(text)) <= most ? Number(text) : null;

export function SubmitPage() {
  const presets = useAnswer(() => get('presets'), []);
  if (presets.error) return html`<h1>Submit</h1><${Problem} error=${presets.error} />`;
  if (!presets.value) return html`<h1>Submit</h1><${Loading} what="the presets" />`;
  return html`<h1>Submit</h1><${Form} presets=${presets.value.presets} />`;
}

function Form({ presets }) {
  const why = refusal(useStore(session));
  const [from, setFrom] = useState('preset');
  const [preset, setPreset] = useState('digits');
  const [yaml, setYaml] = useState('');
  const [name, setName] = useState('');
  const [priority, setPriority] = useState('');
  const [values, setValues] = useState({});
  const [more, setMore] = useState('');
  const [report, setReport] = useState(null);
  const [error, setError] = useState(null);
  const [busy, setBusy] = useState(false);
  const text = useRef();

  const chosen = presets.find(one => one.name === preset);
  const kind = from === 'preset' ? chosen.kind : report?.kind ?? 'job';
  const shown = fields.filter(field => !field.kind || field.kind === kind);
  const submission = useMemo(() => ({
    spec: from === 'preset' ? preset : yaml,
    name: name.trim() || undefined,
    priority: priorityOf(priority) ?? undefined,
    overrides: from === 'preset' ? [...shown.filter(field => values[field.path]?.trim()).map(field => `${field.path}=${field.text ? quoted(values[field.path].trim()) : values[field.path].trim()}`), ...more.split('\n').map(line => line.trim()).filter(Boolean)] : [],
  }), [from, preset, yaml, name, priority, values, more, kind]);

  useEffect(() => {
    if (submission.spec.trim() === '') {
      setReport(null);
      return;
    }
    let wanted = true;
    const timer = setTimeout(() => post('validate', submission).then(news => {
      if (!wanted) return;
      setReport(news);
      setError(null);
    }, problem => wanted && setError(problem)), wait);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [submission]);

  async function submit(event) {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      const view = await post(kind === 'sweep' ? 'sweeps' : 'jobs', submission);
      location.hash = kind === 'sweep' ? `#/sweeps/${segment(view.sweep_id)}` : `#/jobs/${segment(view.job_id)}`;
    } catch (problem) {
      setError(problem);
      setBusy(false);
    }
  }

  function goTo(line) {
    const start = yaml.split('\n').slice(0, line - 1).join('\n').length + (line > 1 ? 1 : 0);
    text.current.focus();
    text.current.setSelectionRange(start, yaml.indexOf('\n', start) < 0 ? yaml.length : yaml.indexOf('\n', start));
  }

  const problems = report?.problems ?? [];
  const ofField = path => problems.find(problem => problem.field === path);
  const wrong = priorityOf(priority) === null ? { message: `expected a whole number from ${-most} to ${most}, found '${priority.trim()}'` } : undefined;
  const others = problems.filter(problem => from === 'yaml' || !(problem.field === 'name' || shown.some(field => field.path === problem.field)));
  return html`<form class="submit" onSubmit=${submit} novalidate>
    <${Card} title="What">
      <div class="row" role="radiogroup" aria-label="Where the spec comes from">
        ${[['preset', 'A preset'], ['yaml', 'A spec of mine']].map(([value, label]) => html`<label class="inline"><input type="radio" name="from" value=${value} checked=${from === value} onChange=${() => setFrom(value)} /> ${label}</label>`)}
      </div>
      ${from === 'preset' ? html`
        <label>Preset <select value=${preset} onChange=${event => setPreset(event.target.value)}>
          ${[['job', 'Runs'], ['sweep', 'Sweeps']].map(([which, label]) => html`<optgroup label=${label}>${presets.filter(one => one.kind === which).map(one => html`<option value=${one.name}>${one.name}</option>`)}</optgroup>`)}</select></label>
        <p class="hint">${chosen.description}</p>` : html`
        <label>YAML <textarea ref=${text} rows="18" spellcheck="false" wrap="off" placeholder="A training spec, or a sweep with its base written out" value=${yaml} onInput=${event => setYaml(event.target.value)} aria-invalid=${problems.length > 0}></textarea></label>
        <button type="button" onClick=${() => setYaml(chosen.spec)}>Begin with ${preset}</button>`}
      <div class="grid"><${Field} label="Name" hint=${from === 'preset' ? preset : 'as the spec says'} value=${name} problem=${ofField('name')} onInput=${setName} />
        <${Field} label="Priority" hint="0; the higher goes first" value=${priority} problem=${wrong} onInput=${setPriority} /></div>
    <//>
    ${from === 'preset' && html`<${Card} title="Changes"><div class="grid">
      ${shown.map(field => html`<${Field} key=${field.path} ...${field} hint=${field.hint ?? "as the preset has it"} value=${values[field.path] ?? ''} problem=${ofField(field.path)} onInput=${value => setValues({ ...values, [field.path]: value })} />`)}
      </div>
      <label>More changes <textarea rows="3" spellcheck="false" placeholder="seed=2" value=${more} onInput=${event => setMore(event.target.value)}></textarea></label>
      <p class="hint">One <code>field=value</code> a line, as <code>--set</code> takes them.</p><//>`}
    ${others.length > 0 && html`<div class="note note-bad" role="alert"><strong>${others.length === 1 ? 'One problem' : `${others.length} problems`}</strong><ul>
      ${others.map(problem => html`<li>${problem.line && from === 'yaml' ? html`<button type="button" class="bare" onClick=${() => goTo(problem.line)}>line ${problem.line}</button>: ` : ''}${problem.field && html`<code>${problem.field}</code>: `}${problem.message}</li>`)}</ul></div>`}
    ${error && html`<${Problem} error=${error} />`}
    <div class="row"><button class="primary" disabled=${busy || why !== null || !report || wrong || problems.length > 0}>${kind === 'sweep' ? 'Start the sweep' : 'Start the run'}</button>
      <span class="muted" role="status">${why ?? (!report ? '' : problems.length === 0 && !wrong ? 'The spec holds together.' : 'Not yet: see the problems above.')}</span></div>
    ${report?.spec && html`<details><summary>The spec with every default</summary><pre tabindex="0">${report.spec}</pre></details>`}
  </form>`;
}

function Field({ label, hint, value, problem, onInput }) {
  const id = `problem-${label.replaceAll(' ', '-')}`;
  return html`<div class="field"><label>${label} <input value=${value} aria-invalid=${problem !== undefined} aria-describedby=${problem && id} placeholder=${hint} onInput=${event => onInput(event.target.value)} /></label>
    ${problem && html`<span class="wrong" id=${id}>${problem.message}</span>`}</div>`;
}

const quoted = text => `'${text.replaceAll("'", "''")}'`;
