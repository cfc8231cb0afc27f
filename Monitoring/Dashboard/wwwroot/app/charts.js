// Charts: Apache ECharts on canvas. Tooltips are drawn too, since the page's security policy allows no inline style.

import { html, useEffect, useRef, useState } from '../lib/htm-preact-3.1.1.mjs';
import { store, useStore } from './store.js';
import { short } from './format.js';

let library;
/** The library, which is large: pages ask for it before they have what it draws. */
export const load = () => library ??= import('../lib/echarts-6.1.0.mjs');

/** Counts changes of colours. */
export const colours = store(0);
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => colours.set(colours.get() + 1));

export function palette() {
  const style = getComputedStyle(document.documentElement);
  const of = name => style.getPropertyValue(`--${name}`).trim();
  return { font: getComputedStyle(document.body).fontFamily, ink: of('ink'), muted: of('muted'), line: of('line'), surface: of('surface'), best: of('best'), low: of('map-low'), high: of('map-high'), series: [1, 2, 3, 4, 5, 6, 7, 8].map(index => of(`series-${index}`)) };
}

/**
 * @param {object} props
 * @param {(palette: object) => object} props.option the chart
 * @param {string} props.label what it shows, for who cannot see it
 * @param {any[]} props.keys what the option depends on
 * @param {(chart: object) => void} [props.onReady] hears of the chart
 * @param {(chart: object) => void} [props.onLayout] hears of every change of its size or content
 */
export function Chart({ option, label, keys, height = 260, onReady, onLayout }) {
  const place = useRef();
  const laidOut = useRef();
  laidOut.current = onLayout;
  const [chart, setChart] = useState(null);
  const [error, setError] = useState(null);
  const theme = useStore(colours);

  useEffect(() => {
    let made, gone = false;
    const watch = new ResizeObserver(() => {
      if (!made || made.getWidth() === place.current.clientWidth && made.getHeight() === place.current.clientHeight) return;
      made.resize();
      if (made.getModel()) laidOut.current?.(made);
    });
    load().then(echarts => {
      if (gone) return;
      made = echarts.init(place.current, null, { renderer: 'canvas' });
      watch.observe(place.current);
      onReady?.(made);
      setChart(made);
    }).catch(setError);
    return () => {
      gone = true;
      watch.disconnect();
      made?.dispose();
    };
  }, []);
  useEffect(() => {
    if (!chart) return;
    chart.setOption(option(palette()), { replaceMerge: ['series'] });
    laidOut.current?.(chart);
  }, [chart, theme, ...keys]);

  return html`<div class="chart" role="img" aria-label=${label} ref=${place} style=${{ height: `${height}px` }}>${error && 'The chart cannot be drawn.'}</div>`;
}

const tooltip = colour => ({ renderMode: 'richText', confine: true, backgroundColor: colour.surface, borderColor: colour.line, textStyle: { color: colour.ink, fontSize: 12 }, order: 'valueDesc' });

const text = colour => ({ color: colour.muted, fontSize: 12 });

export const axis = (colour, name, more = {}) => ({
  name,
  nameLocation: 'middle',
  nameGap: 30,
  nameTextStyle: text(colour),
  axisLabel: { ...text(colour), hideOverlap: true, formatter: short },
  axisLine: { lineStyle: { color: colour.line } },
  splitLine: { lineStyle: { color: colour.line, opacity: 0.6 } },
  ...more,
});

/** How curves are drawn that have a colour again. */
export const dashes = ['solid', 'dashed', 'dotted'];

/**
 * Curves over a common axis.
 * @param {{ name: string, points: [number, number][], faint?: boolean, step?: boolean, colour?: number }[]} series
 */
export function curves(colour, { x, y, series, least, most, area, time, from = 0, legend = true }) {
  return {
    animation: false,
    textStyle: { fontFamily: colour.font },
    grid: { left: 62, right: 16, top: legend ? 38 : 12, bottom: 46 },
    legend: { show: legend, data: series.filter(one => !one.faint).map(one => one.name), top: 0, left: 0, icon: 'roundRect', itemHeight: 4, itemWidth: 16, textStyle: text(colour), type: 'scroll' },
    tooltip: { ...tooltip(colour), trigger: 'axis', valueFormatter: short, axisPointer: { label: { formatter: part => short(part.value) } } },
    xAxis: { ...axis(colour, x), type: time ? 'time' : 'value', min: time ? 'dataMin' : from, ...(time && { axisLabel: { ...text(colour), hideOverlap: true, formatter: { day: '{d} {MMM}', hour: '{HH}:{mm}', minute: '{HH}:{mm}', second: '{HH}:{mm}:{ss}' } } }) },
    yAxis: { ...axis(colour, y, { nameGap: 46 }), type: 'value', scale: least === undefined, min: least, max: most },
    series: series.map((one, index) => ({
      name: one.name,
      type: 'line',
      data: one.points,
      showSymbol: one.points.length < 2,
      symbolSize: 5,
      step: one.step ? 'end' : false,
      sampling: 'lttb',
      silent: one.faint,
      tooltip: { show: !one.faint },
      stack: area ? 'all' : undefined,
      areaStyle: area ? { opacity: 0.8 } : undefined,
      color: colour.series[(one.colour ?? index) % colour.series.length],
      lineStyle: { width: area ? 0 : one.faint ? 1 : 2, opacity: one.faint ? 0.25 : 1, type: dashes[Math.floor((one.colour ?? index) / colour.series.length) % dashes.length] },
    })),
  };
}
