package vitrine.engine.linux;

/**
 * Request numbers of ioctl(2) as {@code asm-generic/ioctl.h} encodes them: 8 bits number, 8 bits type, 14 bits size of
 * the argument, 2 bits direction. The same on x86-64 and arm64.
 */
public final class Ioctl {
    private static final int NONE = 0;
    private static final int WRITE = 1;
    private static final int READ = 2;

    private Ioctl() {}

    /** {@code _IO(type, number)}: no argument. */
    public static long io(int type, int number) {
        return encode(NONE, type, number, 0);
    }

    /** {@code _IOR(type, number, size)}: the kernel writes the argument. */
    public static long ior(int type, int number, long size) {
        return encode(READ, type, number, size);
    }

    /** {@code _IOW(type, number, size)}: the kernel reads the argument. */
    public static long iow(int type, int number, long size) {
        return encode(WRITE, type, number, size);
    }

    /** {@code _IOWR(type, number, size)}: the kernel reads and writes the argument. */
    public static long iowr(int type, int number, long size) {
        return encode(READ | WRITE, type, number, size);
    }

    private static long encode(int direction, int type, int number, long size) {
        if (type < 0 || type > 255 || number < 0 || number > 255 || size < 0 || size >= 1 << 14) {
            throw new IllegalArgumentException("ioctl type " + type + ", number " + number + ", size " + size);
        }
        return (long) direction << 30 | size << 16 | (long) type << 8 | number;
    }
}
