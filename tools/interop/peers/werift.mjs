// werift as a scripted peer.
import { createRequire } from 'node:module';
import { session } from './core.mjs';
import { print, serve, signal } from './lines.mjs';
import { w3c } from './w3c.mjs';

const { RTCPeerConnection } = createRequire(process.env.OTHERWORLD_INTEROP_NODE + '/')('werift');
const adapter = w3c({
    RTCPeerConnection,
    configuration: command => ({
        iceServers: [],
        iceUseIpv6: false,
        iceAdditionalHostAddresses: ['127.0.0.1'],
        maxMessageSize: command.maxMessageSize,
    }),
    signal,
    wrap: bytes => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
});
serve(session(adapter, print));
