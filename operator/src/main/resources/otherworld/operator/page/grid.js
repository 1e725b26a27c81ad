// A World's instances as cells of one canvas: how full by height and colour, what state by shape. A thousand cost what one costs.

import { count, plural } from './dom.js';

/** Letter → what it is called, and whether it is to be noticed. */
export const STATES = {
  R: { name: 'Ready' },
  S: { name: 'Starting' },
  C: { name: 'Closing' },
  X: { name: 'Stopping' },
  U: { name: 'Not heard from', wrong: true },
  D: { name: 'Edits do not last', wrong: true },
  L: { name: 'Late, not Ready', wrong: true },
  A: { name: 'No pod', wrong: true },
  E: { name: 'Ended' },
};

const GAP = 3;

function palette() {
  const style = getComputedStyle(document.documentElement);
  const of = (name) => style.getPropertyValue(name).trim();
  return {
    cells: [of('--cell0'), of('--cell1'), of('--cell2')].map(rgb),
    back: rgb(of('--low')), low: of('--low'), faint: of('--faint'), bad: of('--bad'), warm: of('--warm'), mark: of('--mark'),
  };
}

function rgb(hex) {
  const n = parseInt(hex.slice(1), 16);
  return [n >> 16, (n >> 8) & 255, n & 255];
}

/** From empty to full. */
const colour = (colours, full) => `rgb(${mixed(colours, full)})`;

function mixed(colours, full) {
  const at = Math.min(1, Math.max(0, full)) * (colours.cells.length - 1);
  const from = Math.min(colours.cells.length - 2, Math.floor(at));
  const part = at - from;
  return colours.cells[from].map((a, i) => Math.round(a + (colours.cells[from + 1][i] - a) * part));
}

/** How many players, where a cell has room for it; dark on what is light, with a rim where the fill ends behind it. */
function drawCount(g, colours, x, y, size, players, full) {
  const [red, green, blue] = full >= 0.4 ? mixed(colours, full) : colours.back;
  const light = 0.299 * red + 0.587 * green + 0.114 * blue > 140;
  g.fillStyle = light ? '#10182c' : '#ffffff';
  g.strokeStyle = light ? 'rgb(255 255 255 / .7)' : 'rgb(16 24 44 / .7)';
  g.lineJoin = 'round';
  g.lineWidth = size * 0.09;
  g.font = `600 ${Math.round(size * 0.34)}px system-ui, sans-serif`;
  g.textAlign = 'center';
  g.textBaseline = 'middle';
  if (full < 1) g.strokeText(players, x + size / 2, y + size * 0.56);
  g.fillText(players, x + size / 2, y + size * 0.56);
}

/** One cell; also the legend's. */
export function drawCell(g, colours, x, y, size, state, full) {
  const round = Math.min(4, size / 4);
  const box = () => { g.beginPath(); g.roundRect(x + 0.5, y + 0.5, size - 1, size - 1, round); };
  const cross = (colour) => {
    g.strokeStyle = colour;
    g.lineWidth = Math.max(1.5, size / 9);
    g.beginPath();
    const inset = size * 0.3;
    g.moveTo(x + inset, y + inset); g.lineTo(x + size - inset, y + size - inset);
    g.moveTo(x + size - inset, y + inset); g.lineTo(x + inset, y + size - inset);
    g.stroke();
  };
  g.setLineDash([]);
  const runs = 'RCDUL'.includes(state);
  if (runs) {
    g.fillStyle = colours.low;
    box(); g.fill();
    if (full > 0) {
      const height = Math.max(2, Math.round((size - 1) * Math.min(1, full)));
      g.save();
      box(); g.clip();
      g.fillStyle = colour(colours, full);
      g.fillRect(x, y + size - height, size, height);
      g.restore();
    }
  }
  g.lineWidth = 1.2;
  if (state === 'S') {
    g.setLineDash([3, 2]); g.strokeStyle = colours.warm; box(); g.stroke(); g.setLineDash([]);
  } else if (state === 'C' || state === 'X') {
    g.save(); box(); g.clip();
    g.strokeStyle = colours.faint; g.lineWidth = 1.5; g.beginPath();
    for (let d = -size; d < size; d += 5) { g.moveTo(x + d, y + size); g.lineTo(x + d + size, y); }
    g.stroke(); g.restore();
    g.strokeStyle = colours.faint; box(); g.stroke();
  } else if (state === 'A') {
    g.strokeStyle = colours.bad; box(); g.stroke(); cross(colours.bad);
  } else if (state === 'E') {
    g.strokeStyle = colours.faint; box(); g.stroke(); cross(colours.faint);
  } else if (state === 'L' || state === 'D' || state === 'U') {
    g.strokeStyle = colours.bad; g.lineWidth = 2; box(); g.stroke();
    g.fillStyle = colours.bad;
    const side = Math.max(4, size * 0.42);
    g.beginPath();
    if (state === 'L') { g.moveTo(x + size, y); g.lineTo(x + size - side, y); g.lineTo(x + size, y + side); }
    else if (state === 'D') { g.rect(x + size / 2 - 1.5, y + 3, 3, size * 0.4); g.rect(x + size / 2 - 1.5, y + size - 6, 3, 3); }
    else { g.arc(x + size / 2, y + size / 2, Math.max(2, size / 6), 0, 7); }
    g.fill();
  }
}

