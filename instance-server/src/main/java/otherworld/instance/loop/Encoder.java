package otherworld.instance.loop;

import java.util.Arrays;
import otherworld.protocol.Messages;
import otherworld.protocol.ServerMessage;
import otherworld.protocol.Writer;

/** Encodes messages through one scratch buffer; the copy it returns is shared. One thread only. */
final class Encoder {
    private final byte[] scratch = new byte[Messages.MAX_SERVER_BYTES];
    private final Writer writer = new Writer();

    byte[] encode(ServerMessage message) {
        writer.wrap(scratch, 0);
        Messages.encode(message, writer);
        return Arrays.copyOf(scratch, writer.position());
    }
}
