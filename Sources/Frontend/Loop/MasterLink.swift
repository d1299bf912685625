internal import Authentication
internal import EventLoop
internal import Glibc
internal import Platform
internal import ProcessProtocol

/// The connection to the master.
///
/// It reports whether the frontend is ready or has failed, and which workers to kill. When the master closes it, the
/// frontend finishes its requests in flight and exits.
final class MasterLink: EventSource {
    private let channel: BufferedSocket
    private var isWaitingForReady = true
    private var reader = LineReader()
    /// Called when clients should be accepted.
    var onServe: () -> Void = {}
    /// Called when no more clients should be accepted.
    var onRetire: () -> Void = {}
    /// Called when a reload failed, with the reason.
    var onKept: (String) -> Void = { _ in }
    /// Called when the master has closed the connection.
    var onEnd: () -> Void = {}

    init(_ descriptor: consuming OwnedDescriptor, loop: EventLoop) throws(SystemError) {
        channel = BufferedSocket(descriptor, loop: loop)
        guard channel.watch(self) else { throw SystemError("epoll_ctl", number: ENOMEM) }
    }

    /// Reports that each mechanism has had a ready worker.
    func ready() {
        guard isWaitingForReady else { return }
        isWaitingForReady = false
        say(.ready)
    }

    /// Reports that a mechanism cannot be used; does nothing after `ready`.
    func failed(_ mechanism: PluginName, _ reason: String) {
        guard isWaitingForReady else { return }
        isWaitingForReady = false
        say(.failed(mechanism, reason: reason))
    }

    func kill(_ process: UInt32) {
        if let process = pid_t(exactly: process) { say(.kill(process)) }
    }

    /// Reports that the connection to a worker was closed, so its process should exit soon.
    func closed(_ process: UInt32) {
        if let process = pid_t(exactly: process) { say(.closed(process)) }
    }

    /// Asks the master to reload settings and files: another frontend replaces this one, or `onKept` is called.
    func reload() {
        say(.reload)
    }

    func isReady(readable: Bool, writable: Bool) {
        if writable { channel.flush() }
        guard readable else { return }
        var bytes = [UInt8](repeating: 0, count: 4096)
        switch channel.receive(into: &bytes) {
        case .bytes(let count): hear(bytes[..<count])
        case .wouldBlock: break
        case .ended: end()
        }
    }

    private func hear(_ bytes: ArraySlice<UInt8>) {
        do throws(LineReader.TooLong) {
            for line in try reader.take(bytes) {
                switch MasterMessage(decoding: line) {
                case .serve: onServe()
                case .retire: onRetire()
                case .ping: say(.alive)
                case .kept(let reason): onKept(reason)
                case nil: break
                }
            }
        } catch {
            // Only the master writes here, and it never sends such a line.
            end()
        }
    }

    private func end() {
        channel.close()
        onEnd()
    }

    private func say(_ message: FrontendMessage) {
        channel.send(message.encoded)
    }
}
