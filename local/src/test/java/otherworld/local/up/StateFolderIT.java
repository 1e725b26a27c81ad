package otherworld.local.up;

import java.util.List;
import org.junit.jupiter.api.Tag;

/** Every damage to every file. */
@Tag("heavy")
class StateFolderIT extends StateFolderTest {
    @Override
    List<Damage> damages(int file) {
        return List.of(Damage.values());
    }

    @Override
    boolean goesOn() {
        return true;
    }
}
