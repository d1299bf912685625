internal import Glibc

/// The service manager that started this process, if one did; sd_notify(3).
package enum ServiceManager {
    /// Tells it lines such as `READY=1`, where `NOTIFY_SOCKET` names its socket; a failure is of no consequence.
    package static func notify(_ state: String) {
        // SAFETY: the C library's text is copied at once, and no other thread changes the environment.
        guard let path = unsafe getenv("NOTIFY_SOCKET").map({ unsafe String(cString: $0) }), !path.isEmpty else {
            return
        }
        guard let socket = try? UnixSocket.datagram(to: path) else { return }
        try? socket.writeAll(Array(state.utf8).span)
    }
}
