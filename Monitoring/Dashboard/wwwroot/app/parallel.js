// Trials as lines through their parameters to their objective; axes are brushed with the pointer or by fields.
// ECharts draws the axes and the brush; the lines are drawn below it, since it takes a second for thousands.

import { html, useLayoutEffect, useMemo, useRef, useState } from '../lib/htm-preact-3.1.1.mjs';
import { number, short, words } from './format.js';
import { Chart, axis, colours, palette } from './charts.js';
import { useStore } from './store.js';

// Of what is worse by more than so many times the way from the middle to the best, only that it is worse is shown.
const reach = 4;
// More lines than this are drawn thin.
const many = 500;
// Lines of one stroke and colour, where there are many.
const stroke = 40;
// How strong lines outside of a brush are.
const faint = 0.15;
// What may lie beside a brush and is still within it, in pixels.
const slack = 0.5;

/**
 * @param {object} props
 * @param {object[]} props.trials those with an objective
 * @param {object} props.space their parameters, and the objective
 * @param {(numbers: Set<number> | null) => void} props.onBrush hears which trials are within the brush; null for all
 */
export function Parallel({ trials, space, onBrush }) {
  const [log, setLog] = useState(true);
  const [ranges, setRanges] = useState({});
  const [layout, setLayout] = useState(null);
  const theme = useStore(colours);
  const chart = useRef(), canvas = useRef();
  const lines = useMemo(() => linesOf(trials, space), [trials, space]);
  const axes = useMemo(() => [...space.parameters, { name: space.metric, ...lines.range }], [space, lines]);
  const places = useMemo(() => layout && placesOf(layout, lines.rows, axes.length), [layout, lines]);
  const within = useMemo(() => layout && Object.keys(ranges).length > 0 ? withinOf(layout, places, lines.rows, ranges) : null, [layout, places, ranges]);

  const all = useMemo(() => places && drawAll(places, lines.rows, palette()), [places, theme]);

  useLayoutEffect(() => { onBrush(within && new Set(lines.rows.filter((_, index) => within[index]).map(row => row.number))); }, [within]);
  useLayoutEffect(() => {
    if (!places) return;
    draw(canvas.current, places, lines.rows, within, palette(), all);
    const { dataset } = canvas.current;
    if (!dataset.draws) performance.mark('trials-drawn');
    dataset.draws = Number(dataset.draws ?? 0) + 1;
  }, [places, within, theme]);

  // ECharts shows brushes where the pointer draws them, not where an action does: it has to be asked to.
  function brush(made, batch) {
    made.dispatchAction({ type: 'axisAreaSelect', batch });
    made.setOption({});
    paintBrushes(made);
  }
  function onReady(made) {
    chart.current = made;
    made.on('axisareaselected', () => {
      paintBrushes(made);
      setRanges(Object.fromEntries(axesOf(made).flatMap((one, index) => one.activeIntervals?.length ? [[index, one.activeIntervals]] : [])));
    });
  }
  // Axes that become others, logarithmic or not, forget their brushes.
  function onLayout(made) {
    const lost = axesOf(made).flatMap((one, index) => ranges[index] && !one.activeIntervals?.length ? [{ parallelAxisId: one.id, intervals: ranges[index] }] : []);
    if (lost.length > 0) brush(made, lost);
    setLayout({ chart: made });
  }
  const select = (index, interval) => chart.current && brush(chart.current, [{ parallelAxisId: `axis-${index}`, intervals: interval ? [interval] : [] }]);
  return html`
    <div class="row spread"><p class="hint">Drag along an axis to keep the trials that pass there; click on the axis to let all through.</p>
      ${space.parameters.some(one => one.log) && html`<label class="inline"><input type="checkbox" checked=${log} onChange=${event => setLog(event.target.checked)} /> logarithmic axes</label>`}</div>
    <div class="wide-chart"><div class="layers"><canvas ref=${canvas} aria-hidden="true"></canvas>
      <${Chart} height=${380} onReady=${onReady} onLayout=${onLayout} keys=${[axes, log]} option=${colour => option(colour, axes, log)}
        label=${`${trials.length} trials over ${space.parameters.map(one => one.name).join(', ')}; the fields below choose among them`} /></div></div>
    <details><summary>Choose by fields</summary><div class="row">
      ${axes.map((one, index) => html`<${Range} key=${one.name} one=${one} chosen=${ranges[index]?.[0]} onChange=${interval => select(index, interval)} />`)}
    </div></details>`;
}

