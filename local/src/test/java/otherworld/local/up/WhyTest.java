package otherworld.local.up;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class WhyTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void aWorldsSizeIsToldWithItsFiguresAndReasons() throws Exception {
        String text =
                why(
                        """
                        {"kind": "world", "world": "default/plaza", "min": 1, "max": 5, "spareSeats": 10, "capacity": 100, "trouble": "",
                         "figures": {"desired": 2, "running": 2, "ready": 1, "players": 95, "free": 5, "waiting": 3},
                         "conditions": [{"type": "Ready", "status": "False", "reason": "InstancesStarting", "message": "1 of 2"}],
                         "decisions": [{"last": "2026-01-01T12:00:05Z", "times": 1, "reason": "ScaledUp",
                           "message": "From 1 to 2 instances: 5 free seats, 10 should be spare",
                           "figures": {"desired": 2, "running": 1, "ready": 1, "players": 95, "free": 5, "waiting": 0}}],
                         "seatsKnown": true,
                         "seats": [{"at": "2026-01-01T12:00:06Z", "player": "~3fa91c", "outcome": "Seated", "reason": "FullestThatFits",
                           "detail": "fullest instance that fits", "instance": 1, "seat": 4, "waitedMs": 1500,
                           "passed": [{"instance": 0, "reason": "full"}]}]}
                        """);
        assertThat(text)
                .contains(
                        "World default/plaza: 2 instances should run, 1 are Ready, 1 to 5 may.",
                        "12:00:05  ScaledUp",
                        "From 1 to 2 instances: 5 free seats, 10 should be spare",
                        "instance 1, seat 4, fullest instance that fits, waited 1.5 s, not 0 (full)");
    }

    @Test
    void aPlayerWhoIsNowhereIsToldSo() throws Exception {
        assertThat(why("{\"kind\": \"player\", \"player\": \"alice\", \"worlds\": []}"))
                .startsWith("Player alice has no seat in any World");
    }

    @Test
    void noEscapeCodeOfAStrangerReachesTheTerminal() throws Exception {
        assertThat(
                        why(
                                "{\"kind\": \"player\", \"player\": \"a\\u001b[2Jb\\u0007\", \"worlds\": []}"))
                .doesNotContain("\u001b", "\u0007");
    }

    private static String why(String json) throws Exception {
        return new Why(ZoneOffset.UTC).of(JSON.readTree(json));
    }
}
