package vitrine.shaders;

import static org.lwjgl.util.shaderc.Shaderc.*;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lwjgl.system.MemoryUtil;
import org.lwjgl.util.shaderc.Shaderc;
import org.lwjgl.util.shaderc.ShadercIncludeResolve;
import org.lwjgl.util.shaderc.ShadercIncludeResult;
import org.lwjgl.util.shaderc.ShadercIncludeResultRelease;

/**
 * GLSL to SPIR-V by shaderc: Vulkan 1.2 rules (SPIR-V 1.5, which every Vulkan 1.3 driver takes), optimised or not, names
 * kept for reflection and validation messages. {@code #include "a/b.glsl"} counts from the GLSL folder; {@code PASS}
 * in an include's name stands for the value of the macro of that name, so that one file may serve many passes.
 *
 * <p>Used by the build and by hot reload only; production reads {@link ShaderLibrary}. One thread at a time. The creator
 * closes it.
 */
public final class ShaderCompiler implements AutoCloseable {
    private static final Pattern LOCATION = Pattern.compile("^(.*?):(\\d+): ", Pattern.MULTILINE);
    private static final int HEADER_WORDS = 5;
    private static final String PASS = "PASS";

    /** What is done to the code between GLSL and SPIR-V. */
    public enum Optimization {
        /** All that shaderc can: as the build does. */
        SPEED(shaderc_optimization_level_performance),
        /** Nothing: a hundredth of the time; all that is declared stays, and drivers optimise for themselves. */
        NONE(shaderc_optimization_level_zero);

        private final int level;

        Optimization(int level) {
            this.level = level;
        }
    }

    private final ShaderSources sources;
    private final Optimization optimization;
    private final long compiler;
    private final ShadercIncludeResolve resolve;
    private final ShadercIncludeResultRelease release;
    private final Set<String> files = new TreeSet<>();
    private String pass = PASS;

    private ShaderCompiler(ShaderSources sources, Optimization optimization) {
        this.sources = sources;
        this.optimization = optimization;
        compiler = shaderc_compiler_initialize();
        if (compiler == MemoryUtil.NULL) {
            throw new IllegalStateException("shaderc_compiler_initialize failed: out of memory?");
        }
        resolve = ShadercIncludeResolve.create(
                (userData, requested, type, requesting, depth) -> include(MemoryUtil.memUTF8(requested)));
        release = ShadercIncludeResultRelease.create((userData, result) -> release(result));
    }

