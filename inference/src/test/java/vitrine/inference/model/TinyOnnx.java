package vitrine.inference.model;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

/**
 * A hand-made ONNX network whose answer can be computed by hand: the mean of each channel over a 32x32 picture, a 1x1
 * convolution to 126 values, SiLU, and a reshape to a YOLOX output of 21 cells, 1 class.
 */
public final class TinyOnnx {

    public static final int SIDE = 32;
    public static final int CELLS = 21;
    public static final int COLUMNS = 6;
    public static final int VALUES = CELLS * COLUMNS;

    /** Weight of channel c for value k is {@code weights[3 * k + c]}. */
    public final float[] weights = new float[3 * VALUES];

    public final float[] bias = new float[VALUES];

    /** Appended to the graph, for tests that need more in it. */
    public byte[] extraGraph = {};

    /** Appended to the model. */
    public byte[] extraModel = {};

    public List<Long> inputDims = List.of(1L, 3L, (long) SIDE, (long) SIDE);
    public List<Long> outputDims = List.of(1L, (long) CELLS, (long) COLUMNS);
    public boolean sigmoidIsOutput;

    /** Takes [1,32,32,3] and transposes it. */
    public boolean nhwc;

    /** Makes a row answer always with the same six values. */
    public TinyOnnx answer(int row, float... values) {
        for (int i = 0; i < COLUMNS; i++) {
            bias[row * COLUMNS + i] = inverseSilu(values[i]);
        }
        return this;
    }

    /** What to put in for {@code y} to come out, for y above the minimum of SiLU. */
    public static float inverseSilu(double y) {
        double x = y > 0 ? y + 1 : 0;
        for (int i = 0; i < 100 && Double.isFinite(y); i++) {
            double s = 1 / (1 + Math.exp(-x));
            x -= (x * s - y) / (s + x * s * (1 - s));
        }
        return Double.isFinite(y) ? (float) x : (float) y;
    }

    /** A descriptor for it: TOML that every key it needs stands in. */
    public static String descriptor(String file) {
        return """
                name = "Tiny"
                file = "%s"
                licence = "Apache-2.0"
                head = "yolox"
                labels = ["thing"]

                [input]
                width = 32
                height = 32
                channels = "bgr"
                letterbox = "top-left"
                pad = 114
                scale = 1

                [thresholds]
                score = 0.5
                iou = 0.6
                """.formatted(file);
    }

    public byte[] bytes() {
        return message(model -> {
            varint(model, 1, 7);
            bytes(model, 7, message(this::graph));
            bytes(model, 8, message(opset -> varint(opset, 2, 11)));
            model.writeBytes(extraModel);
        });
    }

    private void graph(ByteArrayOutputStream graph) {
        if (nhwc) {
            byte[] perm = message(attribute -> {
                text(attribute, 1, "perm");
                List.of(0L, 3L, 1L, 2L).forEach(axis -> varint(attribute, 8, axis));
                varint(attribute, 20, 7);
            });
            bytes(graph, 1, message(node -> {
                node.writeBytes(node("Transpose", List.of("images"), "planes"));
                bytes(node, 5, perm);
            }));
        }
        bytes(graph, 1, node("GlobalAveragePool", List.of(nhwc ? "planes" : "images"), "mean"));
        bytes(graph, 1, node("Conv", List.of("mean", "weights", "bias"), "x"));
        bytes(graph, 1, node("Sigmoid", List.of("x"), "s"));
        bytes(graph, 1, node("Mul", List.of("x", "s"), "y"));
        bytes(graph, 1, node("Reshape", List.of("y", "shape"), "output"));
        text(graph, 2, "tiny");
        bytes(graph, 5, floats("weights", List.of((long) VALUES, 3L, 1L, 1L), weights));
        bytes(graph, 5, floats("bias", List.of((long) VALUES), bias));
        bytes(graph, 5, message(shape -> {
            varint(shape, 1, 3);
            varint(shape, 2, 7);
            text(shape, 8, "shape");
            ByteBuffer raw = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
            bytes(shape, 9, raw.putLong(1).putLong(CELLS).putLong(COLUMNS).array());
        }));
        bytes(graph, 11, value("images", nhwc ? List.of(1L, (long) SIDE, (long) SIDE, 3L) : inputDims));
        bytes(graph, 12, value("output", outputDims));
        if (sigmoidIsOutput) {
            bytes(graph, 12, value("s", List.of(1L, (long) VALUES, 1L, 1L)));
        }
        graph.writeBytes(extraGraph);
    }

    public static byte[] node(String op, List<String> inputs, String output) {
        return message(node -> {
            inputs.forEach(i -> text(node, 1, i));
            text(node, 2, output);
            text(node, 3, output + "_node");
            text(node, 4, op);
        });
    }

    private static byte[] floats(String name, List<Long> dims, float[] values) {
        return message(tensor -> {
            dims.forEach(d -> varint(tensor, 1, d));
            varint(tensor, 2, 1);
            text(tensor, 8, name);
            ByteBuffer raw = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
            for (float v : values) {
                raw.putFloat(v);
            }
            bytes(tensor, 9, raw.array());
        });
    }

    private static byte[] value(String name, List<Long> dims) {
        byte[] shape = message(s -> dims.forEach(d -> bytes(s, 1, message(dim -> varint(dim, 1, d)))));
        byte[] tensor = message(t -> {
            varint(t, 1, 1);
            bytes(t, 2, shape);
        });
        return message(info -> {
            text(info, 1, name);
            bytes(info, 2, message(type -> bytes(type, 1, tensor)));
        });
    }

    /** A metadata entry for {@link #extraModel}. */
    public static byte[] metadata(String key, String value) {
        return message(model -> bytes(model, 14, message(entry -> {
            text(entry, 1, key);
            text(entry, 2, value);
        })));
    }

    public static byte[] message(Consumer<ByteArrayOutputStream> writer) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        writer.accept(out);
        return out.toByteArray();
    }

    public static void text(ByteArrayOutputStream out, int field, String value) {
        bytes(out, field, value.getBytes(StandardCharsets.UTF_8));
    }

    public static void bytes(ByteArrayOutputStream out, int field, byte[] value) {
        number(out, (field << 3) | 2);
        number(out, value.length);
        out.writeBytes(value);
    }

    public static void varint(ByteArrayOutputStream out, int field, long value) {
        number(out, (long) field << 3);
        number(out, value);
    }

    private static void number(ByteArrayOutputStream out, long value) {
        long rest = value;
        for (; (rest & ~0x7FL) != 0; rest >>>= 7) {
            out.write((int) (rest & 0x7F) | 0x80);
        }
        out.write((int) rest);
    }
}