function Range({ one, chosen, onChange }) {
  if (one.values) return html`<label>${one.name} <select value=${chosen ? String(Math.round((chosen[0] + chosen[1]) / 2)) : ''} onChange=${event => onChange(event.target.value === '' ? null : [Number(event.target.value), Number(event.target.value)])}>
    <option value="">all</option>${one.values.map((value, index) => html`<option value=${index}>${value}</option>`)}</select></label>`;
  const [low, high] = chosen ?? [one.low, one.high];
  const set = (from, to) => onChange(from <= one.low && to >= one.high ? null : [Math.min(from, to), Math.max(from, to)]);
  return html`<fieldset><legend>${words(one.name)}</legend>
    <label class="inline">from <input type="number" step="any" value=${short(low)} onChange=${event => set(Number(event.target.value), high)} /></label>
    <label class="inline">to <input type="number" step="any" value=${short(high)} onChange=${event => set(low, Number(event.target.value))} /></label></fieldset>`;
}

function linesOf(trials, space) {
  const sign = space.maximize ? 1 : -1;
  // The best last, above the others.
  const ranked = trials.toSorted((a, b) => sign * (number(a.objective) - number(b.objective)));
  const range = rangeOf(ranked.map(trial => number(trial.objective)), space.maximize);
  const rows = ranked.map((trial, rank) => {
    const values = new Map(trial.settings.map(setting => [setting.name, setting.value]));
    const objective = Math.min(range.high, Math.max(range.low, number(trial.objective)));
    return {
      number: trial.number,
      // Only the best are to stand out: among thousands most are good.
      share: 1 - Math.sqrt(1 - rank / Math.max(1, ranked.length - 1)),
      values: [...space.parameters.map(one => !values.has(one.name) ? null : one.values ? one.values.indexOf(values.get(one.name)) : Number(values.get(one.name))), objective],
    };
  });
  return { rows, range };
}

// A trial that came to nothing would squeeze all others together.
function rangeOf(objectives, maximize) {
  const sorted = objectives.toSorted((a, b) => a - b);
  let [low, high] = [sorted[0], sorted.at(-1)];
  const away = reach * Math.abs((maximize ? high : low) - sorted[Math.floor(sorted.length / 2)]);
  if (away > 0) [low, high] = maximize ? [Math.max(low, high - away), high] : [low, Math.min(high, low + away)];
  return high > low ? { low, high } : { low: low - 1e-6, high: high + 1e-6 };
}

// ECharts draws again, in a grey that hides the lines, the brushes of axes other than the one that is brushed.
function paintBrushes(chart) {
  const { best } = palette();
  for (const shape of chart.getZr().storage.getDisplayList(true)) if (shape.name === 'main') shape.setStyle({ fill: best, stroke: best, opacity: 0.25 });
}

const axesOf = chart => chart.getModel().queryComponents({ mainType: 'parallelAxis' });

const systemOf = chart => chart.getModel().getComponent('parallel').coordinateSystem;

/** Where every line crosses every axis: heights by row and axis, NaN where a parameter does not exist; and the axes' own places. */
function placesOf({ chart }, rows, count) {
  const system = systemOf(chart);
  const heights = new Float32Array(rows.length * count);
  for (const [index, row] of rows.entries()) for (let dim = 0; dim < count; dim++)
    heights[index * count + dim] = row.values[dim] === null ? NaN : system.dataToPoint(row.values[dim], `dim${dim}`)[1];
  return { heights, count, across: Array.from({ length: count }, (_, dim) => system.dataToPoint(rows[0].values[dim] ?? 0, `dim${dim}`)[0]), width: chart.getWidth(), height: chart.getHeight() };
}

