// What updates of 100 avatars cost to read in JavaScript, and how many bytes they take: node entity-updates.mjs OUT.json
// OUT.json is what clients/godot/bench/entity_updates.gd reads: the messages of each format, and what is shown at the end.

import { writeFileSync } from 'node:fs';
import { AVATARS, BONES, FIELDS, TICKS, motion } from './motion.mjs';
import { FORMATS, TABLES, View, encode } from './formats.mjs';

/** A round trip of 100 ms and half a tick to send: what a viewer has acknowledged is four ticks old. */
const AGE = 4;
const BATCHES = 60;
const FRAME_MS = 1000 / 60;

const frames = motion(20261126);
const out = { tables: TABLES.map(table => [...table]) };
for (const [name, format] of Object.entries(FORMATS)) {
    const messages = frames.map((_, tick) => encode(format, frames, tick, tick < AGE ? 0 : AGE));
    const steady = messages.slice(AGE);
    const updates = steady.reduce((sum, message) => sum + message.count, 0);
    const bytes = steady.reduce((sum, message) => sum + message.bytes.length, 0);

    const views = messages.map(({ bytes: b }) => [b, new DataView(b.buffer)]);
    const view = new View();
    for (const [b, data] of views) if (!format.decode(view, b, data)) throw new Error(`${name}: not read whole`);
    compare(name, view);

    let best = Infinity;
    for (let batch = 0; batch < BATCHES; batch++) {
        const before = process.cpuUsage();
        for (let i = 0; i < 4; i++) for (const [b, data] of views) format.decode(view, b, data);
        const { user, system } = process.cpuUsage(before);
        best = Math.min(best, (user + system) / 1000 / (4 * TICKS));
    }
    console.log(`web_${name}_ms ${best.toFixed(4)} ms`);
    console.log(`web_${name}_frame ${((100 * best) / FRAME_MS).toFixed(2)} %`);
    console.log(`${name}_bytes_per_update ${(bytes / updates).toFixed(1)} B`);
    console.log(`${name}_kbit_per_s ${((bytes * 8 * 30) / steady.length / 1000).toFixed(0)} kbit/s`);
    out[name] = {
        messages: messages.map(message => Buffer.from(message.bytes).toString('hex')),
        positions: [...view.positions],
        rotations: [...view.rotations],
    };
}
if (process.argv[2]) writeFileSync(process.argv[2], JSON.stringify(out));
for (const age of [1, 2, 8, 16]) {
    const steady = frames.slice(age).map((_, i) => encode(FORMATS.delta_table, frames, age + i, age));
    const bytes = steady.reduce((sum, message) => sum + message.bytes.length, 0);
    const updates = steady.reduce((sum, message) => sum + message.count, 0);
    console.log(`delta_table_bytes_per_update_age_${age} ${(bytes / updates).toFixed(1)} B`);
}
console.log(`delta_entropy_bytes_per_update ${entropy(AGE, false).toFixed(1)} B`);
console.log(`delta_predicted_entropy_bytes_per_update ${entropy(AGE, true).toFixed(1)} B`);

/** Whatever the format: at the end everybody sees what is there. */
function compare(name, view) {
    const truth = new View();
    const last = frames.at(-1);
    for (let field = 0; field < FIELDS; field++) {
        truth.show(field, ...last.positions.slice(field * 3, field * 3 + 3));
        truth.turn(field, last.rotations[field]);
    }
    view.positions.forEach((v, i) => {
        if (v !== truth.positions[i]) throw new Error(`${name}: position ${i} is ${v}, not ${truth.positions[i]}`);
    });
    for (let field = 0; field < FIELDS; field++) {
        let dot = 0;
        for (let i = 0; i < 4; i++) dot += view.rotations[field * 4 + i] * truth.rotations[field * 4 + i];
        // Ten bits differ from fifteen by up to 0.26°.
        if (Math.abs(dot) < 0.99999) throw new Error(`${name}: rotation ${field}`);
    }
}

/**
 * What a static model of each kind of difference could reach at best, without its tables, with a model for each field, and with a
 * byte for the index; where positions are predicted, from the acknowledged tick and the one before.
 */
function entropy(age, predicted) {
    const counts = Array.from({ length: BONES * 2 }, () => new Map());
    const parts = bits => [(bits >>> 20) & 0x3ff, (bits >>> 10) & 0x3ff, bits & 0x3ff];
    let updates = 0;
    for (let tick = age + 1; tick < TICKS; tick++) {
        const [now, base, before] = [frames[tick], frames[tick - age], frames[tick - age - 1]];
        updates += AVATARS;
        for (let field = 0; field < FIELDS; field++) {
            const old = parts(base.rotations[field]);
            const same = now.rotations[field] >>> 30 === base.rotations[field] >>> 30;
            const turned = parts(now.rotations[field]).map((part, i) => (same ? part - old[i] : part + 2048));
            for (let i = 0; i < 3; i++) {
                const at = field * 3 + i;
                const velocity = predicted ? base.positions[at] - before.positions[at] : 0;
                count(counts[(field % BONES) * 2], now.positions[at] - base.positions[at] - velocity * age);
                count(counts[(field % BONES) * 2 + 1], turned[i]);
            }
        }
    }
    let bits = 0;
    for (const seen of counts) {
        const all = [...seen.values()].reduce((a, b) => a + b);
        for (const n of seen.values()) bits -= n * Math.log2(n / all);
    }
    return bits / 8 / updates + 1;
}

function count(seen, value) {
    seen.set(value, (seen.get(value) ?? 0) + 1);
}
