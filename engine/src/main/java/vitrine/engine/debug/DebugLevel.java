package vitrine.engine.debug;

/** One kind of check that the Khronos validation layer makes. */
public enum DebugLevel {
    /** Valid usage of every call. Part of every debug run. */
    CORE("core"),
    /** Hazards between accesses that no barrier orders. */
    SYNC("sync"),
    /** Advice on performance; vendors' own is left out. */
    BEST_PRACTICES("best-practices"),
    /** Instrumented shaders: accesses out of bounds, bad descriptors and addresses. Slow. */
    GPU("gpu");

    private final String word;

    DebugLevel(String word) {
        this.word = word;
    }

    /** As it stands on the command line. */
    public String word() {
        return word;
    }
}
