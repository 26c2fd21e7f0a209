package vitrine.tests.pi5;

import static org.lwjgl.vulkan.VK13.*;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.lwjgl.vulkan.KHRSurface;
import vitrine.engine.device.Request;
import vitrine.shaders.ShaderInterface;
import vitrine.shaders.Spirv;
import vitrine.tools.JsonReader;

/**
 * What Mesa 25.0.7's v3dv serves on V3D 7.1, and what a request has too much of. Extensions, features, limits and formats
 * are {@code tests/pi5/v3dv71-profile.json}, a profile as the Khronos Profiles schema has it, written by vulkaninfo on that
 * driver.
 */
final class Pi5Profile {

    /** A profile has no instance extensions. Those of Raspberry Pi OS; the build below tests/pi5 has no window systems. */
    private static final Set<String> INSTANCE_EXTENSIONS = Set.of(
            "VK_EXT_acquire_drm_display",
            "VK_EXT_debug_report",
            "VK_EXT_debug_utils",
            "VK_EXT_direct_mode_display",
            "VK_EXT_headless_surface",
            "VK_EXT_surface_maintenance1",
            "VK_EXT_swapchain_colorspace",
            "VK_KHR_device_group_creation",
            "VK_KHR_display",
            "VK_KHR_external_fence_capabilities",
            "VK_KHR_external_memory_capabilities",
            "VK_KHR_external_semaphore_capabilities",
            "VK_KHR_get_display_properties2",
            "VK_KHR_get_physical_device_properties2",
            "VK_KHR_get_surface_capabilities2",
            "VK_KHR_surface",
            "VK_KHR_surface_protected_capabilities",
            "VK_KHR_wayland_surface",
            "VK_KHR_xcb_surface",
            "VK_KHR_xlib_surface");

    /** Nor memory: the one type. */
    private static final int MEMORY = VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT
            | VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT
            | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT;

    private static final Map<String, String> FEATURE_OF_USAGE = Map.of(
            "VK_IMAGE_USAGE_TRANSFER_SRC_BIT", "VK_FORMAT_FEATURE_TRANSFER_SRC_BIT",
            "VK_IMAGE_USAGE_TRANSFER_DST_BIT", "VK_FORMAT_FEATURE_TRANSFER_DST_BIT",
            "VK_IMAGE_USAGE_SAMPLED_BIT", "VK_FORMAT_FEATURE_SAMPLED_IMAGE_BIT",
            "VK_IMAGE_USAGE_STORAGE_BIT", "VK_FORMAT_FEATURE_STORAGE_IMAGE_BIT",
            "VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT", "VK_FORMAT_FEATURE_COLOR_ATTACHMENT_BIT");

    private static final String CORE = "VkPhysicalDeviceFeatures";
    private static final String V11 = "VkPhysicalDeviceVulkan11Features";
    private static final String V12 = "VkPhysicalDeviceVulkan12Features";

    /** A SPIR-V capability (specification 1.6, section 3.31) and what of a device it needs; empty for nothing. */
    private record Capability(String name, String structure, String member) {
        static Capability always(String name) {
            return new Capability(name, "", "");
        }

        /** One of VkSubgroupFeatureFlagBits. */
        static Capability subgroup(String name, String bit) {
            return new Capability(name, "subgroup", bit);
        }
    }

