package otherworld.bots;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import otherworld.base.WorldId;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** {@code ./otherworld bots}: exits with 0 only if there was no error at all, with 2 for usage. */
@Command(
        name = "bots",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Bot players ask the matchmaker for seats, walk about, see each other, place and"
                        + " move props, and report what they saw.")
public final class Main implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "N", description = "how many bots, 1 to 5000")
    private int bots;

    @Option(
            names = "--world",
            required = true,
            description = "plaza for default.plaza, or a World's whole id")
    private String world = "";

    @Option(
            names = "--seconds",
            defaultValue = "60",
            description = "how long, after the last bot started; default: ${DEFAULT-VALUE}")
    private int seconds;

    @Option(
            names = "--matchmaker",
            defaultValue = "http://127.0.0.1:8080",
            description = "default: ${DEFAULT-VALUE}")
    private URI matchmaker = URI.create("");

    @Option(
            names = "--seed",
            defaultValue = "1",
            description =
                    "names the players and decides what they do; two runs at a time need two seeds;"
                            + " default: ${DEFAULT-VALUE}")
    private long seed;

    @Option(
            names = "--ramp-per-second",
            defaultValue = "50",
            description = "bots that start each second; default: ${DEFAULT-VALUE}")
    private double rampPerSecond;

    @Option(
            names = "--area",
            defaultValue = "64",
            description =
                    "metres from the origin in x and z that bots walk; default: ${DEFAULT-VALUE}")
    private double area;

    @Option(
            names = "--moves-per-second",
            defaultValue = "20",
            description = "default: ${DEFAULT-VALUE}")
    private int movesPerSecond;

    @Option(
            names = "--joints",
            description = "bots have a head and two hands, as players with headsets have")
    private boolean joints;

    @Option(
            names = "--transport",
            defaultValue = "auto",
            description =
                    "${COMPLETION-CANDIDATES}: auto tries WebRTC and falls back to WebSocket within"
                            + " 2 s, of more than 20 bots 20 at most do so; turn is WebRTC through the"
                            + " World's TURN server alone; default: ${DEFAULT-VALUE}")
    private TransportChoice transport = TransportChoice.AUTO;

    @Option(
            names = "--cut-after",
            paramLabel = "SECONDS",
            defaultValue = "0",
            description =
                    "each bot's connection breaks once, so long after it is inside, and the bot resumes"
                            + " its seat; default: never")
    private double cutAfterSeconds = 0;

    @Option(
            names = "--token-url",
            description = "token endpoint of the OIDC issuer, for the client-credentials grant")
    private @Nullable URI tokenUrl;

    @Option(names = "--client-secret-file", description = "the secret for --token-url")
    private @Nullable Path clientSecretFile;

    @Option(
            names = "--token-file",
            description = "instead of --token-url: bearer tokens, one a line for each bot")
    private @Nullable Path tokenFile;

    @Option(
            names = "--database",
            description = "JDBC URL, to check that what is told durable is there")
    private @Nullable String database;

    @Option(
            names = "--database-user",
            defaultValue = "postgres",
            description = "default: ${DEFAULT-VALUE}")
    private String databaseUser = "";

    @Option(
            names = "--database-password",
            defaultValue = "${env:DATABASE_PASSWORD:-}",
            description = "default: the environment variable DATABASE_PASSWORD")
    private String databasePassword = "";

    @Option(
            names = "--database-password-file",
            description = "instead of --database-password: a file that holds it")
    private @Nullable Path databasePasswordFile;

    @Option(names = "--out", description = "also write the result to this file, as JSON")
    private @Nullable Path out;

    @CommandLine.Spec private CommandLine.Model.@Nullable CommandSpec spec;

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /** What is said twice holds as said last: ./otherworld bots says where its cluster is first. */
    static CommandLine commandLine() {
        return new CommandLine(new Main())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOverwrittenOptionsAllowed(true);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        BotOptions options = options();
        BotResult result = BotRun.run(options, matchmaker, tokens());
        System.out.println(Report.of(options, result));
        if (out != null) {
            new ObjectMapper()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .writeValue(out.toFile(), result);
        }
        return result.isOk() ? 0 : 1;
    }

    private BotOptions options() throws IOException {
        String password =
                databasePasswordFile == null
                        ? databasePassword
                        : Files.readString(databasePasswordFile).strip();
        try {
            return new BotOptions(
                    bots,
                    new WorldId(world.contains(".") ? world : "default." + world),
                    Duration.ofSeconds(seconds),
                    Duration.ZERO,
                    seed,
                    rampPerSecond,
                    movesPerSecond,
                    -area,
                    area,
                    true,
                    Optional.ofNullable(database)
                            .map(url -> new BotOptions.Database(url, databaseUser, password)),
                    true,
                    transport,
                    joints,
                    Duration.ofMillis(Math.round(cutAfterSeconds * 1000)));
        } catch (IllegalArgumentException e) {
            throw usage(e.getMessage());
        }
    }

    private Function<HttpClient, Tokens> tokens() throws IOException {
        if (tokenFile != null) {
            List<String> tokens = Files.readAllLines(tokenFile);
            return _ -> new Tokens.Given(tokens);
        }
        URI url = tokenUrl;
        if (url == null || clientSecretFile == null) {
            throw usage(
                    "Bots need bearer tokens: give --token-url and --client-secret-file, or"
                            + " --token-file");
        }
        String secret = Files.readString(clientSecretFile).strip();
        return http -> new Tokens.ClientCredentials(http, url, secret);
    }

    private ParameterException usage(@Nullable String message) {
        CommandLine line = spec == null ? new CommandLine(this) : spec.commandLine();
        return new ParameterException(line, String.valueOf(message));
    }
}
