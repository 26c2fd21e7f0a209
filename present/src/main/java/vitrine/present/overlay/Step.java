package vitrine.present.overlay;

/**
 * A step on a card that shows progress.
 *
 * @param name a word or a few
 * @param state how far it is
 */
public record Step(String name, State state) {

    /** How far a step is. */
    public enum State {
        DONE,
        RUNNING,
        WAITING,
        FAILED
    }
}