    private static final Map<Integer, Capability> CAPABILITIES = Map.ofEntries(
            Map.entry(0, Capability.always("Matrix")),
            Map.entry(1, Capability.always("Shader")),
            Map.entry(9, new Capability("Float16", V12, "shaderFloat16")),
            Map.entry(10, new Capability("Float64", CORE, "shaderFloat64")),
            Map.entry(11, new Capability("Int64", CORE, "shaderInt64")),
            Map.entry(22, new Capability("Int16", CORE, "shaderInt16")),
            Map.entry(
                    28,
                    new Capability(
                            "UniformBufferArrayDynamicIndexing", CORE, "shaderUniformBufferArrayDynamicIndexing")),
            Map.entry(
                    29,
                    new Capability("SampledImageArrayDynamicIndexing", CORE, "shaderSampledImageArrayDynamicIndexing")),
            Map.entry(
                    30,
                    new Capability(
                            "StorageBufferArrayDynamicIndexing", CORE, "shaderStorageBufferArrayDynamicIndexing")),
            Map.entry(
                    31,
                    new Capability("StorageImageArrayDynamicIndexing", CORE, "shaderStorageImageArrayDynamicIndexing")),
            Map.entry(39, new Capability("Int8", V12, "shaderInt8")),
            Map.entry(46, Capability.always("SampledBuffer")),
            Map.entry(50, Capability.always("ImageQuery")),
            Map.entry(55, new Capability("StorageImageReadWithoutFormat", CORE, "shaderStorageImageReadWithoutFormat")),
            Map.entry(
                    56, new Capability("StorageImageWriteWithoutFormat", CORE, "shaderStorageImageWriteWithoutFormat")),
            Map.entry(61, Capability.subgroup("GroupNonUniform", "VK_SUBGROUP_FEATURE_BASIC_BIT")),
            Map.entry(62, Capability.subgroup("GroupNonUniformVote", "VK_SUBGROUP_FEATURE_VOTE_BIT")),
            Map.entry(63, Capability.subgroup("GroupNonUniformArithmetic", "VK_SUBGROUP_FEATURE_ARITHMETIC_BIT")),
            Map.entry(64, Capability.subgroup("GroupNonUniformBallot", "VK_SUBGROUP_FEATURE_BALLOT_BIT")),
            Map.entry(65, Capability.subgroup("GroupNonUniformShuffle", "VK_SUBGROUP_FEATURE_SHUFFLE_BIT")),
            Map.entry(
                    66,
                    Capability.subgroup("GroupNonUniformShuffleRelative", "VK_SUBGROUP_FEATURE_SHUFFLE_RELATIVE_BIT")),
            Map.entry(67, Capability.subgroup("GroupNonUniformClustered", "VK_SUBGROUP_FEATURE_CLUSTERED_BIT")),
            Map.entry(68, Capability.subgroup("GroupNonUniformQuad", "VK_SUBGROUP_FEATURE_QUAD_BIT")),
            Map.entry(4433, new Capability("StorageBuffer16BitAccess", V11, "storageBuffer16BitAccess")),
            Map.entry(
                    4434,
                    new Capability("UniformAndStorageBuffer16BitAccess", V11, "uniformAndStorageBuffer16BitAccess")),
            Map.entry(4448, new Capability("StorageBuffer8BitAccess", V12, "storageBuffer8BitAccess")),
            Map.entry(
                    4449,
                    new Capability("UniformAndStorageBuffer8BitAccess", V12, "uniformAndStorageBuffer8BitAccess")),
            Map.entry(5301, new Capability("ShaderNonUniform", V12, "descriptorIndexing")),
            Map.entry(5302, new Capability("RuntimeDescriptorArray", V12, "runtimeDescriptorArray")),
            Map.entry(5347, new Capability("PhysicalStorageBufferAddresses", V12, "bufferDeviceAddress")));

    private final Map<String, ?> extensions;
    private final Map<String, ?> features;
    private final Map<String, ?> properties;
    private final Map<String, ?> formats;

    private Pi5Profile(Map<String, ?> device) {
        extensions = object(device, "extensions");
        features = object(device, "features");
        properties = object(device, "properties");
        formats = object(device, "formats");
    }

