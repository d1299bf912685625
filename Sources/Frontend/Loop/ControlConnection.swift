internal import EventLoop
internal import Platform
internal import ProcessProtocol

/// A connection with one short text request and one text reply: from saslauthctl or a monitor.
final class ControlConnection: EventSource {
    /// The maximum length of a request, in bytes.
    private static let longestRequest = 8192
    /// How long the request may take, in milliseconds.
    private static let requestTime = 2_000

    private let channel: BufferedSocket
    private let loop: EventLoop
    private let isWhole: ([UInt8]) -> Bool
    private let onRequest: (String, ControlConnection) -> Void
    /// Called when the connection is closed.
    var onEnd: () -> Void = {}
    private var input: [UInt8] = []
    private var timeout: EventLoop.Timeout?
    private(set) var isAsked = false
    private var isAnswered = false

    /// Waits for a request that `isWhole`, and calls `onRequest` with it once; after `answer` the connection is closed.
    ///
    /// `nil`, without a call, if epoll accepts no further descriptor.
    init?(
        _ descriptor: consuming OwnedDescriptor,
        loop: EventLoop,
        isWhole: @escaping ([UInt8]) -> Bool,
        onRequest: @escaping (String, ControlConnection) -> Void
    ) {
        channel = BufferedSocket(descriptor, loop: loop)
        self.loop = loop
        self.isWhole = isWhole
        self.onRequest = onRequest
        guard channel.watch(self) else { return nil }
        limit(to: Self.requestTime)
    }

    func isReady(readable: Bool, writable: Bool) {
        if writable { channel.flush() }
        guard readable else { return closeIfDone() }
        var piece = [UInt8](repeating: 0, count: 4096)
        switch channel.receive(into: &piece) {
        case .bytes(let count): if !isAsked { take(piece[..<count]) }
        case .wouldBlock: closeIfDone()
        case .ended:
            // The peer may send no more and still wait for the reply.
            if isAsked { channel.stopWatching() } else { close() }
        }
    }

    /// Replies to saslauthctl.
    func answer(_ answer: ControlAnswer) { self.answer(answer.encoded) }

    /// Sends a reply, and closes the connection after the last byte.
    func answer(_ text: String) {
        guard channel.isOpen else { return }
        channel.send(Array(text.utf8))
        isAnswered = true
        closeIfDone()
    }

    private func take(_ piece: ArraySlice<UInt8>) {
        input += piece
        if isWhole(input) {
            isAsked = true
            limit(to: Patience.answer)
            let request = String(decoding: input, as: UTF8.self)
            input = []
            onRequest(request, self)
        } else if input.count > Self.longestRequest {
            close()
        }
    }

    private func closeIfDone() {
        if isAnswered, channel.hasSentAll { close() }
    }

    private func limit(to milliseconds: Int) {
        if let timeout { loop.cancel(timeout) }
        timeout = loop.schedule(milliseconds: milliseconds) { [weak self] in self?.close() }
    }

    /// Closes the connection, whether or not it was answered.
    func close() {
        guard channel.isOpen else { return }
        channel.close()
        input = []
        if let timeout { loop.cancel(timeout) }
        onEnd()
    }
}
