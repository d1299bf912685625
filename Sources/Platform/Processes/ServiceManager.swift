internal import CPlatform
internal import Glibc

/// The service manager that started this process, if any; sd_notify(3).
package enum ServiceManager {
    /// The environment variables for this process only.
    package static let variables = [
        "NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES",
    ]

    /// Sends lines such as `READY=1` to the socket that `NOTIFY_SOCKET` names, if any; failures are ignored.
    ///
    /// A name that begins with `@` is an abstract socket.
    package static func notify(_ lines: String...) {
        guard let path = variable("NOTIFY_SOCKET"), !path.isEmpty else { return }
        guard let socket = try? UnixSocket.datagram(to: path) else { return }
        try? socket.writeAll(Array(lines.joined(separator: "\n").utf8).span)
    }

    /// Stores a duplicate of a descriptor in the service manager for the next start of the service.
    ///
    /// It replaces the one stored under that name; see `FileDescriptorStoreMax=` in systemd.service(5). Failures are
    /// ignored.
    package static func keep(_ descriptor: borrowing OwnedDescriptor, as name: String) {
        guard let path = variable("NOTIFY_SOCKET"), !path.isEmpty else { return }
        guard let socket = try? UnixSocket.datagram(to: path) else { return }
        try? socket.writeAll(Array("FDSTOREREMOVE=1\nFDNAME=\(name)".utf8).span)
        let text = Array("FDSTORE=1\nFDPOLL=0\nFDNAME=\(name)".utf8)
        let (own, kept) = (socket.rawValue, descriptor.rawValue)
        // SAFETY: the call gets the length of the array.
        _ = unsafe cplatform_send_descriptor(own, text, text.count, kept)
    }

    /// How often to send `WATCHDOG=1`, in milliseconds: half of the watchdog time; `nil` without a watchdog.
    package static var watchdogInterval: Int? {
        guard let time = variable("WATCHDOG_USEC").flatMap(Int.init), time > 0 else { return nil }
        if let pid = variable("WATCHDOG_PID"), pid_t(pid) != getpid() { return nil }
        return max(1, time / 2000)
    }

    /// The descriptors passed to this process, with their names; sd_listen_fds_with_names(3).
    package static var handedOver: [(number: CInt, name: String)] {
        guard let pid = variable("LISTEN_PID"), pid_t(pid) == getpid(),
            let count = variable("LISTEN_FDS").flatMap({ Int($0) }), (1...1024).contains(count)
        else { return [] }
        let names = (variable("LISTEN_FDNAMES") ?? "").split(separator: ":", omittingEmptySubsequences: false)
        return (0..<count).map { (firstHandedOver + CInt($0), names.count == count ? String(names[$0]) : "") }
    }

    private static let firstHandedOver: CInt = 3

    private static func variable(_ name: String) -> String? { Program.variable(name) }
}
