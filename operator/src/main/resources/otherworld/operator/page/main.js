// The page: asks the operator, and shows what it answers.

import { byId, count, h, plural, say, words } from './dom.js';
import { Grid, STATES, describe, legend, summary } from './grid.js';
import { showAlerts, showDecisions, showSeats } from './lists.js';
import { showPlots, unanswered } from './plots.js';
import { now, poll } from './poll.js';

const MOST_ROWS = 50;

/** Instances of a World that is shown as wide as the page. */
const WIDE = 150;

/** World → its elements, kept so that focus and what is open stay where they are. */
const panels = new Map();
let fleet = null;
let firing = 0;
let heardAt = 0;
let followed = '';

const condition = (world, type) => world.conditions.find((it) => it.type === type);

/** What is wrong with a World: its own words, from its conditions. */
function trouble(world) {
  const degraded = condition(world, 'Degraded');
  const ready = condition(world, 'Ready');
  if (degraded?.status === 'True') return { ...degraded, wrong: true };
  if (ready && ready.status !== 'True') return { ...ready, wrong: false };
  const limited = condition(world, 'ScalingLimited');
  return limited?.status === 'True' ? { ...limited, wrong: false } : null;
}

// ---- numbers -------------------------------------------------------------------------------------

function numbers() {
  const sum = (field) => fleet.worlds.reduce((all, world) => all + (world.figures[field] ?? NaN), 0);
  const tiles = [
    ['players', count(sum('players'))],
    ['free seats', count(sum('free'))],
    ['waiting', count(sum('waiting'))],
    ['instances Ready', `${count(sum('ready'))} / ${count(sum('desired'))}`],
    ['Worlds', count(fleet.worlds.length + fleet.moreWorlds)],
  ];
  byId('numbers').replaceChildren(...tiles.map(([name, value]) => h('div', {}, h('strong', {}, value), h('span', {}, name))));
}

function verdict() {
  const element = byId('verdict');
  const wrong = fleet.worlds.filter((world) => trouble(world)?.wrong);
  const alerts = firing ? `${plural(firing, 'alert')} ${firing === 1 ? 'fires' : 'fire'}. ` : '';
  if (!fleet.demandKnown) {
    say(element, `${alerts}The fleet does not follow players’ demand: ${fleet.trouble}`);
  } else if (wrong.length) {
    const names = wrong.slice(0, 3).map((world) => `${world.name} (${words(trouble(world).reason)})`).join(', ');
    say(element, `${alerts}${plural(wrong.length, 'World')} ${wrong.length === 1 ? 'needs' : 'need'} somebody: ${names}`);
  } else if (firing) {
    say(element, alerts.trim());
  } else {
    say(element, fleet.worlds.length ? 'All Worlds are well.' : 'There is no World yet: kubectl apply one.');
  }
  element.className = firing || wrong.length || !fleet.demandKnown ? 'bad' : 'good';
}

// ---- Worlds --------------------------------------------------------------------------------------

function panel(name) {
  const canvas = h('canvas', { 'aria-hidden': 'true' });
  const it = {
    title: h('button', { type: 'button' }), badge: h('span', { class: 'badge' }), sum: h('p', { class: 'sum' }), why: h('p', { class: 'why' }),
    grid: h('div', { class: 'grid', tabindex: 0, role: 'group' }, canvas), picked: h('p', { class: 'picked', 'aria-live': 'polite' }),
    rows: h('tbody'), list: h('summary', {}, 'as a table'),
  };
  it.table = h('details', {}, it.list,
    h('table', {}, h('thead', {}, h('tr', {}, ['Instance', 'State', 'Players', 'On their way'].map((text) => h('th', { scope: 'col' }, text)))), it.rows));
  it.root = h('article', { class: 'world' }, h('header', {}, h('h3', {}, it.title), it.badge), it.sum, it.why, it.grid, it.picked, it.table);
  it.title.addEventListener('click', () => follow(name));
  it.title.setAttribute('aria-label', `${name}: show its plots and players`);
  it.table.addEventListener('toggle', () => rows(it));
  it.view = new Grid(it.grid, (cell) => say(it.picked, describe(cell, it.world.capacity)));
  return it;
}

/** The first that are wrong, then the fullest. */
function rows(it) {
  if (!it.table.open) return;
  const cells = [...it.world.instances].sort((a, b) => Number(Boolean(STATES[b[1]]?.wrong)) - Number(Boolean(STATES[a[1]]?.wrong)) || b[2] - a[2]);
  it.rows.replaceChildren(...cells.slice(0, MOST_ROWS).map(([ordinal, state, players, reserved]) =>
    h('tr', {}, [`${ordinal}`, STATES[state]?.name ?? state, count(players), count(reserved)].map((text) => h('td', {}, text)))));
  say(it.list, cells.length > MOST_ROWS ? `as a table (${MOST_ROWS} of ${count(cells.length)}, what is wrong first)` : 'as a table');
}

