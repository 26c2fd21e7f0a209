package vitrine.engine.device;

import static org.lwjgl.system.MemoryStack.stackPush;
import static org.lwjgl.vulkan.EXTDebugUtils.vkSetDebugUtilsObjectNameEXT;
import static org.lwjgl.vulkan.EXTExternalMemoryDmaBuf.VK_EXT_EXTERNAL_MEMORY_DMA_BUF_EXTENSION_NAME;
import static org.lwjgl.vulkan.EXTQueueFamilyForeign.*;
import static org.lwjgl.vulkan.KHRExternalMemoryFd.VK_KHR_EXTERNAL_MEMORY_FD_EXTENSION_NAME;
import static org.lwjgl.vulkan.KHRPipelineExecutableProperties.VK_KHR_PIPELINE_EXECUTABLE_PROPERTIES_EXTENSION_NAME;
import static org.lwjgl.vulkan.KHRPresentId.VK_KHR_PRESENT_ID_EXTENSION_NAME;
import static org.lwjgl.vulkan.KHRPresentWait.VK_KHR_PRESENT_WAIT_EXTENSION_NAME;
import static org.lwjgl.vulkan.KHRSwapchain.VK_KHR_SWAPCHAIN_EXTENSION_NAME;
import static org.lwjgl.vulkan.VK13.*;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.lwjgl.PointerBuffer;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.util.vma.Vma;
import org.lwjgl.util.vma.VmaAllocateDeviceMemoryFunction;
import org.lwjgl.util.vma.VmaAllocatorCreateInfo;
import org.lwjgl.util.vma.VmaDeviceMemoryCallbacks;
import org.lwjgl.util.vma.VmaVulkanFunctions;
import org.lwjgl.vulkan.VkDebugUtilsObjectNameInfoEXT;
import org.lwjgl.vulkan.VkDevice;
import org.lwjgl.vulkan.VkDeviceCreateInfo;
import org.lwjgl.vulkan.VkDeviceQueueCreateInfo;
import org.lwjgl.vulkan.VkPhysicalDevice;
import org.lwjgl.vulkan.VkPhysicalDeviceFeatures2;
import org.lwjgl.vulkan.VkPhysicalDevicePipelineExecutablePropertiesFeaturesKHR;
import org.lwjgl.vulkan.VkPhysicalDevicePresentIdFeaturesKHR;
import org.lwjgl.vulkan.VkPhysicalDevicePresentWaitFeaturesKHR;
import org.lwjgl.vulkan.VkPhysicalDeviceVulkan12Features;
import org.lwjgl.vulkan.VkPhysicalDeviceVulkan13Features;
import org.lwjgl.vulkan.VkQueue;
import vitrine.engine.debug.DebugLevel;

/**
 * The logical device, its one queue and its allocator. Everything made from it registers here, so that a leak has a
 * name. Objects may be made on any thread; the queue belongs to the frame thread.
 */
public final class VulkanDevice implements AutoCloseable {

    /**
     * How to choose and open the device.
     *
     * @param name part of the wanted device's name, or null for the best
     * @param swapchain a window or a display will be presented to; turns on VK_KHR_present_wait where there is it
     * @param compiled is told what the driver made of each pipeline's shaders, on the thread that makes it; null for nobody,
     *     and always so in a kiosk
     * @param workshop changes the shaders of pipelines in use; null for nobody, and always so in a kiosk
     */
    public record Options(
            @Nullable String name,
            boolean swapchain,
            @Nullable Consumer<CompiledStage> compiled,
            @Nullable PipelineWorkshop workshop) {
        public static final Options HEADLESS = new Options(null, false);

        public Options(@Nullable String name, boolean swapchain) {
            this(name, swapchain, null, null);
        }

        public Options(@Nullable String name, boolean swapchain, @Nullable Consumer<CompiledStage> compiled) {
            this(name, swapchain, compiled, null);
        }

        /** The same with a workshop, null for none. */
        public Options under(@Nullable PipelineWorkshop shop) {
            return new Options(name, swapchain, compiled, shop);
        }
    }

    private final VulkanInstance instance;
    private final PhysicalDevices.Candidate candidate;
    private final VkDevice handle;
    private final VkQueue queue;
    private final long allocator;
    private final @Nullable VmaAllocateDeviceMemoryFunction memoryNames;
    private final boolean presentWait;
    private final @Nullable Consumer<CompiledStage> compiled;
    private final @Nullable PipelineWorkshop workshop;
    private final Map<Long, String> live = new ConcurrentHashMap<>();
    private final DebugLabels labels;
    private boolean closed;

    private VulkanDevice(
            VulkanInstance instance,
            PhysicalDevices.Candidate candidate,
            VkDevice handle,
            VkQueue queue,
            long allocator,
            @Nullable VmaAllocateDeviceMemoryFunction memoryNames,
            boolean presentWait,
            Options options) {
        this.instance = instance;
        this.candidate = candidate;
        this.handle = handle;
        this.queue = queue;
        this.allocator = allocator;
        this.memoryNames = memoryNames;
        this.presentWait = presentWait;
        this.compiled = options.compiled();
        this.workshop = options.workshop();
        labels = new DebugLabels(instance.debugNames(), instance.messages());
        named(VK_OBJECT_TYPE_DEVICE, handle.address(), candidate.info().name());
        named(VK_OBJECT_TYPE_QUEUE, queue.address(), "the queue");
    }

