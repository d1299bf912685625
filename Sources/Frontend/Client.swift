internal import Authentication
internal import Glibc
internal import Logging
internal import MuxProtocol
internal import Platform

/// Carries out what a `Connection` decides about one client: reads, answers, drains and closes.
final class Client: EventSource {
    private let frontend: Frontend
    private let channel: Channel
    private var connection: Connection
    /// What has come of a request that is not whole.
    private var pending: [UInt8] = []
    /// An answer that is held back.
    private var held: Reply?
    /// The process at the other end, as far as the system tells.
    let peer: PeerCredentials?
    /// The account whose share its place is of.
    var account: uid_t { peer?.uid ?? .max }
    /// Where the client stands in the frontend's lists.
    var places = ClientPlaces()

    init(
        _ descriptor: consuming OwnedDescriptor,
        of peer: PeerCredentials?,
        frontend: Frontend,
        parser: RequestParser
    ) {
        self.frontend = frontend
        self.peer = peer
        channel = Channel(descriptor, loop: frontend.loop)
        connection = Connection(parser: parser)
    }

    /// Reads what the client has sent already: mostly its whole request, and then the loop never hears of it.
    func start() {
        read()
        if connection.isUnfinished { watch() }
    }

    func isReady(readable: Bool, writable: Bool) {
        if writable { channel.flush() }
        if readable { read() }
    }

    /// Tells the client what came of its request.
    func answer(_ reply: Reply) {
        guard channel.isOpen else { return }
        channel.send(reply.wire)
        if connection.answered() {
            close()
        } else {
            channel.endOutput()
            frontend.answered(self, lingers: !channel.isWatched)
        }
    }

    /// Tells a client that has no place, and whose request was not read, to come later.
    func turnAway(_ reply: Reply) {
        channel.send(reply.wire)
        channel.close()
    }

    /// Tells the client later what came of its request, unless its place is needed before.
    func answer(_ reply: Reply, after milliseconds: Int) {
        guard channel.isOpen else { return }
        held = reply
        frontend.holds(self)
        frontend.loop.schedule(milliseconds: milliseconds) { [weak self] in self?.answerHeld() }
    }

    /// Tells the client now what it was to be told later.
    func answerHeld() {
        if let reply = held.take() { answer(reply) }
    }

    /// Gives up the place for another, not without an answer that is held back.
    func makeRoom() {
        answerHeld()
        close()
    }

    /// Whether the client has gone without waiting for its answer.
    var hasHungUp: Bool { channel.hasHungUp }

    /// Looks whether an answered client has ended, which is what it does next; says whether it has.
    func hasEnded() -> Bool {
        read()
        return !channel.isOpen
    }

    /// Has the loop tell what the client still does.
    func watch() {
        // What cannot be waited for is not kept.
        if !channel.watch(self) { close() }
    }

    func close() {
        guard channel.isOpen else { return }
        channel.close()
        wipe(pending.span)
        pending = []
        frontend.closed(self)
    }

    private func read() {
        frontend.withScratch { scratch in
            switch channel.receive(into: &scratch) {
            case .bytes(let count):
                let piece = scratch.span.extracting(first: count)
                take(piece)
                wipe(piece)
            case .wouldBlock: break
            case .ended:
                carryOut(connection.inputEnded(pending.span))
                // While the answer is being found out the end would be told again and again.
                channel.stopWatching()
            }
        }
    }

    private func take(_ piece: Span<UInt8>) {
        guard connection.isUnfinished else {
            return carryOut(connection.surplus(piece.count))
        }
        frontend.heard(from: self)
        if pending.isEmpty {
            carryOut(connection.received(piece))
            if connection.isUnfinished { pending = [UInt8](copying: piece) }
        } else {
            var whole = [UInt8](copying: pending.span, piece)
            swap(&whole, &pending)
            wipe(whole.span)
            carryOut(connection.received(pending.span))
        }
    }

    private func carryOut(_ action: consuming Connection.Action) {
        switch consume action {
        case .wait: break
        case .waitForAddress:
            frontend.loop.schedule(milliseconds: Connection.addressGrace) { [self] in
                carryOut(connection.addressGraceEnded(pending.span))
            }
        case .ask(let request):
            forget()
            frontend.ask(request, from: self)
        case .refuse(let error):
            forget()
            frontend.misunderstood(error)
            answer(Reply(to: error))
        case .close: close()
        }
    }

    private func forget() {
        wipe(pending.span)
        pending = []
    }
}

/// Where a client stands in the frontend's lists; `nil` for not at all.
struct ClientPlaces {
    /// Among those that have not sent a whole request, by the time they connected.
    var arrival: AgeList<Client>.Place?
    /// Among the same, by the time they last sent anything.
    var activity: AgeList<Client>.Place?
    /// Among those whose answer is held back.
    var holding: AgeList<Client>.Place?
    /// Among those that were answered and are drained.
    var draining: AgeList<Client>.Place?
}
