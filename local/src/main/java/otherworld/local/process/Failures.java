package otherworld.local.process;

import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** What a failure says to people: what did not work, and why the system says so. */
public final class Failures {
    private Failures() {}

    /** The message, with the cause's if it does not hold that already. */
    public static String describe(Throwable failure) {
        String message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        Throwable cause = failure.getCause();
        if (cause == null || failure instanceof StartFailed) {
            return message;
        }
        String why = reason(cause);
        return message.contains(why) ? message : message + ": " + why;
    }

    /** Of a file system the reason without the name, which alone would be its whole message. */
    private static String reason(Throwable cause) {
        if (!(cause instanceof FileSystemException failure)) {
            return describe(cause);
        }
        String reason =
                failure.getReason() != null
                        ? failure.getReason()
                        : switch (failure) {
                            case NoSuchFileException _ -> "no such file or folder";
                            case AccessDeniedException _ -> "access denied";
                            case FileAlreadyExistsException _ -> "it is there already";
                            case DirectoryNotEmptyException _ -> "the folder is not empty";
                            case NotDirectoryException _ -> "it is no folder";
                            default -> failure.toString();
                        };
        return failure.getFile() == null ? reason : failure.getFile() + ": " + reason;
    }
}
