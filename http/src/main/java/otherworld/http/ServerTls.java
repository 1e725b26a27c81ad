package otherworld.http;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandler;
import java.time.Duration;

/** What a listener is encrypted with. Any thread. */
@FunctionalInterface
public interface ServerTls {
    /**
     * First in the pipeline of a connection.
     *
     * @param handshake how long one may take
     */
    ChannelHandler handler(ByteBufAllocator allocator, Duration handshake);
}
