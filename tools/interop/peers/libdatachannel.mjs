// libdatachannel as a scripted peer.
import { createRequire } from 'node:module';
import { session, within } from './core.mjs';
import { print, serve, signal } from './lines.mjs';

const ndc = createRequire(process.env.OTHERWORLD_INTEROP_NODE + '/')('node-datachannel');
ndc.initLogger('Error', (level, message) => process.stderr.write(`${level}: ${message}\n`));

const adapter = {
    async connect(command, on) {
        const timeoutMs = command.timeoutMs ?? 15000;
        const connection = new ndc.PeerConnection(command.peer, {
            iceServers: [],
            bindAddress: '127.0.0.1',
            maxMessageSize: command.maxMessageSize,
        });
        connection.onStateChange(state => on.state(state));
        const gathered = new Promise(resolve => connection.onGatheringStateChange(state => state === 'complete' && resolve()));
        const channels = new Map();

        const open = ({ label, ordered = true, ...options }) => {
            const channel = connection.createDataChannel(label, { unordered: !ordered, ...options });
            channels.set(label, channel);
            channel.onMessage(data => on.message(label, typeof data === 'string' ? data : new Uint8Array(data)));
            channel.onClosed(() => on.channelClosed(label));
            const opened = new Promise(resolve => channel.onOpen(resolve));
            return within(opened, timeoutMs, () => `channel ${label} to open (connection ${connection.state()})`);
        };

        const opens = Promise.all(command.channels.map(open));
        opens.catch(() => {});
        await within(gathered, timeoutMs, 'candidates');
        connection.setRemoteDescription(await signal(command.url, connection.localDescription().sdp), 'answer');
        await opens;
        return {
            open,
            send(label, data) {
                const channel = channels.get(label);
                if (typeof data === 'string') channel.sendMessage(data);
                else channel.sendMessageBinary(data);
            },
            buffered: label => channels.get(label).bufferedAmount(),
            closeChannel: label => channels.get(label).close(),
            close: () => connection.close(),
        };
    },
};
serve(session(adapter, print), () => {
    try {
        ndc.cleanup();
    } catch {
        // It waits for connections whose other side is gone, and gives up; the process ends here anyway.
    }
});
