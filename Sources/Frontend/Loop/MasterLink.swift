internal import Authentication
internal import Glibc
internal import Platform

/// The connection to the master: says when the frontend is ready or cannot be, and which worker is to be killed; its end means
/// that the frontend is to finish what it has in hand and exit.
///
/// Lines of text: `ready`, `failed REASON`, `kill PID`, `closed PID` (its connection was closed, and it should end), `reload`, `alive`. The other way: `serve`, which comes before `ready` where
/// clients are not to wait for that; `retire`, to accept no more clients and to exit when those that are there are answered; `ping`;
/// `kept REASON`, the answer to a `reload` that came to nothing.
final class MasterLink: EventSource {
    private let channel: Channel
    private var isWaitingForReady = true
    private var input: [UInt8] = []
    /// Called when clients are to be accepted.
    var onServe: () -> Void = {}
    /// Called when no more clients are to be accepted.
    var onRetire: () -> Void = {}
    /// Called when the master does not take new settings, with the reason.
    var onKept: (String) -> Void = { _ in }
    /// Called when the master closed the connection.
    var onEnd: () -> Void = {}

    init(_ descriptor: consuming OwnedDescriptor, loop: EventLoop) throws(SystemError) {
        channel = Channel(descriptor, loop: loop)
        guard channel.watch(self) else { throw SystemError("epoll_ctl", number: ENOMEM) }
    }

    /// Each mechanism has had a worker that was ready.
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

    func kill(_ process: UInt32) {
        say("kill \(process)")
    }

    /// The connection to a worker was closed: its process is to end by itself, and soon.
    func closed(_ process: UInt32) {
        say("closed \(process)")
    }

    /// Has the master read settings and files again: another frontend takes the place of this one, or `onKept` is called.
    func reload() {
        say("reload")
    }

    func isReady(readable: Bool, writable: Bool) {
        if writable { channel.flush() }
        guard readable else { return }
        var bytes = [UInt8](repeating: 0, count: 4096)
        switch channel.receive(into: &bytes) {
        case .bytes(let count): hear(bytes[..<count])
        case .wouldBlock: break
        case .ended:
            channel.close()
            onEnd()
        }
    }

    private func hear(_ bytes: ArraySlice<UInt8>) {
        input += bytes
        while let end = input.firstIndex(of: UInt8(ascii: "\n")) {
            let words = String(decoding: input[..<end], as: UTF8.self).split(separator: " ", maxSplits: 1)
            input.removeSubrange(...end)
            switch words.first {
            case "serve": onServe()
            case "retire": onRetire()
            case "ping": say("alive")
            case "kept": onKept(words.dropFirst().first.map(String.init) ?? "")
            default: break
            }
        }
    }

    private func say(_ line: String) {
        channel.send(Array("\(line)\n".utf8))
    }
}