function showWorld(world) {
  const it = panels.get(world.name) ?? panel(world.name);
  panels.set(world.name, it);
  it.world = world;
  const wrong = trouble(world);
  const [namespace, name] = world.name.split('/');
  it.title.replaceChildren(name, ' ', h('small', {}, namespace));
  it.root.className = `world${wrong?.wrong ? ' wrong' : ''}${world.instances.length > WIDE ? ' wide' : ''}`;
  it.badge.className = wrong ? `badge ${wrong.wrong ? 'wrong' : 'wait'}` : 'badge';
  say(it.badge, wrong ? `${wrong.wrong ? '▲' : '◌'} ${words(wrong.reason)}` : '● Well');
  const f = world.figures;
  say(it.sum, `${plural(f.players, 'player')}, ${plural(f.free, 'free seat')}${f.waiting ? `, ${count(f.waiting)} waiting` : ''} · `
    + `${count(f.ready)} of ${plural(f.desired, 'instance')} Ready${world.readable ? ` (${world.min} to ${world.max})` : ''}`);
  say(it.why, wrong?.message ?? '');
  it.why.hidden = !wrong;
  const some = world.instances.length > 0;
  it.grid.hidden = it.picked.hidden = it.table.hidden = !some;
  if (some) {
    it.grid.setAttribute('aria-label', `Instances of ${world.name}: ${summary(world.instances)}`
      + `${world.moreInstances ? `, and ${count(world.moreInstances)} that are not shown` : ''}. Arrow keys go from one to the next.`);
  }
  return it;
}

function worlds() {
  const container = byId('worlds');
  const shown = fleet.worlds.map(showWorld);
  const roots = shown.map((it) => it.root);
  if (roots.length !== container.children.length || roots.some((root, i) => container.children[i] !== root)) {
    container.replaceChildren(...roots);
  }
  // Once they have a width.
  shown.forEach((it) => { if (!it.grid.hidden) it.view.show(it.world.instances, it.world.capacity); rows(it); });
  for (const name of panels.keys()) if (!fleet.worlds.some((world) => world.name === name)) panels.delete(name);
  const select = byId('world');
  const names = fleet.worlds.filter((world) => world.readable).map((world) => world.name);
  if (names.join() !== [...select.options].slice(1).map((option) => option.value).join()) {
    const chosen = select.value;
    select.replaceChildren(select.options[0], ...names.map((name) => h('option', { value: name }, name)));
    select.value = names.includes(chosen) ? chosen : '';
  }
}

// ---- asking --------------------------------------------------------------------------------------

function notice(text) {
  const element = byId('notice');
  element.hidden = !text;
  say(element, text);
}

function fresh() {
  const old = heardAt ? Math.round((Date.now() - heardAt) / 1000) : 0;
  say(byId('fresh'), old > 6 ? `as of ${old} s ago` : heardAt ? 'live' : '');
}

poll(() => 'api/fleet', 2000, (answer) => {
  fleet = answer;
  heardAt = Date.now();
  notice('');
  numbers();
  verdict();
  worlds();
  showDecisions(byId('decisions'), answer.decisions, now());
  if (!followed && answer.worlds.length) seatsOf(busiest());
  document.documentElement.dataset.ready = 'true';
}, (error) => {
  // A replica that stands by is passed over silently while another has just answered.
  if (Date.now() - heardAt > 5000) notice(`The operator does not answer: ${error.message}`);
  fresh();
});

const replot = poll(() => `api/plots?range=${byId('range').value}&world=${encodeURIComponent(byId('world').value)}`, 10_000,
  (answer) => showPlots(byId('plots'), answer),
  (error) => { if (error.problem?.status !== 503 && error.name !== 'AbortError') unanswered(byId('plots'), error.message); });

poll(() => 'api/alerts', 5000, (answer) => {
  firing = showAlerts(byId('alerts'), byId('alerts-list'), answer, now());
  if (fleet) verdict();
}, () => {});

const reseat = poll(() => (followed ? `api/seats?world=${encodeURIComponent(followed)}` : null), 3000,
  (answer) => showSeats(byId('seats'), answer, now()), () => {});

const busiest = () => [...fleet.worlds].sort((a, b) => (b.figures.players ?? -1) - (a.figures.players ?? -1))[0].name;

function seatsOf(name) {
  if (followed === name) return;
  followed = name;
  say(byId('seats-of'), `${name}; each player under a name that means nothing elsewhere`);
  reseat();
}

function follow(name) {
  byId('world').value = name;
  seatsOf(name);
  replot();
  byId('how').scrollIntoView({ behavior: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth' });
}

byId('world').addEventListener('change', (event) => { if (event.target.value) seatsOf(event.target.value); replot(); });
byId('range').addEventListener('change', () => replot());
setInterval(fresh, 1000);
legend(byId('legend'));
