package vitrine.engine.device;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the validation layers said, and during what. The layers call from any thread inside any Vulkan command, where
 * nothing may be thrown: messages are kept here and judged later. Any thread.
 */
public final class ValidationMessages {

    /**
     * A message that is no finding.
     *
     * @param id without {@code UNASSIGNED-}, which older layers put before it
     * @param about what its text must contain; empty where any will do
     */
    private record Allowed(String id, String about) {}

    /**
     * Messages that are known to be wrong about us, each with its reason. What is right is mended instead. There is none of
     * the levels core and sync, and may it stay so.
     */
    private static final List<Allowed> ALLOWED = List.of(
            // best-practices. Memory that is not Vulkan's comes a frame or a tensor at a time, however small: a
            // dma-buf is imported whole, for one buffer. What Vulkan allocates itself is VMA's to divide up, which it
            // does. The first two are one message in older and newer layers.
            new Allowed("BestPractices-vkBindMemory-small-dedicated-allocation", ""),
            new Allowed("BestPractices-vkBindBufferMemory-small-dedicated-allocation", ""),
            new Allowed("BestPractices-vkAllocateMemory-small-allocation", ""),
            // best-practices. Deprecated by SPIR-V 1.6; ours is 1.5, in which nothing else makes a specialisation
            // constant a workgroup's size.
            new Allowed("BestPractices-SpirvDeprecated_WorkgroupSize", ""),
            // best-practices. By these two a debug run is told what to check and where to say it; the successor of
            // the first is not in Debian 12's layer, which has another id.
            new Allowed("BestPractices-vkCreateInstance-specialuse-extension-debugging", "VK_EXT_validation_features"),
            new Allowed("BestPractices-vkCreateInstance-specialuse-extension-debugging", "VK_EXT_debug_utils"),
            new Allowed("BestPractices-specialuse-extension", "VK_EXT_validation_features"),
            new Allowed("BestPractices-specialuse-extension", "VK_EXT_debug_utils"),
            new Allowed("BestPractices-deprecated-extension", "VK_EXT_validation_features"),
            // gpu. The layer tells what it turns on in the device for its own use, and which of its checks the device
            // gives no occasion for.
            new Allowed("WARNING-GPU-Assisted-Validation", "Internal Warning: Forcing "),
            new Allowed("WARNING-GPU-Assisted-Validation", "Internal Warning: Setting "),
            new Allowed("WARNING-GPU-Assisted-Validation", "feature was not supported [Disabling gpuav_validate_"),
            // gpu. It is slower beside core; core stays on, so that a run is never checked less than another.
            new Allowed("VALIDATION-SETTINGS", "GPU Assisted Validation and Normal Core Check Validation"));

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
        String said = text == null ? "" : text;
        if (isAllowed(known, said)) {
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
                messages.add(new Message(severity, known, objects, during, inFrame, reload, said));
            }
        }
    }

    static boolean isAllowed(String id, String text) {
        String bare = id.startsWith(UNASSIGNED) ? id.substring(UNASSIGNED.length()) : id;
        for (Allowed a : ALLOWED) {
            if (a.id.equals(bare) && text.contains(a.about)) {
                return true;
            }
        }
        return false;
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
