package vitrine.engine.device;

import static org.lwjgl.system.MemoryStack.stackPush;
import static org.lwjgl.vulkan.EXTDebugUtils.*;
import static org.lwjgl.vulkan.EXTValidationFeatures.*;
import static org.lwjgl.vulkan.VK13.*;

import java.lang.invoke.MethodHandles;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.lwjgl.PointerBuffer;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.system.MemoryUtil;
import org.lwjgl.util.vma.Vma;
import org.lwjgl.vulkan.VK;
import org.lwjgl.vulkan.VkApplicationInfo;
import org.lwjgl.vulkan.VkDebugUtilsMessengerCallbackDataEXT;
import org.lwjgl.vulkan.VkDebugUtilsMessengerCallbackEXT;
import org.lwjgl.vulkan.VkDebugUtilsMessengerCreateInfoEXT;
import org.lwjgl.vulkan.VkDebugUtilsObjectNameInfoEXT;
import org.lwjgl.vulkan.VkExtensionProperties;
import org.lwjgl.vulkan.VkInstance;
import org.lwjgl.vulkan.VkInstanceCreateInfo;
import org.lwjgl.vulkan.VkLayerProperties;
import org.lwjgl.vulkan.VkValidationFeaturesEXT;
import vitrine.engine.debug.DebugLevel;
import vitrine.engine.debug.DebugLevels;
import vitrine.engine.debug.RenderDoc;

/**
 * The Vulkan instance, with the validation layer when asked for. Made by and closed on one thread, after every device
 * made from it.
 */
public final class VulkanInstance implements AutoCloseable {

    private static final String VALIDATION_LAYER = "VK_LAYER_KHRONOS_validation";

    private final VkInstance handle;
    private final ValidationMessages messages;
    private final long messenger;
    private final @Nullable VkDebugUtilsMessengerCallbackEXT callback;
    private final boolean debugNames;
    private final InstanceOptions options;
    private boolean closed;

    private VulkanInstance(
            VkInstance handle,
            ValidationMessages messages,
            long messenger,
            @Nullable VkDebugUtilsMessengerCallbackEXT callback,
            boolean debugNames,
            InstanceOptions options) {
        this.handle = handle;
        this.messages = messages;
        this.messenger = messenger;
        this.callback = callback;
        this.debugNames = debugNames;
        this.options = options;
    }

