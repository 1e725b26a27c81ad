package otherworld.webrtc.peer;

import otherworld.webrtc.channel.DataChannel;
import otherworld.webrtc.channel.MessageKind;
import otherworld.webrtc.sctp.SctpSettings;

/** A message on its way from another thread to an association. The bytes are not to be changed. */
public record Outgoing(
        Connection connection, DataChannel channel, MessageKind kind, byte[] message) {
    /** What it counts against the limit of bytes on their way. */
    int cost() {
        return message.length + SctpSettings.MESSAGE_OVERHEAD_BYTES;
    }
}
