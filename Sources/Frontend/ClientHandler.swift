internal import Authentication
internal import Logging
internal import MuxProtocol
internal import NIOCore
internal import Platform

/// Carries out what a `Connection` decides: reads, answers, drains and closes.
final class ClientHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let frontend: Frontend
    private var connection: Connection
    private var buffer = ByteBuffer()
    private var context: ChannelHandlerContext?
    /// Where the connection stands in the frontend's lists.
    var places = ClientPlaces()

    init(frontend: Frontend, parser: RequestParser) {
        self.frontend = frontend
        connection = Connection(parser: parser)
    }

    var isUnfinished: Bool { connection.isUnfinished }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        frontend.opened(self)
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        discardBuffer()
        frontend.closed(self)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let piece = unwrapInboundIn(data)
        guard connection.isUnfinished else {
            wipe(piece.readableBytesUInt8Span)
            carryOut(connection.surplus(piece.readableBytes))
            return
        }
        frontend.heard(from: self)
        guard buffer.readableBytes > 0 else {
            buffer = piece
            return
        }
        // A buffer of our own for what came in pieces: growing one that the channel shares would leave a copy behind.
        var whole = context.channel.allocator.buffer(capacity: buffer.readableBytes + piece.readableBytes)
        whole.writeImmutableBuffer(buffer)
        whole.writeImmutableBuffer(piece)
        discardBuffer()
        wipe(piece.readableBytesUInt8Span)
        buffer = whole
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        carryOut(connection.received(buffer.readableBytesUInt8Span))
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .some(.inputClosed) = event as? ChannelEvent {
            carryOut(connection.inputEnded(buffer.readableBytesUInt8Span))
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // The client hung up while it was read from or written to.
        close()
    }

    /// Tells the client what came of its request.
    func answer(_ reply: Reply) {
        guard let context else { return }
        let closesAtOnce = connection.answered()
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: reply.wire)), promise: nil)
        frontend.answered(self)
        if closesAtOnce {
            close()
        } else {
            context.close(mode: .output, promise: nil)
        }
    }

    func close() {
        context?.close(promise: nil)
    }

    private func carryOut(_ action: consuming Connection.Action) {
        switch consume action {
        case .wait: break
        case .waitForAddress:
            guard let context else { return }
            let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
            context.eventLoop.scheduleTask(in: .milliseconds(Int64(Connection.addressGrace))) {
                let handler = bound.value
                handler.carryOut(handler.connection.addressGraceEnded(handler.buffer.readableBytesUInt8Span))
            }
        case .ask(let request):
            discardBuffer()
            frontend.ask(request, from: self)
        case .refuse(let error):
            discardBuffer()
            frontend.logger.error("\(error)")
            answer(Reply(to: error))
        case .close: close()
        }
    }

    private func discardBuffer() {
        wipe(buffer.readableBytesUInt8Span)
        buffer = ByteBuffer()
    }
}

/// Where a client's connection stands in the frontend's lists; `nil` for not at all.
struct ClientPlaces {
    /// Among those that have not sent a whole request, by the time they connected.
    var arrival: AgeList<ClientHandler>.Place?
    /// Among the same, by the time they last sent anything.
    var activity: AgeList<ClientHandler>.Place?
    /// Among those that were answered and are drained.
    var draining: AgeList<ClientHandler>.Place?
}
