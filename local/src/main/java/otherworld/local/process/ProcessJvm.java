package otherworld.local.process;

import java.util.List;
import java.util.stream.Stream;

/** Flags of the JVM of a process of ours, for whoever starts one outside of a cluster. */
public final class ProcessJvm {
    private static final String INSTANCE = "instance-server";

    private ProcessJvm() {}

    /** Those of an instance, with a heap of so many MiB. */
    public static List<String> instance(int mib) {
        return withHeap(INSTANCE, mib);
    }

    /**
     * Those of {@code process}, a module and a file of {@code deploy/jvm} of that name, with a heap
     * of so many MiB.
     */
    public static List<String> withHeap(String process, int mib) {
        return Stream.concat(
                        Build.ofThisCheckout().jvmFlags(process).stream(),
                        Stream.of("-Xmx" + mib + "m"))
                .toList();
    }

    /**
     * The same, with the cache that the training made for the process of this build, as the local
     * cluster and images start it; without it if there was no training of it.
     */
    public static List<String> trained(String process, int mib) {
        Build build = Build.ofThisCheckout();
        Stream<String> cache =
                TrainedCaches.of(build)
                        .find(process, build.classPath(process), build.jvmFlags(process))
                        .stream()
                        .flatMap(file -> TrainedCaches.using(file).stream());
        return Stream.concat(withHeap(process, mib).stream(), cache).toList();
    }
}
