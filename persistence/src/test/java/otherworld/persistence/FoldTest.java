package otherworld.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import otherworld.base.PlayerId;

class FoldTest {
    private static final PlayerId ANN = new PlayerId("ann");

    @Test
    void aGroupAppliesOnlyToEntitiesOfLowerSeq() {
        Fold fold = new Fold();
        fold.entity(5, patch(1, 50));
        fold.group(4, List.of(edit(0, patch(1, 40), patch(2, 41))));
        assertThat(bodies(fold)).containsExactly("1=50", "2=41");
        fold.group(6, List.of(edit(0, patch(1, 60))));
        assertThat(bodies(fold)).containsExactly("1=60", "2=41");
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
        Fold rows = new Fold();
        int done = 0;
        while (done < groups.size()) {
            int chunk = Math.min(random.nextInt(1, 30), groups.size() - done);
            Fold folded = new Fold();
            for (int i = done; i < done + chunk; i++) {
                all.group(i + 1, groups.get(i));
                folded.group(i + 1, groups.get(i));
            }
            folded.touched().forEach(entity -> rows.entity(entity.seq(), entity.patch()));
            done += chunk;
            assertThat(bodies(rows)).as("-Dseed=%d", seed).isEqualTo(bodies(all));
        }
    }

    private static Edit edit(long clientSequence, EntityPatch... patches) {
        return new Edit(ANN, clientSequence, List.of(patches), new byte[0]);
    }

    private static EntityPatch patch(long id, int body) {
        return new EntityPatch(id, false, new byte[] {(byte) body});
    }

    private static List<String> bodies(Fold fold) {
        return fold.existing().stream().map(p -> p.id() + "=" + p.body()[0]).toList();
    }
}
