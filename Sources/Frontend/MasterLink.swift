internal import NIOCore

/// The connection to the master: says when the frontend is ready or cannot be, and which worker is to be killed; its end means
/// that the frontend is to finish what it has in hand and exit.
///
/// Lines of text: `ready`, `failed REASON`, `kill PID`.
final class MasterLink: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var context: ChannelHandlerContext?
    private(set) var isWaitingForReady = true
    /// Called when the master closed the connection.
    var onEnd: () -> Void = {}

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        onEnd()
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

    private func say(_ line: String) {
        guard let context else { return }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: line + "\n")), promise: nil)
    }
}
