package otherworld.local.node;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.spdy.DefaultSpdyDataFrame;
import io.netty.handler.codec.spdy.SpdyFrame;
import io.netty.handler.codec.spdy.SpdyFrameCodec;
import io.netty.handler.codec.spdy.SpdyVersion;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * Frames of SPDY/3.1 on a connection: what Kubernetes multiplexes streams with towards a kubelet,
 * whatever kubectl speaks to the API server. Netty's codec, with neither its event loops nor flow
 * control, which Kubernetes' own implementation has not either. One thread reads; any may write.
 */
final class SpdyFrames implements AutoCloseable {
    private final DataReader in;
    private final DataWriter out;
    private final EmbeddedChannel decoder =
            new EmbeddedChannel(new SpdyFrameCodec(SpdyVersion.SPDY_3_1));
    private final EmbeddedChannel encoder =
            new EmbeddedChannel(new SpdyFrameCodec(SpdyVersion.SPDY_3_1));

    SpdyFrames(DataReader in, DataWriter out) {
        this.in = in;
        this.out = out;
    }

    /** Blocks for the next frame; empty at the end of the connection. */
    Optional<SpdyFrame> next() {
        while (true) {
            if (decoder.readInbound() instanceof SpdyFrame frame) {
                return Optional.of(frame);
            }
            try {
                in.ensureAvailable();
                decoder.writeInbound(Unpooled.wrappedBuffer(in.readBytes(in.available())));
            } catch (DataReader.InsufficientDataAvailableException | UncheckedIOException e) {
                return Optional.empty();
            }
        }
    }

    /**
     * @param last the stream has nothing more to say in this direction
     * @throws UncheckedIOException if the connection is gone
     */
    void data(int stream, byte[] bytes, int length, boolean last) {
        DefaultSpdyDataFrame frame =
                new DefaultSpdyDataFrame(stream, Unpooled.wrappedBuffer(bytes, 0, length));
        frame.setLast(last);
        write(frame);
    }

    /**
     * @throws UncheckedIOException if the connection is gone
     */
    synchronized void write(SpdyFrame frame) {
        encoder.writeOutbound(frame);
        for (Object part = encoder.readOutbound(); part != null; part = encoder.readOutbound()) {
            ByteBuf buffer = (ByteBuf) part;
            byte[] bytes = new byte[buffer.readableBytes()];
            buffer.readBytes(bytes);
            buffer.release();
            out.writeNow(BufferData.create(bytes));
        }
    }

    @Override
    public void close() {
        decoder.finishAndReleaseAll();
        synchronized (this) {
            encoder.finishAndReleaseAll();
        }
    }
}
