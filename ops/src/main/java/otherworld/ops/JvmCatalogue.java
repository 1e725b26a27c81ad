package otherworld.ops;

import otherworld.ops.metric.Catalogue;
import otherworld.ops.metric.Label;
import otherworld.ops.metric.Unit;

/** What {@link JvmFigures} registers in every process: names and words are the library's. */
public final class JvmCatalogue {
    public static final Catalogue CATALOGUE = new Catalogue("every process", "");

    private static final Label AREA = Label.of("area", "heap", "nonheap");
    private static final Label POOL = Label.open("pool", "the JVM's memory pools");
    private static final Label GC = Label.open("gc", "the JVM's collectors, one or two");
    private static final Label STATE = Label.open("state", "the JVM's states of threads");

    static {
        declare(
                "jvm_buffer_pool_capacity_bytes",
                "Bytes capacity of a given JVM buffer pool",
                "gauge",
                Unit.BYTES,
                POOL);
        declare(
                "jvm_buffer_pool_used_buffers",
                "Used buffers of a given JVM buffer pool",
                "gauge",
                Unit.COUNT,
                POOL);
        declare(
                "jvm_buffer_pool_used_bytes",
                "Used bytes of a given JVM buffer pool",
                "gauge",
                Unit.BYTES,
                POOL);
        declare(
                "jvm_classes_currently_loaded",
                "The number of classes that are currently loaded in the JVM",
                "gauge",
                Unit.COUNT);
        declare(
                "jvm_classes_loaded_total",
                "The total number of classes that have been loaded since the JVM has started execution",
                "counter",
                Unit.COUNT);
        declare(
                "jvm_classes_unloaded_total",
                "The total number of classes that have been unloaded since the JVM has started execution",
                "counter",
                Unit.COUNT);
        declare(
                "jvm_compilation_time_seconds_total",
                "The total time in seconds taken for HotSpot class compilation",
                "counter",
                Unit.SECONDS);
        declare(
                "jvm_gc_collection_seconds",
                "Time spent in a given JVM garbage collector in seconds",
                "summary",
                Unit.SECONDS,
                GC);
        declare(
                "jvm_memory_committed_bytes",
                "Committed (bytes) of a given JVM memory area",
                "gauge",
                Unit.BYTES,
                AREA);
        declare(
                "jvm_memory_init_bytes",
                "Initial bytes of a given JVM memory area",
                "gauge",
                Unit.BYTES,
                AREA);
        declare(
                "jvm_memory_max_bytes",
                "Max (bytes) of a given JVM memory area",
                "gauge",
                Unit.BYTES,
                AREA);
        declare(
                "jvm_memory_objects_pending_finalization",
                "The number of objects waiting in the finalizer queue",
                "gauge",
                Unit.COUNT);
        declare(
                "jvm_memory_pool_allocated_bytes_total",
                "Total bytes allocated in a given JVM memory pool. Only updated after GC, not continuously",
                "counter",
                Unit.BYTES,
                POOL);
        declare(
                "jvm_memory_pool_collection_committed_bytes",
                "Committed after last collection bytes of a given JVM memory pool",
                "gauge",
                Unit.BYTES,
                POOL);
        declare(
                "jvm_memory_pool_collection_init_bytes",
                "Initial after last collection bytes of a given JVM memory pool",
                "gauge",
                Unit.BYTES,
                POOL);
        declare(
                "jvm_memory_pool_collection_max_bytes",
                "Max bytes after last collection of a given JVM memory pool",
                "gauge",
                Unit.BYTES,
                POOL);
        declare(
                "jvm_memory_pool_collection_used_bytes",
                "Used bytes after last collection of a given JVM memory pool",
                "gauge",
                Unit.BYTES,
                POOL);
        declare(
                "jvm_memory_pool_committed_bytes",
                "Committed bytes of a given JVM memory pool",
                "gauge",
                Unit.BYTES,
                POOL);
        declare(
                "jvm_memory_pool_init_bytes",
                "Initial bytes of a given JVM memory pool",
                "gauge",
                Unit.BYTES,
                POOL);
        declare(
                "jvm_memory_pool_max_bytes",
                "Max bytes of a given JVM memory pool",
                "gauge",
                Unit.BYTES,
                POOL);
        declare(
                "jvm_memory_pool_used_bytes",
                "Used bytes of a given JVM memory pool",
                "gauge",
                Unit.BYTES,
                POOL);
        declare(
                "jvm_memory_used_bytes",
                "Used bytes of a given JVM memory area",
                "gauge",
                Unit.BYTES,
                AREA);
        declare(
                "jvm_runtime_info",
                "JVM runtime info",
                "gauge",
                Unit.COUNT,
                Label.open("runtime", "one"),
                Label.open("vendor", "one"),
                Label.open("version", "one"));
        declare("jvm_threads_current", "Current thread count of a JVM", "gauge", Unit.COUNT);
        declare("jvm_threads_daemon", "Daemon thread count of a JVM", "gauge", Unit.COUNT);
        declare(
                "jvm_threads_deadlocked",
                "Cycles of JVM-threads that are in deadlock waiting to acquire object monitors or ownable synchronizers",
                "gauge",
                Unit.COUNT);
        declare(
                "jvm_threads_deadlocked_monitor",
                "Cycles of JVM-threads that are in deadlock waiting to acquire object monitors",
                "gauge",
                Unit.COUNT);
        declare("jvm_threads_peak", "Peak thread count of a JVM", "gauge", Unit.COUNT);
        declare(
                "jvm_threads_started_total",
                "Started thread count of a JVM",
                "counter",
                Unit.COUNT);
        declare(
                "jvm_threads_state",
                "Current count of threads by state",
                "gauge",
                Unit.COUNT,
                STATE);
        declare(
                "process_cpu_seconds_total",
                "Total user and system CPU time spent in seconds",
                "counter",
                Unit.SECONDS);
        declare("process_max_fds", "Maximum number of open file descriptors", "gauge", Unit.COUNT);
        declare("process_open_fds", "Number of open file descriptors", "gauge", Unit.COUNT);
        declare(
                "process_resident_memory_bytes",
                "Resident memory size in bytes",
                "gauge",
                Unit.BYTES);
        declare(
                "process_start_time_seconds",
                "Start time of the process since unix epoch in seconds",
                "gauge",
                Unit.TIMESTAMP);
        declare(
                "process_virtual_memory_bytes",
                "Virtual memory size in bytes",
                "gauge",
                Unit.BYTES);
    }

    private JvmCatalogue() {}

    private static void declare(String name, String help, String type, Unit unit, Label... labels) {
        var _ = CATALOGUE.metric(name, help).labels(labels).foreign(type, unit);
    }
}
