// Peers with the W3C's RTCPeerConnection: browsers and werift.
import { within } from './core.mjs';

/**
 * @param RTCPeerConnection its constructor
 * @param configuration of each connection
 * @param signal takes (url, offer) and gives the answer
 * @param wrap makes what send() takes out of a Uint8Array
 */
export function w3c({ RTCPeerConnection, configuration, signal, wrap }) {
    return {
        async connect(command, on) {
            const timeoutMs = command.timeoutMs ?? 15000;
            const connection = new RTCPeerConnection(configuration(command));
            connection.onconnectionstatechange = () => on.state(connection.connectionState);
            const channels = new Map();

            const open = spec => {
                const { label, ...options } = spec;
                const channel = connection.createDataChannel(label, options);
                channel.binaryType = 'arraybuffer';
                channel.onmessage = ({ data }) => on.message(label, typeof data === 'string' ? data : new Uint8Array(data));
                channel.onclose = () => on.channelClosed(label);
                channels.set(label, channel);
                const opened = channel.readyState === 'open' ? Promise.resolve() : new Promise(resolve => (channel.onopen = resolve));
                return within(opened, timeoutMs, () => `channel ${label} to open (connection ${connection.connectionState})`);
            };

            const opens = Promise.all(command.channels.map(open));
            opens.catch(() => {});
            await connection.setLocalDescription(await connection.createOffer());
            const sdp = await signal(command.url, connection.localDescription.sdp);
            await connection.setRemoteDescription({ type: 'answer', sdp });
            await opens;
            return {
                open,
                send: (label, data) => channels.get(label).send(typeof data === 'string' ? data : wrap(data)),
                buffered: label => channels.get(label).bufferedAmount,
                closeChannel: label => channels.get(label).close(),
                close: () => connection.close(),
            };
        },
    };
}