    /**
     * Loads the libraries of Vulkan and VMA, which the first use would do. To be called while no other thread loads any:
     * LWJGL asks the dynamic linker for a library's path by a dlopen within dl_iterate_phdr, which takes glibc's two locks
     * in the opposite order of a plain dlopen, so that both threads wait for ever.
     *
     * @throws VulkanException when there is no Vulkan loader
     */
    public static void loadLibraries() {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            lookup.ensureInitialized(VK.class);
            lookup.ensureInitialized(Vma.class);
        } catch (UnsatisfiedLinkError e) {
            throw noLoader();
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    /**
     * Makes the instance.
     *
     * @throws VulkanException when there is no Vulkan loader, no validation layer though asked for, or an extension is
     *     missing
     */
    public static VulkanInstance create(InstanceOptions options) {
        ValidationMessages messages = new ValidationMessages();
        VkDebugUtilsMessengerCallbackEXT callback = null;
        try (MemoryStack stack = stackPush()) {
            Set<String> available = instanceExtensions(null);
            List<String> extensions = new ArrayList<>(options.extensions());
            for (String extension : extensions) {
                if (!available.contains(extension)) {
                    throw VulkanException.missing(
                            "the Vulkan drivers of this machine do not offer " + extension,
                            "Take another presentation, such as offscreen:DIR.");
                }
            }
            options.optionalExtensions().stream().filter(available::contains).forEach(extensions::add);
            VkInstanceCreateInfo info = VkInstanceCreateInfo.calloc(stack)
                    .sType$Default()
                    .pApplicationInfo(VkApplicationInfo.calloc(stack)
                            .sType$Default()
                            .pApplicationName(stack.UTF8("vitrine"))
                            .pEngineName(stack.UTF8("vitrine"))
                            .apiVersion(VK_API_VERSION_1_3));
            VkDebugUtilsMessengerCreateInfoEXT messengerInfo = null;
            boolean validation = options.debug().on();
            // RenderDoc offers the extension itself, and shows what is named through it.
            boolean debugNames =
                    validation || (RenderDoc.isExpected() && available.contains(VK_EXT_DEBUG_UTILS_EXTENSION_NAME));
            if (debugNames) {
                extensions.add(VK_EXT_DEBUG_UTILS_EXTENSION_NAME);
            }
            if (validation) {
                requireValidationLayer();
                info.ppEnabledLayerNames(stack.pointers(stack.UTF8(VALIDATION_LAYER)));
                if (instanceExtensions(VALIDATION_LAYER).contains(VK_EXT_VALIDATION_FEATURES_EXTENSION_NAME)) {
                    extensions.add(VK_EXT_VALIDATION_FEATURES_EXTENSION_NAME);
                    info.pNext(VkValidationFeaturesEXT.calloc(stack)
                            .sType$Default()
                            .pEnabledValidationFeatures(features(options.debug(), stack)));
                }
                VkDebugUtilsMessengerCallbackEXT created =
                        VkDebugUtilsMessengerCallbackEXT.create((severity, types, data, user) -> {
                            var message = VkDebugUtilsMessengerCallbackDataEXT.create(data);
                            messages.add(
                                    severity >= VK_DEBUG_UTILS_MESSAGE_SEVERITY_ERROR_BIT_EXT ? "error" : "warning",
                                    message.pMessageIdNameString(),
                                    message.pMessageString(),
                                    objects(message),
                                    labels(message));
                            return VK_FALSE;
                        });
                callback = created;
                messengerInfo = VkDebugUtilsMessengerCreateInfoEXT.calloc(stack)
                        .sType$Default()
                        .messageSeverity(VK_DEBUG_UTILS_MESSAGE_SEVERITY_WARNING_BIT_EXT
                                | VK_DEBUG_UTILS_MESSAGE_SEVERITY_ERROR_BIT_EXT)
                        // GENERAL is the loader talking about other drivers' files: not ours to answer for.
                        .messageType(VK_DEBUG_UTILS_MESSAGE_TYPE_VALIDATION_BIT_EXT
                                | (options.debug().has(DebugLevel.BEST_PRACTICES)
                                        ? VK_DEBUG_UTILS_MESSAGE_TYPE_PERFORMANCE_BIT_EXT
                                        : 0))
                        .pfnUserCallback(created);
                // For what is said of the instance's own creation and end; the layer would print it otherwise.
                info.pNext(messengerInfo);
            }
            PointerBuffer names = stack.mallocPointer(extensions.size());
            extensions.forEach(e -> names.put(stack.UTF8(e)));
            info.ppEnabledExtensionNames(names.flip());
            if (options.requests() != null) {
                Set<String> optional = new HashSet<>(options.optionalExtensions());
                optional.add(VK_EXT_VALIDATION_FEATURES_EXTENSION_NAME);
                if (!validation) {
                    optional.add(VK_EXT_DEBUG_UTILS_EXTENSION_NAME);
                }
                CreationRequests.tell(options.requests(), info, optional);
            }

            PointerBuffer p = stack.mallocPointer(1);
            VkCheck.check(vkCreateInstance(info, null, p), "vkCreateInstance", "the instance");
            VkInstance handle = new VkInstance(p.get(0), info);
            long messenger = VK_NULL_HANDLE;
            if (messengerInfo != null) {
                var m = stack.mallocLong(1);
                messengerInfo.pNext(MemoryUtil.NULL); // it stood in the chain of the instance's own
                VkCheck.check(
                        vkCreateDebugUtilsMessengerEXT(handle, messengerInfo, null, m),
                        "vkCreateDebugUtilsMessengerEXT",
                        "the instance");
                messenger = m.get(0);
            }
            VulkanInstance instance = new VulkanInstance(handle, messages, messenger, callback, debugNames, options);
            callback = null;
            return instance;
        } catch (UnsatisfiedLinkError e) {
            throw noLoader();
        } finally {
            if (callback != null) {
                callback.free();
            }
        }
    }

    /** VkValidationFeatureEnableEXT of the levels; core is always on. */
    private static IntBuffer features(DebugLevels debug, MemoryStack stack) {
        IntBuffer features = stack.mallocInt(DebugLevel.values().length);
        for (DebugLevel level : debug.levels()) {
            switch (level) {
                case CORE -> {}
                case SYNC -> features.put(VK_VALIDATION_FEATURE_ENABLE_SYNCHRONIZATION_VALIDATION_EXT);
                case BEST_PRACTICES -> features.put(VK_VALIDATION_FEATURE_ENABLE_BEST_PRACTICES_EXT);
                case GPU -> features.put(VK_VALIDATION_FEATURE_ENABLE_GPU_ASSISTED_EXT);
            }
        }
        return features.flip();
    }

    private static List<String> objects(VkDebugUtilsMessengerCallbackDataEXT message) {
        List<String> objects = new ArrayList<>();
        var infos = message.pObjects();
        for (int i = 0; infos != null && i < infos.remaining(); i++) {
            VkDebugUtilsObjectNameInfoEXT info = infos.get(i);
            String name = info.pObjectNameString();
            String type = ObjectTypes.word(info.objectType());
            objects.add(type + (name == null ? " 0x" + Long.toHexString(info.objectHandle()) : " '" + name + "'"));
        }
        return objects;
    }

    /** Outermost first, as they were begun; the layers give the innermost first. */
    private static List<String> labels(VkDebugUtilsMessengerCallbackDataEXT message) {
        var labels = message.cmdBufLabelCount() > 0 ? message.pCmdBufLabels() : message.pQueueLabels();
        List<String> names = new ArrayList<>();
        for (int i = 0; labels != null && i < labels.remaining(); i++) {
            names.addFirst(labels.get(i).pLabelNameString());
        }
        return names;
    }

    private static VulkanException noLoader() {
        return VulkanException.missing(
                "libvulkan.so.1, the Vulkan loader, is not on this machine",
                "Run './vitrine demo' once, which installs it, or: sudo apt-get install libvulkan1");
    }

    private static void requireValidationLayer() {
        if (validationLayerVersion() == 0) {
            throw VulkanException.missing(
                    "--debug needs " + VALIDATION_LAYER + ", which is not installed",
                    "Install it: sudo apt-get install vulkan-validationlayers");
        }
    }

    /** Version of Vulkan that the validation layer knows, as VK_MAKE_API_VERSION packs it; 0 without a layer. */
    static int validationLayerVersion() {
        try (MemoryStack stack = stackPush()) {
            var count = stack.mallocInt(1);
            VkCheck.check(
                    vkEnumerateInstanceLayerProperties(count, null), "vkEnumerateInstanceLayerProperties", "layers");
            VkLayerProperties.Buffer layers = VkLayerProperties.malloc(count.get(0));
            try {
                vkEnumerateInstanceLayerProperties(count, layers);
                for (int i = 0; i < count.get(0); i++) {
                    if (layers.get(i).layerNameString().equals(VALIDATION_LAYER)) {
                        return layers.get(i).specVersion();
                    }
                }
            } finally {
                layers.free();
            }
        }
        return 0;
    }

    private static Set<String> instanceExtensions(@Nullable String layer) {
        Set<String> names = new HashSet<>();
        try (MemoryStack stack = stackPush()) {
            var count = stack.mallocInt(1);
            var layerName = layer == null ? null : stack.UTF8(layer);
            VkCheck.check(
                    vkEnumerateInstanceExtensionProperties(layerName, count, null),
                    "vkEnumerateInstanceExtensionProperties",
                    layer == null ? "the loader" : layer);
            VkExtensionProperties.Buffer properties = VkExtensionProperties.malloc(count.get(0));
            try {
                vkEnumerateInstanceExtensionProperties(layerName, count, properties);
                for (int i = 0; i < count.get(0); i++) {
                    names.add(properties.get(i).extensionNameString());
                }
            } finally {
                properties.free();
            }
        }
        return names;
    }

    public VkInstance handle() {
        return handle;
    }

    /** What validation said so far; empty for ever when it is off. */
    public ValidationMessages messages() {
        return messages;
    }

    /** Who is told what is asked of the driver; null for nobody. */
    @Nullable
    Consumer<Request> requests() {
        return options.requests();
    }

    /** True where objects should be named for the layers and for RenderDoc. */
    boolean debugNames() {
        return debugNames;
    }

    /** What the validation layer checks. */
    DebugLevels debug() {
        return options.debug();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (messenger != VK_NULL_HANDLE) {
            vkDestroyDebugUtilsMessengerEXT(handle, messenger, null);
        }
        vkDestroyInstance(handle, null);
        if (callback != null) {
            callback.free();
        }
    }
}
