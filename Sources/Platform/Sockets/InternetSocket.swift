internal import CPlatform

/// Internet stream sockets, ip(7) and ipv6(7).
package enum InternetSocket {
    /// Listens on a numeric address of IPv4 or IPv6; `EINVAL` if it is not one.
    package static func listen(host: String, port: UInt16) throws(SystemError) -> OwnedDescriptor {
        // SAFETY: the host is a null-terminated string during the call.
        let number = try systemCall("listen", on: "\(host) port \(port)") {
            unsafe cplatform_internet_listen(host, port)
        }
        return OwnedDescriptor(adopting: number)
    }
}
