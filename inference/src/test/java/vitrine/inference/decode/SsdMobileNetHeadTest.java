package vitrine.inference.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The SSD head on tensors whose boxes are known, straight and as OpenCV's importer scrambles them. */
class SsdMobileNetHeadTest {

    private static final int SIDE = 300;
    private static final int ANCHORS = 1917;
    private static final int CLASSES = 4;
    private static final int[] MAPS = {19, 10, 5, 3, 2, 1};

    private final float[] boxes = new float[4 * ANCHORS];
    private final float[] logits = new float[CLASSES * ANCHORS];
    private final Candidates found = new Candidates(ANCHORS);

    SsdMobileNetHeadTest() {
        Arrays.fill(logits, -10);
    }

    private static Head head(boolean permuted) {
        return Head.create(
                Head.Kind.SSD_MOBILENET_V2,
                SIDE,
                SIDE,
                CLASSES,
                List.of(
                        new OutputShape("class_predictions", List.of(1, ANCHORS, CLASSES)),
                        new OutputShape("box_encodings", List.of(1, ANCHORS, 4))),
                permuted);
    }

    /** What the importer makes of the boxes: each map [cells][channels] kept as [channels][cells], cut anew to [4][n]. */
    private static float[] asImported(float[] straight) {
        float[] out = new float[straight.length];
        int base = 0;
        for (int map = 0; map < MAPS.length; map++) {
            int cells = MAPS[map] * MAPS[map];
            int channels = 4 * (map == 0 ? 3 : 6);
            float[] planar = new float[cells * channels];
            for (int p = 0; p < cells; p++) {
                for (int c = 0; c < channels; c++) {
                    planar[c * cells + p] = straight[base + p * channels + c];
                }
            }
            int rows = planar.length / 4;
            for (int q = 0; q < 4; q++) {
                for (int r = 0; r < rows; r++) {
                    out[base + 4 * r + q] = planar[q * rows + r];
                }
            }
            base += planar.length;
        }
        return out;
    }

    @Test
    void anchorsAreThoseOfTheConfiguration() {
        float[] a = SsdMobileNetHead.anchorsOf(SIDE);
        assertThat(a).hasSize(4 * ANCHORS);
        // First cell of the first map: its small square, then aspects 2 and 1/2 of scale 0.2.
        assertThat(Arrays.copyOf(a, 12))
                .containsExactly(
                        new float[] {
                            0.026316f, 0.026316f, 0.1f, 0.1f, //
                            0.026316f, 0.026316f, 0.141421f, 0.282843f, //
                            0.026316f, 0.026316f, 0.282843f, 0.141421f
                        },
                        within(1e-6f));
        // The one cell of the last map: aspect 3 of scale 0.95, ..., the square between 0.95 and 1.
        assertThat(Arrays.copyOfRange(a, 4 * (ANCHORS - 3), 4 * ANCHORS))
                .containsExactly(
                        new float[] {
                            0.5f, 0.5f, 0.548483f, 1.645448f, //
                            0.5f, 0.5f, 1.645448f, 0.548483f, //
                            0.5f, 0.5f, 0.974679f, 0.974679f
                        },
                        within(1e-6f));
        // Second map, row 2, column 7: x runs inside y.
        int i = 4 * (361 * 3 + (2 * 10 + 7) * 6);
        assertThat(a[i]).isCloseTo(0.25f, within(1e-6f));
        assertThat(a[i + 1]).isCloseTo(0.75f, within(1e-6f));
        assertThat(a[i + 2]).isCloseTo(0.35f, within(1e-6f));
    }

    @Test
    void decodesAKnownBox() {
        int i = 361 * 3 + (2 * 10 + 7) * 6; // centre (0.75, 0.25), side 0.35
        boxes[4 * i] = 1; // y moves by a tenth of the height
        boxes[4 * i + 1] = -2;
        boxes[4 * i + 2] = (float) (5 * Math.log(2));
        boxes[4 * i + 3] = (float) (5 * Math.log(0.5));
        logits[CLASSES * i + 3] = 1.0986123f; // sigmoid 0.75
        assertThat(head(false).decode(new float[][] {logits, boxes}, 0.4f, found))
                .isZero();
        assertThat(found.size()).isOne();
        assertThat(found.classIndex(0)).isEqualTo(3);
        assertThat(found.score(0)).isCloseTo(0.75f, within(1e-5f));
        assertThat((found.left(0) + found.right(0)) / 2).isCloseTo(300 * (0.75f - 0.07f), within(1e-2f));
        assertThat((found.top(0) + found.bottom(0)) / 2).isCloseTo(300 * (0.25f + 0.035f), within(1e-2f));
        assertThat(found.right(0) - found.left(0)).isCloseTo(300 * 0.175f, within(1e-2f));
        assertThat(found.bottom(0) - found.top(0)).isCloseTo(300 * 0.7f, within(1e-2f));
    }

    @Test
    void backgroundIsNeverFound() {
        logits[0] = 10;
        logits[CLASSES + 1] = -1;
        head(false).decode(new float[][] {logits, boxes}, 0.4f, found);
        assertThat(found.size()).isZero();
    }

    @Test
    void theRepairUndoesTheImportersPermutation() {
        Random random = new Random(11);
        for (int i = 0; i < boxes.length; i++) {
            boxes[i] = random.nextFloat() * 4 - 2;
        }
        for (int i = 0; i < ANCHORS; i++) {
            logits[i * CLASSES + 1 + i % 3] = 2;
        }
        float[] imported = asImported(boxes);
        assertThat(imported).isNotEqualTo(boxes);
        Candidates repaired = new Candidates(ANCHORS);
        head(false).decode(new float[][] {logits, boxes}, 0.4f, found);
        head(true).decode(new float[][] {logits, imported}, 0.4f, repaired);
        assertThat(repaired.size()).isEqualTo(ANCHORS).isEqualTo(found.size());
        for (int i = 0; i < ANCHORS; i++) {
            assertThat(repaired.left(i)).isEqualTo(found.left(i));
            assertThat(repaired.top(i)).isEqualTo(found.top(i));
            assertThat(repaired.right(i)).isEqualTo(found.right(i));
            assertThat(repaired.bottom(i)).isEqualTo(found.bottom(i));
        }
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
    void valuesThatAreNoNumbersGiveNoBoxAndAreCounted(float bad) {
        logits[1] = bad;
        logits[CLASSES + 3] = bad;
        logits[2 * CLASSES + 2] = 3;
        boxes[4 * 2 + 1] = bad;
        logits[3 * CLASSES + 2] = 3;
        boxes[4 * 3 + 2] = bad;
        logits[4 * CLASSES + 2] = 3;
        assertThat(head(false).decode(new float[][] {logits, boxes}, 0.4f, found))
                .isEqualTo(4);
        assertThat(found.size()).isOne();
    }

    @Test
    void wrongShapesAreRefused() {
        assertThatThrownBy(() -> Head.create(
                        Head.Kind.SSD_MOBILENET_V2,
                        320,
                        320,
                        24,
                        List.of(
                                new OutputShape("raw_outputs/box_encodings", List.of(1, ANCHORS, 4)),
                                new OutputShape("raw_outputs/class_predictions", List.of(1, ANCHORS, 24))),
                        false))
                .isInstanceOf(HeadMismatchException.class)
                .hasMessageContaining("320x320");
    }

    @Test
    void fourClassesAreToldFromBoxesByName() {
        logits[1] = 3;
        head(false).decode(new float[][] {logits, boxes}, 0.4f, found);
        assertThat(found.size()).isOne();
        assertThat(found.classIndex(0)).isOne();
    }
}
