internal import Authentication
internal import EventLoop
internal import MuxProtocol
internal import Platform

/// A client of the mux socket: one request and one reply.
final class MuxClient: EventSource, ClientConnection {
    /// How long to wait for the rest of the fifth field, in milliseconds.
    private static let addressGrace = 50

    let id: ClientID
    /// The process at the other end, if the system reports it.
    let peer: PeerCredentials?
    /// The frontend owns this object until the connection is closed, and turns the loop, so it outlives both.
    private unowned let frontend: Frontend
    private let channel: BufferedSocket
    private let refusesUnavailable: Bool
    private var reader: MuxReader
    /// The input of an incomplete request.
    private var pending: [UInt8] = []

    init(
        _ descriptor: consuming OwnedDescriptor,
        id: ClientID,
        peer: PeerCredentials?,
        parser: RequestParser,
        refusesUnavailable: Bool,
        frontend: Frontend
    ) {
        self.id = id
        self.peer = peer
        reader = MuxReader(parser: parser)
        self.refusesUnavailable = refusesUnavailable
        self.frontend = frontend
        channel = BufferedSocket(descriptor, loop: frontend.loop)
    }

    /// Usually the whole request has arrived already, and the loop need not watch the client.
    func begin() {
        read()
        if frontend.isUnfinished(id) { watch() }
    }

    func isReady(readable: Bool, writable: Bool) {
        if writable { channel.flush() }
        if readable { read() }
    }

    var hasHungUp: Bool { channel.hasHungUp }

    func answer(_ answer: Answer, closes: Bool) {
        let reply = answer.mechanism.map { mechanism in
            Reply(to: answer.verdict, of: frontend.plugin(mechanism), refusesUnavailable: refusesUnavailable)
        }
        send(reply ?? .cached, closes: closes)
    }

    func finishRequest() {
        carryOut(reader.read(pending.span, ignoringAddress: true))
    }

    func close() {
        channel.close()
        forget()
    }

    /// Reads from an answered client; returns whether it has hung up.
    func hasEnded() -> Bool {
        read()
        return !channel.isOpen
    }

    /// Has the loop report further events of the client.
    func watch() {
        guard channel.isOpen, !channel.watch(self) else { return }
        // Close a connection that cannot be watched.
        close()
        frontend.lost(self)
    }

    private func send(_ reply: Reply, closes: Bool) {
        guard channel.isOpen else { return }
        channel.send(reply.wire)
        guard !closes else { return close() }
        channel.endOutput()
        if !channel.isWatched { frontend.lingers(self) }
    }

    private func read() {
        guard channel.isOpen else { return }
        frontend.withScratch { scratch in
            switch channel.receive(into: &scratch) {
            case .bytes(let count):
                let piece = scratch.span.extracting(first: count)
                take(piece)
                wipe(piece)
            case .wouldBlock: break
            case .ended:
                frontend.inputEnded(self)
                // The loop would report the end of input again and again until the reply.
                channel.stopWatching()
            }
        }
    }

    private func take(_ piece: Span<UInt8>) {
        guard frontend.isUnfinished(id) else { return frontend.surplus(piece.count, from: self) }
        frontend.heard(from: self)
        if pending.isEmpty {
            carryOut(reader.read(piece))
            if frontend.isUnfinished(id) { pending = [UInt8](copying: piece) }
        } else {
            var whole = [UInt8](copying: pending.span, piece)
            swap(&whole, &pending)
            wipe(whole.span)
            carryOut(reader.read(pending.span))
        }
    }

    private func carryOut(_ outcome: consuming MuxReader.Outcome) {
        switch consume outcome {
        case .wait: break
        case .waitForAddress: frontend.awaitsAddress(self, milliseconds: Self.addressGrace)
        case .request(let request):
            forget()
            frontend.ask(request, from: self)
        case .error(let error):
            forget()
            let closes = frontend.rejected(self, error)
            send(Reply(to: error), closes: closes)
        }
    }

    private func forget() {
        wipe(pending.span)
        pending = []
    }
}
