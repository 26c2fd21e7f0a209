package vitrine.inference.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** YOLOX and YOLOv8 heads on tensors whose boxes are known. */
class YoloHeadsTest {

    private static final int WIDTH = 96;
    private static final int HEIGHT = 64;
    private static final int CLASSES = 3;
    /** 12x8 cells of stride 8, 6x4 of 16, 3x2 of 32. */
    private static final int CELLS = 96 + 24 + 6;

    private static final int COLUMNS = 5 + CLASSES;
    private static final Offset<Float> EXACT = within(1e-3f);

    private final float[] yolox = new float[CELLS * COLUMNS];
    private final float[] v8 = new float[(4 + CLASSES) * CELLS];
    private final Candidates found = new Candidates(CELLS);

    private static Head yoloxHead() {
        return Head.create(
                Head.Kind.YOLOX,
                WIDTH,
                HEIGHT,
                CLASSES,
                List.of(new OutputShape("output", List.of(1, CELLS, COLUMNS))),
                false);
    }

    private static Head v8Head() {
        return Head.create(
                Head.Kind.YOLO_V8,
                WIDTH,
                HEIGHT,
                CLASSES,
                List.of(new OutputShape("output0", List.of(1, 4 + CLASSES, CELLS))),
                false);
    }

    /** Writes the row that codes a box in the cell its centre lies in. */
    private void putYolox(int stride, float cx, float cy, float w, float h, float objectness, float... classes) {
        int first = stride == 8 ? 0 : stride == 16 ? 96 : 120;
        int x = (int) (cx / stride);
        int y = (int) (cy / stride);
        int row = (first + y * (WIDTH / stride) + x) * COLUMNS;
        yolox[row] = cx / stride - x;
        yolox[row + 1] = cy / stride - y;
        yolox[row + 2] = (float) Math.log(w / stride);
        yolox[row + 3] = (float) Math.log(h / stride);
        yolox[row + 4] = objectness;
        System.arraycopy(classes, 0, yolox, row + 5, CLASSES);
    }

    private void putV8(int anchor, float cx, float cy, float w, float h, float... classes) {
        float[] values = {cx, cy, w, h};
        for (int q = 0; q < 4; q++) {
            v8[q * CELLS + anchor] = values[q];
        }
        for (int c = 0; c < CLASSES; c++) {
            v8[(4 + c) * CELLS + anchor] = classes[c];
        }
    }

    private void assertBox(int i, int classIndex, float score, float cx, float cy, float w, float h) {
        assertThat(found.classIndex(i)).isEqualTo(classIndex);
        assertThat(found.score(i)).isCloseTo(score, EXACT);
        assertThat(found.left(i)).isCloseTo(cx - w / 2, EXACT);
        assertThat(found.top(i)).isCloseTo(cy - h / 2, EXACT);
        assertThat(found.right(i)).isCloseTo(cx + w / 2, EXACT);
        assertThat(found.bottom(i)).isCloseTo(cy + h / 2, EXACT);
    }

    @Test
    void yoloxFindsABoxOfEachStride() {
        putYolox(8, 93, 61, 10, 6, 0.9f, 0.1f, 0.8f, 0.2f);
        putYolox(16, 40, 8, 50, 20, 0.8f, 1f, 0.3f, 0.2f);
        putYolox(32, 80, 33, 90, 60, 0.7f, 0.1f, 0.2f, 0.9f);
        assertThat(yoloxHead().decode(new float[][] {yolox}, 0.3f, found)).isZero();
        assertThat(found.size()).isEqualTo(3);
        assertBox(0, 1, 0.72f, 93, 61, 10, 6);
        assertBox(1, 0, 0.8f, 40, 8, 50, 20);
        assertBox(2, 2, 0.63f, 80, 33, 90, 60);
    }

    @Test
    void yoloxThresholdIsOnTheProduct() {
        putYolox(8, 20, 20, 10, 6, 0.6f, 0.1f, 0.5f, 0.2f);
        yoloxHead().decode(new float[][] {yolox}, 0.31f, found);
        assertThat(found.size()).isZero();
        yoloxHead().decode(new float[][] {yolox}, 0.29f, found);
        assertThat(found.size()).isOne();
    }

