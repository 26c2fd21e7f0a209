package vitrine.inference.decode;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Decoding and suppression allocate nothing once warm. */
class DecodeAllocationTest {

    private static final int ROUNDS = 200;

    @ParameterizedTest
    @EnumSource(Head.Kind.class)
    void steadyStateAllocatesNothing(Head.Kind kind) {
        List<OutputShape> shapes = switch (kind) {
            case YOLOX -> List.of(new OutputShape("output", List.of(1, 3549, 85)));
            case YOLO_V8 -> List.of(new OutputShape("output", List.of(1, 84, 3549)));
            case SSD_MOBILENET_V2 ->
                List.of(new OutputShape("boxes", List.of(1, 1917, 4)), new OutputShape("scores", List.of(1, 1917, 24)));
        };
        boolean ssd = kind == Head.Kind.SSD_MOBILENET_V2;
        Head head = Head.create(kind, ssd ? 300 : 416, ssd ? 300 : 416, ssd ? 24 : 80, shapes, ssd);
        Candidates candidates = new Candidates(head.anchors());
        NonMaximumSuppression suppression = new NonMaximumSuppression(1000, 300);
        Random random = new Random(3);
        float[][] outputs = new float[shapes.size()][];
        for (int i = 0; i < outputs.length; i++) {
            outputs[i] = new float[(int) shapes.get(i).elements()];
            for (int k = 0; k < outputs[i].length; k++) {
                outputs[i][k] = random.nextFloat();
            }
        }
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int kept = 0;
        long before = 0;
        for (int round = -50; round < ROUNDS; round++) {
            if (round == 0) {
                before = threads.getCurrentThreadAllocatedBytes();
            }
            head.decode(outputs, 0.3f, candidates);
            kept += suppression.select(candidates, 0.5f);
        }
        long bytes = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(kept).isPositive();
        // The counter's own call may cost a few bytes; one object a round would be 16 times ROUNDS at least.
        assertThat(bytes).as("bytes in %d rounds", ROUNDS).isLessThan(8L * ROUNDS);
    }
}
