package otherworld.local.up;

import picocli.CommandLine.Command;

/** The commands that the launcher hands to Java. */
@Command(
        name = "otherworld",
        subcommands = {
            UpCommand.class,
            DownCommand.class,
            StatusCommand.class,
            LogsCommand.class,
            WhyCommand.class
        })
public final class Commands {}
