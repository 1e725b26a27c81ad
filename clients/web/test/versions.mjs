// Holds a codec that speaks two versions to what Java's says in each: node versions.mjs PROTOCOL.js VERSIONS.json

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const [codec, versions] = process.argv.slice(2);
const { decodeClient, decodeServer, encodeFor } = await import(pathToFileURL(codec));
let checked = 0;

for (const { from, hex, version, reason, again } of JSON.parse(readFileSync(versions, 'utf8'))) {
    const message = (from === 'client' ? decodeClient : decodeServer)(new Uint8Array(Buffer.from(hex, 'hex')), version);
    const what = `${hex} in version ${version}`;
    if (message.type === 'Malformed') assert.equal(message.reason, reason, what);
    for (const [to, bytes] of Object.entries(again ?? {})) {
        const written = encodeFor(Number(to), message);
        assert.equal(written === undefined ? '' : Buffer.from(written).toString('hex'), bytes, `${what}, said in ${to}`);
    }
    checked++;
}
console.log(`${checked} checked`);
