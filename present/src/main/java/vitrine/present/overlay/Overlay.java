package vitrine.present.overlay;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to draw over one frame: boxes with a label and a score, and lines of text, or a card; figures, a notice and what
 * a development run says stay from frame to frame. Reused; it grows to the most boxes ever held and then allocates nothing. One thread at a time.
 */
public final class Overlay {

    private float[] boxes = new float[4 * 64];
    private int[] colors = new int[64];
    private float[] scores = new float[64];
    private @Nullable String[] labels = new String[64];
    private int size;
    private String[] lines = new String[8];
    private int lineCount;
    private @Nullable String cardTitle;
    private String cardDetail = "";
    private List<Step> cardSteps = List.of();
    private List<Figure> figures = List.of();
    private String notice = "";
    private String badge = "";
    private Badge badgeState = Badge.NEUTRAL;
    private @Nullable Problem problem;
    private List<TuningRow> tuning = List.of();
    private String tuningNote = "";

    /** Takes boxes, lines and the card away; all else stays. */
    public void clear() {
        clearBoxes();
        clearCard();
    }

    /** Takes boxes and lines away. */
    public void clearBoxes() {
        size = 0;
        lineCount = 0;
    }

    /** Takes the card away. */
    public void clearCard() {
        cardTitle = null;
    }

    /**
     * Adds a box in the colour of its class.
     *
     * @param x left edge in pixels of the upright picture; boxes reaching over the picture's border are cut there
     * @param y top edge
     * @param width pixels
     * @param height pixels
     * @param classIndex chooses the colour
     * @param label text of the chip, or null for a bare outline; keep the same String from frame to frame
     * @param score 0..1, shown in percent after the label; negative or NaN shows none
     */
    public void box(float x, float y, float width, float height, int classIndex, @Nullable String label, float score) {
        boxColored(x, y, width, height, Palette.color(classIndex), label, score);
    }

    /** Adds a box of any colour, ARGB. */
    public void boxColored(float x, float y, float width, float height, int argb, @Nullable String label, float score) {
        if (size == colors.length) {
            boxes = Arrays.copyOf(boxes, 8 * size);
            colors = Arrays.copyOf(colors, 2 * size);
            scores = Arrays.copyOf(scores, 2 * size);
            labels = Arrays.copyOf(labels, 2 * size);
        }
        boxes[4 * size] = x;
        boxes[4 * size + 1] = y;
        boxes[4 * size + 2] = width;
        boxes[4 * size + 3] = height;
        colors[size] = argb;
        scores[size] = score;
        labels[size] = label;
        size++;
    }

    /** Adds a line of text below the ones before it, in the top left corner of the target or below its figures. */
    public void line(String text) {
        if (lineCount == lines.length) {
            lines = Arrays.copyOf(lines, 2 * lineCount);
        }
        lines[lineCount++] = text;
    }

    /**
     * Puts a card in the middle of the target, for what a visitor may read from across the room. The picture behind it
     * is dimmed, and boxes and lines are not drawn. Keep the same Strings from frame to frame.
     *
     * @param title a few words in large letters, smaller ones where they would be too wide
     * @param detail one sentence below it, on two lines where it is too wide for one; may be empty
     */
    public void card(String title, String detail) {
        cardTitle = title;
        cardDetail = detail;
        cardSteps = List.of();
    }

    /** As {@link #card(String, String)}, with steps one below the other instead of the sentence. */
    public void card(String title, List<Step> steps) {
        cardTitle = title;
        cardDetail = "";
        cardSteps = List.copyOf(steps);
    }

    /**
     * Puts figures at the top left of the target, on a panel of their own above all else, to be read from two metres.
     * They stay until the next call; an empty list takes them away. Not to be called for every frame: each call lays
     * them out anew.
     */
    public void hud(List<Figure> figures) {
        this.figures = List.copyOf(figures);
    }

    /**
     * Puts a short text at the bottom left of the target, not over a card. It stays until the next call; an empty one
     * takes it away.
     */
    public void notice(String text) {
        notice = text;
    }

    /**
     * Puts a small chip at the bottom right of the target, such as "reloaded video.frag  84 ms". It stays until the next
     * call; an empty text takes it away.
     */
    public void badge(String text, Badge state) {
        badge = text;
        badgeState = state;
    }

    /** Puts an error in a source file on a panel along the bottom of the target, over the video, until it is cleared. */
    public void problem(Problem problem) {
        this.problem = problem;
    }

    /** Takes the error away. */
    public void clearProblem() {
        problem = null;
    }

    /**
     * Puts a list of tunable constants at the top right of the target, not under a card. It stays until it is cleared;
     * where it is too long for the target, those around the selected one are shown. Not to be called for every frame: each
     * call with another list lays it out anew.
     *
     * @param rows those of a shader one after the other; may be empty
     * @param note a sentence below them, such as what saves; may be empty where there are rows
     */
    public void tuning(List<TuningRow> rows, String note) {
        tuning = List.copyOf(rows);
        tuningNote = note;
    }

    /** Takes the list of tunable constants away. */
    public void clearTuning() {
        tuning = List.of();
        tuningNote = "";
    }

    public List<Figure> figures() {
        return figures;
    }

    /** Empty where there is none. */
    public String notice() {
        return notice;
    }

    /** Empty where there is none. */
    public String badge() {
        return badge;
    }

    /** Of meaning only where there is a badge. */
    public Badge badgeState() {
        return badgeState;
    }

    /** Null where there is none. */
    public @Nullable Problem problem() {
        return problem;
    }

    /** There is a panel where this or the note is not empty. */
    public List<TuningRow> tuning() {
        return tuning;
    }

    /** The sentence below the list. */
    public String tuningNote() {
        return tuningNote;
    }

    /** The steps below the title, of meaning only where there is one; empty where there is a sentence. */
    public List<Step> cardSteps() {
        return cardSteps;
    }

    /** Title of the card, null where there is none. */
    public @Nullable String cardTitle() {
        return cardTitle;
    }

    /** The sentence below the title, of meaning only where there is one. */
    public String cardDetail() {
        return cardDetail;
    }

    /** Number of boxes. */
    public int size() {
        return size;
    }

    public float x(int index) {
        return boxes[4 * index];
    }

    public float y(int index) {
        return boxes[4 * index + 1];
    }

    public float width(int index) {
        return boxes[4 * index + 2];
    }

    public float height(int index) {
        return boxes[4 * index + 3];
    }

    public int argb(int index) {
        return colors[index];
    }

    public @Nullable String label(int index) {
        return labels[index];
    }

    public float score(int index) {
        return scores[index];
    }

    /** Number of text lines. */
    public int lines() {
        return lineCount;
    }

    public String line(int index) {
        return lines[index];
    }
}
