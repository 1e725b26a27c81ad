package otherworld.training;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import otherworld.local.process.Build;
import otherworld.local.process.Processes;
import otherworld.local.process.TrainedCaches;

/** A program as it will be run: its JVM and class path are those that the cache is good for. */
sealed interface Trained {
    /** A command line without arguments, with {@code more} flags. */
    List<String> command(List<String> more);

    /** Where its cache will be looked for. */
    Path cache();

    /** Caches of earlier builds, which fit no more. */
    default void deleteOlder() throws IOException {}

    /** From this checkout, on this JVM. */
    record InCheckout(String process, Build build) implements Trained {
        @Override
        public List<String> command(List<String> more) {
            Processes.Program program = build.processes().get(process);
            List<String> flags = new ArrayList<>(build.jvmFlags(process));
            flags.addAll(more);
            return build.java(program.module(), program.main(), flags);
        }

        @Override
        public Path cache() {
            String module = build.processes().get(process).module();
            return caches().file(process, build.classPath(module), build.jvmFlags(process));
        }

        @Override
        public void deleteOlder() throws IOException {
            caches().keepOnly(process, cache());
        }

        private TrainedCaches caches() {
            return TrainedCaches.of(build);
        }
    }

    /**
     * In its image, on the image's JVM.
     *
     * @param root the image's files
     * @param work a folder of this machine that is to be seen there
     */
    record InImage(String process, Build build, Path root, Path work) implements Trained {
        /** Above 32 GB, which 70 % of a large builder's memory is, a JVM has other pointers. */
        private static final String HEAP = "-Xmx512m";

        @Override
        public List<String> command(List<String> more) {
            Processes.Program program = build.processes().get(process);
            List<String> command = new ArrayList<>();
            command.add(build.root().resolve("tools/images/enter").toString());
            command.addAll(List.of(root.toString(), work.toString(), "java"));
            program.jvm().forEach(file -> command.add("@/jvm/%s.args".formatted(file)));
            command.add("@/start/start.args");
            command.add(HEAP);
            command.addAll(more);
            command.add(program.main());
            return command;
        }

        @Override
        public Path cache() {
            return root.resolve("start/start.aot");
        }
    }
}
