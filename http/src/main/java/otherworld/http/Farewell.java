package otherworld.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.socket.DuplexChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How a connection ends so that the last words arrive: they are sent, then that nothing follows;
 * what the client still sends is read and dropped until it closes, too, or it has had its time. A
 * socket that is closed with unread bytes tells its client of a reset instead, which may overtake
 * the last words.
 */
public final class Farewell {
    private Farewell() {}

    /** Event loop. Whoever reads the channel must drop what comes from now on. */
    public static void send(Channel channel, ByteBuf lastWords, Duration linger) {
        var _ =
                channel.writeAndFlush(lastWords)
                        .addListener(
                                (ChannelFutureListener)
                                        written -> {
                                            if (written.isSuccess()
                                                    && channel instanceof DuplexChannel duplex) {
                                                var _ = duplex.shutdownOutput();
                                            } else {
                                                var _ = channel.close();
                                            }
                                        });
        channel.config().setAutoRead(true);
        var patience =
                channel.eventLoop()
                        .schedule(
                                () -> {
                                    var _ = channel.close();
                                },
                                linger.toMillis(),
                                TimeUnit.MILLISECONDS);
        channel.closeFuture().addListener(_ -> patience.cancel(false));
    }
}