    /**
     * Opens a device.
     *
     * @throws VulkanException when no device will do
     */
    public static VulkanDevice create(VulkanInstance instance, Options options) {
        PhysicalDevices.Candidate c = PhysicalDevices.select(instance, options.name());
        try (MemoryStack stack = stackPush()) {
            List<String> extensions = new ArrayList<>();
            if (c.info().dmaBufImport()) {
                extensions.add(VK_KHR_EXTERNAL_MEMORY_FD_EXTENSION_NAME);
                extensions.add(VK_EXT_EXTERNAL_MEMORY_DMA_BUF_EXTENSION_NAME);
                extensions.add(VK_EXT_QUEUE_FAMILY_FOREIGN_EXTENSION_NAME);
            }
            if (options.swapchain()) {
                extensions.add(VK_KHR_SWAPCHAIN_EXTENSION_NAME);
            }
            boolean presentWait = options.swapchain() && PhysicalDevices.waitsForPresents(c);
            if (presentWait) {
                extensions.add(VK_KHR_PRESENT_ID_EXTENSION_NAME);
                extensions.add(VK_KHR_PRESENT_WAIT_EXTENSION_NAME);
            }
            if (options.compiled() != null) {
                if (!c.extensions().contains(VK_KHR_PIPELINE_EXECUTABLE_PROPERTIES_EXTENSION_NAME)) {
                    throw VulkanException.missing(
                            c.info().name() + " does not tell what it makes of shaders: it has no "
                                    + VK_KHR_PIPELINE_EXECUTABLE_PROPERTIES_EXTENSION_NAME,
                            "Take one of Mesa's drivers of hardware.");
                }
                extensions.add(VK_KHR_PIPELINE_EXECUTABLE_PROPERTIES_EXTENSION_NAME);
            }
            PointerBuffer names = stack.mallocPointer(extensions.size());
            extensions.forEach(e -> names.put(stack.UTF8(e)));
            names.flip();
            var f13 = VkPhysicalDeviceVulkan13Features.calloc(stack)
                    .sType$Default()
                    .synchronization2(true)
                    .dynamicRendering(true);
            var f12 = VkPhysicalDeviceVulkan12Features.calloc(stack)
                    .sType$Default()
                    .timelineSemaphore(true)
                    .bufferDeviceAddress(c.info().deviceAddresses());
            var features = VkPhysicalDeviceFeatures2.calloc(stack)
                    .sType$Default()
                    .pNext(f12)
                    .pNext(f13);
            if (instance.debug().has(DebugLevel.GPU)) {
                GpuAssistedValidation.enable(c.handle(), features.features());
            }
            if (presentWait) {
                features.pNext(VkPhysicalDevicePresentIdFeaturesKHR.calloc(stack)
                                .sType$Default()
                                .presentId(true))
                        .pNext(VkPhysicalDevicePresentWaitFeaturesKHR.calloc(stack)
                                .sType$Default()
                                .presentWait(true));
            }
            if (options.compiled() != null) {
                features.pNext(VkPhysicalDevicePipelineExecutablePropertiesFeaturesKHR.calloc(stack)
                        .sType$Default()
                        .pipelineExecutableInfo(true));
            }
            var queues = VkDeviceQueueCreateInfo.calloc(1, stack);
            queues.get(0).sType$Default().queueFamilyIndex(c.queueFamily()).pQueuePriorities(stack.floats(1f));
            var info = VkDeviceCreateInfo.calloc(stack)
                    .sType$Default()
                    .pNext(features.address())
                    .pQueueCreateInfos(queues)
                    .ppEnabledExtensionNames(names);
            if (instance.requests() != null) {
                CreationRequests.tell(instance.requests(), info);
            }
            PointerBuffer p = stack.mallocPointer(1);
            VkCheck.check(
                    vkCreateDevice(c.handle(), info, null, p),
                    "vkCreateDevice",
                    c.info().name());
            VkDevice handle = new VkDevice(p.get(0), c.handle(), info);
            vkGetDeviceQueue(handle, c.queueFamily(), 0, p);
            VkQueue queue = new VkQueue(p.get(0), handle);

            var functions = VmaVulkanFunctions.calloc(stack).set(instance.handle(), handle);
            VmaAllocateDeviceMemoryFunction memoryNames = instance.debugNames() ? memoryNames(handle) : null;
            int flags = c.info().deviceAddresses() ? Vma.VMA_ALLOCATOR_CREATE_BUFFER_DEVICE_ADDRESS_BIT : 0;
            int result = Vma.vmaCreateAllocator(
                    VmaAllocatorCreateInfo.calloc(stack)
                            .instance(instance.handle())
                            .physicalDevice(c.handle())
                            .device(handle)
                            .flags(flags)
                            .vulkanApiVersion(VK_API_VERSION_1_3)
                            .pDeviceMemoryCallbacks(
                                    memoryNames == null
                                            ? null
                                            : VmaDeviceMemoryCallbacks.calloc(stack)
                                                    .pfnAllocate(memoryNames))
                            .pVulkanFunctions(functions),
                    p);
            if (result != VK_SUCCESS) {
                vkDestroyDevice(handle, null);
                if (memoryNames != null) {
                    memoryNames.free();
                }
                VkCheck.check(result, "vmaCreateAllocator", c.info().name());
            }
            return new VulkanDevice(instance, c, handle, queue, p.get(0), memoryNames, presentWait, options);
        }
    }

