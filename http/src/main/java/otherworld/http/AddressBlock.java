package otherworld.http;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * What one client has of addresses: an IPv4 address, or the /64 of an IPv6 one.
 *
 * @param bits of IPv6 the upper 64
 */
public record AddressBlock(boolean v6, long bits) {
    public static AddressBlock of(InetAddress address) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return address instanceof Inet6Address
                ? new AddressBlock(true, bytes.getLong())
                : new AddressBlock(false, bytes.getInt() & 0xffff_ffffL);
    }
}
