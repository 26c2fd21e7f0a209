package vitrine.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Assumptions;
import vitrine.engine.device.InstanceOptions;
import vitrine.engine.device.PipelineWorkshop;
import vitrine.engine.device.VulkanDevice;
import vitrine.engine.device.VulkanException;
import vitrine.engine.device.VulkanInstance;

/** A device under validation; closing it fails the test on any message and on any leaked object. */
public final class GpuFixture implements AutoCloseable {

    private final VulkanInstance instance;
    private final VulkanDevice device;

    private GpuFixture(VulkanInstance instance, VulkanDevice device) {
        this.instance = instance;
        this.device = device;
    }

    /** Opens the best device, or skips the test saying which driver or layer this machine lacks. */
    public static GpuFixture open() {
        return open(InstanceOptions.headless(true), VulkanDevice.Options.HEADLESS);
    }

    /** As {@link #open()}, with somebody who changes pipelines. */
    public static GpuFixture open(PipelineWorkshop workshop) {
        return open(InstanceOptions.headless(true), VulkanDevice.Options.HEADLESS.under(workshop));
    }

    /** As {@link #open()}, for presenting: with these instance extensions and swapchains. */
    public static GpuFixture open(List<String> instanceExtensions) {
        return open(new InstanceOptions(true, instanceExtensions), new VulkanDevice.Options(null, true));
    }

    /** As above, with further instance extensions where some driver offers them. */
    public static GpuFixture open(List<String> instanceExtensions, List<String> optional) {
        return open(new InstanceOptions(true, instanceExtensions, optional), new VulkanDevice.Options(null, true));
    }

    private static GpuFixture open(InstanceOptions instanceOptions, VulkanDevice.Options deviceOptions) {
        VulkanInstance instance = null;
        try {
            instance = VulkanInstance.create(instanceOptions);
            return new GpuFixture(instance, VulkanDevice.create(instance, deviceOptions));
        } catch (VulkanException e) {
            if (instance != null) {
                instance.close();
            }
            System.out.println("SKIPPED, no Vulkan here: " + e.getMessage());
            Assumptions.abort("no Vulkan here: " + e.getMessage());
            throw new AssertionError(e);
        }
    }

    public VulkanDevice device() {
        return device;
    }

    @Override
    public void close() {
        var leaked = device.liveObjects();
        device.close();
        instance.close();
        assertThat(instance.messages().list()).isEmpty();
        assertThat(leaked).isEmpty();
    }
}
