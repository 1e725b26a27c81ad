package otherworld.benchmarks;

import java.io.IOException;

/**
 * What a thousand WebRTC players cost, beside pion and beside bare datagrams, and how WebRTC and
 * WebSocket do next to each other on one path that loses packets.
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
            if (request.choice().has("load")) {
                new WebRtcLoad(request, pinning).measure(figures);
            }
            if (request.choice().has("peers")) {
                WebRtcRivals.measure(request, pinning, figures);
            }
        } finally {
            pinning.end();
        }
        if (request.choice().has("path")) {
            path(request, figures);
        }
        return figures;
    }

    private static void path(Request request, Figures figures) throws InterruptedException {
        try {
            WebRtcPath.measure(request, figures);
        } catch (IOException e) {
            System.err.println("no figures of a path that loses packets: " + e.getMessage());
        }
    }
}
