package vitrine.inference.model;

import java.nio.charset.StandardCharsets;

/**
 * Walks the fields of one protobuf message, in place, with every length checked. Source: the Protocol Buffers encoding
 * guide. Groups, gone since proto3, are refused.
 */
final class ProtoReader {

    static final int VARINT = 0;
    static final int FIXED64 = 1;
    static final int BYTES = 2;
    static final int FIXED32 = 5;

    private final byte[] data;
    private final int end;
    private int next;
    private int fieldStart;
    private int field;
    private int wire;
    private long value;
    private int start;
    private int length;

    ProtoReader(byte[] data) {
        this(data, 0, data.length);
    }

    private ProtoReader(byte[] data, int start, int end) {
        this.data = data;
        this.next = start;
        this.end = end;
    }

    /** Moves to the next field; false at the end of the message. */
    boolean next() throws MalformedFileException {
        if (next == end) {
            return false;
        }
        fieldStart = next;
        long tag = varint();
        if (tag >>> 3 == 0 || tag >>> 3 > 0x1FFF_FFFF) {
            throw new MalformedFileException("field number out of range at byte " + fieldStart);
        }
        field = (int) (tag >>> 3);
        wire = (int) (tag & 7);
        switch (wire) {
            case VARINT -> {
                start = next;
                value = varint();
                length = next - start;
            }
            case FIXED64 -> skip(8);
            case FIXED32 -> skip(4);
            case BYTES -> skip(varint());
            default -> throw new MalformedFileException("wire type " + wire + " at byte " + fieldStart);
        }
        return true;
    }

    private void skip(long bytes) throws MalformedFileException {
        if (bytes < 0 || bytes > end - next) {
            throw new MalformedFileException(
                    "cut off: a field at byte " + fieldStart + " of " + data.length + " reaches beyond its message");
        }
        start = next;
        length = (int) bytes;
        next += length;
    }

    private long varint() throws MalformedFileException {
        long result = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (next == end) {
                throw new MalformedFileException("cut off at byte " + next);
            }
            byte b = data[next++];
            result |= (long) (b & 0x7F) << shift;
            if (b >= 0) {
                return result;
            }
        }
        throw new MalformedFileException("number longer than 64 bits at byte " + next);
    }

    /** True when the current field has this number and wire type. */
    boolean is(int field, int wire) {
        return this.field == field && this.wire == wire;
    }

    int field() {
        return field;
    }

    int wire() {
        return wire;
    }

    /** Value of a VARINT field. */
    long value() {
        return value;
    }

    /** Payload bytes of the current field. */
    int length() {
        return length;
    }

    String text() {
        return new String(data, start, length, StandardCharsets.UTF_8);
    }

    /** A reader of the message in the current BYTES field. */
    ProtoReader message() {
        return new ProtoReader(data, start, start + length);
    }

    /** How many varints the current field holds: one, or those of a packed list. */
    long varints() throws MalformedFileException {
        if (wire == VARINT) {
            return 1;
        }
        long n = 0;
        for (ProtoReader r = message(); r.next != r.end; n++) {
            var _ = r.varint();
        }
        return n;
    }

    /** Least of the varints in the current field; 1 in an empty list. */
    long least() throws MalformedFileException {
        if (wire == VARINT) {
            return value;
        }
        long least = 1;
        for (ProtoReader r = message(); r.next != r.end; ) {
            least = Math.min(least, r.varint());
        }
        return least;
    }

    /** Product of the varints in the current field, which are dimensions. */
    long product() throws MalformedFileException {
        long n = 1;
        if (wire == VARINT) {
            return dimension(value);
        }
        for (ProtoReader r = message(); r.next != r.end; ) {
            n = multiply(n, dimension(r.varint()));
        }
        return n;
    }

    static long multiply(long a, long b) throws MalformedFileException {
        if (Math.multiplyHigh(a, b) != 0 || a * b < 0 || a * b > Integer.MAX_VALUE) {
            throw new MalformedFileException("a tensor of more than 2^31 elements");
        }
        return a * b;
    }

    private static long dimension(long d) throws MalformedFileException {
        if (d < 0 || d > Integer.MAX_VALUE) {
            throw new MalformedFileException("a tensor dimension of " + d);
        }
        return d;
    }

    /** First byte of the current field, its tag included. */
    int fieldStart() {
        return fieldStart;
    }

    /** Byte after the current field. */
    int fieldEnd() {
        return next;
    }
}
