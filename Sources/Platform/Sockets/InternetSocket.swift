internal import CPlatform

/// Stream sockets of the Internet, ip(7) and ipv6(7).
package enum InternetSocket {
    /// Listens on a numerical address of IPv4 or IPv6; `EINVAL` when it is none.
    package static func listen(host: String, port: UInt16) throws(SystemError) -> OwnedDescriptor {
        // SAFETY: the host is a terminated string for the length of the call.
        let number = try systemCall("listen", on: "\(host) port \(port)") {
            unsafe cplatform_internet_listen(host, port)
        }
        return OwnedDescriptor(adopting: number)
    }
}
