// People in a room, as a headset tells them: root, head and two hands, 30 times a second, quantised as they go over the wire.

import { packRotation } from '../protocol.js';

export const AVATARS = 100;
export const BONES = 4;
export const FIELDS = AVATARS * BONES;
export const TICKS = 128;

/** Steps of a metre: the root within 128 m of the viewer's zone, the others within 2 m of the root. */
export const ROOT_STEPS = 256;
export const BONE_STEPS = 1024;

/** Of each tick: x, y, z of each field in steps, its rotation in 32 bits, and in 48 as [left, a, b, c]. */
export function motion(seed) {
    const random = generator(seed);
    const people = Array.from({ length: AVATARS }, () => person(random));
    return Array.from({ length: TICKS }, (_, tick) => frame(people, tick / 30, random));
}

function generator(seed) {
    let state = seed >>> 0;
    return () => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        return state / 2 ** 32;
    };
}

/** Of ten, six walk, three stand and talk with their hands, one only breathes. */
function person(random) {
    const kind = random();
    return {
        walks: kind < 0.6,
        gestures: kind < 0.9,
        x: random() * 120 - 60,
        z: random() * 120 - 60,
        yaw: random() * 7,
        phase: random() * 7,
        turn: random() - 0.5,
    };
}

function frame(people, seconds, random) {
    const positions = new Int32Array(FIELDS * 3);
    const rotations = new Uint32Array(FIELDS);
    const fine = [];
    // Trackers never hold still: half a millimetre, a tenth of a degree.
    const shake = size => (random() + random() - 1) * size;
    people.forEach((p, avatar) => {
        const swing = Math.sin(p.phase + seconds * (p.walks ? 9 : 5));
        const wide = p.walks ? 0.25 : p.gestures ? 0.3 : 0.002;
        const speed = p.walks ? 1.4 : 0;
        const yaw = p.yaw + (p.walks ? p.turn * seconds : 0);
        const root = [p.x + speed * seconds * Math.sin(p.yaw), 0, p.z + speed * seconds * Math.cos(p.yaw)];
        const head = [shake(0.0005), 1.6 + 0.02 * Math.abs(swing) * (p.walks ? 1 : 0.1) + shake(0.0005), shake(0.0005)];
        const hand = side => [
            side * 0.25 + shake(0.0005),
            1 + (p.gestures && !p.walks ? 0.3 * swing : 0.02 * swing * (p.walks ? 1 : 0)) + shake(0.0005),
            side * wide * swing + shake(0.0005),
        ];
        const tilt = p.gestures ? 0.3 * swing : 0.01 * swing;
        const bones = [
            [root, ROOT_STEPS, turn(yaw, 0, 0)],
            [head, BONE_STEPS, turn(0.4 * Math.sin(p.phase + seconds) + shake(0.002), tilt * 0.3 + shake(0.002), 0)],
            [hand(1), BONE_STEPS, turn(tilt + shake(0.002), swing * wide * 2 + shake(0.002), 0.2)],
            [hand(-1), BONE_STEPS, turn(-tilt + shake(0.002), -swing * wide * 2 + shake(0.002), -0.2)],
        ];
        bones.forEach(([position, steps, rotation], bone) => {
            const field = avatar * BONES + bone;
            position.forEach((metres, axis) => (positions[field * 3 + axis] = Math.round(metres * steps)));
            rotations[field] = packRotation(...rotation);
            fine.push(packFine(rotation));
        });
    });
    return { positions, rotations, fine };
}

function turn(yaw, pitch, roll) {
    const [cy, sy, cp, sp, cr, sr] = [yaw, pitch, roll].flatMap(a => [Math.cos(a / 2), Math.sin(a / 2)]);
    return [cy * sp * cr + sy * cp * sr, sy * cp * cr - cy * sp * sr, cy * cp * sr - sy * sp * cr, cy * cp * cr + sy * sp * sr];
}

/** Smallest three with 15 bits each. */
function packFine(q) {
    const left = q.reduce((best, c, i) => (Math.abs(c) > Math.abs(q[best]) ? i : best), 3);
    const sign = q[left] < 0 ? -1 : 1;
    return [left, ...q.filter((_, i) => i !== left).map(c => Math.round(c * sign * Math.SQRT2 * 16383) + 16383)];
}
