package vitrine.engine.device;

import static org.lwjgl.vulkan.EXTDebugUtils.*;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.lwjgl.system.MemoryUtil;
import org.lwjgl.vulkan.VkCommandBuffer;
import org.lwjgl.vulkan.VkDebugUtilsLabelEXT;
import org.lwjgl.vulkan.VkQueue;

/**
 * Names of passes in command buffers and of submissions in the queue, so that validation messages and RenderDoc's
 * captures read like the pipeline: {@code frame 17: picture}, in it {@code video} and {@code overlay}. Does nothing where
 * neither looks on; allocates nothing. Frame thread.
 */
public final class DebugLabels {

    private static final int TEXT_BYTES = 512;
    private static final int LONGEST = 100;

    private final ValidationMessages messages;
    private final @Nullable VkDebugUtilsLabelEXT label;
    private final ByteBuffer text;
    private long frame = -1;
    private String submission = "";

    DebugLabels(boolean on, ValidationMessages messages) {
        this.messages = messages;
        text = MemoryUtil.memCalloc(on ? TEXT_BYTES : 1);
        label = on ? VkDebugUtilsLabelEXT.calloc().sType$Default().pLabelName(text) : null;
    }

    /** What is recorded and submitted from here on belongs to this frame; negative for no frame. */
    public void frame(long number) {
        if (label != null) {
            frame = number;
            messages.frame(number);
        }
    }

    /**
     * Begins a submission's label, around all others in its command buffer: {@code frame 17: tensor}.
     *
     * @param name {@code tensor}
     */
    public void beginSubmission(VkCommandBuffer cmd, String name) {
        if (label != null) {
            submission = name;
            vkCmdBeginDebugUtilsLabelEXT(cmd, ofFrame(label, name));
            messages.begin(name);
        }
    }

    /**
     * Begins a pass, which may hold others. Inside a rendering scope it ends there too.
     *
     * @param name a constant, or made once: it is needed in every frame
     */
    public void begin(VkCommandBuffer cmd, String name) {
        if (label != null) {
            write(name, 0);
            vkCmdBeginDebugUtilsLabelEXT(cmd, label);
            messages.begin(name);
        }
    }

    /** Ends what was begun last. */
    public void end(VkCommandBuffer cmd) {
        if (label != null) {
            vkCmdEndDebugUtilsLabelEXT(cmd);
            messages.end();
        }
    }

    /** Right before a submission: labels it in the queue as its command buffer is. */
    public void beginSubmit(VkQueue queue) {
        if (label != null) {
            vkQueueBeginDebugUtilsLabelEXT(queue, ofFrame(label, submission));
            messages.begin(submission);
        }
    }

    /** Right after it. */
    public void endSubmit(VkQueue queue) {
        if (label != null) {
            vkQueueEndDebugUtilsLabelEXT(queue);
            messages.end();
            submission = "";
        }
    }

    private VkDebugUtilsLabelEXT ofFrame(VkDebugUtilsLabelEXT of, String name) {
        int at = 0;
        if (frame >= 0) {
            at = MemoryUtil.memASCII(ValidationMessages.FRAME, false, text, 0);
            long unit = 1;
            while (frame / unit >= 10) {
                unit *= 10;
            }
            for (; unit > 0; unit /= 10) {
                text.put(at++, (byte) ('0' + frame / unit % 10));
            }
            at += MemoryUtil.memASCII(": ", false, text, at);
        }
        write(name, at);
        return of;
    }

    private void write(String name, int at) {
        int _ = MemoryUtil.memUTF8(name.length() > LONGEST ? name.substring(0, LONGEST) : name, true, text, at);
    }

    void close() {
        MemoryUtil.memFree(text);
        if (label != null) {
            label.free();
        }
    }
}
