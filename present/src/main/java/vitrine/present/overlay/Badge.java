package vitrine.present.overlay;

/** What a badge's dot says. */
public enum Badge {
    NEUTRAL,
    WORKING,
    GOOD,
    BAD
}
