package vitrine.shaders;

/** A shader that does not compile. The message is the compiler's own, one {@code file:line: error: ...} a line. */
public final class ShaderCompileException extends RuntimeException {
    private final String file;
    private final int line;

    ShaderCompileException(String file, int line, String message) {
        super(message);
        this.file = file;
        this.line = line;
    }

    /** Source file of the first error, relative to the GLSL folder. */
    public String file() {
        return file;
    }

    /** Line of the first error, from 1; 0 where the compiler named none. */
    public int line() {
        return line;
    }
}