export function describe(cell, capacity) {
  const [ordinal, state, players, reserved] = cell;
  const inside = `${count(players)} of ${plural(capacity, 'player')}`;
  return `Instance ${ordinal}: ${STATES[state]?.name ?? state}, ${inside}${reserved ? `, ${reserved} on their way` : ''}`;
}

/** What all cells say, in one sentence. */
export function summary(cells) {
  const by = new Map();
  for (const cell of cells) by.set(cell[1], (by.get(cell[1]) ?? 0) + 1);
  return [...by].sort((a, b) => b[1] - a[1]).map(([state, n]) => `${count(n)} ${STATES[state]?.name ?? state}`).join(', ');
}

/** Draws into an element that can be walked through by arrow keys; `picked` hears which cell. */
export class Grid {
  constructor(element, picked) {
    this.element = element;
    this.canvas = element.querySelector('canvas');
    this.picked = picked;
    this.cells = [];
    this.at = -1;
    this.drawn = '';
    element.addEventListener('keydown', (event) => this.key(event));
    element.addEventListener('pointermove', (event) => this.point(event));
    element.addEventListener('pointerdown', (event) => this.point(event));
    element.addEventListener('focus', () => { if (this.at < 0 && this.cells.length) this.pick(0); });
    new ResizeObserver(() => { this.drawn = ''; this.draw(); }).observe(element);
    matchMedia('(prefers-color-scheme: light)').addEventListener('change', () => { this.drawn = ''; this.draw(); });
  }

  show(cells, capacity) {
    this.cells = cells;
    this.capacity = capacity;
    if (this.at >= cells.length) this.at = cells.length - 1;
    this.draw();
    if (this.at >= 0) this.picked(cells[this.at]);
  }

  /** Larger cells for fewer instances, in at most some 12 rows where that can be. */
  size(width) {
    const n = this.cells.length;
    for (const size of [44, 34, 28, 22, 17, 13, 10]) {
      const columns = Math.floor((width + GAP) / (size + GAP));
      if (Math.ceil(n / columns) * (size + GAP) <= 190) return size;
    }
    return 10;
  }

  draw() {
    const width = Math.floor(this.element.clientWidth);
    if (width < 20) return;
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    const size = this.size(width);
    this.step = size + GAP;
    this.columns = Math.max(1, Math.floor((width + GAP) / this.step));
    const rows = Math.ceil(this.cells.length / this.columns);
    const height = Math.max(size, rows * this.step - GAP);
    const now = `${width} ${ratio} ${this.at} ${JSON.stringify(this.cells)}`;
    if (now === this.drawn) return;
    this.drawn = now;
    this.canvas.width = width * ratio;
    this.canvas.height = height * ratio;
    this.canvas.style.height = `${height}px`;
    const g = this.canvas.getContext('2d');
    g.scale(ratio, ratio);
    const colours = palette();
    this.cells.forEach(([, state, players, reserved], i) => {
      const x = (i % this.columns) * this.step;
      const y = Math.floor(i / this.columns) * this.step;
      const full = (players + reserved) / this.capacity;
      drawCell(g, colours, x, y, size, state, full);
      if (size >= 28 && state === 'R') drawCount(g, colours, x, y, size, players, full);
      if (i === this.at) {
        g.strokeStyle = colours.mark; g.lineWidth = 2;
        g.beginPath(); g.roundRect(x, y, size, size, Math.min(4, size / 4)); g.stroke();
      }
    });
  }

  pick(i) {
    if (!this.cells.length) return;
    this.at = Math.min(this.cells.length - 1, Math.max(0, i));
    this.draw();
    this.picked(this.cells[this.at]);
  }

  key(event) {
    const moves = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: this.columns, ArrowUp: -this.columns };
    if (event.key in moves) this.pick(this.at + moves[event.key]);
    else if (event.key === 'Home') this.pick(0);
    else if (event.key === 'End') this.pick(this.cells.length - 1);
    else return;
    event.preventDefault();
  }

  point(event) {
    const box = this.canvas.getBoundingClientRect();
    const column = Math.floor((event.clientX - box.left) / this.step);
    const i = Math.floor((event.clientY - box.top) / this.step) * this.columns + column;
    if (column >= 0 && column < this.columns && i >= 0 && i < this.cells.length && i !== this.at) this.pick(i);
  }
}

export function legend(element) {
  for (const [state, full] of [['R', 0.15], ['R', 0.95], ['S', 0], ['C', 0.4], ['L', 0.3], ['U', 0.3], ['D', 0.4], ['A', 0]]) {
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = 32;
    const g = canvas.getContext('2d');
    g.scale(2, 2);
    drawCell(g, palette(), 0, 0, 16, state, full);
    const item = document.createElement('span');
    item.append(canvas, state === 'R' ? (full < 0.5 ? 'few players' : 'full') : STATES[state].name);
    element.append(item);
  }
}