    /**
     * Loads shaderc's library, which the first compiler would do. To be called while no other thread loads any: LWJGL and
     * a plain dlopen on another thread may wait for each other for ever.
     */
    public static void loadLibrary() {
        try {
            MethodHandles.lookup().ensureInitialized(Shaderc.class);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    /** A compiler for the sources below {@code root}. */
    public static ShaderCompiler create(Path root) {
        return create(ShaderSources.inFolder(root));
    }

    /** A compiler for these sources. */
    public static ShaderCompiler create(ShaderSources sources) {
        return create(sources, Optimization.SPEED);
    }

    /** A compiler for these sources. */
    public static ShaderCompiler create(ShaderSources sources, Optimization optimization) {
        return new ShaderCompiler(sources, optimization);
    }

    /** What the last {@link #compile} read or looked for, itself and all includes, also where it failed. */
    public Set<String> files() {
        return Set.copyOf(files);
    }

    /**
     * Compiles one file.
     *
     * @param file path below the GLSL folder; its ending names the stage
     * @param macros each {@code NAME} or {@code NAME=VALUE}
     * @throws ShaderCompileException with file and line, also for a missing file and for a warning
     */
    public Spirv compile(String file, String... macros) {
        return compile(new Variant(file, List.of(macros)));
    }

    /**
     * Compiles a variant anew.
     *
     * @param name of the variant, as {@link Spirv#name()} has it
     * @throws ShaderCompileException with file and line, also for a missing file and for a warning
     */
    public Spirv compileVariant(String name) {
        return compile(Variant.named(name));
    }

    Spirv compile(Variant variant) {
        files.clear();
        files.add(variant.file());
        pass = variant.macros().stream()
                .filter(m -> m.startsWith(PASS + "="))
                .map(m -> m.substring(PASS.length() + 1))
                .findFirst()
                .orElse(PASS);
        String source;
        try {
            source = sources.read(variant.file());
        } catch (IOException e) {
            throw new ShaderCompileException(variant.file(), 0, variant.file() + ": cannot be read: " + e);
        }
        long options = shaderc_compile_options_initialize();
        long result = MemoryUtil.NULL;
        try {
            shaderc_compile_options_set_target_env(options, shaderc_target_env_vulkan, shaderc_env_version_vulkan_1_2);
            shaderc_compile_options_set_optimization_level(options, optimization.level);
            // Without this the optimiser strips the names that reflection reads.
            shaderc_compile_options_set_generate_debug_info(options);
            shaderc_compile_options_set_warnings_as_errors(options);
            shaderc_compile_options_set_include_callbacks(options, resolve, release, MemoryUtil.NULL);
            for (String macro : variant.macros()) {
                int equals = macro.indexOf('=');
                shaderc_compile_options_add_macro_definition(
                        options,
                        equals < 0 ? macro : macro.substring(0, equals),
                        equals < 0 ? "1" : macro.substring(equals + 1));
            }
            result = shaderc_compile_into_spv(
                    compiler, source, kind(Stage.ofFile(variant.file())), variant.file(), "main", options);
            if (shaderc_result_get_compilation_status(result) != shaderc_compilation_status_success) {
                throw failure(
                        variant,
                        String.valueOf(shaderc_result_get_error_message(result)).strip());
            }
            ByteBuffer spv = shaderc_result_get_bytes(result);
            if (spv == null) {
                throw new ShaderCompileException(variant.file(), 0, variant.name() + ": shaderc returned nothing");
            }
            return Spirv.parse(variant.name(), withoutSourceText(spv.order(ByteOrder.LITTLE_ENDIAN)));
        } finally {
            shaderc_result_release(result);
            shaderc_compile_options_release(options);
        }
    }

    private static ShaderCompileException failure(Variant variant, String message) {
        Matcher location = LOCATION.matcher(message);
        boolean found = location.find();
        String with = variant.macros().isEmpty() ? "" : "\n(with " + String.join(" ", variant.macros()) + ")";
        return new ShaderCompileException(
                found ? location.group(1) : variant.file(),
                found ? Integer.parseInt(location.group(2)) : 0,
                message + with);
    }

    private static int kind(Stage stage) {
        return switch (stage) {
            case VERTEX -> shaderc_vertex_shader;
            case FRAGMENT -> shaderc_fragment_shader;
            case COMPUTE -> shaderc_compute_shader;
        };
    }

    /** Drops OpSourceContinued, OpSource, OpSourceExtension, OpString, OpLine, OpNoLine: text, no meaning. */
    private static byte[] withoutSourceText(ByteBuffer spv) {
        ByteBuffer kept = ByteBuffer.allocate(spv.remaining()).order(ByteOrder.LITTLE_ENDIAN);
        int words = spv.remaining() / 4;
        int at = 0;
        while (at < words) {
            int first = spv.getInt(4 * at);
            int length = at < HEADER_WORDS ? HEADER_WORDS : first >>> 16;
            boolean drop = at >= HEADER_WORDS
                    && switch (first & 0xffff) {
                        case 2, 3, 4, 7, 8, 317 -> true;
                        default -> false;
                    };
            for (int i = at; i < at + length && !drop; i++) {
                kept.putInt(spv.getInt(4 * i));
            }
            at += length;
        }
        byte[] code = new byte[kept.position()];
        kept.get(0, code);
        return code;
    }

    /** Called by shaderc: an empty source name makes the content its error message. */
    private long include(String requested) {
        String name = requested.replace(PASS, pass);
        String content;
        files.add(name);
        try {
            content = sources.read(name);
        } catch (IOException e) {
            content = name + " cannot be read below the GLSL folder";
            name = "";
        }
        ByteBuffer nameBytes = copy(name);
        ByteBuffer contentBytes = copy(content);
        return ShadercIncludeResult.calloc()
                .source_name(nameBytes)
                .content(contentBytes)
                .address();
    }

    private static ByteBuffer copy(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        // One spare byte: an empty allocation may be NULL, which shaderc does not take.
        return MemoryUtil.memAlloc(utf8.length + 1).put(utf8).flip();
    }

    private static void release(long result) {
        MemoryUtil.nmemFree(MemoryUtil.memGetAddress(result + ShadercIncludeResult.SOURCE_NAME));
        MemoryUtil.nmemFree(MemoryUtil.memGetAddress(result + ShadercIncludeResult.CONTENT));
        MemoryUtil.nmemFree(result);
    }

    @Override
    public void close() {
        shaderc_compiler_release(compiler);
        resolve.free();
        release.free();
    }
}
