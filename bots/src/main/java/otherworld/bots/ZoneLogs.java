package otherworld.bots;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Collects the zone logs of the instances that bots meet. Servers keep a bounded ring, so it reads
 * on while the run lasts: call {@link #poll} about once a second, from one thread.
 */
final class ZoneLogs {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final HttpClient http;
    private final RunClock clock;
    private final Map<LogSource, Collected> logs = new ConcurrentHashMap<>();
    private final Map<LogSource, Hearing> hearing = new ConcurrentHashMap<>();

    /** Written by the polling thread only. */
    private static final class Collected {
        final List<ZoneLog.Entry> entries = new ArrayList<>();
        long lastSeq;
        long coveredMs;
        boolean gap;
        boolean absent;
    }

    ZoneLogs(HttpClient http, RunClock clock) {
        this.http = http;
        this.clock = clock;
    }

    /** Any thread. */
    void follow(LogSource source) {
        logs.computeIfAbsent(source, _ -> new Collected());
    }

    /** When bots heard from the source's host. Any thread. */
    Hearing hearing(LogSource source) {
        return hearing.computeIfAbsent(source, _ -> new Hearing());
    }

    /** Reads what is new; an instance that does not answer is asked again next time. */
    void poll() throws InterruptedException {
        for (Map.Entry<LogSource, Collected> log : logs.entrySet()) {
            Collected collected = log.getValue();
            if (!collected.absent) {
                poll(log.getKey(), collected);
            }
        }
    }

    /** False if an instance serves no log: {@code OTHERWORLD_ZONE_LOG} is not true there. */
    boolean available() {
        return logs.values().stream().noneMatch(log -> log.absent);
    }

    /** What was collected, after the last poll. */
    ZoneLog log(LogSource source) {
        Collected collected = logs.getOrDefault(source, new Collected());
        return new ZoneLog(collected.entries, collected.coveredMs, collected.gap);
    }

    private void poll(LogSource source, Collected collected) throws InterruptedException {
        try {
            URI uri = source.base().resolve("debug/zone-log?after=" + collected.lastSeq);
            long beforeMs = clock.nowMs();
            HttpResponse<String> response =
                    http.send(
                            HttpRequest.newBuilder(uri).timeout(TIMEOUT).build(),
                            HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() == 404) {
                collected.absent = true;
                return;
            }
            if (response.statusCode() != 200) {
                return;
            }
            for (String line : response.body().lines().toList()) {
                ZoneLog.Entry entry = entry(JSON.readTree(line));
                if (entry.seq() != collected.lastSeq + 1) {
                    collected.gap = true;
                }
                collected.lastSeq = entry.seq();
                collected.entries.add(entry);
                collected.coveredMs = Math.max(collected.coveredMs, entry.timeMs());
            }
            // The clocks differ by little where this is read: one machine, or one with NTP.
            collected.coveredMs = Math.max(collected.coveredMs, beforeMs);
        } catch (IOException e) {
            // Gone or going: its log ends with what was read.
        }
    }

    private static ZoneLog.Entry entry(JsonNode line) {
        return new ZoneLog.Entry(
                line.path("seq").asLong(),
                line.path("timeMs").asLong(),
                line.path("player").asText(),
                line.path("zone").asText(),
                line.path("event").asText().equals("enter"));
    }
}
