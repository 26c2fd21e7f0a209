package vitrine.shaders;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The build step: compiles every variant of {@code variants.txt} and writes it as {@code <name>.spv}. Does nothing when
 * neither a source nor the compiler's own code changed since the last run.
 */
public final class CompileShaders {
    private static final String STAMP = "sources.sha256";

    private CompileShaders() {}

    /** Arguments: the GLSL folder, the output folder, the folder of this module's classes. */
    public static void main(String[] args) throws IOException {
        Path sources = Path.of(args[0]);
        Path output = Path.of(args[1]);
        Path classes = Path.of(args[2]).resolve("vitrine/shaders");
        Path stamp = output.resolve(STAMP);
        String hash = hash(sources, classes);
        if (Files.exists(stamp) && Files.readString(stamp).equals(hash)) {
            return;
        }
        List<Variant> variants = variants(sources);
        if (Files.exists(output)) {
            for (Path stale : files(output)) {
                Files.delete(stale);
            }
        }
        try (ShaderCompiler compiler = ShaderCompiler.create(sources)) {
            for (Variant variant : variants) {
                Spirv spirv = compiler.compile(variant);
                Path file = output.resolve(variant.name() + ".spv");
                Files.createDirectories(file.getParent());
                Files.write(file, spirv.code());
            }
        } catch (ShaderCompileException e) {
            // Maven prints the exception among its own lines; this one is clickable.
            System.err.println(sources.resolve(e.file()) + ":" + e.line());
            throw e;
        }
        Files.writeString(stamp, hash);
        System.out.println("compiled " + variants.size() + " shaders");
    }

    /** The variants in order; every shader file must be named at least once, so that none is left out by mistake. */
    static List<Variant> variants(Path sources) throws IOException {
        List<Variant> variants = Files.readAllLines(sources.resolve("variants.txt")).stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .map(Variant::parse)
                .toList();
        Set<String> unlisted = new TreeSet<>();
        for (Path p : files(sources)) {
            String file = sources.relativize(p).toString();
            if (file.endsWith(".vert") || file.endsWith(".frag") || file.endsWith(".comp")) {
                unlisted.add(file);
            }
        }
        variants.forEach(v -> unlisted.remove(v.file()));
        if (!unlisted.isEmpty()) {
            throw new ShaderCompileException("variants.txt", 0, "variants.txt does not name " + unlisted);
        }
        return variants;
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> walk = Files.walk(folder)) {
            return walk.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static String hash(Path sources, Path classes) throws IOException {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            for (Path p : files(sources)) {
                sha.update(sources.relativize(p).toString().getBytes(StandardCharsets.UTF_8));
                sha.update(Files.readAllBytes(p));
            }
            for (Path p : files(classes).stream()
                    .filter(f -> f.toString().endsWith(".class"))
                    .toList()) {
                sha.update(Files.readAllBytes(p));
            }
            return HexFormat.of().formatHex(sha.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
