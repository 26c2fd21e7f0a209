package vitrine.engine.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lwjgl.vulkan.VK13.*;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.lwjgl.vulkan.VkCommandBuffer;
import vitrine.engine.command.FrameRing;
import vitrine.engine.command.OneTimeCommands;
import vitrine.engine.command.Timeline;
import vitrine.engine.debug.DebugLevel;
import vitrine.engine.debug.DebugLevels;
import vitrine.engine.memory.DeviceBuffer;

/** What a message of a mistake says of the place where it was made. */
final class ValidationMessageTest {

    private static VulkanInstance instance(DebugLevels levels) {
        try {
            return VulkanInstance.create(InstanceOptions.headless(levels));
        } catch (VulkanException e) {
            System.out.println("SKIPPED: " + e.getMessage());
            Assumptions.abort("no Vulkan with validation here");
            throw new AssertionError(e);
        }
    }

    @Test
    void namesObjectPassFrameAndTheLastReload() {
        try (VulkanInstance instance = instance(DebugLevels.DEFAULT);
                VulkanDevice device = VulkanDevice.create(instance, VulkanDevice.Options.HEADLESS);
                Timeline timeline = Timeline.create(device);
                FrameRing ring = FrameRing.create(device, timeline);
                DeviceBuffer small = buffer(device, "small one")) {
            instance.messages().reloaded("present/early.frag");
            DebugLabels labels = device.labels();
            labels.frame(12);
            instance.messages().reloaded("present/video.frag");
            labels.frame(17);
            ring.nextFrame();
            VkCommandBuffer cmd = ring.begin();
            labels.beginSubmission(cmd, "picture");
            labels.begin(cmd, "video");
            assertThat(instance.messages().list()).isEmpty();
            vkCmdFillBuffer(cmd, small.handle(), 0, 128, 0); // of 64 bytes; never submitted
            labels.end(cmd);
            labels.end(cmd);

            assertThat(instance.messages().list()).hasSize(1);
            ValidationMessages.Message message = instance.messages().list().getFirst();
            assertThat(message.severity()).isEqualTo("error");
            assertThat(message.id()).isEqualTo("VUID-vkCmdFillBuffer-size-00027");
            assertThat(String.join(", ", message.objects()) + message.text()).contains("small one");
            assertThat(message.objects()).anyMatch(o -> o.matches("(buffer 'small one'|command buffer 'ring \\d .*')"));
            assertThat(message.pass()).isEqualTo("picture / video");
            assertThat(message.frame()).isEqualTo(17);
            assertThat(message.reload()).isEqualTo("present/video.frag at frame 12");
            assertThat(message.toString())
                    .startsWith("error VUID-vkCmdFillBuffer-size-00027 in frame 17, pass picture / video, ")
                    .contains(", after reload of present/video.frag at frame 12: ")
                    .doesNotContain("\n");
        }
    }

    /** With synchronization validation two writes without a barrier between them; the layer may tell at the submission. */
    @Test
    void namesThePassOfAHazard() {
        try (VulkanInstance instance = instance(DebugLevels.DEFAULT);
                VulkanDevice device = VulkanDevice.create(instance, VulkanDevice.Options.HEADLESS);
                DeviceBuffer twice = buffer(device, "written twice")) {
            OneTimeCommands.run(device, "two fills", cmd -> {
                vkCmdFillBuffer(cmd, twice.handle(), 0, 64, 1);
                vkCmdFillBuffer(cmd, twice.handle(), 0, 64, 2);
            });
            List<ValidationMessages.Message> hazards = instance.messages().list();
            assertThat(hazards).isNotEmpty();
            assertThat(hazards.getFirst().id()).isEqualTo("SYNC-HAZARD-WRITE-AFTER-WRITE");
            assertThat(hazards.getFirst().pass()).startsWith("two fills");
            assertThat(hazards.getFirst().frame()).isNegative();
            assertThat(hazards.getFirst().reload()).isEmpty();
        }
    }

    @Test
    void withoutSyncThereIsNoHazard() {
        try (VulkanInstance instance = instance(DebugLevels.parse("core"));
                VulkanDevice device = VulkanDevice.create(instance, VulkanDevice.Options.HEADLESS);
                DeviceBuffer twice = buffer(device, "written twice")) {
            OneTimeCommands.run(device, cmd -> {
                vkCmdFillBuffer(cmd, twice.handle(), 0, 64, 1);
                vkCmdFillBuffer(cmd, twice.handle(), 0, 64, 2);
            });
            assertThat(instance.messages().list()).isEmpty();
        }
    }

