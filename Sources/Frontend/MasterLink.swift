internal import Authentication
internal import Glibc
internal import Platform

/// The connection to the master: says when the frontend is ready or cannot be, and which worker is to be killed; its end means
/// that the frontend is to finish what it has in hand and exit.
///
/// Lines of text: `ready`, `failed REASON`, `kill PID`. The other way a byte means that the cache is to be emptied.
final class MasterLink: EventSource {
    private let channel: Channel
    private var isWaitingForReady = true
    /// Called when the master wants the cache to be emptied.
    var onFlush: () -> Void = {}
    /// Called when a reload has failed, with the reason: all stays as it was.
    var onKept: (String) -> Void = { _ in }
    /// Called when the master closed the connection.
    var onEnd: () -> Void = {}

    init(_ descriptor: consuming OwnedDescriptor, loop: EventLoop) throws(SystemError) {
        channel = Channel(descriptor, loop: loop)
        guard channel.watch(self) else { throw SystemError("epoll_ctl", number: ENOMEM) }
    }

    /// The first worker has said hello.
    func ready() {
        guard isWaitingForReady else { return }
        isWaitingForReady = false
        say("ready")
    }

    /// A mechanism cannot be used; of no consequence once the frontend was ready.
    func failed(_ mechanism: PluginName, _ reason: String) {
        guard isWaitingForReady else { return }
        isWaitingForReady = false
        say("failed \(mechanism): \(reason)")
    }

    /// Has the master read its options and files again.
    func reload() {
        say("reload")
    }

    func kill(_ process: UInt32) {
        say("kill \(process)")
    }

    func isReady(readable: Bool, writable: Bool) {
        if writable { channel.flush() }
        guard readable else { return }
        // Each byte that the master sends is the one wish that it has.
        var wishes = [UInt8](repeating: 0, count: 64)
        switch channel.receive(into: &wishes) {
        case .bytes: onFlush()
        case .wouldBlock: break
        case .ended:
            channel.close()
            onEnd()
        }
    }

    private func say(_ line: String) {
        channel.send(Array("\(line)\n".utf8))
    }
}
