package vitrine.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lwjgl.vulkan.VK13;
import vitrine.engine.GpuFixture;
import vitrine.engine.command.Barriers;
import vitrine.engine.command.OneTimeCommands;
import vitrine.engine.command.ReleaseQueue;
import vitrine.engine.command.SideCommands;
import vitrine.engine.command.Timeline;
import vitrine.engine.device.PipelineWorkshop;
import vitrine.engine.device.Remakeable;
import vitrine.engine.device.VulkanDevice;
import vitrine.engine.memory.DeviceBuffer;
import vitrine.shaders.ShaderCompiler;
import vitrine.shaders.Spirv;

/** Pipelines that change while they are in use; the fixture fails on validation messages and leaks. */
final class PipelineSwapTest {

    @TempDir
    Path root;

    private final Shop shop = new Shop();

    /** Knows what lives, and edits. */
    private static final class Shop implements PipelineWorkshop {
        final Map<String, Spirv> newest = new ConcurrentHashMap<>();
        final Map<String, Double> constants = new ConcurrentHashMap<>();
        final List<String> events = new ArrayList<>();

        @Override
        public Spirv newest(Spirv built) {
            return newest.getOrDefault(built.name(), built);
        }

        @Override
        public Map<String, Double> constants(Spirv shader) {
            return constants;
        }

        @Override
        public void made(Remakeable pipeline) {
            events.add("made " + pipeline.name());
        }

        @Override
        public void closed(Remakeable pipeline) {
            events.add("closed " + pipeline.name());
        }
    }

    private Spirv shader(String value) throws IOException {
        Files.writeString(root.resolve("a.comp"), """
                #version 460
                layout(local_size_x = 1) in;
                layout(constant_id = 0) const uint BASE = 1u;
                layout(constant_id = 100) const uint TUNED = 1u;
                layout(set = 0, binding = 0) buffer Out { uint word; } to;
                void main() {
                    to.word = %s;
                }
                """.formatted(value));
        try (ShaderCompiler compiler = ShaderCompiler.create(root)) {
            return compiler.compile("a.comp");
        }
    }

    private static int run(VulkanDevice device, ComputePipeline pipeline) {
        try (DeviceBuffer buffer = DeviceBuffer.create(
                        device, "out", 4, VK13.VK_BUFFER_USAGE_STORAGE_BUFFER_BIT, DeviceBuffer.Use.READBACK);
                DescriptorSet set = pipeline.createDescriptorSet("out").storageBuffer(0, buffer);
                Barriers barriers = Barriers.create(device)) {
            OneTimeCommands.run(device, cmd -> {
                pipeline.bind(cmd);
                pipeline.bind(cmd, set);
                VK13.vkCmdDispatch(cmd, 1, 1, 1);
                barriers.hostRead(
                                buffer,
                                VK13.VK_PIPELINE_STAGE_2_COMPUTE_SHADER_BIT,
                                VK13.VK_ACCESS_2_SHADER_STORAGE_WRITE_BIT)
                        .record(cmd);
            });
            return buffer.memory().get(ValueLayout.JAVA_INT, 0);
        }
    }

    private static PipelineVersion remake(ComputePipeline pipeline, Spirv shader) {
        PipelineVersion made = CompletableFuture.supplyAsync(() -> pipeline.remake(List.of(shader)))
                .join();
        assertThat(made).isNotNull();
        return made;
    }

    @Test
    void whatIsBoundIsWhatWasSwappedIn() throws IOException {
        try (GpuFixture gpu = GpuFixture.open(shop);
                Timeline timeline = Timeline.create(gpu.device());
                ReleaseQueue releases = new ReleaseQueue(timeline);
                ComputePipeline pipeline = ComputePipeline.create(
                        gpu.device(), "p", shader("BASE * 10u + TUNED"), new Specialization().set("BASE", 4))) {
            assertThat(run(gpu.device(), pipeline)).isEqualTo(41);
            PipelineVersion next = remake(pipeline, shader("BASE * 100u + TUNED"));
            assertThat(next.name()).isEqualTo("p #2");
            assertThat(run(gpu.device(), pipeline)).as("not swapped yet").isEqualTo(41);
            pipeline.swap(next, releases);
            assertThat(run(gpu.device(), pipeline)).isEqualTo(401);
            shop.constants.put("TUNED", 7.0);
            pipeline.swap(remake(pipeline, shader("BASE * 100u + TUNED")), releases);
            assertThat(run(gpu.device(), pipeline)).isEqualTo(407);
        }
        assertThat(shop.events).containsExactly("made p", "closed p");
    }

