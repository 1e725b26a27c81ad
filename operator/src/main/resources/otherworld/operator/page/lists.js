// What was decided, about the fleet and about players; alerts.

import { h, ago, words, plural } from './dom.js';

const when = (iso, now) => h('time', { datetime: iso, title: iso }, ago(iso, now));

/** "default/plaza" and 3 as "plaza-3". */
export function place(world, instance) {
  const name = world.split('/').pop();
  return instance === undefined ? name : `${name}-${instance}`;
}

export function showDecisions(list, decisions, now) {
  replace(list, decisions.map((it) => h('li', { class: it.warning ? 'warning' : null },
    when(it.last, now),
    h('div', {}, h('b', {}, words(it.reason)), ` ${place(it.world, it.instance)}`, it.times > 1 ? ` · ${it.times} times` : null,
      h('small', {}, it.message),
      it.figures.desired || it.figures.running
        ? h('small', {}, `with ${it.figures.ready} of ${plural(it.figures.desired, 'instance')} Ready, `
          + `${plural(it.figures.players, 'player')}, ${plural(it.figures.free, 'free seat')}`
          + (it.figures.waiting ? `, ${it.figures.waiting} waiting` : ''))
        : null))), 'Nothing was decided since the operator started: nothing had to be.');
}

export function showSeats(list, answer, now) {
  const empty = answer.seatsKnown ? 'Nobody has asked for a seat in the last hour.' : 'The matchmaker does not answer.';
  replace(list, answer.seats.map((it) => h('li', { class: it.outcome.toLowerCase() },
    when(it.at, now),
    h('div', {}, h('b', {}, it.outcome), ` ${it.player}`,
      it.instance === undefined ? null : ` ${it.outcome === 'Seated' ? 'in' : 'at'} ${place(it.world, it.instance)}`,
      it.seat === undefined ? null : `, seat ${it.seat}`,
      h('small', {}, it.detail, it.waitedMs > 0 ? `; waited ${(it.waitedMs / 1000).toFixed(1)} s` : null),
      it.passed.length
        ? h('small', {}, `not ${it.passed.map((passed) => `${place(it.world, passed.instance)} (${passed.reason})`).join(', ')}`)
        : null))), empty);
}

function replace(list, items, empty) {
  const at = list.scrollTop;
  list.replaceChildren(...(items.length ? items : [h('li', { class: 'quiet' }, h('span'), h('span', {}, empty))]));
  list.scrollTop = at;
}

/** Firing first. Returns how many fire. */
export function showAlerts(section, list, answer, now) {
  if (answer.state !== 'ok') {
    section.hidden = true;
    return 0;
  }
  const alerts = [...answer.alerts].sort((a, b) => (a.state > b.state ? 1 : -1));
  const firing = alerts.filter((alert) => alert.state === 'firing').length;
  section.hidden = alerts.length === 0;
  list.replaceChildren(...alerts.map((alert) => h('div', { class: `alert ${alert.state === 'firing' ? 'firing' : ''}` },
    h('b', {}, `${alert.state === 'firing' ? '▲ Firing' : '◌ Waiting'}: ${alert.name}`),
    alert.world ? ` ${alert.world}` : null, ' ', alert.severity ? h('span', { class: 'quiet' }, alert.severity) : null,
    h('div', {}, alert.summary || alert.description),
    h('div', { class: 'quiet' }, `since ${ago(alert.since, now)}`, runbook(alert.runbook)))),
  answer.more > 0 ? h('p', { class: 'quiet' }, `and ${answer.more} more`) : '');
  return firing;
}

/** A link to web pages alone: the text is a stranger's. */
function runbook(url) {
  if (!url) return null;
  return h('span', {}, ' · what to do: ', /^https:\/\//.test(url) ? h('a', { href: url, rel: 'noreferrer' }, url.split('/').pop()) : url);
}
