package otherworld.ops.tls;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import otherworld.base.Settings;

/**
 * How our own processes speak with each other (docs/internal-tls.md).
 *
 * @param folder of tls.crt, tls.key and ca.crt, as cert-manager writes them; empty: none of files
 * @param domain of everybody's certificates
 */
public record InternalTlsSettings(Mode mode, Optional<Path> folder, String domain) {
    public static final String MODE = "OTHERWORLD_INTERNAL_TLS_MODE";
    public static final String FOLDER = "OTHERWORLD_INTERNAL_TLS_FOLDER";
    public static final String DOMAIN = "OTHERWORLD_INTERNAL_TLS_DOMAIN";

    /** The one of a release that has no other. */
    public static final String DEFAULT_DOMAIN = "otherworld";

    /** Where nothing is encrypted. */
    public static final InternalTlsSettings NONE =
            new InternalTlsSettings(Mode.OFF, Optional.empty(), DEFAULT_DOMAIN);

    /** Who is spoken with. */
    public enum Mode {
        /** Everybody, in plain text. */
        OFF,
        /** Whoever shows a certificate, and, for the time of an upgrade, in plain text others. */
        PERMISSIVE,
        /** Whoever shows the right certificate. */
        REQUIRED;

        static Mode parse(String text) {
            return Arrays.stream(values())
                    .filter(mode -> mode.text().equals(text))
                    .findAny()
                    .orElseThrow(IllegalArgumentException::new);
        }

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        @Override
        public String toString() {
            return text();
        }
    }

    public static InternalTlsSettings read(Settings settings) {
        InternalTlsSettings read = readLenient(settings);
        if (read.mode() != Mode.OFF && read.folder().isEmpty()) {
            settings.error(
                    "%s is not set: give the folder with tls.crt, tls.key and ca.crt, or set %s=off"
                            .formatted(FOLDER, MODE));
        }
        return read;
    }

    /** The folder may be missing: the process makes its own. */
    public static InternalTlsSettings readLenient(Settings settings) {
        Mode mode = settings.parsed(MODE, Mode.OFF, Mode::parse, "off, permissive or required");
        String folder = settings.text(FOLDER, "-");
        String domain =
                settings.parsed(
                        DOMAIN,
                        DEFAULT_DOMAIN,
                        InternalTlsSettings::domain,
                        "lower-case letters, digits, dots, dashes and underscores");
        return new InternalTlsSettings(
                mode, folder.equals("-") ? Optional.empty() : Optional.of(Path.of(folder)), domain);
    }

    private static String domain(String text) {
        if (!PeerId.DOMAIN.matcher(text).matches()) {
            throw new IllegalArgumentException();
        }
        return text;
    }

    List<Path> files() {
        Path in = folder.orElseThrow();
        return List.of(in.resolve("tls.crt"), in.resolve("tls.key"), in.resolve("ca.crt"));
    }
}
