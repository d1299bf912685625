internal import EventLoop
internal import Platform
internal import ProcessProtocol

/// A connection on which one short request is made in text and answered in text: that of saslauthctl, or of a monitor.
final class ControlConnection: EventSource {
    /// The most bytes of a request.
    private static let longestRequest = 8192
    /// How long the request may take, in milliseconds.
    private static let requestTime = 2_000

    private let channel: BufferedSocket
    private let loop: EventLoop
    private let isWhole: ([UInt8]) -> Bool
    private let onRequest: (String, ControlConnection) -> Void
    /// Called when the connection has ended.
    var onEnd: () -> Void = {}
    private var input: [UInt8] = []
    private var timeout: EventLoop.Timeout?
    private(set) var isAsked = false
    private var isAnswered = false

    /// Waits for a request that `isWhole`, and calls `onRequest` with it once; the connection ends with `answer`.
    ///
    /// `nil`, and no call, when the system has no room for it.
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
            // Who asks may have nothing more to say, and still waits.
            if isAsked { channel.stopWatching() } else { close() }
        }
    }

    /// Answers saslauthctl.
    func answer(_ answer: ControlAnswer) { self.answer(answer.encoded) }

    /// Answers, and ends the connection when all was taken.
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

    /// Ends the connection, without an answer where there was none.
    func close() {
        guard channel.isOpen else { return }
        channel.close()
        input = []
        if let timeout { loop.cancel(timeout) }
        onEnd()
    }
}
