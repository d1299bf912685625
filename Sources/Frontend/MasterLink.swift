internal import Glibc
internal import Platform

/// The connection to the master: says when the frontend is ready or cannot be, and which worker is to be killed; its end means
/// that the frontend is to finish what it has in hand and exit.
///
/// Lines of text: `ready`, `failed REASON`, `kill PID`.
final class MasterLink: EventSource {
    private let channel: Channel
    private var isWaitingForReady = true
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

    /// The mechanism cannot be used; of no consequence once the frontend was ready.
    func failed(_ reason: String) {
        guard isWaitingForReady else { return }
        isWaitingForReady = false
        say("failed \(reason)")
    }

    func kill(_ process: UInt32) {
        say("kill \(process)")
    }

    func isReady(readable: Bool, writable: Bool) {
        if writable { channel.flush() }
        guard readable else { return }
        var nothing: [UInt8] = [0]
        // The master says nothing but its end.
        guard channel.receive(into: &nothing) == .ended else { return }
        channel.close()
        onEnd()
    }

    private func say(_ line: String) {
        channel.send(Array("\(line)\n".utf8))
    }
}
