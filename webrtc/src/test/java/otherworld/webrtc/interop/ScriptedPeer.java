package otherworld.webrtc.interop;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * A process with a WebRTC stack of others, which does what it is told line by line. Thread-safe.
 */
final class ScriptedPeer implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);

    private final String name;
    private final Process process;
    private final BufferedWriter input;
    private final AtomicInteger ids = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
    private final List<JsonNode> events = new ArrayList<>();

    private ScriptedPeer(String name, Process process) {
        this.name = name;
        this.process = process;
        this.input = process.outputWriter(StandardCharsets.UTF_8);
    }

    static ScriptedPeer start(String name, List<String> command, Map<String, String> environment) {
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(environment);
        try {
            ScriptedPeer peer = new ScriptedPeer(name, builder.start());
            Thread.ofVirtual().name("peer-" + name).start(peer::read);
            peer.await("to be ready", event -> is(event, "ready", ""), ANSWER_LIMIT);
            return peer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read() {
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                JsonNode node = JSON.readTree(line);
                if (node.has("id")) {
                    CompletableFuture<JsonNode> answer = answers.remove(node.get("id").asInt());
                    if (answer != null) {
                        answer.complete(node);
                    }
                } else {
                    synchronized (events) {
                        events.add(node);
                        events.notifyAll();
                    }
                }
            }
        } catch (IOException e) {
            fail(e);
        }
        fail(new IOException(name + " ended"));
    }

    private void fail(IOException e) {
        answers.values().forEach(answer -> answer.completeExceptionally(e));
    }

    /** Connects, and is back when all channels are open. */
    void connect(
            String connection,
            String url,
            int mostMessageBytes,
            Duration limit,
            List<Channel> channels) {
        Map<String, Object> command = command("connect", connection);
        command.put("url", url);
        command.put("maxMessageSize", mostMessageBytes);
        command.put("timeoutMs", limit.toMillis());
        command.put("channels", channels.stream().map(Channel::json).toList());
        perform(command);
    }

    void open(String connection, Channel channel) {
        Map<String, Object> command = command("open", connection);
        command.put("channel", channel.json());
        perform(command);
    }

    /** Has {@code count} messages sent, numbered from {@code first}. */
    void send(
            String connection,
            String channel,
            String kind,
            int size,
            int first,
            int count,
            int gapMs) {
        Map<String, Object> command = command("send", connection);
        command.put("channel", channel);
        command.put("kind", kind);
        command.put("size", size);
        command.put("first", first);
        command.put("count", count);
        command.put("gapMs", gapMs);
        perform(command);
    }

    void sendText(String connection, String channel, String text) {
        Map<String, Object> command = command("send", connection);
        command.put("channel", channel);
        command.put("text", text);
        perform(command);
    }

    void closeChannel(String connection, String channel) {
        Map<String, Object> command = command("closeChannel", connection);
        command.put("channel", channel);
        perform(command);
    }

    void close(String connection) {
        perform(command("close", connection));
    }

    private static Map<String, Object> command(String what, String connection) {
        Map<String, Object> command = new LinkedHashMap<>();
        command.put("do", what);
        command.put("peer", connection);
        return command;
    }

    private void perform(Map<String, Object> command) {
        int id = ids.incrementAndGet();
        command.put("id", id);
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        answers.put(id, answer);
        try {
            String line = JSON.writeValueAsString(command);
            synchronized (input) {
                input.write(line);
                input.newLine();
                input.flush();
            }
            JsonNode node = answer.get(ANSWER_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            if (!node.get("ok").asBoolean()) {
                throw new AssertionError(
                        "%s, %s: %s".formatted(name, line, node.get("error").asText()));
            }
        } catch (TimeoutException e) {
            throw new AssertionError("%s did not answer %s".formatted(name, command), e);
        } catch (Exception e) {
            throw new IllegalStateException("%s: %s".formatted(name, command), e);
        }
    }

    /** What has arrived on a channel so far. */
    List<Payload> received(String connection, String channel) {
        synchronized (events) {
            return events.stream()
                    .filter(event -> is(event, "message", connection))
                    .filter(event -> event.get("channel").asText().equals(channel))
                    .map(Payload::of)
                    .toList();
        }
    }

    /** True if the connection, or else this channel of it, was seen closing. */
    boolean sawEnd(String connection, String channel) {
        synchronized (events) {
            return events.stream()
                    .anyMatch(event ->
                            isEnd(event, connection) || isClosed(event, connection, channel));
        }
    }

    private static boolean isEnd(JsonNode event, String connection) {
        return is(event, "state", connection)
                && List.of("closed", "failed", "disconnected")
                        .contains(event.get("state").asText());
    }

    boolean sawChannelClosed(String connection, String channel) {
        synchronized (events) {
            return events.stream().anyMatch(event -> isClosed(event, connection, channel));
        }
    }

    private static boolean isClosed(JsonNode event, String connection, String channel) {
        return is(event, "channelClosed", connection)
                && event.get("channel").asText().equals(channel);
    }

    private static boolean is(JsonNode event, String kind, String connection) {
        return event.get("event").asText().equals(kind)
                && event.path("peer").asText("").equals(connection);
    }

    private void await(String what, Predicate<JsonNode> wanted, Duration limit) {
        long deadlineNs = System.nanoTime() + limit.toNanos();
        synchronized (events) {
            while (events.stream().noneMatch(wanted)) {
                long leftMs = (deadlineNs - System.nanoTime()) / 1_000_000;
                if (leftMs <= 0 || !process.isAlive()) {
                    throw new AssertionError(
                            "waited for %s %s; alive: %s".formatted(name, what, process.isAlive()));
                }
                try {
                    events.wait(Math.min(leftMs, 200));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IllegalStateException(e);
                }
            }
        }
    }

    /** Ends its input, which ends it; kills it and its children if it does not. */
    @Override
    public void close() {
        try {
            synchronized (input) {
                input.close();
            }
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
