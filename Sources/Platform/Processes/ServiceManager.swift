internal import CPlatform
internal import Glibc

/// The service manager that started this process, if one did; sd_notify(3).
package enum ServiceManager {
    /// The variables of the environment that are for this process alone.
    package static let variables = [
        "NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES",
    ]

    /// Tells it lines such as `READY=1`, where `NOTIFY_SOCKET` names its socket; a failure is of no consequence.
    ///
    /// A name that begins with `@` is an abstract one.
    package static func notify(_ lines: String...) {
        guard let path = variable("NOTIFY_SOCKET"), !path.isEmpty else { return }
        guard let socket = try? UnixSocket.datagram(to: path) else { return }
        try? socket.writeAll(Array(lines.joined(separator: "\n").utf8).span)
    }

    /// Has it keep a copy of a descriptor for the next start of the service.
    ///
    /// It takes the place of what is kept by that name; `FileDescriptorStoreMax=` of systemd.service(5). A failure is of no
    /// consequence.
    package static func keep(_ descriptor: borrowing OwnedDescriptor, as name: String) {
        guard let path = variable("NOTIFY_SOCKET"), !path.isEmpty else { return }
        guard let socket = try? UnixSocket.datagram(to: path) else { return }
        try? socket.writeAll(Array("FDSTOREREMOVE=1\nFDNAME=\(name)".utf8).span)
        let text = Array("FDSTORE=1\nFDPOLL=0\nFDNAME=\(name)".utf8)
        let (own, kept) = (socket.rawValue, descriptor.rawValue)
        // SAFETY: the array is as long as the call is told.
        _ = unsafe cplatform_send_descriptor(own, text, text.count, kept)
    }

    /// How often it wants to be told `WATCHDOG=1`, in milliseconds: twice in its time; `nil` where it does not.
    package static var watchdogInterval: Int? {
        guard let time = variable("WATCHDOG_USEC").flatMap(Int.init), time > 0 else { return nil }
        if let pid = variable("WATCHDOG_PID"), pid_t(pid) != getpid() { return nil }
        return max(1, time / 2000)
    }

    /// The descriptors that it handed over to this very process, with the names that it has for them; sd_listen_fds_with_names(3).
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
