internal import Authentication
internal import EventLoop
internal import MuxProtocol
internal import Platform

/// A client of the mux socket: one request, one answer, and the end.
final class MuxClient: EventSource, ClientConnection {
    /// How long a fifth field that has begun is waited for, in milliseconds.
    private static let addressGrace = 50

    let id: ClientID
    /// The process at the other end, as far as the system tells.
    let peer: PeerCredentials?
    /// It keeps this object in its list until the connection is closed, turns the loop, and outlives both.
    private unowned let frontend: Frontend
    private let channel: BufferedSocket
    private let refusesUnavailable: Bool
    private var reader: MuxReader
    /// What has come of a request that is not whole.
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

    /// Mostly the whole request is there already, and then the loop never hears of the client.
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

    /// Looks whether an answered client has ended, which is what it does next; says whether it has.
    func hasEnded() -> Bool {
        read()
        return !channel.isOpen
    }

    /// Has the loop tell what the client still does.
    func watch() {
        guard channel.isOpen, !channel.watch(self) else { return }
        // What cannot be waited for is not kept.
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
                // Until the answer is there the loop would report the end again and again.
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
