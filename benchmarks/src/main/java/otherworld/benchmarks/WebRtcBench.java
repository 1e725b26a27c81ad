package otherworld.benchmarks;

import java.io.IOException;

/**
 * What a thousand WebRTC players cost, and how WebRTC and WebSocket do next to each other on one
 * path that loses packets.
 */
final class WebRtcBench implements Bench {
    @Override
    public int usualSeconds() {
        return 20;
    }

    @Override
    public Figures run(Request request) throws Exception {
        Figures figures = new Figures();
        Pinning pinning = Pinning.start();
        try {
            new WebRtcLoad(request, pinning).measure(figures);
        } finally {
            pinning.end();
        }
        try {
            WebRtcPath.measure(request, figures);
        } catch (IOException e) {
            System.err.println("no figures of a path that loses packets: " + e.getMessage());
        }
        return figures;
    }
}
