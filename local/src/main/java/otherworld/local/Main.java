package otherworld.local;

import otherworld.local.process.Failures;
import otherworld.local.up.Commands;
import picocli.CommandLine;

/**
 * The Java side of {@code ./otherworld}: {@code up}, {@code down}, {@code status}, {@code logs},
 * {@code why}.
 */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        CommandLine commands =
                new CommandLine(new Commands())
                        .setExecutionExceptionHandler((failure, command, _) -> {
                            command.getErr()
                                    .println(
                                            "otherworld "
                                                    + command.getCommandName()
                                                    + ": "
                                                    + Failures.describe(failure));
                            return CommandLine.ExitCode.SOFTWARE;
                        });
        System.exit(commands.execute(arguments));
    }
}
