package otherworld.operator;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.Watchable;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Every change of some objects as the API server's watch tells it, in order. */
final class Watched<T extends HasMetadata> implements AutoCloseable {
    record Change<T>(Watcher.Action action, T object) {}

    private final List<Change<T>> changes = new CopyOnWriteArrayList<>();
    private final Watch watch;

    Watched(Watchable<T> objects) {
        watch =
                objects.watch(
                        new Watcher<T>() {
                            @Override
                            public void eventReceived(Action action, T object) {
                                changes.add(new Change<>(action, object));
                            }

                            @Override
                            public void onClose(WatcherException cause) {}
                        });
    }

    List<Change<T>> changes() {
        return List.copyOf(changes);
    }

    List<T> of(Watcher.Action action) {
        return changes().stream().filter(it -> it.action() == action).map(Change::object).toList();
    }

    @Override
    public void close() {
        watch.close();
    }
}
