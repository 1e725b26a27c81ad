package otherworld.operator.config;

import otherworld.base.Settings;

/**
 * Which ports instance pods have: one for players, of a range, and one for probes and metrics.
 *
 * @param first lowest port for players
 * @param last highest port for players
 * @param managementPort of every pod that has an address of its own
 * @param managementOffset above 0: pods share their node's address, and the management port is the
 *     players' port plus this
 */
public record InstancePorts(int first, int last, int managementPort, int managementOffset) {
    public static final InstancePorts DEFAULT = new InstancePorts(20_000, 29_999, 8081, 0);

    private static final int HIGHEST = 65_535;

    private record Range(int first, int last) {
        static Range parse(String text) {
            String[] ends = text.split("-", -1);
            if (ends.length != 2) {
                throw new IllegalArgumentException();
            }
            Range range =
                    new Range(Integer.parseInt(ends[0].strip()), Integer.parseInt(ends[1].strip()));
            // A successor's port differs from its predecessor's, which may stop still.
            if (range.first < 1 || range.last > HIGHEST || range.last <= range.first) {
                throw new IllegalArgumentException();
            }
            return range;
        }

        boolean has(int port) {
            return port >= first && port <= last;
        }

        @Override
        public String toString() {
            return first + "-" + last;
        }
    }

    static InstancePorts read(Settings settings) {
        Range standard = new Range(DEFAULT.first, DEFAULT.last);
        Range range =
                settings.parsed(
                        "OTHERWORLD_PORT_RANGE",
                        standard,
                        Range::parse,
                        "two ports or more from 1 to 65535, such as " + standard);
        int port =
                settings.integer(
                        "OTHERWORLD_INSTANCE_MANAGEMENT_PORT", DEFAULT.managementPort, 1, HIGHEST);
        int offset = settings.integer("OTHERWORLD_INSTANCE_MANAGEMENT_OFFSET", 0, 0, HIGHEST - 1);
        if (offset == 0 && range.has(port)) {
            settings.error(
                    "OTHERWORLD_INSTANCE_MANAGEMENT_PORT='%d' is one of OTHERWORLD_PORT_RANGE='%s', and players would reach it: give one outside"
                            .formatted(port, range));
        }
        if (offset > 0 && (offset <= range.last - range.first || range.last + offset > HIGHEST)) {
            settings.error(
                    "OTHERWORLD_INSTANCE_MANAGEMENT_OFFSET='%d' leads from OTHERWORLD_PORT_RANGE='%s' to %d-%d: both must lie apart, and below 65536"
                            .formatted(offset, range, range.first + offset, range.last + offset));
        }
        return new InstancePorts(range.first, range.last, port, offset);
    }

    /** How many ports for players there are. */
    public int count() {
        return last - first + 1;
    }

    /** The management port of the pod whose players come to {@code play}. */
    public int management(int play) {
        return managementOffset > 0 ? play + managementOffset : managementPort;
    }
}
