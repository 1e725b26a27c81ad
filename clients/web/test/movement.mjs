// How corrections of the own avatar are taken and shown: node movement.mjs

import assert from 'node:assert/strict';
import { OwnPose } from '../movement.js';

const start = () => new OwnPose({ x: 0, y: 0, z: 0, rotation: 0 });
const near = (is, at) => is.forEach((metres, axis) => assert.ok(Math.abs(metres - at[axis]) < 1e-9, `${is} is not ${at}`));
const said = (lastSequence, x, y, z) => ({ lastSequence, pose: { x, y, z, rotation: 0 } });
let checked = 0;

function test(what) {
    what();
    checked++;
}

test(() => { // it moves at once
    const own = start();
    assert.equal(own.move([1, 0, 0]), 1);
    assert.equal(own.move([2, 0, 0], 7), 2);
    near(own.frame(), [2, 0, 0]);
    assert.equal(own.rotation, 7);
});

test(() => { // a correction is shown away in two frames, and not before the first
    const own = start();
    own.move([1, 0, 0]);
    near(own.frame(), [1, 0, 0]);
    own.correct(said(1, 0, 0, 0.5));
    near(own.position, [0, 0, 0.5]);
    near(own.frame(), [0.5, 0, 0.25]);
    near(own.frame(), [0, 0, 0.5]);
    near(own.frame(), [0, 0, 0.5]);
});

test(() => { // what was done since stands on top, and is put right by the same
    const own = start();
    own.move([1, 0, 0]);
    own.move([2, 0, 0]);
    own.move([2, 0, 3]);
    own.correct(said(1, 0, 0, 0));
    near(own.position, [1, 0, 3]);
    own.correct(said(2, 1, 0, 0)); // as it is known by now
    near(own.position, [1, 0, 3]);
    own.correct(said(3, 1, 0, 2));
    near(own.position, [1, 0, 2]);
});

test(() => { // a late one, and one of a move that was never made, do nothing
    const own = start();
    own.move([1, 0, 0]);
    own.move([2, 0, 0]);
    own.correct(said(2, 1.5, 0, 0));
    own.correct(said(1, -9, 0, 0));
    own.correct(said(3, -9, 0, 0));
    near(own.position, [1.5, 0, 0]);
});

test(() => { // two in a row begin from what is shown
    const own = start();
    own.move([4, 0, 0]);
    own.frame();
    own.correct(said(1, 2, 0, 0));
    near(own.frame(), [3, 0, 0]);
    own.move([2, 0, 1]);
    own.correct(said(2, 2, 0, 0));
    near(own.frame(), [2.5, 0, 0.5]);
    near(own.frame(), [2, 0, 0]);
});

console.log(`${checked} checked`);
