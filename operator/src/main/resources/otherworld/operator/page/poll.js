// Asks again and again, while somebody looks. What has not changed is not sent again: the browser keeps it by its ETag.

/** Between the server's clock and ours, in ms. */
let skewMs = 0;

export const now = () => Date.now() + skewMs;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function ask(url, signal) {
  const response = await fetch(url, { headers: { Accept: 'application/json' }, cache: 'no-cache', signal });
  const date = Date.parse(response.headers.get('Date') ?? '');
  // Whole seconds: only what is clearly another clock counts.
  if (Number.isFinite(date) && Math.abs(date - Date.now()) > 2000) skewMs = date - Date.now();
  const body = await response.json();
  if (!response.ok) throw Object.assign(new Error(body.detail ?? response.statusText), { problem: body });
  return body;
}

/**
 * Asks `url()` every `everyMs` and calls `heard(answer)` or `failed(error)`. Stops while the page is hidden.
 * Returns what asks at once, such as after a choice.
 */
export function poll(url, everyMs, heard, failed) {
  let turn = 0;
  let wake = () => {};
  let controller = null;
  (async () => {
    for (;;) {
      const mine = turn;
      controller = new AbortController();
      const deadline = setTimeout(() => controller.abort(new Error('no answer within 10 s')), 10_000);
      let wait = everyMs;
      try {
        const target = url();
        const answer = target === null ? null : await ask(target, controller.signal);
        if (mine === turn && answer !== null) heard(answer);
      } catch (error) {
        if (mine === turn) failed(error);
        // Of several replicas one leads: another connection may reach it.
        if (error.problem?.status === 503) wait = Math.min(wait, 700);
      } finally {
        clearTimeout(deadline);
      }
      if (mine === turn) {
        await Promise.race([pause(wait), new Promise((resolve) => { wake = resolve; })]);
      }
      while (document.hidden) {
        await new Promise((resolve) => document.addEventListener('visibilitychange', resolve, { once: true }));
      }
    }
  })();
  return () => {
    turn++;
    controller?.abort();
    wake();
  };
}
