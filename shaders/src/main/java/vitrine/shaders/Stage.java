package vitrine.shaders;

/** A shader's place in a pipeline. */
public enum Stage {
    VERTEX(".vert", 0),
    FRAGMENT(".frag", 4),
    COMPUTE(".comp", 5);

    private final String suffix;
    private final int executionModel;

    Stage(String suffix, int executionModel) {
        this.suffix = suffix;
        this.executionModel = executionModel;
    }

    /** File name ending of the GLSL source. */
    public String suffix() {
        return suffix;
    }

    static Stage ofFile(String file) {
        for (Stage s : values()) {
            if (file.endsWith(s.suffix)) {
                return s;
            }
        }
        throw new IllegalArgumentException(file + ": a shader's name ends in .vert, .frag or .comp");
    }

    /** By the number in OpEntryPoint (SPIR-V specification, section 3.3). */
    static Stage ofExecutionModel(int model) {
        for (Stage s : values()) {
            if (s.executionModel == model) {
                return s;
            }
        }
        throw new IllegalArgumentException("execution model " + model + " is not vertex, fragment or compute");
    }
}