    @Test
    void v8FindsBoxes() {
        putV8(0, 10, 20, 8, 6, 0.2f, 0.9f, 0.1f);
        putV8(CELLS - 1, 90, 60, 30, 20, 0.5f, 0.1f, 0.1f);
        assertThat(v8Head().decode(new float[][] {v8}, 0.4f, found)).isZero();
        assertThat(found.size()).isEqualTo(2);
        assertBox(0, 1, 0.9f, 10, 20, 8, 6);
        assertBox(1, 0, 0.5f, 90, 60, 30, 20);
    }

    @Test
    void bothLayoutsOfTheSameRandomOutputsAgree() {
        Random random = new Random(7);
        for (int i = 0; i < CELLS; i++) {
            int stride = i < 96 ? 8 : i < 120 ? 16 : 32;
            int cell = i < 96 ? i : i < 120 ? i - 96 : i - 120;
            int across = WIDTH / stride;
            int row = cell / across;
            float objectness = random.nextFloat();
            float[] c = {random.nextFloat(), random.nextFloat(), random.nextFloat()};
            float cx = (cell % across + random.nextFloat()) * stride;
            float cy = (row + random.nextFloat()) * stride;
            float w = stride * (0.5f + random.nextFloat());
            float h = stride * (0.5f + random.nextFloat());
            putYolox(stride, cx, cy, w, h, objectness, c);
            putV8(i, cx, cy, w, h, objectness * c[0], objectness * c[1], objectness * c[2]);
        }
        Candidates other = new Candidates(CELLS);
        yoloxHead().decode(new float[][] {yolox}, 0.25f, found);
        v8Head().decode(new float[][] {v8}, 0.25f, other);
        assertThat(found.size()).isEqualTo(other.size()).isGreaterThan(20);
        for (int i = 0; i < found.size(); i++) {
            assertBox(
                    i,
                    other.classIndex(i),
                    other.score(i),
                    (other.left(i) + other.right(i)) / 2,
                    (other.top(i) + other.bottom(i)) / 2,
                    other.right(i) - other.left(i),
                    other.bottom(i) - other.top(i));
        }
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
    void valuesThatAreNoNumbersGiveNoBoxAndAreCounted(float bad) {
        putYolox(8, 12, 12, 8, 8, 0.9f, 0.9f, 0.1f, 0.1f);
        putYolox(8, 20, 12, 8, 8, bad, 0.9f, 0.1f, 0.1f);
        putYolox(8, 28, 12, 8, 8, 0.9f, bad, 0.9f, 0.1f);
        putYolox(8, 36, 12, 8, 8, 0.9f, 0.9f, 0.1f, bad);
        putYolox(8, 44, 12, bad, 8, 0.9f, 0.9f, 0.1f, 0.1f);
        assertThat(yoloxHead().decode(new float[][] {yolox}, 0.3f, found)).isEqualTo(4);
        assertThat(found.size()).isOne();

        putV8(0, 12, 12, 8, 8, 0.9f, 0.1f, 0.1f);
        putV8(1, bad, 12, 8, 8, 0.9f, 0.1f, 0.1f);
        putV8(2, 12, 12, 8, bad, 0.9f, 0.1f, 0.1f);
        putV8(3, 12, 12, 8, 8, bad, 0.1f, 0.1f);
        putV8(4, 12, 12, 8, 8, 0.9f, 0.1f, bad);
        assertThat(v8Head().decode(new float[][] {v8}, 0.3f, found)).isEqualTo(4);
        assertThat(found.size()).isOne();
    }

    @Test
    void sizesWhoseExponentialOverflowsAreCounted() {
        putYolox(8, 12, 12, 8, 8, 0.9f, 0.9f, 0.1f, 0.1f);
        yolox[(12 + 1) * COLUMNS + 2] = 1000;
        assertThat(yoloxHead().decode(new float[][] {yolox}, 0.3f, found)).isOne();
        assertThat(found.size()).isZero();
    }

    @Test
    void wrongShapesAreRefusedWithBothShapesNamed() {
        assertThatThrownBy(() -> Head.create(
                        Head.Kind.YOLOX, 416, 416, 24, List.of(new OutputShape("output", List.of(1, 3549, 85))), false))
                .isInstanceOf(HeadMismatchException.class)
                .hasMessageContaining("[1,3549,29]")
                .hasMessageContaining("output [1,3549,85]");
        assertThatThrownBy(() -> Head.create(
                        Head.Kind.YOLO_V8,
                        416,
                        416,
                        80,
                        List.of(new OutputShape("output", List.of(1, 3549, 85))),
                        false))
                .isInstanceOf(HeadMismatchException.class)
                .hasMessageContaining("[1,84,N]");
    }
}
