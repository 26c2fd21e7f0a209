package vitrine.engine.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lwjgl.vulkan.VK13.*;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.vulkan.VkBufferCreateInfo;
import vitrine.engine.memory.DeviceBuffer;

/** The alarm itself: what is wrong must be heard. */
final class ValidationTest {

    @Test
    void aMistakeIsHeardAndALeakIsNamed() {
        VulkanInstance instance;
        try {
            instance = VulkanInstance.create(InstanceOptions.headless(true));
        } catch (VulkanException e) {
            System.out.println("SKIPPED: " + e.getMessage());
            Assumptions.abort("no Vulkan with validation here");
            throw new AssertionError(e);
        }
        try (instance) {
            try (VulkanDevice device = VulkanDevice.create(instance, VulkanDevice.Options.HEADLESS)) {
                assertThat(instance.messages().count()).isZero();
                try (MemoryStack stack = MemoryStack.stackPush()) {
                    var p = stack.mallocLong(1);
                    int result = vkCreateBuffer(
                            device.handle(),
                            VkBufferCreateInfo.calloc(stack).sType$Default().usage(VK_BUFFER_USAGE_STORAGE_BUFFER_BIT),
                            null,
                            p);
                    if (result == VK_SUCCESS) {
                        vkDestroyBuffer(device.handle(), p.get(0), null);
                    }
                }
                assertThat(instance.messages().list())
                        .anyMatch(m ->
                                m.severity().equals("error") && m.id().equals("VUID-VkBufferCreateInfo-size-00912"));
                DeviceBuffer leaked = DeviceBuffer.create(
                        device, "left behind", 64, VK_BUFFER_USAGE_STORAGE_BUFFER_BIT, DeviceBuffer.Use.DEVICE);
                assertThat(device.liveObjects()).containsExactly("left behind");
                leaked.close();
                assertThat(device.liveObjects()).isEmpty();
            }
        }
    }
}
