package vitrine.inference.model;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import vitrine.inference.decode.OutputShape;

/**
 * Reads the envelope of a TFLite file and checks its offsets, indices and weight sizes, which an importer takes on trust.
 * Source: FlatBuffers internals and TensorFlow's schema.fbs, version 3.
 */
final class TfliteFile {

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Bytes an element of TensorType takes, by its code; 0 where elements are not of fixed whole size. */
    private static final int[] ELEMENT_BYTES = {4, 2, 4, 1, 8, 0, 1, 2, 8, 1, 8, 16, 8, 0, 0, 4, 4, 0, 2};

    private final MemorySegment data;
    private final long size;

    private TfliteFile(byte[] bytes) {
        data = MemorySegment.ofArray(bytes);
        size = bytes.length;
    }

    /** True for the file identifier of the format. */
    static boolean isOne(byte[] bytes) {
        return bytes.length >= 8 && new String(bytes, 4, 4, StandardCharsets.ISO_8859_1).equals("TFL3");
    }

    static NetworkInfo read(byte[] bytes) throws MalformedFileException {
        return new TfliteFile(bytes).model();
    }

    private NetworkInfo model() throws MalformedFileException {
        long model = follow(0);
        List<Long> codes = tables(model, 1);
        List<Long> graphs = tables(model, 2);
        List<Long> buffers = tables(model, 4);
        if (graphs.size() != 1) {
            throw new MalformedFileException("there are " + graphs.size() + " networks in it, not one");
        }
        for (long code : codes) {
            table(code);
        }
        long[] bufferBytes = new long[buffers.size()];
        for (int i = 0; i < bufferBytes.length; i++) {
            bufferBytes[i] = vector(buffers.get(i), 0, 1);
            if (field(buffers.get(i), 1, 8) >= 0) {
                throw new MalformedFileException("its weights lie outside the table; convert it again, below 2 GiB");
            }
        }
        long graph = graphs.getFirst();
        List<OutputShape> tensors = new ArrayList<>();
        for (long tensor : tables(graph, 0)) {
            tensors.add(tensor(tensor, bufferBytes));
        }
        for (long operator : tables(graph, 3)) {
            operator(operator, codes.size(), tensors.size());
        }
        int[] inputs = indices(graph, 1, tensors.size(), 0);
        int[] outputs = indices(graph, 2, tensors.size(), 0);
        if (inputs.length != 1) {
            throw new MalformedFileException("the network has " + inputs.length + " inputs, not one");
        }
        if (outputs.length == 0) {
            throw new MalformedFileException("the network has no output");
        }
        List<OutputShape> named = new ArrayList<>();
        for (int i : outputs) {
            named.add(tensors.get(i));
        }
        return new NetworkInfo(tensors.get(inputs[0]), named, Map.of());
    }

    private OutputShape tensor(long tensor, long[] bufferBytes) throws MalformedFileException {
        int rank = (int) vector(tensor, 0, 4);
        List<Integer> dims = new ArrayList<>();
        long elements = 1;
        long at = rank == 0 ? 0 : follow(field(tensor, 0, 4)) + 4;
        for (int i = 0; i < rank; i++) {
            int d = int32(at + 4L * i);
            if (d < 1) {
                throw new MalformedFileException("a tensor dimension of " + d);
            }
            dims.add(d);
            elements = ProtoReader.multiply(elements, d);
        }
        String name = text(tensor, 3);
        long typeAt = field(tensor, 1, 1);
        int type = typeAt < 0 ? 0 : data.get(ValueLayout.JAVA_BYTE, typeAt);
        long bufferAt = field(tensor, 2, 4);
        int buffer = bufferAt < 0 ? 0 : int32(bufferAt);
        if (buffer < 0 || buffer >= bufferBytes.length) {
            throw new MalformedFileException(
                    "tensor \"" + name + "\" names buffer " + buffer + " of " + bufferBytes.length);
        }
        int bytes = type >= 0 && type < ELEMENT_BYTES.length ? ELEMENT_BYTES[type] : 0;
        if (bufferBytes[buffer] > 0 && bytes > 0 && bufferBytes[buffer] != elements * bytes) {
            throw new MalformedFileException("tensor \"" + name + "\" has " + bufferBytes[buffer]
                    + " bytes where its dimensions ask for " + elements * bytes);
        }
        long quantization = field(tensor, 4, 4);
        if (quantization >= 0) {
            long q = table(follow(quantization));
            for (int i = 0; i < 4; i++) {
                vector(q, i, i == 3 ? 8 : 4);
            }
        }
        return new OutputShape(name, dims);
    }

