// Curves of one run.

import { html, useMemo, useState } from '../lib/htm-preact-3.1.1.mjs';
import { number, plural, short, smooth, words } from './format.js';
import { Card, Empty, useThrottled } from './widgets.js';
import { Chart, curves } from './charts.js';

export function JobCharts({ view, steps, timeline }) {
  const [factor, setFactor] = useState(0);
  const seen = useThrottled(steps, 500);
  // The place of a step on the axis of epochs.
  const at = step => step.epoch - 1 + step.epoch_step / step.steps_per_epoch;
  const of = metric => [
    ...smoothed('training, as it goes', seen.map(step => [at(step), number(step[metric])]), factor, 2),
    ...smoothed('training', view.history.map(row => [row.epoch, number(row.train[metric])]), factor, 0),
    ...smoothed('validation', view.history.filter(row => row.validation).map(row => [row.epoch, number(row.validation[metric])]), factor, 1),
  ].filter(one => one.points.length > 0);
  const series = useMemo(() => ({ loss: of('loss'), accuracy: of('accuracy') }), [seen, view.history, factor]);
  const speed = useMemo(() => [
    { name: 'as it goes', points: seen.map(step => [at(step), number(step.images_per_second)]), colour: 2 },
    { name: 'epoch', points: view.history.map(row => [row.epoch, number(row.images_per_second)]), colour: 0 },
  ].filter(one => one.points.length > 0), [seen, view.history]);
  const phases = useMemo(() => breakdown(seen, at), [seen]);
  const nothing = series.loss.length === 0;

  return html`
    <div class="row"><label class="inline">Smoothing <input type="range" min="0" max="0.95" step="0.05" value=${factor} onInput=${event => setFactor(Number(event.target.value))} /></label><output class="numbers">${factor.toFixed(2)}</output>
      ${factor > 0 && html`<span class="muted">exponential moving average; the curves as they are stay behind it, faint</span>`}</div>
    <div class="columns">
      ${['loss', 'accuracy'].map(metric => html`<${Card} key=${metric} title=${metric === 'loss' ? 'Loss' : 'Accuracy'}>
        ${nothing ? html`<${Empty}>The curve begins with the first steps.<//>` : html`<${Chart} label=${said(metric, series[metric])} keys=${[series[metric]]} option=${colour => curves(colour, { x: 'epoch', y: metric, series: series[metric], most: metric === 'accuracy' ? 1 : undefined })} />`}<//>`)}
      <${Card} title="Throughput">${speed.length === 0 ? html`<${Empty}>Images a second, once it trains.<//>` : html`<${Chart} label=${said('images a second', speed)} keys=${[speed]} option=${colour => curves(colour, { x: 'epoch', y: 'images/s', series: speed, least: 0 })} />`}<//>
      <${World} timeline=${timeline} />
      ${phases.length > 0 && html`<${Card} title="Where a step's time goes"><${Chart} label=${said('milliseconds a step', phases)} keys=${[phases]} option=${colour => curves(colour, { x: 'epoch', y: 'ms a step', series: phases, least: 0, area: true, from: range => Math.floor(range.min) })} /><//>`}
    </div>`;
}

const smoothed = (name, points, factor, colour) => factor === 0
  ? [{ name, points, colour }]
  : [{ name: `${name} (raw)`, points, colour, faint: true }, { name, points: smooth(points, factor), colour }];

function breakdown(steps, at) {
  const phasesOf = step => Object.entries(step.step_seconds).filter(([name]) => name !== 'total');
  const known = steps.filter(step => phasesOf(step).some(([, seconds]) => seconds > 0));
  const names = [...new Set(known.flatMap(step => phasesOf(step).map(([name]) => name)))];
  return names.map((name, colour) => ({ name: words(name), colour, points: known.map(step => [at(step), 1000 * (Object.fromEntries(phasesOf(step))[name] ?? 0)]) }));
}

function World({ timeline }) {
  const events = timeline?.events ?? [];
  const points = events.filter(event => event.world_size !== undefined).map(event => [Date.parse(event.time), event.world_size]);
  const generations = events.filter(event => event.kind === 'world_formed');
  const series = [{ name: 'replicas', points: points.length > 0 && points.at(-1)[1] > 0 ? [...points, [Date.now(), points.at(-1)[1]]] : points, step: true }];
  return html`<${Card} title="World size" aside=${generations.length > 0 && html`<span class="muted">${plural(generations.length, 'generation')}</span>`}>
    ${points.length === 0 ? html`<${Empty}>No world has formed yet.<//>` : html`<${Chart} label=${`Replicas over time; ${plural(generations.length, 'generation')}, now ${plural(points.at(-1)[1], 'replica')}`} keys=${[timeline]}
      option=${colour => {
        const drawn = curves(colour, { x: 'time', y: 'replicas', series, least: 0, time: true });
        drawn.series[0].areaStyle = { opacity: 0.15 };
        Object.assign(drawn.yAxis, { minInterval: 1, max: range => range.max + 1 });
        drawn.series[0].markLine = { symbol: 'none', animation: false, silent: true, label: { color: colour.muted, align: 'left', formatter: mark => mark.name }, lineStyle: { color: colour.muted, type: 'dotted' }, data: generations.map(event => ({ name: `g${event.generation}`, xAxis: Date.parse(event.time) })) };
        return drawn;
      }} />`}<//>`;
}

/** A chart in words. */
export const said = (what, series) => `${what}: ${series.filter(one => !one.faint && one.points.length > 0).map(one => `${one.name} ${short(one.points.at(-1)[1])} at ${short(one.points.at(-1)[0])}`).join('; ')}`;
