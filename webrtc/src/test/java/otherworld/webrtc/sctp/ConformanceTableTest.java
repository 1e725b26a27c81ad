package otherworld.webrtc.sctp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import otherworld.webrtc.channel.DataChannelsTest;

/** docs/webrtc-sctp.md names tests that exist, and all of those that hold a requirement. */
class ConformanceTableTest {
    private static final List<Class<?>> CLASSES =
            List.of(
                    HandshakeTest.class,
                    PacketRulesTest.class,
                    TransferTest.class,
                    CongestionTest.class,
                    ShutdownTest.class,
                    StreamResetTest.class,
                    DataChannelsTest.class,
                    AssociationSimulationTest.class,
                    AssociationFuzzTest.class);

    @Test
    void everyRequirementIsHeldByATestThatExistsAndEveryTestIsNamed() throws IOException {
        Path document = Path.of(System.getProperty("otherworld.root", ".."), "docs/webrtc-sctp.md");
        Pattern row = Pattern.compile("^\\|.*\\| (\\w+)\\.(\\w+) \\|$", Pattern.MULTILINE);
        Matcher rows = row.matcher(Files.readString(document));
        Set<String> tests = new HashSet<>();
        for (Class<?> type : CLASSES) {
            for (Method method : type.getDeclaredMethods()) {
                if (method.isAnnotationPresent(Test.class)) {
                    tests.add(type.getSimpleName() + "." + method.getName());
                }
            }
        }
        Set<String> named = new HashSet<>();
        while (rows.find()) {
            named.add(rows.group(1) + "." + rows.group(2));
        }
        assertThat(named).as("tests that the tables name").isEqualTo(tests);
    }
}
