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

    /// How often it wants to be told `WATCHDOG=1`, in milliseconds: twice in its time; `nil` where it does not.
    package static var watchdogInterval: Int? {
        guard let time = variable("WATCHDOG_USEC").flatMap(Int.init), time > 0 else { return nil }
        if let pid = variable("WATCHDOG_PID"), pid_t(pid) != getpid() { return nil }
        return max(1, time / 2000)
    }

    /// The descriptors of sockets that it handed over to this very process; sd_listen_fds(3).
    package static var handedOver: Range<CInt> {
        guard let pid = variable("LISTEN_PID"), pid_t(pid) == getpid(),
            let count = variable("LISTEN_FDS").flatMap({ CInt($0) }), (1...1024).contains(count)
        else { return firstHandedOver..<firstHandedOver }
        return firstHandedOver..<firstHandedOver + count
    }

    private static let firstHandedOver: CInt = 3

    private static func variable(_ name: String) -> String? {
        // SAFETY: the C library's text is copied at once, and no other thread changes the environment.
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }
}
