package otherworld.local.node;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A container's resource limits as JVM flags, since no cgroup holds a local process to them. They
 * follow the program's name at once, so a flag of the same kind in the image's command wins. A
 * command that is not {@code java} runs without limits.
 */
final class JvmLimits {
    /**
     * Share of the memory limit that the heap may take. The rest is for metaspace, code, thread
     * stacks and direct buffers; the JVM's own default in containers is 25 %, which wastes a limit
     * that was chosen.
     */
    static final double HEAP_SHARE = 0.70;

    /** A JVM does not start with less. */
    static final long MIN_HEAP_MIB = 16;

    private JvmLimits() {}

    /** {@code command} with flags put after the program's name if that is {@code java}. */
    static List<String> apply(List<String> command, Container container) {
        String program = command.getFirst();
        if (!program.substring(program.lastIndexOf('/') + 1).equals("java")) {
            return command;
        }
        List<String> limited = new ArrayList<>();
        limited.add(program);
        limited.addAll(flags(container));
        limited.addAll(command.subList(1, command.size()));
        return List.copyOf(limited);
    }

    static List<String> flags(Container container) {
        Map<String, Quantity> limits =
                container.getResources() == null || container.getResources().getLimits() == null
                        ? Map.of()
                        : container.getResources().getLimits();
        List<String> flags = new ArrayList<>();
        Quantity memory = limits.get("memory");
        if (memory != null) {
            long heapMib =
                    memory.getNumericalAmount()
                            .multiply(BigDecimal.valueOf(HEAP_SHARE))
                            .divide(BigDecimal.valueOf(1024 * 1024), RoundingMode.FLOOR)
                            .longValue();
            flags.add("-Xmx" + Math.max(MIN_HEAP_MIB, heapMib) + "m");
        }
        Quantity cpu = limits.get("cpu");
        if (cpu != null) {
            int processors = cpu.getNumericalAmount().setScale(0, RoundingMode.CEILING).intValue();
            flags.add("-XX:ActiveProcessorCount=" + Math.max(1, processors));
        }
        return flags;
    }
}