    @Test
    void aShaderMayLoseAConstantThatThePassSets() throws IOException {
        try (GpuFixture gpu = GpuFixture.open(shop);
                Timeline timeline = Timeline.create(gpu.device());
                ReleaseQueue releases = new ReleaseQueue(timeline);
                ComputePipeline pipeline = ComputePipeline.create(
                        gpu.device(), "p", shader("BASE"), new Specialization().set("BASE", 4))) {
            pipeline.swap(remake(pipeline, shader("9u")), releases);
            assertThat(run(gpu.device(), pipeline)).isEqualTo(9);
        }
    }

    @Test
    void aNewPipelineIsOfTheNewestShader() throws IOException {
        shop.newest.put("a.comp", shader("5u"));
        try (GpuFixture gpu = GpuFixture.open(shop);
                ComputePipeline pipeline =
                        ComputePipeline.create(gpu.device(), "p", shader("6u"), new Specialization())) {
            assertThat(run(gpu.device(), pipeline)).isEqualTo(5);
        }
    }

    @Test
    void versionsOutliveTheirPipeline() throws IOException {
        try (GpuFixture gpu = GpuFixture.open(shop);
                Timeline timeline = Timeline.create(gpu.device());
                ReleaseQueue releases = new ReleaseQueue(timeline)) {
            ComputePipeline pipeline = ComputePipeline.create(gpu.device(), "p", shader("1u"), new Specialization());
            PipelineVersion held = Objects.requireNonNull(pipeline.hold());
            PipelineVersion next = remake(pipeline, shader("2u"));
            PipelineVersion unused = remake(pipeline, shader("3u"));
            pipeline.close();
            try (DescriptorSet set = next.createDescriptorSet("still there")) {
                assertThat(set).isNotNull();
            }
            pipeline.swap(next, releases); // comes too late: is closed
            unused.close();
            held.close();
            assertThat(pipeline.hold()).isNull();
            @Nullable PipelineVersion late = pipeline.remake(List.of(shader("4u")));
            assertThat(late).isNull();
        }
    }

    @Test
    void anotherThreadRecordsWhatTheFrameThreadSubmits() throws IOException {
        try (GpuFixture gpu = GpuFixture.open(shop);
                Timeline timeline = Timeline.create(gpu.device());
                ComputePipeline pipeline =
                        ComputePipeline.create(gpu.device(), "p", shader("8u"), new Specialization());
                DeviceBuffer buffer = DeviceBuffer.create(
                        gpu.device(), "out", 4, VK13.VK_BUFFER_USAGE_STORAGE_BUFFER_BIT, DeviceBuffer.Use.READBACK);
                DescriptorSet set = pipeline.createDescriptorSet("out").storageBuffer(0, buffer)) {
            SideCommands side = CompletableFuture.supplyAsync(() -> {
                        SideCommands commands = SideCommands.create(gpu.device(), "side");
                        try (PipelineVersion version = Objects.requireNonNull(pipeline.hold())) {
                            var cmd = commands.begin();
                            version.bind(cmd);
                            version.bind(cmd, set);
                            VK13.vkCmdDispatch(cmd, 1, 1, 1);
                            commands.end();
                        }
                        return commands;
                    })
                    .join();
            assertThat(timeline.await(side.submit(timeline), 10_000_000_000L)).isTrue();
            side.close();
            assertThat(timeline.submitted()).isEqualTo(1);
        }
    }
}
