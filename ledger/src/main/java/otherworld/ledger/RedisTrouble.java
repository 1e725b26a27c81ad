package otherworld.ledger;

import io.lettuce.core.RedisCommandExecutionException;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/**
 * Every way in which Redis may not do what it is asked. None of them is an error of who asked: all
 * mean "ask again later", and somebody must look at what {@link #hint} says.
 */
public enum RedisTrouble {
    NO_ANSWER("it did not answer in time: is it overloaded, paused, or is the network slow?"),
    UNREACHABLE("no connection: is it running, and is REDIS_URL right?"),
    TLS("TLS failed: does REDIS_CA name the authority of its certificate, and REDIS_URL its host?"),
    CREDENTIALS("it refuses user or password: correct REDIS_URL, or REDIS_USER and REDIS_PASSWORD"),
    PERMISSION(
            "the user may not do this: give it '~ow:* resetchannels &ow:* +@all -@admin -@dangerous +info', see docs/redis-keys.md"),
    READ_ONLY("it is a replica now: connecting again to find the new primary"),
    TOO_FEW_REPLICAS("too few replicas follow it (min-replicas-to-write)"),
    OUT_OF_MEMORY("its memory is full: raise maxmemory"),
    CANNOT_PERSIST("it cannot write to its disk"),
    LOADING("it is loading its data"),
    BUSY("a script keeps it busy"),
    CLUSTER_DOWN("slots of the cluster have no node, or it has not the majority"),
    PRIMARY_DOWN("it is a replica that has lost its primary"),
    SLOT_MOVES("the slot is moving between nodes of the cluster"),
    IS_CLUSTER("it is a node of a Redis Cluster: connecting as to one"),
    TOO_MANY_CLIENTS("it has as many connections as maxclients allows"),
    SCRIPT("a script of the ledger failed: this is a fault, please report it"),
    OTHER("it refuses");

    private static final Pattern IN_SCRIPT = Pattern.compile("@user_script: ?\\d+: -?([A-Z]+ .*)");
    private static final Pattern CODE = Pattern.compile("-?([A-Z]+)\\b.*", Pattern.DOTALL);
    private static final int DEEPEST = 20;

    private final String hint;

    RedisTrouble(String hint) {
        this.hint = hint;
    }

    /** What to do. */
    public String hint() {
        return hint;
    }

    static RedisTrouble of(Throwable failure) {
        List<Throwable> causes = causes(failure);
        for (Throwable cause : causes) {
            if (cause instanceof RedisCommandExecutionException refusal) {
                return ofReply(String.valueOf(refusal.getMessage()));
            }
        }
        if (causes.stream()
                .anyMatch(
                        c -> c instanceof SSLException || c instanceof GeneralSecurityException)) {
            return TLS;
        }
        if (causes.stream().anyMatch(c -> c instanceof TimeoutException || isTimeout(c))) {
            return NO_ANSWER;
        }
        return UNREACHABLE;
    }

    private static boolean isTimeout(Throwable cause) {
        return cause instanceof io.lettuce.core.RedisCommandTimeoutException;
    }

    /** By the first word of an error reply, also of one that a script met: Redis 6 wraps those. */
    static RedisTrouble ofReply(String reply) {
        boolean inScript = reply.contains("user_script") || reply.contains("running script");
        Matcher inner = IN_SCRIPT.matcher(reply);
        Matcher code = CODE.matcher(inner.find() ? inner.group(1) : reply);
        if (!code.matches()) {
            return inScript ? SCRIPT : OTHER;
        }
        return switch (code.group(1)) {
            case "NOAUTH", "WRONGPASS" -> CREDENTIALS;
            case "NOPERM" -> PERMISSION;
            case "READONLY" -> READ_ONLY;
            case "NOREPLICAS", "NOGOODSLAVE" -> TOO_FEW_REPLICAS;
            case "OOM" -> OUT_OF_MEMORY;
            case "MISCONF" -> CANNOT_PERSIST;
            case "LOADING" -> LOADING;
            case "BUSY", "UNKILLABLE" -> BUSY;
            case "CLUSTERDOWN" -> CLUSTER_DOWN;
            case "MASTERDOWN" -> PRIMARY_DOWN;
            case "TRYAGAIN", "ASK" -> SLOT_MOVES;
            case "MOVED" -> IS_CLUSTER;
            case "ERR" -> ofText(reply, inScript);
            default -> inScript ? SCRIPT : OTHER;
        };
    }

    /** Older servers have no code for some refusals. */
    private static RedisTrouble ofText(String reply, boolean inScript) {
        String text = reply.toLowerCase(Locale.ROOT);
        if (text.contains("can't run this command")
                || text.contains("can't access at least one of the keys")
                || text.contains("can't publish to")
                || text.contains("no permissions")) {
            return PERMISSION;
        }
        if (text.contains("max number of clients")) {
            return TOO_MANY_CLIENTS;
        }
        if (text.contains("invalid password")
                || text.contains("without any password configured")
                || text.contains("operation not permitted")) {
            return CREDENTIALS;
        }
        return inScript || text.contains("compiling script") ? SCRIPT : OTHER;
    }

    /** What Redis or the connection really said: the wrappers say no more than "unable to". */
    static String cause(Throwable failure) {
        List<Throwable> causes = causes(failure);
        for (Throwable cause : causes) {
            if (cause instanceof RedisCommandExecutionException && cause.getMessage() != null) {
                return cause.getMessage();
            }
        }
        for (Throwable cause : causes.reversed()) {
            if (cause instanceof UnknownHostException) {
                return "unknown host " + cause.getMessage();
            }
            if (cause.getMessage() != null) {
                return cause.getMessage();
            }
        }
        return failure.getClass().getSimpleName();
    }

    private static List<Throwable> causes(Throwable failure) {
        List<Throwable> causes = new ArrayList<>();
        for (Throwable c = failure; c != null && causes.size() < DEEPEST; c = c.getCause()) {
            causes.add(c);
        }
        return causes;
    }
}
