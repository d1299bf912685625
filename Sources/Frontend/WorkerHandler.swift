internal import Authentication
internal import NIOCore
internal import WorkerProtocol

/// The connection to one worker: writes requests, gathered over a turn of the event loop, and reads what the worker says.
final class WorkerHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    let number: Int
    private let path: RequestPath
    private var context: ChannelHandlerContext?
    private var input = ByteBuffer()
    private var output = ByteBuffer()
    private var flushIsScheduled = false
    /// The process, once the master has named it.
    private(set) var process: UInt32?
    private var end = "ended"

    init(number: Int, path: RequestPath) {
        self.number = number
        self.path = path
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    /// Sends a frame before the event loop waits again, and wipes it.
    func send(_ frame: [UInt8]) {
        output.writeBytes(frame)
        wipe(frame.span)
        guard !flushIsScheduled, let context else { return }
        flushIsScheduled = true
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        context.eventLoop.execute { bound.value.flush() }
    }

    func close() {
        context?.close(promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var piece = unwrapInboundIn(data)
        if input.readableBytes == 0 { input = piece } else { input.writeBuffer(&piece) }
        do throws(FrameError) {
            while let length = try FrameReader.length(ofFirstIn: input.readableBytesUInt8Span) {
                let message = try FrameReader.message(in: input.readableBytesUInt8Span.extracting(first: length))
                input.moveReaderIndex(forwardBy: length)
                if case .started(let process) = message { self.process = process }
                if case .unusable(let reason) = message { end = reason.description }
                guard path.said(message, by: self) else {
                    end = "said what cannot be: \(message)"
                    return close()
                }
            }
        } catch {
            end = "sent \(error)"
            close()
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        wipe(output.readableBytesUInt8Span)
        path.gone(self, reason: end)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        close()
    }

    private func flush() {
        flushIsScheduled = false
        let frames = output
        output = ByteBuffer()
        guard let context else { return wipe(frames.readableBytesUInt8Span) }
        context.writeAndFlush(wrapOutboundOut(frames)).whenComplete { _ in wipe(frames.readableBytesUInt8Span) }
    }
}
