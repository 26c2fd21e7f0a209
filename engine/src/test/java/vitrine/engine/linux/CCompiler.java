package vitrine.engine.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The C compiler that tests hold Java's numbers against: {@code cc}, or the command in the system property
 * {@code vitrine.test.cc}. What it makes is run behind the command in {@code vitrine.test.runner} where there is one: an
 * emulator, when this JVM is itself emulated and the kernel cannot start such programs.
 */
public final class CCompiler {
    private static final List<String> COMPILER = command("vitrine.test.cc", "cc");
    private static final List<String> RUNNER = command("vitrine.test.runner", "");

    private final Path dir;

    private CCompiler(Path dir) {
        this.dir = dir;
    }

    /** The compiler, working in {@code dir}; where there is none, or it lacks a header, the test says so and is skipped. */
    public static CCompiler require(Path dir, String... headers) throws Exception {
        CCompiler compiler = new CCompiler(dir);
        assumeTrue(
                starts(COMPILER.getFirst()),
                "SKIPPED: no C compiler " + COMPILER.getFirst() + " here; apt-get install gcc libc6-dev");
        for (String header : headers) {
            Path source = Files.writeString(dir.resolve("header.c"), "#include <" + header + ">\n");
            String errors = compiler.compile("-fsyntax-only", source.toString());
            assumeTrue(
                    errors.isEmpty(),
                    () -> "SKIPPED: no header " + header + " here; apt-get install libc6-dev linux-libc-dev");
        }
        return compiler;
    }

    /** The value of each expression, in their order, as a C program with these headers prints it. */
    public Map<String, Long> evaluate(List<String> headers, Collection<String> expressions) throws Exception {
        StringBuilder c = new StringBuilder("#define _GNU_SOURCE\n");
        headers.forEach(h -> c.append("#include <").append(h).append(">\n"));
        c.append("#include <stddef.h>\n#include <stdio.h>\nint main(void) {\n");
        expressions.forEach(
                e -> c.append("printf(\"%lld\\n\", (long long) (").append(e).append("));\n"));
        c.append("return 0; }\n");
        Path source = Files.writeString(dir.resolve("numbers.c"), c);
        Path program = dir.resolve("numbers");
        assertThat(compile("-o", program.toString(), source.toString())).isEmpty();

        List<String> command = new ArrayList<>(RUNNER);
        command.add(program.toString());
        List<String> lines = run(command).lines().toList();
        assertThat(lines).hasSameSizeAs(expressions);
        Map<String, Long> values = new LinkedHashMap<>();
        int line = 0;
        for (String expression : expressions) {
            values.put(expression, Long.parseLong(lines.get(line++)));
        }
        return values;
    }

    /** A shared library of this source. */
    public Path library(String name, String source, String... options) throws Exception {
        Path file = Files.writeString(dir.resolve(name + ".c"), source);
        Path library = dir.resolve(name + ".so");
        List<String> arguments = new ArrayList<>(List.of("-shared", "-fPIC", "-Wall", "-Wextra", "-Werror"));
        arguments.addAll(List.of(options));
        arguments.addAll(List.of("-o", library.toString(), file.toString()));
        assertThat(compile(arguments.toArray(String[]::new))).isEmpty();
        return library;
    }

    /** What the compiler says; nothing where all is well. */
    private String compile(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(COMPILER);
        command.addAll(List.of(arguments));
        return run(command);
    }

    private String run(List<String> command) throws Exception {
        Path output = dir.resolve("output");
        Process p = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!p.waitFor(60, TimeUnit.SECONDS)) {
            p.destroyForcibly();
            throw new AssertionError("not done after 60 s: " + String.join(" ", command));
        }
        String said = Files.readString(output, StandardCharsets.UTF_8);
        if (p.exitValue() != 0 && said.isEmpty()) {
            return "exit code " + p.exitValue() + " of " + String.join(" ", command);
        }
        return said;
    }

    private static boolean starts(String program) throws InterruptedException {
        try {
            new ProcessBuilder(program, "--version")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static List<String> command(String property, String otherwise) {
        String words = System.getProperty(property, otherwise).strip();
        return words.isEmpty() ? List.of() : List.of(words.split(" +"));
    }
}
