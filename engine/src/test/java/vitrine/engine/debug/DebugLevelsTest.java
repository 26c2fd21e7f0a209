package vitrine.engine.debug;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DebugLevelsTest {

    @Test
    void coreIsAlwaysOn() {
        assertThat(DebugLevels.parse("sync")).isEqualTo(DebugLevels.DEFAULT);
        assertThat(DebugLevels.parse("core,sync")).isEqualTo(DebugLevels.DEFAULT);
        assertThat(DebugLevels.parse("gpu,best-practices").levels())
                .containsExactly(DebugLevel.CORE, DebugLevel.BEST_PRACTICES, DebugLevel.GPU);
        assertThat(DebugLevels.parse("core").has(DebugLevel.SYNC)).isFalse();
        assertThat(DebugLevels.parse("gpu").without(DebugLevel.GPU)).isEqualTo(DebugLevels.parse("core"));
    }

    @Test
    void offIsOff() {
        assertThat(DebugLevels.OFF.on()).isFalse();
        assertThat(DebugLevels.OFF.levels()).isEmpty();
        assertThat(DebugLevels.DEFAULT.on()).isTrue();
    }

    @Test
    void areWrittenAsTheyAreRead() {
        DebugLevels all = DebugLevels.parse("gpu, sync,best-practices");
        assertThat(all).hasToString("core,sync,best-practices,gpu");
        assertThat(DebugLevels.parse(all.toString())).isEqualTo(all);
    }

    @ParameterizedTest
    @ValueSource(strings = {"all", "", "core,,sync", "Core", "sync,", "best_practices"})
    void whatIsNoLevelIsSaid(String words) {
        assertThatThrownBy(() -> DebugLevels.parse(words))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching("no level '.*'; there are core, sync, best-practices, gpu");
    }
}
