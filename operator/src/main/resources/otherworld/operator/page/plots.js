// Lines over time, as SVG. Each says in words what it draws.

import { h, svg, measure } from './dom.js';

const WIDTH = 300;
const HEIGHT = 88;

/** The scale of a plot: ratios from below their least to 1, others from 0. */
function scale(plot, values) {
  const top = Math.max(...values);
  const least = Math.min(...values);
  if (plot.unit === 'ratio') {
    const low = Math.max(0, Math.min(0.9, Math.floor(least * 20) / 20 - 0.02));
    return { low, high: 1 };
  }
  const high = Math.max(top * 1.15, plot.limit > 0 && top > plot.limit / 3 ? plot.limit * 1.1 : 0, plot.unit === 'count' ? 4 : 1e-6);
  return { low: 0, high };
}

/** Points as paths; where there are none for three steps, a gap. */
function paths(points, x, y, step) {
  const parts = [];
  let last = null;
  for (const [time, value] of points) {
    if (last === null || time - last > 3 * step) parts.push([]);
    parts.at(-1).push(`${x(time).toFixed(1)},${y(value).toFixed(1)}`);
    last = time;
  }
  return parts;
}

function drawing(plot, data) {
  const values = plot.series.flatMap((series) => series.points.map((point) => point[1]));
  const { low, high } = scale(plot, values);
  const x = (time) => ((time - data.from) / (data.to - data.from)) * WIDTH;
  const y = (value) => HEIGHT - ((value - low) / (high - low)) * HEIGHT;
  const picture = svg('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', role: 'img', 'aria-label': told(plot) });
  for (const part of [0, 0.5, 1]) {
    picture.append(svg('line', { class: 'rule', x1: 0, x2: WIDTH, y1: HEIGHT * part, y2: HEIGHT * part }));
  }
  if (plot.limit > low && plot.limit < high) {
    picture.append(svg('line', { class: 'limit', x1: 0, x2: WIDTH, y1: y(plot.limit), y2: y(plot.limit) }));
  }
  plot.series.forEach((series, i) => {
    for (const part of paths(series.points, x, y, data.step)) {
      if (i === 0) {
        const first = part[0].split(',')[0];
        const end = part.at(-1).split(',')[0];
        picture.append(svg('polygon', { class: 'area', points: `${first},${HEIGHT} ${part.join(' ')} ${end},${HEIGHT}` }));
      }
      picture.append(svg('polyline', { class: i === 0 ? 'line' : 'line second', points: part.join(' ') }));
    }
  });
  const axis = h('div', { class: 'axis', 'aria-hidden': 'true' },
    h('span', {}, `${measure(low, plot.unit)} – ${measure(high, plot.unit)}`), h('span', {}, 'now'));
  return [picture, axis];
}

const newest = (series) => series.points.at(-1)?.[1];

function told(plot) {
  return `${plot.title}: ` + plot.series.map((series) => {
    const values = series.points.map((point) => point[1]);
    const range = `between ${measure(Math.min(...values), plot.unit)} and ${measure(Math.max(...values), plot.unit)}`;
    return `${series.name} ${measure(newest(series), plot.unit)} now, ${range}`;
  }).join('; ');
}

function figure(plot, data) {
  // The worst last: it is what the headline says.
  plot.series.sort((a, b) => a.name.localeCompare(b.name));
  plot.series = plot.series.filter((series) => series.points.length > 0);
  const head = plot.series.find((series) => series.name.startsWith('99')) ?? plot.series[0];
  const caption = h('figcaption', {}, h('span', {}, plot.title), h('strong', {}, head ? measure(newest(head), plot.unit) : '–'));
  if (!head) return h('figure', {}, caption, h('div', { class: 'none' }, 'Prometheus has no figures of it yet'));
  const keys = plot.series.length < 2 ? null : h('div', { class: 'keys', 'aria-hidden': 'true' },
    plot.series.map((series, i) => h('span', {}, h('i', { class: i === 0 ? null : 'second' }), series.name)));
  return h('figure', {}, caption, drawing(plot, data), keys);
}

export function showPlots(element, data) {
  element.classList.remove('stale');
  if (data.state === 'off') {
    element.replaceChildren(h('p', { class: 'off' },
      'There is no Prometheus to ask. On one machine: ', h('kbd', {}, './otherworld up --observe'),
      '. On a cluster: the chart’s ', h('kbd', {}, 'operator.page.prometheusUrl'), ', which sets ', h('kbd', {}, 'OTHERWORLD_PROMETHEUS_URL'), '.'));
    return;
  }
  if (data.state !== 'ok') {
    unanswered(element, data.message);
    return;
  }
  element.querySelector('.off')?.remove();
  element.replaceChildren(...data.plots.map((plot) => figure(plot, data)));
}

/** What was drawn stays, and is told to be old. */
export function unanswered(element, message) {
  element.classList.add('stale');
  const text = `Prometheus: ${message}`;
  const before = element.querySelector('.off');
  if (before) before.textContent = text;
  else element.prepend(h('p', { class: 'off', role: 'status' }, text));
}
