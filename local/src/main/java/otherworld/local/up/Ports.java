package otherworld.local.up;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import otherworld.local.files.AtomicFiles;
import otherworld.local.files.MadeOnce;
import otherworld.local.process.PortBlock;

/**
 * The loopback ports of a cluster: two blocks that it has for itself as long as its supervisor
 * lives, the same as the last time if they can be had, so that URLs stay good. Their numbers are
 * kept in a file.
 */
final class Ports implements AutoCloseable {
    /** Who listens. */
    enum Use {
        ETCD_CLIENT(1),
        ETCD_PEER(2),
        ETCD_HEALTH(3),
        API_SERVER(4),
        SCHEDULER_HEALTH(5),
        CONTROLLERS_HEALTH(6),
        REDIS(7),
        DATABASE(8),
        OIDC(9),
        MATCHMAKER_HTTP(10),
        MATCHMAKER_GRPC(11),
        MATCHMAKER_MANAGEMENT(12),
        OPERATOR_MANAGEMENT(13),
        GATEWAY_HTTP(14),
        GATEWAY_MANAGEMENT(15),
        OPERATOR_PAGE(16),
        PROMETHEUS(17),
        ALERTMANAGER(18),
        MATCHMAKER_KEYS(19);

        private final int offset;

        Use(int offset) {
            this.offset = offset;
        }
    }

    /** From a pod's play port to its management port. */
    static final int MANAGEMENT_OFFSET = PortBlock.PODS.size() / 2;

    private static final Pattern FILE =
            Pattern.compile("(?s)(?:#[^\n]*\n)*parts=(?<parts>[0-9]{5})\npods=(?<pods>[0-9]{5})\n");

    private final PortBlock parts;
    private final PortBlock pods;

    private Ports(PortBlock parts, PortBlock pods) {
        this.parts = parts;
        this.pods = pods;
    }

    /** Takes the blocks that {@code file} names, or others, and notes them there. */
    static Ports claim(Path file, MadeOnce once, Consumer<String> tell) {
        Matcher last =
                FILE.matcher(
                        once.text(file, Ports::fault, () -> text(0, 0), "ports may be others"));
        OptionalInt lastParts = OptionalInt.empty();
        OptionalInt lastPods = OptionalInt.empty();
        if (last.matches()) {
            lastParts = OptionalInt.of(Integer.parseInt(last.group("parts")));
            lastPods = OptionalInt.of(Integer.parseInt(last.group("pods")));
        }
        PortBlock parts = PortBlock.claim(PortBlock.PARTS, lastParts, Use.values().length);
        PortBlock pods = PortBlock.claim(PortBlock.PODS, lastPods, 0);
        Ports ports = new Ports(parts, pods);
        ports.note(file, lastParts, tell);
        return ports;
    }

    /** The address of a part of the cluster that noted its ports in {@code file}. */
    static String noted(Path file, String scheme, Use use) {
        try {
            Matcher noted = FILE.matcher(Files.readString(file));
            return noted.matches()
                    ? address(scheme, Integer.parseInt(noted.group("parts")) + use.offset)
                    : "-";
        } catch (IOException e) {
            return "-"; // the cluster is going down
        }
    }

    private static String address(String scheme, int port) {
        return "%s://127.0.0.1:%d".formatted(scheme, port);
    }

    private void note(Path file, OptionalInt last, Consumer<String> tell) {
        AtomicFiles.write(file, text(parts.base(), pods.base()));
        int before = last.orElse(0);
        if (before != 0 && before != parts.base()) {
            tell.accept(
                    "another program listens in this cluster's ports %d-%d: it has %d-%d now, and addresses of before are good no more"
                            .formatted(
                                    before,
                                    before + PortBlock.PARTS.size() - 1,
                                    parts.base(),
                                    parts.last()));
        }
    }

    private static String text(int parts, int pods) {
        return "# Where the blocks of this cluster's ports on 127.0.0.1 begin\nparts=%05d\npods=%05d\n"
                .formatted(parts, pods);
    }

    private static String fault(String text) {
        return FILE.matcher(text).matches() ? "" : "it is not two numbers of blocks";
    }

    int of(Use use) {
        return parts.port(use.offset);
    }

    String url(String scheme, Use use) {
        return address(scheme, of(use));
    }

    /** Play ports of pods: {@code FIRST-LAST}. */
    String playPorts() {
        return "%d-%d".formatted(pods.port(1), pods.port(MANAGEMENT_OFFSET - 1));
    }

    @Override
    public void close() {
        parts.close();
        pods.close();
    }
}
