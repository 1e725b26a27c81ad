// The operator's page in headless Chromium; PageBrowserIT starts what it shows.
//   node browser.mjs '{"url":"http://127.0.0.1:…/","worlds":3,"instances":1000,"shots":"/folder"}'
// Prints what it saw as JSON, or ends with 1 and says what is not as it must be. The environment has what interop-assets prints.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const { chromium } = createRequire(process.env.OTHERWORLD_INTEROP_NODE + '/')('playwright-core');
const { url, worlds, instances, hostile, shots } = JSON.parse(process.argv[2]);

const browser = await chromium.launch({ executablePath: process.env.OTHERWORLD_INTEROP_CHROMIUM, args: ['--disable-gpu'] });
const wrong = [];

async function open(options) {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    page.on('pageerror', error => wrong.push(`error: ${error}`));
    page.on('dialog', dialog => { wrong.push(`a dialog: ${dialog.message()}`); dialog.dismiss(); });
    page.on('console', message => { if (message.type() === 'error') wrong.push(`console: ${message.text()}`); });
    page.on('request', request => { if (!request.url().startsWith(url)) wrong.push(`asked elsewhere: ${request.url()}`); });
    await page.goto(url);
    await page.waitForSelector('html[data-ready]', { timeout: 20_000 });
    await page.waitForSelector('#plots > *', { timeout: 20_000 });
    return page;
}

/** Of what is seen, the widest part beyond the window. */
const overflow = page => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

try {
    const page = await open({ viewport: { width: 1280, height: 900 }, colorScheme: 'dark' });
    assert.equal(await page.locator('.world').count(), worlds);
    assert.equal(await overflow(page), 0);

    // Hostile texts are there, as text.
    assert.ok((await page.textContent('#worlds')).includes(hostile), 'the hostile text is not shown');
    assert.equal(await page.locator('#worlds img, #decisions img, #alerts img, #seats img').count(), 0);
    assert.equal(await page.evaluate(() => window.hacked), undefined);

    // A thousand instances are one canvas, and walked through by the keyboard.
    const grid = page.locator('.world .grid:visible').first();
    const elements = await page.evaluate(() => document.querySelectorAll('*').length);
    assert.ok(elements < 2500, `${elements} elements`);
    const labels = await page.locator('.world .grid:visible').evaluateAll(all => all.map(one => one.getAttribute('aria-label')));
    assert.ok(labels.some(label => label.includes(`${instances.toLocaleString('en')} `) || label.includes(`${(instances - 1).toLocaleString('en')} Ready`)), labels.join());
    await grid.focus();
    await page.keyboard.press('ArrowRight');
    const picked = page.locator('.world .picked:visible').first();
    assert.match(await picked.textContent(), /^Instance 1: /);
    await page.keyboard.press('End');
    assert.match(await picked.textContent(), /^Instance \d+: /);

    // Everything that can be used is reached by Tab, and has a name.
    const nameless = await page.evaluate(() => [...document.querySelectorAll('button, select, a, [tabindex="0"], svg[role=img]')]
        .filter(one => !one.closest('[hidden]') && !(one.getAttribute('aria-label') || one.textContent.trim() || one.labels?.length)).map(one => one.outerHTML.slice(0, 80)));
    assert.deepEqual(nameless, []);
    for (const title of ['How players have it', 'Worlds', 'What was decided, and why', 'Where players were seated']) {
        assert.equal(await page.getByRole('heading', { name: title }).count(), 1, title);
    }
    assert.ok(await page.getByRole('main').count() === 1 && await page.getByRole('status').count() >= 1);

    // Drawing costs what a second has many of, also with a thousand instances.
    const drawMs = await page.evaluate(async () => {
        const before = performance.now();
        for (let i = 0; i < 10; i++) {
            document.documentElement.style.fontSize = `${16 + (i % 2)}px`;
            await new Promise(resolve => requestAnimationFrame(() => setTimeout(resolve)));
        }
        document.documentElement.style.fontSize = '';
        return (performance.now() - before) / 10;
    });
    const metrics = await (await page.context().newCDPSession(page)).send('Performance.getMetrics').catch(() => null);
    if (shots) await page.screenshot({ path: join(shots, 'dark.png'), fullPage: true });

    const phone = await open({ viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, colorScheme: 'light' });
    assert.ok(await overflow(phone) <= 0, `the page is ${await overflow(phone)} px wider than a phone`);
    const small = await phone.evaluate(() => [...document.querySelectorAll('main *')]
        .filter(one => one.children.length === 0 && one.textContent.trim() && parseFloat(getComputedStyle(one).fontSize) < 12).length);
    assert.equal(small, 0, 'text smaller than 12 px');
    if (shots) await phone.screenshot({ path: join(shots, 'phone.png'), fullPage: true });

    assert.deepEqual(wrong, []);
    console.log(JSON.stringify({ elements, drawMs: Math.round(drawMs), metrics: metrics !== null }));
} finally {
    await browser.close();
}
