package otherworld.bots;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import otherworld.bots.Seats.Answer;
import otherworld.protocol.Goodbye;
import otherworld.protocol.ServerMessage;
import otherworld.protocol.Welcome;

/** Stands between the connection and the bot until the answer to Hello is there. */
final class Handshake implements Connection.Receiver {
    final CountDownLatch answered = new CountDownLatch(1);
    private final Connection.Receiver bot;
    private final List<ServerMessage> early = new ArrayList<>();
    private @Nullable ServerMessage answer;
    private boolean handedOver;
    private boolean closed;
    private String closedBy = "";

    Handshake(Connection.Receiver bot) {
        this.bot = bot;
    }

    @Override
    public void received(Connection from, ServerMessage message, int bytes) {
        synchronized (this) {
            if (!handedOver) {
                if (answer == null) {
                    answer = message;
                } else {
                    early.add(message);
                }
                answered.countDown();
                return;
            }
        }
        bot.received(from, message, bytes);
    }

    @Override
    public void closed(Connection connection, Connection.End end) {
        synchronized (this) {
            if (!handedOver) {
                closed = true;
                closedBy = end.text();
                answered.countDown();
                return;
            }
        }
        bot.closed(connection, end);
    }

    synchronized Dialler.Early handOver() {
        handedOver = true;
        return new Dialler.Early(List.copyOf(early), closed);
    }

    synchronized Dialler.Greeting greeting(
            Answer.Seated seat, URI endpoint, Connection connection) {
        return switch (answer) {
            case Welcome welcome -> {
                yield new Dialler.Greeting.Admitted(
                        new Dialler.Dialled(seat, endpoint, connection, welcome, this::handOver));
            }
            case Goodbye goodbye -> {
                connection.abort("refused");
                yield new Dialler.Greeting.Refused(goodbye);
            }
            case null -> new Dialler.Greeting.Unreachable(closedBy);
            default -> {
                connection.abort("not a Welcome");
                yield new Dialler.Greeting.Unreachable("the answer to Hello was no Welcome");
            }
        };
    }
}
