package otherworld.local.process;

import java.util.List;
import java.util.stream.Stream;

/** Flags of an instance server's JVM, for whoever starts one outside of a cluster. */
public final class InstanceJvm {
    private InstanceJvm() {}

    /** Those of every instance, with a heap of so many MiB. */
    public static List<String> withHeap(int mib) {
        return Stream.concat(
                        Build.ofThisCheckout().jvmFlags("instance-server").stream(),
                        Stream.of("-Xmx" + mib + "m"))
                .toList();
    }
}
