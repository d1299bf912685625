internal import Authentication
internal import EventLoop
internal import Glibc
internal import Platform
internal import ProcessProtocol

/// The connection to the master: says when the frontend is ready or cannot be, and which worker is to be killed; its end means
/// that the frontend is to finish what it has in hand and exit.
final class MasterLink: EventSource {
    private let channel: BufferedSocket
    private var isWaitingForReady = true
    private var reader = LineReader()
    /// Called when clients are to be accepted.
    var onServe: () -> Void = {}
    /// Called when no more clients are to be accepted.
    var onRetire: () -> Void = {}
    /// Called when the master does not take new settings, with the reason.
    var onKept: (String) -> Void = { _ in }
    /// Called when the master closed the connection.
    var onEnd: () -> Void = {}

    init(_ descriptor: consuming OwnedDescriptor, loop: EventLoop) throws(SystemError) {
        channel = BufferedSocket(descriptor, loop: loop)
        guard channel.watch(self) else { throw SystemError("epoll_ctl", number: ENOMEM) }
    }

    /// Each mechanism has had a worker that was ready.
    func ready() {
        guard isWaitingForReady else { return }
        isWaitingForReady = false
        say(.ready)
    }

    /// A mechanism cannot be used; of no consequence once the frontend was ready.
    func failed(_ mechanism: PluginName, _ reason: String) {
        guard isWaitingForReady else { return }
        isWaitingForReady = false
        say(.failed(mechanism, reason: reason))
    }

    func kill(_ process: UInt32) {
        if let process = pid_t(exactly: process) { say(.kill(process)) }
    }

    /// The connection to a worker was closed: its process is to end by itself, and soon.
    func closed(_ process: UInt32) {
        if let process = pid_t(exactly: process) { say(.closed(process)) }
    }

    /// Has the master read settings and files again: another frontend takes the place of this one, or `onKept` is called.
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
            // It is not the master any more that talks.
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
