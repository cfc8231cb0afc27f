// Trials as lines through their parameters to their objective; axes are brushed with the pointer or by fields.

import { html, useMemo, useRef, useState } from '../lib/htm-preact-3.1.1.mjs';
import { number, short, words } from './format.js';
import { Chart, axis } from './charts.js';

// Of what is worse by more than so many times the way from the middle to the best, only that it is worse is shown.
const reach = 4;
// More lines than this are drawn thin, and follow a brush when it is let go.
const many = 500;

/**
 * @param {object} props
 * @param {object[]} props.trials those with an objective
 * @param {object} props.insight the space
 * @param {(numbers: Set<number> | null) => void} props.onBrush hears which trials are within the brush; null for all
 */
export function Parallel({ trials, insight, onBrush }) {
  const [log, setLog] = useState(true);
  const chart = useRef();
  const [ranges, setRanges] = useState({});
  const lines = useMemo(() => linesOf(trials, insight), [trials, insight]);
  const latest = useRef();
  latest.current = lines;

  function onReady(made) {
    chart.current = made;
    made.on('axisareaselected', event => {
      const { rows } = latest.current;
      performance.mark('brush');
      const model = made.getModel();
      const brushed = model.queryComponents({ mainType: 'parallelAxis' }).flatMap((one, index) => one.activeIntervals?.length ? [[index, one.activeIntervals]] : []);
      setRanges(Object.fromEntries(brushed));
      onBrush(brushed.length === 0 ? null : new Set(model.getSeriesByIndex(0).getRawIndicesByActiveState('active').map(index => rows[index].number)));
    });
  }

  const select = (index, interval) => chart.current?.dispatchAction({ type: 'axisAreaSelect', parallelAxisId: `axis-${index}`, intervals: interval ? [interval] : [] });
  const axes = [...insight.parameters, { name: insight.metric, ...lines.range }];
  return html`
    <div class="row spread"><p class="hint">Drag along an axis to keep the trials that pass there; click on an axis to let all through.</p>
      ${insight.parameters.some(one => one.log) && html`<label class="inline"><input type="checkbox" checked=${log} onChange=${event => setLog(event.target.checked)} /> logarithmic axes</label>`}</div>
    <div class="wide-chart"><${Chart} height=${380} onReady=${onReady} keys=${[lines, log]} option=${colour => option(colour, insight, lines, log)}
      label=${`${trials.length} trials over ${insight.parameters.map(one => one.name).join(', ')}; the fields below choose among them`} /></div>
    <details><summary>Choose by fields</summary><div class="row">
      ${axes.map((one, index) => html`<${Range} key=${one.name} one=${one} chosen=${ranges[index]?.[0]} onChange=${interval => select(index, interval)} />`)}
    </div></details>`;
}

function Range({ one, chosen, onChange }) {
  if (one.values) return html`<label>${one.name} <select value=${chosen ? String(Math.round((chosen[0] + chosen[1]) / 2)) : ''} onChange=${event => onChange(event.target.value === '' ? null : [Number(event.target.value) - 0.4, Number(event.target.value) + 0.4])}>
    <option value="">all</option>${one.values.map((value, index) => html`<option value=${index}>${value}</option>`)}</select></label>`;
  const [low, high] = chosen ?? [one.low, one.high];
  const set = (from, to) => onChange(from <= one.low && to >= one.high ? null : [Math.min(from, to), Math.max(from, to)]);
  return html`<fieldset><legend>${words(one.name)}</legend>
    <label class="inline">from <input type="number" step="any" size="8" value=${short(low)} onChange=${event => set(Number(event.target.value), high)} /></label>
    <label class="inline">to <input type="number" step="any" size="8" value=${short(high)} onChange=${event => set(low, Number(event.target.value))} /></label></fieldset>`;
}

function linesOf(trials, insight) {
  const sign = insight.maximize ? 1 : -1;
  // The best last, above the others.
  const ranked = trials.toSorted((a, b) => sign * (number(a.objective) - number(b.objective)));
  const range = rangeOf(ranked.map(trial => number(trial.objective)), insight.maximize);
  const rows = ranked.map(trial => {
    const values = new Map(trial.settings.map(setting => [setting.name, setting.value]));
    const at = (number(trial.objective) - range.low) / (range.high - range.low);
    return {
      number: trial.number,
      share: Math.min(1, Math.max(0, insight.maximize ? at : 1 - at)),
      values: [...insight.parameters.map(one => !values.has(one.name) ? '-' : one.values ? one.values.indexOf(values.get(one.name)) : Number(values.get(one.name))), Math.min(range.high, Math.max(range.low, number(trial.objective)))],
    };
  });
  return { rows, range };
}

// A trial that came to nothing would squeeze all others together.
function rangeOf(objectives, maximize) {
  if (objectives.length === 0) return { low: 0, high: 1 };
  const sorted = objectives.toSorted((a, b) => a - b);
  let [low, high] = [sorted[0], sorted.at(-1)];
  const away = reach * Math.abs((maximize ? high : low) - sorted[Math.floor(sorted.length / 2)]);
  if (away > 0) [low, high] = maximize ? [Math.max(low, high - away), high] : [low, Math.min(high, low + away)];
  return high > low ? { low, high } : { low: low - 1e-6, high: high + 1e-6 };
}

function option(colour, insight, { rows, range }, log) {
  const fine = rows.length > many;
  const name = text => text.length > 22 ? `\u2026${text.slice(-21)}` : text;
  const style = { nameLocation: 'end', nameGap: 14, nameTextStyle: { color: colour.ink, fontSize: 12 }, splitLine: { show: false } };
  return {
    animation: false,
    parallel: { left: 44, right: 70, top: 44, bottom: 24, parallelAxisDefault: { realtime: !fine, areaSelectStyle: { width: 18, color: colour.best, opacity: 0.25, borderColor: colour.best, borderWidth: 1 } } },
    parallelAxis: [...insight.parameters.map((one, dim) => ({
      ...axis(colour, name(one.name), style),
      id: `axis-${dim}`,
      dim,
      realtime: !fine,
      ...(one.values ? { type: 'category', data: one.values, axisLabel: { color: colour.muted, fontSize: 12 } } : { type: one.log && log ? 'log' : 'value', min: one.low, max: one.high }),
    })), { ...axis(colour, words(insight.metric), style), id: `axis-${insight.parameters.length}`, dim: insight.parameters.length, realtime: !fine, type: 'value', min: range.low, max: range.high }],
    series: [{
      type: 'parallel',
      progressive: 0,
      inactiveOpacity: fine ? 0.01 : 0.05,
      activeOpacity: fine ? 0.35 : 0.8,
      data: rows.map((row, index) => ({
        value: row.values,
        lineStyle: index === rows.length - 1 ? { color: colour.best, width: 3, opacity: 1 } : { color: mix(colour.low, colour.high, row.share), width: fine ? 1 : 1.5, opacity: fine ? 0.35 : 0.7 },
      })),
    }],
  };
}

function mix(from, to, share) {
  const at = (hex, place) => parseInt(hex.slice(place, place + 2), 16);
  return `rgb(${[1, 3, 5].map(place => Math.round(at(from, place) * (1 - share) + at(to, place) * share)).join(',')})`;
}
