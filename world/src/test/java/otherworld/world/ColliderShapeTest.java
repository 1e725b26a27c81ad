package otherworld.world;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ColliderShapeTest {
    @Test
    void aModelNamesABoxByItsEdges() {
        assertThat(ColliderShape.parse("collider:box:2x3.5x0.05"))
                .contains(new ColliderShape(2, 3.5f, 0.05f));
        assertThat(ColliderShape.parse("collider:box:32x32x32"))
                .contains(new ColliderShape(32, 32, 32));
        assertThat(ColliderShape.parse("collider:passage:1x2x1"))
                .contains(new ColliderShape(1, 2, 1, true));
        assertThat(ColliderShape.isClaimedBy("collider:sphere:1")).isTrue();
        assertThat(ColliderShape.isClaimedBy("box:1x1x1")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "collider:",
                "collider:box",
                "collider:box:1x1",
                "collider:box:1x1x1x1",
                "collider:box:1x1x0.04",
                "collider:box:1x1x32.001",
                "collider:box:1x1x-1",
                "collider:box:1x1xNaN",
                "collider:box:1x1x1e1",
                "collider:box:1x1x1.2345",
                "collider:box:1x1x 1",
                "collider:box:1x1x1\n",
                "collider:sphere:1",
                "Collider:box:1x1x1"
            })
    void whatIsNoneNamesNoShape(String model) {
        assertThat(ColliderShape.parse(model)).isEmpty();
    }
}