function withinOf({ chart }, { heights, count }, rows, ranges) {
  const system = systemOf(chart);
  const bands = Object.entries(ranges).map(([dim, intervals]) => [Number(dim), intervals.map(interval => interval.map(value => system.dataToPoint(value, `dim${dim}`)[1]).sort((a, b) => a - b))]);
  return rows.map((_, index) => bands.every(([dim, intervals]) => intervals.some(([top, bottom]) => heights[index * count + dim] >= top - slack && heights[index * count + dim] <= bottom + slack)));
}

/** All lines: drawn once, and shown faint below those within a brush. */
function drawAll(places, rows, colour) {
  const canvas = document.createElement('canvas');
  strokes(blank(canvas, places), places, rows, [...rows.keys()], colour);
  return canvas;
}

function draw(canvas, places, rows, within, colour, all) {
  const pen = blank(canvas, places);
  pen.globalAlpha = within ? faint : 1;
  pen.drawImage(all, 0, 0, places.width, places.height);
  if (within) strokes(pen, places, rows, [...rows.keys()].filter(index => within[index]), colour);
  const best = rows.length - 1;
  if (within && !within[best]) return;
  [pen.globalAlpha, pen.strokeStyle, pen.lineWidth] = [1, colour.best, 3];
  pen.beginPath();
  line(pen, places.heights, best * places.count, places.across);
  pen.stroke();
}

function blank(canvas, { width, height }) {
  const scale = devicePixelRatio;
  [canvas.width, canvas.height] = [width * scale, height * scale];
  const pen = canvas.getContext('2d');
  pen.scale(scale, scale);
  return pen;
}

function strokes(pen, { heights, count, across }, rows, indices, colour) {
  const fine = rows.length > many, together = fine ? stroke : 1;
  // The more lines, the less of each.
  [pen.lineWidth, pen.globalAlpha] = [fine ? 1 : 1.5, Math.min(0.8, Math.max(0.2, 500 / indices.length))];
  let drawn = 0;
  for (const index of indices) {
    if (drawn++ % together === 0) {
      pen.stroke();
      pen.beginPath();
      pen.strokeStyle = mix(colour.low, colour.high, rows[index].share);
    }
    line(pen, heights, index * count, across);
  }
  pen.stroke();
}

// A line is broken where a parameter does not exist.
function line(pen, heights, from, across) {
  let down = false;
  for (const [dim, x] of across.entries()) {
    const y = heights[from + dim];
    if (Number.isNaN(y)) down = false;
    else if (down) pen.lineTo(x, y);
    else {
      pen.moveTo(x, y);
      down = true;
    }
  }
}

function option(colour, axes, log) {
  // Readable above the lines.
  const label = { color: colour.ink, fontSize: 12, textBorderColor: colour.surface, textBorderWidth: 3 };
  const name = text => text.length > 22 ? `\u2026${text.slice(-21)}` : text;
  return {
    animation: false,
    textStyle: { fontFamily: colour.font },
    parallel: { left: 44, right: 70, top: 44, bottom: 24, parallelAxisDefault: { realtime: true, areaSelectStyle: { width: 18, color: colour.best, opacity: 0.25, borderColor: colour.best, borderWidth: 1 } } },
    parallelAxis: axes.map((one, dim) => ({
      ...axis(colour, name(words(one.name)), { nameLocation: 'end', nameGap: 14, nameTextStyle: { color: colour.ink, fontSize: 12 }, axisLine: { lineStyle: { color: colour.muted } } }),
      id: `axis-${dim}`,
      dim,
      ...(one.values ? { type: 'category', data: one.values, axisLabel: label } : { type: one.log && log ? 'log' : 'value', min: one.low, max: one.high, axisLabel: { ...label, formatter: short }, ...(dim === axes.length - 1 && { interval: (one.high - one.low) / 5 }) }),
    })),
  };
}

function mix(from, to, share) {
  const at = (hex, place) => parseInt(hex.slice(place, place + 2), 16);
  return `rgb(${[1, 3, 5].map(place => Math.round(at(from, place) * (1 - share) + at(to, place) * share)).join(',')})`;
}