    /** The advice itself, that is not on the list: a barrier on everything. */
    @Test
    void bestPracticesAreHeardWhereAskedFor() {
        for (DebugLevels levels : List.of(DebugLevels.DEFAULT, DebugLevels.parse("best-practices"))) {
            try (VulkanInstance instance = instance(levels);
                    VulkanDevice device = VulkanDevice.create(instance, VulkanDevice.Options.HEADLESS)) {
                OneTimeCommands.run(
                        device,
                        cmd -> vkCmdPipelineBarrier(
                                cmd,
                                VK_PIPELINE_STAGE_ALL_COMMANDS_BIT,
                                VK_PIPELINE_STAGE_ALL_COMMANDS_BIT,
                                0,
                                null,
                                null,
                                null));
                Stream<String> ids = instance.messages().list().stream().map(ValidationMessages.Message::id);
                if (levels.has(DebugLevel.BEST_PRACTICES)) {
                    assertThat(ids).anyMatch(id -> id.contains("BestPractices"));
                } else {
                    assertThat(ids).isEmpty();
                }
            }
        }
    }

    @Test
    void theListIsOfIdsWithAndWithoutTheOldPrefix() {
        assertThat(ValidationMessages.isAllowed("BestPractices-vkAllocateMemory-small-allocation", "x"))
                .isTrue();
        assertThat(ValidationMessages.isAllowed("UNASSIGNED-BestPractices-vkAllocateMemory-small-allocation", "x"))
                .isTrue();
        assertThat(ValidationMessages.isAllowed("BestPractices-deprecated-extension", "VK_EXT_validation_features is"))
                .isTrue();
        assertThat(ValidationMessages.isAllowed("BestPractices-deprecated-extension", "VK_KHR_maintenance1 is"))
                .isFalse();
        assertThat(ValidationMessages.isAllowed("VUID-VkBufferCreateInfo-size-00912", ""))
                .isFalse();
    }

    /** A message of another thread is not laid at the door of the pass that is being recorded. */
    @Test
    void anotherThreadsMessageHasNoPass() throws InterruptedException {
        ValidationMessages messages = new ValidationMessages();
        messages.frame(3);
        messages.begin("tensor");
        Thread other = Thread.ofPlatform().start(() -> messages.add("error", "id", "text", List.of(), List.of()));
        other.join();
        messages.add("error", "id", "text", List.of(), List.of());
        messages.add("error", "id", "text", List.of(), List.of("frame 2: picture", "overlay"));
        assertThat(messages.list())
                .extracting(ValidationMessages.Message::pass)
                .containsExactly("", "tensor", "picture / overlay");
        assertThat(messages.list())
                .extracting(ValidationMessages.Message::frame)
                .containsExactly(3L, 3L, 2L);
    }

    /** Where layer and device can: a shader's write past its buffer is heard; elsewhere one line says why it is off. */
    @Test
    void gpuAssistedValidationIsOnOrSaysWhyNot() {
        DebugLevels asked = DebugLevels.parse("gpu");
        StringBuilder said = new StringBuilder();
        Optional<DebugLevels> levels;
        try {
            levels = Optional.of(GpuAssistedValidation.whereItCanBe(asked, null, said::append));
        } catch (VulkanException e) {
            System.out.println("SKIPPED: " + e.getMessage());
            Assumptions.abort("no Vulkan here");
            return;
        }
        if (levels.get().has(DebugLevel.GPU)) {
            assertThat(said).isEmpty();
            try (VulkanInstance instance = instance(asked);
                    VulkanDevice device = VulkanDevice.create(instance, VulkanDevice.Options.HEADLESS)) {
                assertThat(device.liveObjects()).isEmpty();
                assertThat(instance.messages().list()).isEmpty();
            }
        } else {
            assertThat(said.toString())
                    .startsWith("GPU-assisted validation is left off: ")
                    .doesNotContain("\n");
            assertThat(levels.get()).isEqualTo(DebugLevels.parse("core"));
        }
        assertThat(GpuAssistedValidation.whereItCanBe(DebugLevels.DEFAULT, null, said::append))
                .isEqualTo(DebugLevels.DEFAULT);
    }

    private static DeviceBuffer buffer(VulkanDevice device, String name) {
        return DeviceBuffer.create(device, name, 64, VK_BUFFER_USAGE_TRANSFER_DST_BIT, DeviceBuffer.Use.DEVICE);
    }
}
