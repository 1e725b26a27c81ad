package otherworld.local.process;

import java.util.List;
import java.util.stream.Stream;

/** Flags of an instance server's JVM, for whoever starts one outside of a cluster. */
public final class InstanceJvm {
    private static final String MODULE = "instance-server";

    private InstanceJvm() {}

    /** Those of every instance, with a heap of so many MiB. */
    public static List<String> withHeap(int mib) {
        return Stream.concat(
                        Build.ofThisCheckout().jvmFlags(MODULE).stream(),
                        Stream.of("-Xmx" + mib + "m"))
                .toList();
    }

    /**
     * The same, with the cache that the training made for an instance of this build, as the local
     * cluster and images start them; without it if there was no training.
     */
    public static List<String> trained(int mib) {
        Build build = Build.ofThisCheckout();
        Stream<String> cache =
                TrainedCaches.of(build)
                        .find(MODULE, build.classPath(MODULE), build.jvmFlags(MODULE))
                        .stream()
                        .flatMap(file -> TrainedCaches.using(file).stream());
        return Stream.concat(withHeap(mib).stream(), cache).toList();
    }
}
