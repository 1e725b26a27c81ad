package otherworld.webrtc.interop;

import java.util.LinkedHashMap;
import java.util.Map;
import otherworld.webrtc.channel.ChannelSpec;
import otherworld.webrtc.channel.Reliability;

/** A channel as it is asked for in a peer's command, and as our side must then see it. */
record Channel(String label, boolean ordered, Reliability reliability, String protocol) {
    static Channel reliable(String label, boolean ordered) {
        return new Channel(label, ordered, new Reliability.Reliable(), "");
    }

    static Channel retransmits(String label, boolean ordered, int times) {
        return new Channel(label, ordered, new Reliability.MaxRetransmits(times), "");
    }

    static Channel lifetime(String label, boolean ordered, int milliseconds) {
        return new Channel(label, ordered, new Reliability.MaxLifetime(milliseconds), "");
    }

    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("label", label);
        json.put("ordered", ordered);
        switch (reliability) {
            case Reliability.Reliable() -> {}
            case Reliability.MaxRetransmits(int times) -> json.put("maxRetransmits", times);
            case Reliability.MaxLifetime(long ms) -> json.put("maxPacketLifeTime", ms);
        }
        if (!protocol.isEmpty()) {
            json.put("protocol", protocol);
        }
        return json;
    }

    /** Peers choose priorities of their own. */
    boolean isAskedFor(ChannelSpec spec) {
        return spec.label().equals(label)
                && spec.ordered() == ordered
                && spec.reliability().equals(reliability)
                && spec.protocol().equals(protocol);
    }
}
