package vitrine.engine.device;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the validation layers said, and during what. The layers call from any thread inside any Vulkan command, where
 * nothing may be thrown: messages are kept here and judged later. Any thread.
 */
public final class ValidationMessages {

    /**
     * Messages of the levels core and sync that are known to be wrong about us, by id; each needs its reason beside it.
     * Empty, and may it stay so.
     */
    private static final Set<String> KNOWN_FALSE = Set.of();

    /**
     * Advice of the level best-practices that we do not take, by id without {@code UNASSIGNED-}, which layers before
     * 1.3.270 put before it; each needs its reason beside it. What is right is mended instead.
     */
    private static final Set<String> ADVICE_DECLINED = Set.of();

    private static final String UNASSIGNED = "UNASSIGNED-";
    private static final int KEPT = 200;

    /** What the label of a frame's submission begins with, see {@link DebugLabels}. */
    static final String FRAME = "frame ";

    private static final Pattern OF_FRAME = Pattern.compile(FRAME + "(\\d+): (.*)", Pattern.DOTALL);
    private static final int DEEPEST = 16;

    private final List<Message> messages = new ArrayList<>();
    private int count;
    private String reload = "";
    private volatile long frame = -1;
    private volatile @Nullable Thread recorder;

    // The recording thread's own.
    private final @Nullable String[] passes = new String[DEEPEST];
    private int depth;

    ValidationMessages() {}

    /**
     * One message.
     *
     * @param severity {@code error} or {@code warning}
     * @param id message id, a VUID mostly
     * @param objects type and name of each object that it is about, as {@code buffer 'tensor-1'}
     * @param pass labels from the outermost to the innermost, as {@code picture / video}; empty outside of all
     * @param frame the frame's number, -1 before the first
     * @param reload {@code present/video.frag at frame 120}, the last shader reload before it; empty where there was none
     * @param text the layer's own
     */
    public record Message(
            String severity, String id, List<String> objects, String pass, long frame, String reload, String text) {
        public Message {
            objects = List.copyOf(objects);
        }

        /** One line. */
        @Override
        public String toString() {
            StringBuilder s = new StringBuilder(severity).append(' ').append(id);
            s.append(frame < 0 ? " before the first frame" : " in frame " + frame);
            s.append(pass.isEmpty() ? "" : ", pass " + pass);
            s.append(objects.isEmpty() ? "" : ", " + String.join(", ", objects));
            s.append(reload.isEmpty() ? "" : ", after reload of " + reload);
            return s.append(": ").append(text.replaceAll("\\s+", " ").strip()).toString();
        }
    }

    /**
     * Takes a message.
     *
     * @param labels of the command buffer or queue that it is about, outermost first; empty where the layer gives none
     */
    void add(String severity, @Nullable String id, @Nullable String text, List<String> objects, List<String> labels) {
        String known = id == null ? "" : id;
        if (isAllowed(known)) {
            return;
        }
        // Labels say more than where the frame thread is now: some messages come with a submission, or later.
        long inFrame = frame;
        String during = String.join(" / ", labels);
        if (during.isEmpty() && Thread.currentThread().equals(recorder)) {
            during = String.join(" / ", Arrays.asList(passes).subList(0, Math.min(depth, DEEPEST)));
        }
        Matcher m = OF_FRAME.matcher(during);
        if (m.matches()) {
            inFrame = Long.parseLong(m.group(1));
            during = m.group(2);
        }
        synchronized (this) {
            count++;
            if (messages.size() < KEPT) {
                messages.add(new Message(severity, known, objects, during, inFrame, reload, text == null ? "" : text));
            }
        }
    }

    static boolean isAllowed(String id) {
        String bare = id.startsWith(UNASSIGNED) ? id.substring(UNASSIGNED.length()) : id;
        return KNOWN_FALSE.contains(id) || ADVICE_DECLINED.contains(bare);
    }

    /** Later messages say that they came after this reload. */
    public synchronized void reloaded(String what) {
        reload = frame < 0 ? what + " before the first frame" : what + " at frame " + frame;
    }

    /** The calling thread is the one that records, and is at this frame from now on. */
    void frame(long number) {
        frame = number;
        recorder = Thread.currentThread();
    }

    /** The calling thread is the one that records, and begins a pass. */
    void begin(String pass) {
        recorder = Thread.currentThread();
        if (depth < DEEPEST) {
            passes[depth] = pass;
        }
        depth++;
    }

    void end() {
        if (depth == 0) {
            throw new AssertionError("a label ends that was not begun");
        }
        depth--;
    }

    /** How many came, including those past the kept ones. */
    public synchronized int count() {
        return count;
    }

    /** The first messages, oldest first. */
    public synchronized List<Message> list() {
        return List.copyOf(messages);
    }
}