    private void operator(long operator, int codes, int tensors) throws MalformedFileException {
        long at = field(operator, 0, 4);
        int code = at < 0 ? 0 : int32(at);
        if (code < 0 || code >= codes) {
            throw new MalformedFileException("an operator names code " + code + " of " + codes);
        }
        indices(operator, 1, tensors, -1); // -1: an optional input left out
        indices(operator, 2, tensors, 0);
        long options = field(operator, 4, 4);
        if (options >= 0) {
            table(follow(options));
        }
        vector(operator, 5, 1);
    }

    private int[] indices(long table, int field, int count, int least) throws MalformedFileException {
        int n = (int) vector(table, field, 4);
        int[] out = new int[n];
        long at = n == 0 ? 0 : follow(field(table, field, 4)) + 4;
        for (int i = 0; i < n; i++) {
            out[i] = int32(at + 4L * i);
            if (out[i] < least || out[i] >= count) {
                throw new MalformedFileException("tensor index " + out[i] + " of " + count);
            }
        }
        return out;
    }

    private List<Long> tables(long table, int field) throws MalformedFileException {
        int n = (int) vector(table, field, 4);
        List<Long> out = new ArrayList<>();
        long at = n == 0 ? 0 : follow(field(table, field, 4)) + 4;
        for (int i = 0; i < n; i++) {
            out.add(table(follow(at + 4L * i)));
        }
        return out;
    }

    /** Elements of the vector in a field, all of them inside the file; 0 where the field is not there. */
    private long vector(long table, int field, int elementBytes) throws MalformedFileException {
        long at = field(table, field, 4);
        if (at < 0) {
            return 0;
        }
        long start = follow(at);
        long n = Integer.toUnsignedLong(int32(start));
        if (n * elementBytes > size - start - 4) {
            throw cut(start);
        }
        return n;
    }

    private String text(long table, int field) throws MalformedFileException {
        int n = (int) vector(table, field, 1);
        if (n == 0) {
            return "";
        }
        long at = follow(field(table, field, 4)) + 4;
        return OnnxFile.printable(
                new String(data.asSlice(at, n).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8));
    }

    /** Where a field of a table lies, or -1. */
    private long field(long table, int field, int bytes) throws MalformedFileException {
        long vtable = table - int32(table);
        int offset = 4 + 2 * field;
        if (offset + 2 > int16(vtable)) {
            return -1;
        }
        int at = int16(vtable + offset);
        if (at == 0) {
            return -1;
        }
        if (at + bytes > int16(vtable + 2)) {
            throw cut(table);
        }
        return table + at;
    }

    /** Checks a table and its vtable, and returns it. */
    private long table(long table) throws MalformedFileException {
        long vtable = table - int32(table);
        int fields = int16(vtable);
        int bytes = int16(vtable + 2);
        if (fields < 4 || fields % 2 != 0 || vtable + fields > size || bytes < 4 || table + bytes > size) {
            throw cut(table);
        }
        for (int i = 4; i < fields; i += 2) {
            if (int16(vtable + i) >= bytes) {
                throw cut(table);
            }
        }
        return table;
    }

    /** What the unsigned offset at a place points to. */
    private long follow(long at) throws MalformedFileException {
        long target = at + Integer.toUnsignedLong(int32(at));
        if (target > size - 4) {
            throw cut(at);
        }
        return target;
    }

    private int int32(long at) throws MalformedFileException {
        if (at < 0 || at > size - 4) {
            throw cut(at);
        }
        return data.get(INT, at);
    }

    private int int16(long at) throws MalformedFileException {
        if (at < 0 || at > size - 2) {
            throw cut(at);
        }
        return Short.toUnsignedInt(data.get(SHORT, at));
    }

    private MalformedFileException cut(long at) {
        return new MalformedFileException(
                "cut off or damaged: an offset at byte " + at + " of " + size + " leads outside");
    }
}
