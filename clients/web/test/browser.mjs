// transport.js in headless Chromium against a running instance; WebClientIT starts it.
//   node browser.mjs '{"endpoints":[…],"players":"http://…/","stun":"stun:…"}'
// GET of "players" is a new player with a ticket that is good for ten seconds: {"ticket":…,"hello":HEX,"move":HEX,"leave":HEX}.
// Prints one JSON object a line; ends with 1 and says why if something is not as it must be. The environment has what
// interop-assets prints: OTHERWORLD_INTEROP_NODE, OTHERWORLD_INTEROP_CHROMIUM.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const { chromium } = createRequire(process.env.OTHERWORLD_INTEROP_NODE + '/')('playwright-core');
const { endpoints, players, stun } = JSON.parse(process.argv[2]);
const PAGE = 'http://localhost/';
const WELCOME = 64;

/** What the page does: connects, says Hello, and tells what came first. */
async function play({ how, options, hello, move, leave }) {
    const transport = await import('/transport.js');
    const start = performance.now();
    const connection = await transport[how](options);
    const ms = performance.now() - start;
    const bytes = hex => Uint8Array.from(hex.match(/../g), byte => parseInt(byte, 16));
    const first = await new Promise((resolve, reject) => {
        connection.onmessage = (data, reliable) => resolve({ type: data[0], reliable });
        connection.onclose = why => reject(new Error(why));
        connection.send(bytes(hello));
        setTimeout(() => reject(new Error('no answer to Hello')), 10_000);
    });
    const sent = connection.sendUnreliable(bytes(move));
    const told = { transport: connection.transport, reason: connection.reason, ms, first, sent };
    let closed = null;
    connection.onclose = why => (closed = why);
    if (connection.transport === 'websocket') connection.send(bytes(leave));
    else connection.close();
    for (let i = 0; i < 100 && closed === null; i++) await new Promise(resolve => setTimeout(resolve, 20));
    return { ...told, closed, counts: transport.counts() };
}

// The page comes from nowhere in particular, so the browser would ask whether it may talk to this machine.
const ARGUMENTS = ['--disable-gpu', '--allow-loopback-in-peer-connection', '--disable-features=LocalNetworkAccessChecks,BlockInsecurePrivateNetworkRequests'];

// As if something on the way let no UDP through: what the instance answers names a port that nobody hears.
async function blockUdp(route) {
    const answer = await route.fetch();
    const sdp = await answer.text();
    await route.fulfill({ response: answer, body: sdp.replace(/^(a=candidate:\S+ \d+ udp \d+ \S+) \d+/gim, '$1 9') });
}

async function inBrowser(udp, steps) {
    const browser = await chromium.launch({ executablePath: process.env.OTHERWORLD_INTEROP_CHROMIUM, args: ARGUMENTS });
    try {
        const page = await browser.newPage();
        page.on('pageerror', e => process.stderr.write(`page: ${e}\n`));
        await page.route(PAGE + '**', async route => {
            const path = new URL(route.request().url()).pathname;
            if (path === '/transport.js') {
                await route.fulfill({ contentType: 'text/javascript', body: await readFile(join(import.meta.dirname, '..', path)) });
            } else await route.fulfill({ contentType: 'text/html', body: '<!doctype html>' });
        });
        if (!udp) await page.route('**/v1/webrtc', blockUdp);
        await page.goto(PAGE);
        await steps(async (how, more = {}) => {
            const player = await (await fetch(players)).json();
            const options = { endpoints, ticket: player.ticket, ...more };
            const told = await page.evaluate(play, { how, options, ...player });
            console.log(JSON.stringify({ how, ...told }));
            assert.equal(told.first.type, WELCOME);
            assert.ok(told.first.reliable);
            assert.ok(told.sent);
            assert.ok(told.closed);
            return told;
        });
    } finally {
        await browser.close();
    }
}

await inBrowser(true, async run => {
    const first = await run('connect');
    assert.equal(first.transport, 'webrtc');
    assert.equal(first.closed, 'closed here');
    assert.equal(first.counts.webrtc.direct, 1);
    const asked = await run('connect', { iceServers: [{ urls: stun }] });
    assert.equal(asked.transport, 'webrtc');
    const resumed = await run('resume');
    assert.deepEqual([resumed.transport, resumed.reason], ['websocket', 'resume']);
    const upgraded = await run('upgrade');
    assert.deepEqual([upgraded.transport, upgraded.reason], ['webrtc', 'upgrade']);
    const refused = await run('connect', { ticket: 'forged' });
    assert.deepEqual([refused.transport, refused.reason], ['websocket', 'webrtc-refused']);
});

// No UDP at all, as behind many a firewall.
await inBrowser(false, async run => {
    const fallen = await run('connect');
    assert.deepEqual([fallen.transport, fallen.reason], ['websocket', 'webrtc-timeout']);
    assert.ok(fallen.ms <= 2000, `${fallen.ms} ms until WebSocket`);
    const remembered = await run('connect');
    assert.deepEqual([remembered.transport, remembered.reason], ['websocket', 'webrtc-timeout']);
    assert.ok(remembered.ms < 1000, `${remembered.ms} ms although it is remembered`);
    assert.equal(remembered.counts.websocket['webrtc-timeout'], 2);
});
