package otherworld.matchmaker;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.UnaryOperator;
import otherworld.ops.ExitCode;
import otherworld.tickets.KeyRotation;
import otherworld.tickets.SigningKeys;

/**
 * Makes and exchanges what matchmakers and operator keep secret. Key sets go from stdin to stdout,
 * so that they need no file; {@code ensure-secret} runs in a pod, as a step of an installation.
 */
public final class Keys {
    private static final int MAX_BYTES = 64 * 1024;

    private static final String USAGE =
            """
            usage: keys COMMAND

              new                    prints a JWK Set with a new Ed25519 private key
              add < SET              prints the set with a new key at its end: published, signs nothing yet
              promote < SET          prints the set with its last key first, where it signs
              retire < SET           prints the set with the key that signs alone
              ensure-secret NAME     in a pod: makes Secret NAME, with ticket keys and gRPC token, where there is none

            Key sets are secrets. docs/upgrade.md tells how keys are exchanged while players play.
            """;

    private Keys() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        System.exit(run(arguments, System.in, System.out, System.err, System.getenv()));
    }

    static int run(
            String[] arguments,
            InputStream in,
            PrintStream out,
            PrintStream err,
            Map<String, String> environment)
            throws IOException, InterruptedException {
        if (arguments.length == 2 && arguments[0].equals("ensure-secret")) {
            return ensureSecret(arguments[1], out, err, environment);
        }
        if (arguments.length != 1) {
            err.print(USAGE);
            return ExitCode.BAD_SETTINGS;
        }
        return switch (arguments[0]) {
            case "new" -> {
                out.println(SigningKeys.generate());
                yield ExitCode.OK;
            }
            case "add" -> change(KeyRotation::add, in, out, err);
            case "promote" -> change(KeyRotation::promote, in, out, err);
            case "retire" -> change(KeyRotation::retire, in, out, err);
            case "-h", "--help" -> {
                out.print(USAGE);
                yield ExitCode.OK;
            }
            default -> {
                err.println("keys: there is no command '%s'".formatted(arguments[0]));
                err.print(USAGE);
                yield ExitCode.BAD_SETTINGS;
            }
        };
    }

    // Nothing on stdout unless all went well: it may be the input of `kubectl apply`.
    private static int change(
            UnaryOperator<String> step, InputStream in, PrintStream out, PrintStream err)
            throws IOException {
        byte[] set = in.readNBytes(MAX_BYTES + 1);
        if (set.length > MAX_BYTES) {
            err.println("keys: a set has at most %d bytes".formatted(MAX_BYTES));
            return ExitCode.FAILED;
        }
        try {
            out.println(step.apply(new String(set, StandardCharsets.UTF_8)));
            return ExitCode.OK;
        } catch (IllegalArgumentException e) {
            err.println("keys: " + e.getMessage());
            return ExitCode.FAILED;
        }
    }

    private static int ensureSecret(
            String name, PrintStream out, PrintStream err, Map<String, String> environment)
            throws InterruptedException {
        try {
            KeySecret.Outcome outcome = KeySecret.inCluster(name, environment).ensure();
            return switch (outcome) {
                case KeySecret.Outcome.Created _ -> {
                    out.println("Secret %s made: ticket keys and gRPC token".formatted(name));
                    yield ExitCode.OK;
                }
                case KeySecret.Outcome.Kept _ -> {
                    out.println("Secret %s is there and stays as it is".formatted(name));
                    yield ExitCode.OK;
                }
                case KeySecret.Outcome.Unusable(String why) -> {
                    err.println(
                            "Secret %s is there, but %s: mend or delete it".formatted(name, why));
                    yield ExitCode.FAILED;
                }
            };
        } catch (IOException e) {
            err.println("Secret %s: %s".formatted(name, e.getMessage()));
            return ExitCode.FAILED;
        }
    }
}