    /** VMA allocates memory for several objects at once, so it is called after its number and kind. */
    private static VmaAllocateDeviceMemoryFunction memoryNames(VkDevice device) {
        AtomicInteger number = new AtomicInteger();
        return VmaAllocateDeviceMemoryFunction.create((allocator, type, memory, size, user) -> name(
                device,
                VK_OBJECT_TYPE_DEVICE_MEMORY,
                memory,
                "memory " + number.getAndIncrement() + ", type " + type + ", " + size + " bytes"));
    }

    private static void name(VkDevice device, int type, long object, String name) {
        try (MemoryStack stack = stackPush()) {
            vkSetDebugUtilsObjectNameEXT(
                    device,
                    VkDebugUtilsObjectNameInfoEXT.calloc(stack)
                            .sType$Default()
                            .objectType(type)
                            .objectHandle(object)
                            .pObjectName(stack.UTF8(name)));
        }
    }

    public VkDevice handle() {
        return handle;
    }

    public VkPhysicalDevice physicalDevice() {
        return candidate.handle();
    }

    public VulkanInstance instance() {
        return instance;
    }

    /** The one queue; submissions and presents come from the frame thread only. */
    public VkQueue queue() {
        return queue;
    }

    public int queueFamily() {
        return candidate.queueFamily();
    }

    public GpuInfo info() {
        return candidate.info();
    }

    /** VMA's allocator, for the memory package. */
    public long allocator() {
        return allocator;
    }

    /** Whether VK_KHR_present_id and VK_KHR_present_wait are enabled. */
    public boolean presentWait() {
        return presentWait;
    }

    /** Who is told what the driver made of shaders, for the pipeline package; null for nobody. */
    public @Nullable Consumer<CompiledStage> compiled() {
        return compiled;
    }

    /** What passes are called, for whoever records them. */
    public DebugLabels labels() {
        return labels;
    }

    /** Who changes shaders of pipelines in use, for the pipeline package; null for nobody. */
    public @Nullable PipelineWorkshop workshop() {
        return workshop;
    }

    /** Nanoseconds per timestamp tick, VkPhysicalDeviceLimits::timestampPeriod. */
    public float timestampPeriod() {
        return candidate.timestampPeriod();
    }

    /** The queue family that stands for the camera, the CPU and everybody else outside Vulkan. */
    public int foreignFamily() {
        return candidate.info().dmaBufImport() ? VK_QUEUE_FAMILY_FOREIGN_EXT : VK_QUEUE_FAMILY_EXTERNAL;
    }

    /** Tells whoever listens what the driver is about to be asked for. At set-up, not a frame. */
    public void asks(Request request) {
        if (instance.requests() != null) {
            instance.requests().accept(request);
        }
    }

    /**
     * Notes a new object for the leak audit and names it for validation and RenderDoc.
     *
     * @param type VkObjectType
     * @param object the handle
     * @param name what a reader of a message should see
     */
    public void created(int type, long object, String name) {
        live.put(object ^ ((long) type << 56), name);
        named(type, object, name);
    }

    /**
     * Names an object that goes with another, as a command buffer with its pool, or is not ours.
     *
     * @param type VkObjectType
     * @param object the handle
     * @param name what a reader of a message should see
     */
    public void named(int type, long object, String name) {
        if (instance.debugNames()) {
            name(handle, type, object, name);
        }
    }

    /** Notes that an object is gone; to be called right before destroying it. */
    public void destroyed(int type, long object) {
        if (live.remove(object ^ ((long) type << 56)) == null) {
            throw new AssertionError("VkObjectType " + type + " destroyed twice or never made: " + object);
        }
    }

    /** Names of the objects that exist now; empty just before {@link #close()} when nothing leaked. */
    public List<String> liveObjects() {
        return live.values().stream().sorted().toList();
    }

    /** Waits until the GPU has nothing to do. For shutdown and rebuilds, never for the frame loop. */
    public void waitIdle() {
        VkCheck.check(vkDeviceWaitIdle(handle), "vkDeviceWaitIdle", info().name());
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        vkDeviceWaitIdle(handle);
        labels.close();
        Vma.vmaDestroyAllocator(allocator);
        if (memoryNames != null) {
            memoryNames.free();
        }
        vkDestroyDevice(handle, null);
    }
}
