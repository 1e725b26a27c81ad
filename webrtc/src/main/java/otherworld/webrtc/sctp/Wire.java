package otherworld.webrtc.sctp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Numbers in network byte order, and the arithmetic of serial numbers (RFC 9260 section 1.6). */
final class Wire {
    private static final VarHandle U16 =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle I32 =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle I64 =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private Wire() {}

    static int u8(byte[] bytes, int at) {
        return bytes[at] & 0xff;
    }

    static int u16(byte[] bytes, int at) {
        return (short) U16.get(bytes, at) & 0xffff;
    }

    static int i32(byte[] bytes, int at) {
        return (int) I32.get(bytes, at);
    }

    static long u32(byte[] bytes, int at) {
        return i32(bytes, at) & 0xffff_ffffL;
    }

    static long i64(byte[] bytes, int at) {
        return (long) I64.get(bytes, at);
    }

    static void put16(byte[] bytes, int at, int value) {
        U16.set(bytes, at, (short) value);
    }

    static void put32(byte[] bytes, int at, int value) {
        I32.set(bytes, at, value);
    }

    static void put64(byte[] bytes, int at, long value) {
        I64.set(bytes, at, value);
    }

    /** Chunks and parameters are padded to a multiple of four bytes. */
    static int padded(int bytes) {
        return (bytes + 3) & ~3;
    }

    /** Whether serial number a comes after b. */
    static boolean after(int a, int b) {
        return a - b > 0;
    }
}
