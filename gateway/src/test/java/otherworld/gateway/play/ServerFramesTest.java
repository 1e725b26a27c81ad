package otherworld.gateway.play;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import otherworld.http.websocket.Frames;

/** However the bytes are cut, frames end where they end. */
class ServerFramesTest {
    private static final int[] LENGTHS = {0, 1, 125, 126, 127, 255, 256, 65_535, 65_536, 70_000};

    private final TreeSet<Integer> ends = new TreeSet<>();
    private final ByteBuf all = Unpooled.buffer();

    private void make(Random random) {
        for (int i = 0; i < 40; i++) {
            byte[] message = new byte[LENGTHS[random.nextInt(LENGTHS.length)]];
            random.nextBytes(message);
            Frames.put(message, message.length, all);
            ends.add(all.writerIndex());
        }
        Frames.close(1001, all);
        ends.add(all.writerIndex());
    }

    @Test
    void endsAreKnownForEachCut() {
        for (long seed = 0; seed < 20; seed++) {
            all.clear();
            ends.clear();
            Random random = new Random(seed);
            make(random);
            ServerFrames frames = new ServerFrames();
            int at = 0;
            while (at < all.writerIndex()) {
                int count = Math.min(1 + random.nextInt(3_000), all.writerIndex() - at);
                frames.pass(all.slice(at, count));
                at += count;
                assertThat(frames.atBoundary())
                        .as("seed %d, byte %d", seed, at)
                        .isEqualTo(ends.contains(at));
            }
        }
    }

    @Test
    void aFrameThatHasBegunIsPassedToItsEndAndNoFurther() {
        make(new Random(1));
        for (int cut : List.of(1, 2, 3, 9, 77, 1_000, 100_000)) {
            ServerFrames frames = new ServerFrames();
            frames.pass(all.slice(0, cut));
            if (frames.atBoundary()) {
                continue;
            }
            List<Integer> stops = new ArrayList<>();
            int at = cut;
            while (!frames.atBoundary()) {
                int count = Math.min(500, all.writerIndex() - at);
                ByteBuf piece = all.slice(at, count);
                at += frames.passFrame(piece);
                stops.add(at);
            }
            assertThat(stops.getLast()).isEqualTo(ends.ceiling(cut));
        }
    }
}
