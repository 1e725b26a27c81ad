package otherworld.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How long {@code ./otherworld up} takes until the sample World is Ready: warm (built, caches full,
 * state kept) and, with --cold, in a fresh clone with empty caches. In a state folder of its own: a
 * cluster that runs already is not touched.
 */
final class UpBench implements Bench {
    private static final int ROUNDS = 5;

    /** Not measured in seconds: in rounds. */
    @Override
    public int usualSeconds() {
        return 0;
    }

    @Override
    public Figures run(Request request) throws Exception {
        Figures figures = new Figures();
        if (request.cold()) {
            figures.add("cold_s", cold(request), "s");
        }
        figures.addSpread("warm_s", warm(request), "s");
        return figures;
    }

    private static List<Double> warm(Request request) throws IOException {
        Path home = Files.createDirectories(request.work().resolve("home"));
        Map<String, String> environment = Map.of("OTHERWORLD_HOME", home.toString());
        Checkout checkout = new Checkout(request.root(), request.work(), environment);
        List<Double> seconds = new ArrayList<>();
        try {
            checkout.otherworld("up"); // builds and fetches what is missing, makes the databases
            for (int round = 1; round <= ROUNDS; round++) {
                checkout.otherworld("down");
                seconds.add(checkout.otherworld("up"));
                System.err.printf("round %d of %d: %.1f s%n", round, ROUNDS, seconds.getLast());
            }
        } finally {
            checkout.otherworld("down", "--purge");
        }
        return seconds;
    }

    private static double cold(Request request) throws IOException {
        Path folder = Files.createDirectories(request.work().resolve("cold"));
        Path clone = folder.resolve("clone");
        Map<String, String> environment = new HashMap<>();
        environment.put("OTHERWORLD_HOME", folder.resolve("home").toString());
        environment.put("XDG_CACHE_HOME", folder.resolve("cache").toString());
        environment.put("GOPATH", folder.resolve("go").toString());
        environment.put("GOCACHE", folder.resolve("go-build").toString());
        environment.put("GOFLAGS", "-modcacherw"); // or the folder could not be deleted
        environment.put("MAVEN_USER_HOME", folder.resolve("m2").toString());
        environment.put("MAVEN_ARGS", "-Dmaven.repo.local=" + folder.resolve("m2/repository"));
        new Checkout(request.root(), request.work(), environment)
                .program("git", "clone", "--quiet", ".", clone.toString());
        Checkout checkout = new Checkout(clone, request.work(), environment);
        try {
            return checkout.otherworld("up");
        } finally {
            checkout.otherworld("down", "--purge");
        }
    }
}
