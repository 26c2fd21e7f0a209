package vitrine.tools.workbench;

/** What the workbench has to say, to be shown in the picture. */
public sealed interface ReloadState {

    /** Nothing was edited yet. */
    record Idle() implements ReloadState {}

    /** An edit is being compiled or tried. */
    record Compiling(String file) implements ReloadState {}

    /**
     * The last edit is in the picture.
     *
     * @param file the first of those saved; a shader's where only a constant changed
     * @param millis from the save, as the watch saw it, to the picture
     */
    record Good(String file, long millis) implements ReloadState {}

    /**
     * An edit was not taken; what was before it goes on.
     *
     * @param more problems beside this one
     */
    record Problem(ShaderProblem problem, int more) implements ReloadState {}
}
