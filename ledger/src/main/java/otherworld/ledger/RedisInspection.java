package otherworld.ledger;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import otherworld.ledger.RedisWarning.Kind;

/** Looks at how each primary is set up: INFO first, which more servers allow than CONFIG. */
final class RedisInspection {
    private static final List<String> SECTIONS = List.of("memory", "persistence", "stats");

    private RedisInspection() {}

    static List<RedisWarning> of(LedgerConnection redis) {
        List<RedisWarning> warnings = new ArrayList<>();
        Map<String, Map<String, String>> servers = new HashMap<>();
        try {
            for (String section : SECTIONS) {
                redis.each(commands -> commands.info(section))
                        .forEach((address, text) ->
                                servers.computeIfAbsent(address, _ -> new HashMap<>())
                                        .putAll(fields(text)));
            }
        } catch (LedgerUnavailable e) {
            if (e.trouble() != RedisTrouble.PERMISSION && e.trouble() != RedisTrouble.OTHER) {
                throw e;
            }
            return List.of(cannotLook("INFO", "whether it evicts keys and keeps its data", e));
        }
        servers.forEach((address, info) -> warnings.addAll(of("Redis at " + address, info)));
        fsync(redis, servers, warnings);
        return warnings;
    }

    /** What INFO says of one server. */
    static List<RedisWarning> of(String server, Map<String, String> info) {
        List<RedisWarning> warnings = new ArrayList<>();
        String policy = info.getOrDefault("maxmemory_policy", "");
        long most = number(info, "maxmemory");
        if (policy.isEmpty()) {
            warnings.add(
                    new RedisWarning(
                            Kind.CANNOT_LOOK,
                            server + " does not tell its maxmemory-policy: it must be noeviction"));
        } else if (!policy.equals("noeviction")) {
            warnings.add(
                    new RedisWarning(
                            Kind.EVICTS,
                            "%s has maxmemory-policy %s%s: it drops %s, and with them seats, when its memory is full. Set 'maxmemory-policy noeviction'"
                                    .formatted(
                                            server,
                                            policy,
                                            most == 0 ? " (and no maxmemory yet)" : "",
                                            policy.startsWith("volatile")
                                                    ? "keys that have a life, as instances' have,"
                                                    : "keys")));
        }
        if (number(info, "evicted_keys") > 0) {
            warnings.add(
                    new RedisWarning(
                            Kind.EVICTED,
                            "%s has evicted %d keys since it started: raise maxmemory"
                                    .formatted(server, number(info, "evicted_keys"))));
        }
        if (most > 0 && number(info, "used_memory") > most / 10 * 9) {
            warnings.add(
                    new RedisWarning(
                            Kind.NEARLY_FULL,
                            "%s uses %d of %d bytes: raise maxmemory"
                                    .formatted(server, number(info, "used_memory"), most)));
        }
        if (info.getOrDefault("aof_enabled", "").equals("0")) {
            warnings.add(
                    new RedisWarning(
                            Kind.FORGETS,
                            server
                                    + " has no append-only file: a restart forgets all seats until instances report. Set 'appendonly yes' and 'appendfsync always'"));
        }
        if (info.getOrDefault("aof_last_write_status", "ok").equals("err")
                || info.getOrDefault("rdb_last_bgsave_status", "ok").equals("err")) {
            warnings.add(
                    new RedisWarning(
                            Kind.CANNOT_PERSIST,
                            server + " could not write its files: look at its disk and log"));
        }
        return warnings;
    }

    private static void fsync(
            LedgerConnection redis,
            Map<String, Map<String, String>> servers,
            List<RedisWarning> warnings) {
        try {
            redis.each(commands -> commands.configGet("appendfsync"))
                    .forEach((address, setting) ->
                            fsync(
                                            "Redis at " + address,
                                            servers.getOrDefault(address, Map.of()),
                                            setting.getOrDefault("appendfsync", ""))
                                    .ifPresent(warnings::add));
        } catch (LedgerUnavailable e) {
            if (e.trouble() != RedisTrouble.PERMISSION && e.trouble() != RedisTrouble.OTHER) {
                throw e;
            }
            warnings.add(cannotLook("CONFIG", "whether it is 'appendfsync always'", e));
        }
    }

    private static Optional<RedisWarning> fsync(
            String server, Map<String, String> info, String fsync) {
        boolean early = !fsync.isEmpty() && !fsync.equals("always");
        return early && info.getOrDefault("aof_enabled", "").equals("1")
                ? Optional.of(
                        new RedisWarning(
                                Kind.ACKNOWLEDGES_EARLY,
                                "%s has appendfsync %s: after a crash it may forget what it acknowledged. Set 'appendfsync always'"
                                        .formatted(server, fsync)))
                : Optional.empty();
    }

    private static RedisWarning cannotLook(String command, String at, LedgerUnavailable e) {
        return new RedisWarning(
                Kind.CANNOT_LOOK,
                "Redis refuses %s, so nobody looks %s: %s".formatted(command, at, e.getMessage()));
    }

    static Map<String, String> fields(String info) {
        Map<String, String> fields = new HashMap<>();
        info.lines()
                .forEach(line -> {
                    int colon = line.indexOf(':');
                    if (colon > 0) {
                        fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
                    }
                });
        return fields;
    }

    private static long number(Map<String, String> info, String field) {
        String text = info.getOrDefault(field, "");
        return text.matches("\\d{1,18}") ? Long.parseLong(text) : 0;
    }
}
