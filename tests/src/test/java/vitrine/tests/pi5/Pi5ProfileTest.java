package vitrine.tests.pi5;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.lwjgl.vulkan.VK13.*;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lwjgl.vulkan.KHRSurface;
import picocli.CommandLine;
import vitrine.engine.device.InstanceOptions;
import vitrine.engine.device.Request;
import vitrine.engine.device.VulkanDevice;
import vitrine.engine.device.VulkanException;
import vitrine.engine.device.VulkanInstance;
import vitrine.inference.model.TinyOnnx;
import vitrine.present.display.DisplayProbe;
import vitrine.shaders.ShaderCompiler;
import vitrine.shaders.ShaderLibrary;
import vitrine.shaders.Spirv;
import vitrine.tools.kiosk.Kiosk;
import vitrine.tools.kiosk.RunOptions;
import vitrine.tools.kiosk.StopSignal;

/** Whatever Vitrine asks of a Vulkan driver, a Raspberry Pi 5's serves; and the check itself finds what it does not. */
final class Pi5ProfileTest {

    private static final Pi5Profile PI = Pi5Profile.load();

    /** Calls that ask for something, and the only classes that make them: each tells its request first. */
    private static final Set<String> ASKING = Set.of(
            "vkCreateInstance",
            "vkCreateDevice",
            "vkCreateImage",
            "vmaCreateImage",
            "vkCreateBuffer",
            "vmaCreateBuffer",
            "vkCreateBufferView",
            "vkCreateSampler",
            "vkCreateSamplerYcbcrConversion",
            "vkCreateSwapchainKHR",
            "vkCreateShaderModule",
            "vkCreateComputePipelines",
            "vkCreateGraphicsPipelines");

    private static final Set<String> TELLING = Set.of(
            "vitrine.engine.device.VulkanInstance",
            "vitrine.engine.device.VulkanDevice",
            "vitrine.engine.memory.Image",
            "vitrine.engine.memory.DeviceBuffer",
            "vitrine.engine.memory.ImportedBuffer",
            "vitrine.engine.pipeline.ShaderStage",
            "vitrine.engine.pipeline.ComputePipeline",
            "vitrine.engine.pipeline.GraphicsPipeline",
            "vitrine.engine.pipeline.Sampler",
            "vitrine.present.display.Swapchain");