    /** Reads the profile of this checkout; tests run in their module's folder. */
    static Pi5Profile load() {
        try {
            Object root = JsonReader.read(Files.readString(Path.of("pi5/v3dv71-profile.json")));
            return new Pi5Profile(object(object(asObject(root), "capabilities"), "device"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One line for each thing about the request that a Pi cannot serve; each names the request. */
    List<String> problems(Request request) {
        return switch (request) {
            case Request.Extension extension -> extension(extension);
            case Request.Feature feature -> feature(feature);
            case Request.Image image -> image(image);
            case Request.Buffer buffer -> buffer(buffer);
            case Request.Sampler sampler -> sampler(sampler);
            case Request.Swapchain swapchain -> swapchain(swapchain);
            case Request.Shader shader -> shader(shader);
            case Request.Drawing drawing -> drawing(drawing);
        };
    }

    private List<String> extension(Request.Extension extension) {
        Set<String> offered = extension.scope() == Request.Scope.INSTANCE ? INSTANCE_EXTENSIONS : extensions.keySet();
        return extension.optional() || offered.contains(extension.name())
                ? List.of()
                : List.of(extension.scope().name().toLowerCase(Locale.ROOT) + " extension " + extension.name()
                        + ": the Pi has none such");
    }

    private List<String> feature(Request.Feature feature) {
        return feature.optional() || has(feature.structure(), feature.name())
                ? List.of()
                : List.of("feature " + feature.structure() + "::" + feature.name() + ": off on the Pi");
    }

    private List<String> image(Request.Image image) {
        List<String> problems = new ArrayList<>();
        String what = "image '" + image.name() + "'";
        long side = limit("maxImageDimension2D");
        if (image.width() > side || image.height() > side) {
            problems.add(
                    what + ": " + image.width() + "x" + image.height() + ", the Pi's maxImageDimension2D is " + side);
        }
        problems.addAll(usage(what, image.format(), image.tiling(), image.usage()));
        return problems;
    }

    private List<String> usage(String what, int format, int tiling, int usage) {
        List<String> problems = new ArrayList<>();
        String name = VulkanNames.of("VK_FORMAT_", format);
        String kind = tiling == VK_IMAGE_TILING_LINEAR ? "linearTilingFeatures" : "optimalTilingFeatures";
        List<String> offered = formatFeatures(name, kind);
        for (String bit : VulkanNames.bits("VK_IMAGE_USAGE_", usage)) {
            String needed = FEATURE_OF_USAGE.get(bit);
            if (needed == null || !offered.contains(needed)) {
                problems.add(what + ": " + bit + " of " + name + " in " + VulkanNames.of("VK_IMAGE_TILING_", tiling)
                        + ": the Pi does not offer it");
            }
        }
        return problems;
    }

    private List<String> buffer(Request.Buffer buffer) {
        List<String> problems = new ArrayList<>();
        String what = "buffer '" + buffer.name() + "'";
        long most = limitOf("VkPhysicalDeviceVulkan13Properties", "maxBufferSize");
        if ((buffer.usage() & VK_BUFFER_USAGE_STORAGE_BUFFER_BIT) != 0) {
            most = Math.min(most, limit("maxStorageBufferRange"));
        }
        if (buffer.size() > most) {
            problems.add(what + ": " + buffer.size() + " bytes, the Pi's most are " + most);
        }
        if ((buffer.memory() & ~MEMORY) != 0) {
            problems.add(what + ": " + VulkanNames.bits("VK_MEMORY_PROPERTY_", buffer.memory() & ~MEMORY)
                    + ": no memory type of the Pi has it");
        }
        if ((buffer.usage() & VK_BUFFER_USAGE_SHADER_DEVICE_ADDRESS_BIT) != 0 && !has(V12, "bufferDeviceAddress")) {
            problems.add(what + ": the Pi has no bufferDeviceAddress");
        }
        if ((buffer.usage() & (VK_BUFFER_USAGE_UNIFORM_TEXEL_BUFFER_BIT | VK_BUFFER_USAGE_STORAGE_TEXEL_BUFFER_BIT))
                != 0) {
            problems.add(what + ": a texel buffer, whose format this check does not see: teach it first");
        }
        return problems;
    }

    /** A sampled image's format is looked at where the image is made; core Vulkan has every filter and mode but these. */
    private List<String> sampler(Request.Sampler sampler) {
        List<String> problems = new ArrayList<>();
        if (sampler.filter() != VK_FILTER_NEAREST && sampler.filter() != VK_FILTER_LINEAR) {
            problems.add("sampler '" + sampler.name() + "': VkFilter " + sampler.filter() + " is not core Vulkan");
        }
        if (sampler.addressMode() == VK_SAMPLER_ADDRESS_MODE_MIRROR_CLAMP_TO_EDGE
                && !has("VkPhysicalDeviceVulkan12Features", "samplerMirrorClampToEdge")) {
            problems.add("sampler '" + sampler.name() + "': samplerMirrorClampToEdge is off on the Pi");
        }
        return problems;
    }

    /** Scanned out images are LINEAR on the Pi. */
    private List<String> swapchain(Request.Swapchain swapchain) {
        List<String> problems = new ArrayList<>();
        // The format is one that the surface offered, here perhaps another than there.
        problems.addAll(usage("swapchain", VK_FORMAT_B8G8R8A8_SRGB, VK_IMAGE_TILING_LINEAR, swapchain.usage()));
        if (swapchain.presentMode() != KHRSurface.VK_PRESENT_MODE_FIFO_KHR) {
            problems.add("swapchain: " + VulkanNames.of("VK_PRESENT_MODE_", swapchain.presentMode())
                    + ": VK_KHR_display on the Pi has FIFO only");
        }
        return problems;
    }

    private List<String> drawing(Request.Drawing drawing) {
        List<String> problems = new ArrayList<>();
        String what = "pipeline '" + drawing.name() + "'";
        String color = VulkanNames.of("VK_FORMAT_", drawing.colorFormat());
        String needed = "VK_FORMAT_FEATURE_COLOR_ATTACHMENT" + (drawing.blended() ? "_BLEND_BIT" : "_BIT");
        if (!formatFeatures(color, "optimalTilingFeatures").contains(needed)) {
            problems.add(what + ": " + color + " has no " + needed + " on the Pi");
        }
        for (int format : drawing.vertexFormats()) {
            String name = VulkanNames.of("VK_FORMAT_", format);
            if (!formatFeatures(name, "bufferFeatures").contains("VK_FORMAT_FEATURE_VERTEX_BUFFER_BIT")) {
                problems.add(what + ": vertex attribute of " + name + ": the Pi does not offer it");
            }
        }
        return problems;
    }

    private List<String> shader(Request.Shader request) {
        Spirv shader = request.shader();
        List<String> problems = new ArrayList<>();
        String what = "shader " + shader.name();
        ShaderInterface demands = ShaderInterface.of(shader, request.constants());
        for (int number : new TreeSet<>(demands.capabilities())) {
            Capability capability = CAPABILITIES.get(number);
            if (capability == null) {
                problems.add(what + ": SPIR-V capability " + number + " is not known to this check: teach it first");
            } else if (!served(capability)) {
                problems.add(what + ": SPIR-V capability " + capability.name() + " needs " + capability.member()
                        + ", which the Pi lacks");
            }
        }
        Spirv.LocalSize size = demands.localSize();
        most(problems, what + ": local_size_x", size.x(), limit("maxComputeWorkGroupSize", 0));
        most(problems, what + ": local_size_y", size.y(), limit("maxComputeWorkGroupSize", 1));
        most(problems, what + ": local_size_z", size.z(), limit("maxComputeWorkGroupSize", 2));
        most(
                problems,
                what + ": invocations in a workgroup",
                (long) size.x() * size.y() * size.z(),
                limit("maxComputeWorkGroupInvocations"));
        most(problems, what + ": bytes of shared memory", demands.sharedBytes(), limit("maxComputeSharedMemorySize"));
        most(problems, what + ": bytes of push constants", shader.pushConstantBytes(), limit("maxPushConstantsSize"));
        Map<Spirv.Kind, Integer> bound = new EnumMap<>(Spirv.Kind.class);
        shader.bindings().forEach(b -> bound.merge(b.kind(), 1, Integer::sum));
        bound.forEach((kind, count) -> most(
                problems,
                what + ": descriptors of kind " + kind,
                count,
                limit(
                        switch (kind) {
                            case STORAGE_BUFFER -> "maxPerStageDescriptorStorageBuffers";
                            case UNIFORM_BUFFER -> "maxPerStageDescriptorUniformBuffers";
                            case COMBINED_IMAGE_SAMPLER, UNIFORM_TEXEL_BUFFER -> "maxPerStageDescriptorSampledImages";
                            case STORAGE_IMAGE -> "maxPerStageDescriptorStorageImages";
                        })));
        return problems;
    }

    private static void most(List<String> problems, String what, long asked, long most) {
        if (asked > most) {
            problems.add(what + ": " + asked + ", the Pi's most are " + most);
        }
    }

    private boolean served(Capability capability) {
        if (capability.structure().isEmpty()) {
            return true;
        }
        if (capability.structure().equals("subgroup")) {
            return list(object(properties, "VkPhysicalDeviceVulkan11Properties"), "subgroupSupportedOperations")
                    .contains(capability.member());
        }
        return has(capability.structure(), capability.member());
    }

    private boolean has(String structure, String member) {
        return features.get(structure) instanceof Map<?, ?> s && Boolean.TRUE.equals(s.get(member));
    }

    private long limit(String name) {
        return number(object(object(properties, "VkPhysicalDeviceProperties"), "limits")
                .get(name));
    }

    private long limit(String name, int index) {
        return number(list(object(object(properties, "VkPhysicalDeviceProperties"), "limits"), name)
                .get(index));
    }

    private long limitOf(String structure, String name) {
        return number(object(properties, structure).get(name));
    }

    private List<String> formatFeatures(String format, String kind) {
        if (!(formats.get(format) instanceof Map<?, ?> entry)) {
            return List.of();
        }
        return list(object(entry, "VkFormatProperties"), kind).stream()
                .map(String::valueOf)
                .toList();
    }

    private static long number(@Nullable Object value) {
        if (value instanceof Double d) {
            return d.longValue();
        }
        throw new AssertionError("the profile has no number but " + value);
    }

    private static Map<String, ?> object(Map<?, ?> of, String key) {
        return asObject(of.get(key));
    }

    @SuppressWarnings("unchecked") // JSON's keys are strings
    private static Map<String, ?> asObject(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            return (Map<String, ?>) map;
        }
        throw new AssertionError("the profile has no object but " + value);
    }

    private static List<?> list(Map<?, ?> of, String key) {
        if (of.get(key) instanceof List<?> list) {
            return list;
        }
        throw new AssertionError("the profile has no list " + key);
    }
}
