package otherworld.local.process;

import java.util.List;
import java.util.stream.Stream;

/** Flags of an instance server's JVM, for whoever starts one. */
public final class InstanceJvm {
    /**
     * Little is young at any moment, so collecting it often is quick (some 5 ms on one core, 20 to
     * 30 ms if it were done seldom), and it stays in the processor's cache; so does more of what
     * each player has, in objects with small headers (JEP 519). Loading classes sets off no full
     * collection while players come in.
     */
    public static final List<String> MEMORY =
            List.of("-Xmn16m", "-XX:MetaspaceSize=64m", "-XX:+UseCompactObjectHeaders");

    private InstanceJvm() {}

    /** The same with a heap of so many MiB, and the local cluster's collector. */
    public static List<String> withHeap(int mib) {
        return Stream.concat(Stream.of("-Xmx" + mib + "m", "-XX:+UseSerialGC"), MEMORY.stream())
                .toList();
    }
}
