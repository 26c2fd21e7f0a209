package vitrine.inference.model;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Replaces each pair {@code s = Sigmoid(x); y = Mul(x, s)} of an ONNX graph by one {@code y = Swish(x)}, by editing the
 * protobuf in place. The same function; OpenCV 4.13 computes its Sigmoid one value at a time and fuses Swish into the
 * convolution before it. Swish is a name only OpenCV's importer knows, so the bytes are for it alone.
 */
public final class OnnxRewrite {

    /**
     * Outcome of a rewrite.
     *
     * @param bytes the model to load: the array given where nothing was replaced
     * @param replaced pairs replaced
     */
    @SuppressWarnings("ArrayRecordComponent") // a carrier of megabytes, never compared
    public record Result(byte[] bytes, int replaced) {}

    /** A node's tensors and kind. */
    private record Node(List<String> inputs, List<String> outputs, String name, String op, String domain) {}

    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, Integer> uses = new HashMap<>();
    private final Set<String> graphOutputs = new HashSet<>();
    private boolean subgraphs;

    private OnnxRewrite() {}

    /** Rewrites what can be; anything unexpected leaves the bytes as they are. */
    public static Result swish(byte[] model) {
        try {
            return new OnnxRewrite().rewrite(model);
        } catch (MalformedFileException e) {
            return new Result(model, 0); // the importer will say what it thinks of it
        }
    }

    private Result rewrite(byte[] model) throws MalformedFileException {
        int graphs = 0;
        for (ProtoReader m = new ProtoReader(model); m.next(); ) {
            if (m.is(7, ProtoReader.BYTES)) {
                graphs++;
                read(m.message());
            }
        }
        // A subgraph may use an outer tensor without naming it among its node's inputs.
        if (graphs != 1 || subgraphs) {
            return new Result(model, 0);
        }
        byte[] @Nullable [] body = new byte[nodes.size()][];
        boolean[] dropped = new boolean[nodes.size()];
        int replaced = match(body, dropped);
        return replaced == 0 ? new Result(model, 0) : new Result(write(model, body, dropped), replaced);
    }

    private void read(ProtoReader graph) throws MalformedFileException {
        while (graph.next()) {
            if (graph.is(1, ProtoReader.BYTES)) {
                Node node = node(graph.message());
                nodes.add(node);
                node.inputs().forEach(i -> uses.merge(i, 1, Integer::sum));
            } else if (graph.is(12, ProtoReader.BYTES)) {
                for (ProtoReader info = graph.message(); info.next(); ) {
                    if (info.is(1, ProtoReader.BYTES)) {
                        graphOutputs.add(info.text());
                    }
                }
            }
        }
    }

    private Node node(ProtoReader node) throws MalformedFileException {
        List<String> inputs = new ArrayList<>();
        List<String> outputs = new ArrayList<>();
        String name = "";
        String op = "";
        String domain = "";
        while (node.next()) {
            switch (node.field()) {
                case 1 -> inputs.add(node.text());
                case 2 -> outputs.add(node.text());
                case 3 -> name = node.text();
                case 4 -> op = node.text();
                case 5 -> attribute(node.message());
                case 7 -> domain = node.text();
                default -> {}
            }
        }
        return new Node(inputs, outputs, name, op, domain);
    }

    private void attribute(ProtoReader attribute) throws MalformedFileException {
        while (attribute.next()) {
            subgraphs |= attribute.is(6, ProtoReader.BYTES) || attribute.is(11, ProtoReader.BYTES);
        }
    }

    private int match(byte[] @Nullable [] body, boolean[] dropped) {
        Map<String, Integer> sigmoidOf = new HashMap<>();
        int replaced = 0;
        for (int i = 0; i < nodes.size(); i++) {
            Node n = nodes.get(i);
            if (!n.domain().isEmpty() || n.outputs().size() != 1) {
                continue;
            }
            if (n.op().equals("Sigmoid") && n.inputs().size() == 1) {
                sigmoidOf.put(n.outputs().getFirst(), i);
            } else if (n.op().equals("Mul") && n.inputs().size() == 2) {
                for (int k = 0; k < 2; k++) {
                    String s = n.inputs().get(k);
                    String x = n.inputs().get(1 - k);
                    Integer at = sigmoidOf.get(s);
                    if (at != null
                            && nodes.get(at).inputs().getFirst().equals(x)
                            && uses.getOrDefault(s, 0) == 1
                            && !graphOutputs.contains(s)) {
                        dropped[at] = true;
                        body[i] = swish(x, n.outputs().getFirst(), n.name());
                        replaced++;
                        break;
                    }
                }
            }
        }
        return replaced;
    }

    private static byte[] swish(String input, String output, String name) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        text(out, 1, input);
        text(out, 2, output);
        text(out, 3, name);
        text(out, 4, "Swish");
        return out.toByteArray();
    }

    private static byte[] write(byte[] model, byte[] @Nullable [] body, boolean[] dropped)
            throws MalformedFileException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(model.length);
        for (ProtoReader m = new ProtoReader(model); m.next(); ) {
            if (m.is(7, ProtoReader.BYTES)) {
                bytes(out, 7, graph(model, m.message(), body, dropped));
            } else {
                out.write(model, m.fieldStart(), m.fieldEnd() - m.fieldStart());
            }
        }
        return out.toByteArray();
    }

    private static byte[] graph(byte[] model, ProtoReader graph, byte[] @Nullable [] body, boolean[] dropped)
            throws MalformedFileException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(model.length);
        int node = 0;
        while (graph.next()) {
            int i = graph.is(1, ProtoReader.BYTES) ? node++ : -1;
            byte[] replacement = i < 0 ? null : body[i];
            if (replacement != null) {
                bytes(out, 1, replacement);
            } else if (i < 0 || !dropped[i]) {
                out.write(model, graph.fieldStart(), graph.fieldEnd() - graph.fieldStart());
            }
        }
        return out.toByteArray();
    }

    private static void text(ByteArrayOutputStream out, int field, String value) {
        bytes(out, field, value.getBytes(StandardCharsets.UTF_8));
    }

    private static void bytes(ByteArrayOutputStream out, int field, byte[] value) {
        out.write(field << 3 | ProtoReader.BYTES);
        int n = value.length;
        while (n > 0x7F) {
            out.write((n & 0x7F) | 0x80);
            n >>>= 7;
        }
        out.write(n);
        out.writeBytes(value);
    }
}
