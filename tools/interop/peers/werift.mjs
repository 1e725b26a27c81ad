// werift as a scripted peer.
import { createSocket } from 'node:dgram';
import { createRequire } from 'node:module';
import { session } from './core.mjs';
import { print, serve, signal } from './lines.mjs';
import { w3c } from './w3c.mjs';

const { RTCPeerConnection } = createRequire(process.env.OTHERWORLD_INTEROP_NODE + '/')('werift');

// Without a STUN server werift asks Google's and waits for it: this one says what it sees (RFC 8489 section 14.2).
const stun = createSocket('udp4');
stun.on('message', (request, { address, port }) => {
    const cookie = request.subarray(4, 8);
    const seen = Buffer.from([port >> 8, port & 255, ...address.split('.').map(Number)]);
    const key = [cookie[0], cookie[1], ...cookie];
    const attribute = Buffer.from([0, 0x20, 0, 8, 0, 1, ...seen.map((byte, i) => byte ^ key[i])]);
    stun.send(Buffer.concat([Buffer.from([1, 1, 0, attribute.length]), request.subarray(4, 20), attribute]), port, address);
});
await new Promise(resolve => stun.bind(0, '127.0.0.1', resolve));

const adapter = w3c({
    RTCPeerConnection,
    configuration: command => ({
        iceServers: [{ urls: `stun:127.0.0.1:${stun.address().port}` }],
        iceUseIpv6: false,
        iceAdditionalHostAddresses: ['127.0.0.1'],
        maxMessageSize: command.maxMessageSize,
    }),
    signal,
    wrap: bytes => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
});
serve(session(adapter, print));
