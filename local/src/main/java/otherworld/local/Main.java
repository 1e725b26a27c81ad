package otherworld.local;

import otherworld.local.up.Commands;
import picocli.CommandLine;

/**
 * The Java side of {@code ./otherworld}: {@code up}, {@code down}, {@code status}, {@code logs}.
 */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        CommandLine commands =
                new CommandLine(new Commands())
                        .setExecutionExceptionHandler((failure, command, _) -> {
                            String message =
                                    failure.getMessage() == null
                                            ? failure.toString()
                                            : failure.getMessage();
                            command.getErr()
                                    .println(
                                            "otherworld "
                                                    + command.getCommandName()
                                                    + ": "
                                                    + message);
                            return CommandLine.ExitCode.SOFTWARE;
                        });
        System.exit(commands.execute(arguments));
    }
}
