package vitrine.engine.command;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.lwjgl.vulkan.VK13.*;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.lwjgl.vulkan.VkCommandBuffer;
import vitrine.engine.GpuFixture;
import vitrine.engine.memory.DeviceBuffer;

final class FrameRingTest {

    @Test
    void submissionsSignalTheTimelineInOrderAndReleasesFollowThem() {
        try (GpuFixture gpu = GpuFixture.open();
                Timeline timeline = Timeline.create(gpu.device());
                FrameRing ring = FrameRing.create(gpu.device(), timeline);
                ReleaseQueue releases = new ReleaseQueue(timeline);
                Barriers barriers = Barriers.create(gpu.device());
                DeviceBuffer buffer = DeviceBuffer.create(
                        gpu.device(), "words", 64, VK_BUFFER_USAGE_TRANSFER_DST_BIT, DeviceBuffer.Use.READBACK)) {
            List<Long> released = new ArrayList<>();
            for (int frame = 1; frame <= 10; frame++) {
                ring.nextFrame();
                releases.collect();
                VkCommandBuffer cmd = ring.begin();
                vkCmdFillBuffer(cmd, buffer.handle(), 0, 64, frame);
                barriers.buffer(
                                buffer,
                                VK_PIPELINE_STAGE_2_CLEAR_BIT,
                                VK_ACCESS_2_TRANSFER_WRITE_BIT,
                                VK_PIPELINE_STAGE_2_CLEAR_BIT,
                                VK_ACCESS_2_TRANSFER_WRITE_BIT)
                        .record(cmd);
                barriers.hostRead(buffer, VK_PIPELINE_STAGE_2_CLEAR_BIT, VK_ACCESS_2_TRANSFER_WRITE_BIT)
                        .record(cmd);
                long value = ring.submit(cmd);
                assertThat(value).isEqualTo(frame);
                long expected = frame;
                releases.defer(value, () -> {
                    assertThat(timeline.completed()).isGreaterThanOrEqualTo(expected);
                    released.add(expected);
                });
            }
            assertThat(timeline.await(10, Long.MAX_VALUE)).isTrue();
            assertThat(buffer.memory().get(JAVA_INT, 60)).isEqualTo(10);
            assertThat(timeline.await(11, 1_000_000))
                    .as("a value nobody signals")
                    .isFalse();
            releases.drain();
            assertThat(released).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L);
        }
    }
}
