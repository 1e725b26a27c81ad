// A scripted peer's stdin and stdout: one JSON object a line. Ends when stdin does.
import { createInterface } from 'node:readline';

export const print = object => process.stdout.write(JSON.stringify(object) + '\n');

/** Commands run side by side; each is answered when it is done. */
export function serve(handle, end) {
    const lines = createInterface({ input: process.stdin });
    lines.on('line', async line => print(await handle(JSON.parse(line))));
    lines.on('close', async () => {
        await end?.();
        process.exit(0);
    });
    print({ event: 'ready' });
}

/** The answer to an offer. */
export async function signal(url, sdp) {
    const response = await fetch(url, { method: 'POST', headers: { 'Content-Type': 'application/sdp' }, body: sdp });
    const answer = await response.text();
    if (!response.ok) throw new Error(`signalling: ${response.status} ${answer}`);
    return answer;
}
