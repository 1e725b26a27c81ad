// A page in headless Chromium as a scripted peer: commands go into the page, its answers and events come out.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { print, serve, signal } from './lines.mjs';

const { chromium } = createRequire(process.env.OTHERWORLD_INTEROP_NODE + '/')('playwright-core');
const PAGE = 'http://localhost/';
const folder = await mkdtemp(join(tmpdir(), 'otherworld-chromium-'));
const context = await chromium.launchPersistentContext(folder, {
    executablePath: process.env.OTHERWORLD_INTEROP_CHROMIUM,
    headless: true,
    args: [
        '--allow-loopback-in-peer-connection',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-gpu',
        '--disable-sync',
        '--no-first-run',
    ],
});
const page = await context.newPage();
page.on('pageerror', e => process.stderr.write(`page: ${e}\n`));
page.on('console', message => process.stderr.write(`page: ${message.text()}\n`));
// The page's files come from this folder, without a server.
await page.route(PAGE + '**', async route => {
    const name = new URL(route.request().url()).pathname.slice(1);
    if (name === '') await route.fulfill({ contentType: 'text/html', body: '<!doctype html><script type="module" src="page.mjs"></script>' });
    else if (/^[a-z0-9]+\.mjs$/.test(name)) await route.fulfill({ contentType: 'text/javascript', body: await readFile(join(import.meta.dirname, name)) });
    else await route.fulfill({ status: 404 });
});
await page.exposeFunction('emit', print);
await page.exposeFunction('signal', signal);
await page.goto(PAGE);
await page.waitForFunction('window.handle !== undefined');

serve(command => page.evaluate(c => window.handle(c), command), async () => {
    await context.close();
    await rm(folder, { recursive: true, force: true });
});
