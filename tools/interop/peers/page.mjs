// What runs in the page of chromium.mjs, which exposes emit and signal to it.
import { session } from './core.mjs';
import { w3c } from './w3c.mjs';

const adapter = w3c({
    RTCPeerConnection,
    configuration: () => ({ iceServers: [] }),
    signal: window.signal,
    wrap: bytes => bytes,
});
window.handle = session(adapter, window.emit);
