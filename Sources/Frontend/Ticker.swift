internal import NIOCore
internal import NIOPosix
internal import Platform

/// Calls back after a while, as often as it is asked to.
///
/// A timer of the event loop would be the plain way, but while one is set the loop sets the kernel's timer anew at each of its
/// turns, three times a request; this one is set once for many requests.
final class Ticker: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let timer: TimerDescriptor
    private let milliseconds: Int
    private var isArmed = false
    /// Called after the time.
    var onTick: () -> Void = {}

    init(milliseconds: Int) throws(SystemError) {
        timer = try TimerDescriptor()
        self.milliseconds = milliseconds
    }

    /// Begins to listen to the timer.
    func start(on eventLoop: any EventLoop) throws(SystemError) -> EventLoopFuture<Void> {
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        return NIOPipeBootstrap(group: eventLoop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(bound.value)
                }
            }
            .takingOwnershipOfDescriptor(input: try timer.copy().release())
            .map { _ in }
    }

    /// Calls back once, after the time; not twice when it is asked twice.
    func tickLater() {
        guard !isArmed else { return }
        isArmed = true
        do throws(SystemError) {
            try timer.arm(milliseconds: milliseconds)
        } catch {
            fatalError("a timer cannot be set: \(error)")
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        isArmed = false
        onTick()
    }
}
