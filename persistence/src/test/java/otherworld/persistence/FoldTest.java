package otherworld.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import otherworld.base.PlayerId;

class FoldTest {
    private static final PlayerId ANN = new PlayerId("ann");

    @Test
    void aStoredRowStandsForItsEntityUnlessTheJournalHasANewerOne() {
        Fold fold = new Fold();
        fold.group(4, List.of(edit(0, patch(1, 40), patch(2, 41))));
        fold.group(6, List.of(edit(0, patch(3, 60))));
        assertThat(fold.isNewest(5, 1)).isTrue();
        assertThat(fold.isNewest(5, 3)).isFalse();
        assertThat(fold.isNewest(9, 2L << 32)).isTrue();
        assertThat(bodies(fold)).containsExactly("2=41", "3=60");
        assertThat(fold.highestSeq()).isEqualTo(9);
        assertThat(fold.highestEpoch()).isEqualTo(2);
    }

    @Test
    void theLastPatchOfAGroupCounts() {
        Fold fold = new Fold();
        fold.group(1, List.of(edit(0, patch(1, 1)), edit(0, patch(1, 2), patch(1, 3))));
        assertThat(bodies(fold)).containsExactly("1=3");
    }

    @Test
    void aRemovedEntityMayComeBack() {
        Fold fold = new Fold();
        fold.group(1, List.of(edit(0, patch(1, 1))));
        fold.group(2, List.of(edit(0, new EntityPatch(1, true, new byte[0]))));
        assertThat(bodies(fold)).isEmpty();
        assertThat(fold.touched()).hasSize(1);
        fold.group(3, List.of(edit(0, patch(1, 3))));
        assertThat(bodies(fold)).containsExactly("1=3");
    }

    @Test
    void theFirstAnswerAndTheNewest256OfAPlayerStay() {
        Fold fold = new Fold();
        for (int i = 1; i <= Fold.RESULTS_PER_PLAYER + 1; i++) {
            fold.result(ANN, i, new byte[] {(byte) i});
        }
        fold.result(ANN, 100, new byte[] {0});
        assertThat(fold.recent()).hasSize(Fold.RESULTS_PER_PLAYER);
        assertThat(fold.recent().getFirst().clientSequence()).isEqualTo(2);
        assertThat(fold.recent().get(98).result()).containsExactly(100);
    }

    @Test
    void editsOfTheServerAreNotRemembered() {
        Fold fold = new Fold();
        fold.group(1, List.of(edit(0, patch(1, 1)), edit(1, patch(2, 2))));
        assertThat(fold.recent()).hasSize(1);
    }

    @Test
    void foldingInChunksComesToTheSameAsApplyingAll() {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        List<List<Edit>> groups = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            long id = random.nextInt(1, 12);
            boolean removed = random.nextInt(3) == 0;
            groups.add(
                    List.of(
                            edit(
                                    0,
                                    removed
                                            ? new EntityPatch(id, true, new byte[0])
                                            : patch(id, i))));
        }
        Fold all = new Fold();
        Map<Long, Fold.Versioned> rows = new TreeMap<>();
        int done = 0;
        while (done < groups.size()) {
            int chunk = Math.min(random.nextInt(1, 30), groups.size() - done);
            Fold folded = new Fold();
            for (int i = done; i < done + chunk; i++) {
                all.group(i + 1, groups.get(i));
                folded.group(i + 1, groups.get(i));
            }
            folded.touched()
                    .forEach(entity -> {
                        if (entity.patch().removed()) {
                            rows.remove(entity.patch().id());
                        } else {
                            rows.put(entity.patch().id(), entity);
                        }
                    });
            // Whoever reads now finds these rows, and of the journal what is not deleted yet.
            int kept = random.nextInt(done, done + chunk + 1);
            Fold read = new Fold();
            for (int i = kept; i < done + chunk; i++) {
                read.group(i + 1, groups.get(i));
            }
            List<EntityPatch> found = new ArrayList<>();
            rows.values().stream()
                    .filter(row -> read.isNewest(row.seq(), row.patch().id()))
                    .forEach(row -> found.add(row.patch()));
            read.touched().forEach(entity -> found.add(entity.patch()));
            done += chunk;
            assertThat(bodies(found)).as("-Dseed=%d", seed).isEqualTo(bodies(all));
        }
    }

    private static Edit edit(long clientSequence, EntityPatch... patches) {
        return new Edit(ANN, clientSequence, List.of(patches), new byte[0]);
    }

    private static EntityPatch patch(long id, int body) {
        return new EntityPatch(id, false, new byte[] {(byte) body});
    }

    private static List<String> bodies(Fold fold) {
        return bodies(fold.touched().stream().map(Fold.Versioned::patch).toList());
    }

    private static List<String> bodies(List<EntityPatch> entities) {
        return entities.stream()
                .filter(entity -> !entity.removed())
                .sorted(Comparator.comparingLong(EntityPatch::id))
                .map(entity -> entity.id() + "=" + entity.body()[0])
                .toList();
    }
}