    @TempDir
    Path dir;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pattern:64x64@120?format=nv12&pace=max",
                "pattern:640x360@120?format=nv12&pace=max",
                "pattern:641x359@120?format=i420&pace=max",
                "pattern:320x240@120?format=yuyv&pace=max"
            })
    void theFrameLoopAsksForNothingThatAPiLacks(String source) throws Exception {
        Files.write(dir.resolve("tiny.onnx"), new TinyOnnx().bytes());
        Files.writeString(dir.resolve("tiny.toml"), TinyOnnx.descriptor("tiny.onnx"));
        RunOptions options = new RunOptions();
        new CommandLine(options)
                .parseArgs(
                        "--source",
                        source,
                        "--model",
                        dir.resolve("tiny.toml").toString(),
                        "--frames",
                        "3",
                        "--debug",
                        "--passes",
                        "privacy,heat,edges",
                        "--present",
                        "offscreen:" + dir.resolve("pictures"));
        List<Request> requests = Collections.synchronizedList(new ArrayList<>());
        try {
            Kiosk.run(options.resolve(), new StopSignal(), requests::add);
        } catch (VulkanException e) {
            skip(e);
        }
        assertThat(requests)
                .hasAtLeastOneElementOfType(Request.Extension.class)
                .hasAtLeastOneElementOfType(Request.Feature.class)
                .hasAtLeastOneElementOfType(Request.Image.class)
                .hasAtLeastOneElementOfType(Request.Buffer.class)
                .hasAtLeastOneElementOfType(Request.Sampler.class)
                .hasAtLeastOneElementOfType(Request.Shader.class)
                .hasAtLeastOneElementOfType(Request.Drawing.class);
        assertThat(requests)
                .contains(new Request.Feature("VkPhysicalDeviceVulkan12Features", "timelineSemaphore", false));
        assertThat(problems(requests)).isEmpty();
    }

    @Test
    void aScreenAsksForNothingThatAPiLacks() {
        List<Request> requests = new ArrayList<>();
        DisplayProbe.INSTANCE_EXTENSIONS.forEach(
                name -> requests.add(new Request.Extension(Request.Scope.INSTANCE, name, false)));
        InstanceOptions options = new InstanceOptions(false, List.of(KHRSurface.VK_KHR_SURFACE_EXTENSION_NAME));
        try (VulkanInstance instance = VulkanInstance.create(options.telling(requests::add));
                VulkanDevice device = VulkanDevice.create(instance, new VulkanDevice.Options(null, true))) {
            assertThat(device.liveObjects()).isEmpty();
        } catch (VulkanException e) {
            skip(e);
        }
        assertThat(requests).contains(new Request.Extension(Request.Scope.DEVICE, "VK_KHR_swapchain", false));
        assertThat(problems(requests)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("variants")
    void everyCompiledShaderFits(String variant) {
        String[] words = variant.split(" ", -1);
        Spirv shader = ShaderLibrary.load(words[0], Arrays.copyOfRange(words, 1, words.length));
        assertThat(PI.problems(new Request.Shader(shader, Map.of()))).isEmpty();
    }

    /** What ./vitrine bench --pi5-cost compiles and compares. */
    @ParameterizedTest
    @MethodSource("variants")
    void everyCompiledShaderHasALimitOfItsCost(String variant) throws IOException {
        String[] words = variant.split(" ", -1);
        Spirv shader = ShaderLibrary.load(words[0], Arrays.copyOfRange(words, 1, words.length));
        assertThat(Files.readAllLines(Path.of("pi5/shader-limits.tsv")))
                .anyMatch(line -> line.startsWith(shader.name() + "\t"));
    }

    static Stream<String> variants() throws IOException {
        return Files.readAllLines(Path.of("../shaders/src/main/glsl/variants.txt")).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#"));
    }

    @Test
    void whateverAsksTells() {
        var vitrine = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .withImportOption(location -> !location.contains("-tests.jar"))
                .importPackages("vitrine");
        noClasses()
                .that(DescribedPredicate.describe("tell no Request", c -> !TELLING.contains(c.getName())))
                .should()
                .callMethodWhere(DescribedPredicate.describe(
                        "a call that asks a Vulkan driver for something",
                        (JavaMethodCall call) -> ASKING.contains(call.getName())
                                && call.getTargetOwner().getName().startsWith("org.lwjgl.")))
                .check(vitrine);
    }

    @Test
    void findsASampledLinearImage() {
        assertThat(PI.problems(image(VK_IMAGE_TILING_LINEAR, VK_IMAGE_USAGE_SAMPLED_BIT)))
                .containsExactly("image 'camera': VK_IMAGE_USAGE_SAMPLED_BIT of VK_FORMAT_R8_UNORM in"
                        + " VK_IMAGE_TILING_LINEAR: the Pi does not offer it");
        assertThat(PI.problems(image(VK_IMAGE_TILING_LINEAR, VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT)))
                .isEmpty();
        assertThat(PI.problems(image(VK_IMAGE_TILING_OPTIMAL, VK_IMAGE_USAGE_SAMPLED_BIT)))
                .isEmpty();
    }

    private static Request image(int tiling, int usage) {
        return new Request.Image("camera", VK_FORMAT_R8_UNORM, tiling, usage, 1920, 1080);
    }

    @Test
    void finds512Invocations() throws IOException {
        assertThat(problems("local_size_x = 32, local_size_y = 16", "", ""))
                .containsExactly("shader try.comp: invocations in a workgroup: 512, the Pi's most are 256");
        assertThat(problems("local_size_x = 16, local_size_y = 16", "", "")).isEmpty();
    }

    @Test
    void finds512InvocationsOfAConstant() throws IOException {
        Spirv shader = shader("local_size_x_id = 0", "", "");
        assertThat(PI.problems(new Request.Shader(shader, Map.of(0, 256)))).isEmpty();
        assertThat(PI.problems(new Request.Shader(shader, Map.of(0, 512))))
                .containsExactly(
                        "shader try.comp: local_size_x: 512, the Pi's most are 256",
                        "shader try.comp: invocations in a workgroup: 512, the Pi's most are 256");
    }

    @Test
    void findsFloat16Arithmetic() throws IOException {
        assertThat(problems(
                        "local_size_x = 64",
                        "#extension GL_EXT_shader_explicit_arithmetic_types_float16 : require",
                        "v[0] = uint(float16_t(v[1]) * float16_t(v[2]));"))
                .containsExactly("shader try.comp: SPIR-V capability Float16 needs shaderFloat16, which the Pi lacks");
    }

    @Test
    void findsInt8Arithmetic() throws IOException {
        assertThat(problems(
                        "local_size_x = 64",
                        "#extension GL_EXT_shader_explicit_arithmetic_types_int8 : require",
                        "v[0] = uint(uint8_t(v[1]) * uint8_t(v[2]));"))
                .containsExactly("shader try.comp: SPIR-V capability Int8 needs shaderInt8, which the Pi lacks");
    }

    @Test
    void findsSubgroupArithmetic() throws IOException {
        assertThat(problems(
                        "local_size_x = 64",
                        "#extension GL_KHR_shader_subgroup_arithmetic : require",
                        "v[0] = subgroupAdd(v[1]);"))
                .containsExactly("shader try.comp: SPIR-V capability GroupNonUniformArithmetic needs"
                        + " VK_SUBGROUP_FEATURE_ARITHMETIC_BIT, which the Pi lacks");
        assertThat(problems(
                        "local_size_x = 64",
                        "#extension GL_KHR_shader_subgroup_shuffle : require",
                        "v[0] = subgroupShuffle(v[1], v[2]);"))
                .isEmpty();
    }

    @Test
    void findsTooMuchSharedMemory() throws IOException {
        String touch = "s[gl_LocalInvocationIndex] = v[0]; barrier(); v[1] = s[v[2]];";
        assertThat(problems("local_size_x = 64", "shared uint s[4097];", touch))
                .containsExactly("shader try.comp: bytes of shared memory: 16388, the Pi's most are 16384");
        assertThat(problems("local_size_x = 64", "shared uint s[4096];", touch)).isEmpty();
    }

    @Test
    void findsExtensionsFeaturesMemoryAndSizes() {
        assertThat(PI.problems(new Request.Extension(Request.Scope.DEVICE, "VK_KHR_present_wait", false)))
                .containsExactly("device extension VK_KHR_present_wait: the Pi has none such");
        assertThat(PI.problems(new Request.Extension(Request.Scope.DEVICE, "VK_KHR_present_wait", true)))
                .isEmpty();
        assertThat(PI.problems(new Request.Feature("VkPhysicalDeviceVulkan12Features", "shaderFloat16", false)))
                .containsExactly("feature VkPhysicalDeviceVulkan12Features::shaderFloat16: off on the Pi");
        assertThat(PI.problems(new Request.Buffer(
                        "picture", 4, VK_BUFFER_USAGE_TRANSFER_DST_BIT, VK_MEMORY_PROPERTY_HOST_CACHED_BIT)))
                .containsExactly(
                        "buffer 'picture': [VK_MEMORY_PROPERTY_HOST_CACHED_BIT]: no memory type of the Pi has it");
        assertThat(PI.problems(new Request.Image(
                        "wall",
                        VK_FORMAT_R8G8B8A8_UNORM,
                        VK_IMAGE_TILING_OPTIMAL,
                        VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT,
                        5120,
                        2880)))
                .containsExactly("image 'wall': 5120x2880, the Pi's maxImageDimension2D is 4096");
    }

    private List<String> problems(String layout, String declarations, String body) throws IOException {
        return PI.problems(new Request.Shader(shader(layout, declarations, body), Map.of()));
    }

    private Spirv shader(String layout, String declarations, String body) throws IOException {
        Files.writeString(dir.resolve("try.comp"), """
                #version 460
                %s
                layout(%s) in;
                layout(set = 0, binding = 0) buffer Values { uint v[]; };
                void main() { v[gl_LocalInvocationIndex] = 1; %s }
                """.formatted(declarations, layout, body));
        try (ShaderCompiler compiler = ShaderCompiler.create(dir)) {
            return compiler.compile("try.comp");
        }
    }

    private static List<String> problems(List<Request> requests) {
        return requests.stream()
                .flatMap(r -> PI.problems(r).stream())
                .distinct()
                .toList();
    }

    private static void skip(VulkanException e) {
        System.out.println("SKIPPED, no Vulkan here: " + e.getMessage());
        Assumptions.abort("no Vulkan here: " + e.getMessage());
    }
}
