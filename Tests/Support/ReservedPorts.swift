internal import Glibc
internal import Platform
internal import Synchronization

/// TCP ports of 127.0.0.1 for servers that tests start.
///
/// A port is below the range from which the kernel assigns ports to clients, so that no client gets it while its server
/// is stopped, and it is given away once: no other test gets it, in this process or another one.
package enum ReservedPorts {
    /// Sockets whose names say which ports this process has; they are closed at its end.
    private static let reservations = Mutex<[CInt]>([])

    package static func take(_ count: Int) throws -> [Int] {
        let end = try firstClientPort()
        var ports: [Int] = []
        while ports.count < count {
            let port = Int.random(in: 10_000..<end)
            // Another program may listen there.
            guard try reserve(port), (try? InternetSocket.listen(host: "127.0.0.1", port: UInt16(port))) != nil else {
                continue
            }
            ports.append(port)
        }
        return ports
    }

    /// Whether a server takes connections at a port of 127.0.0.1.
    package static func isServed(_ port: Int) -> Bool {
        let socket = Glibc.socket(AF_INET, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        // SAFETY: the call reads `length` bytes, the size of this one variable.
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe connect(socket, $0, length) }
        } == 0
    }

    private static func firstClientPort() throws -> Int {
        let range = try OwnedDescriptor.open("/proc/sys/net/ipv4/ip_local_port_range", O_RDONLY).readAll(limit: 100)
        let numbers = String(decoding: range, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        return numbers.first.flatMap { Int($0) }.map { max($0, 20_000) } ?? 32_768
    }

    /// Binds an abstract name, which ends with this process; `false` if another one has it.
    private static func reserve(_ port: Int) throws -> Bool {
        let socket = try systemCall("socket") {
            Glibc.socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let name = Array("\0saslauthd-tests/port/\(port)".utf8)
        // SAFETY: the name is shorter than the array in the address.
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: name) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
        // SAFETY: the call reads `length` bytes of this one variable.
        let status = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe bind(socket, $0, length) }
        }
        guard status == 0 else {
            close(socket)
            return false
        }
        reservations.withLock { $0.append(socket) }
        return true
    }
}
