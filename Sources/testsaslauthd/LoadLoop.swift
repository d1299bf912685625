import DequeModule
import Platform

/// A closed loop on one thread: when a request ends, the next one starts.
///
/// When the server's backlog is full, connecting is tried again, in order of arrival. The time spent waiting counts as
/// time of the request.
struct LoadLoop<Conversation: Dialogue>: ~Copyable {
    /// The longest pause before connecting is tried again, in milliseconds, as no event reports room in a full backlog.
    private static var pauseOfFullBacklog: CInt { 1 }

    private let load: Load<Conversation>
    private let connections: [Connection<Conversation>]
    private var poll: PollSet
    /// The slots that have a request but no connection yet.
    private var waiting: Deque<Int> = []
    private var buffer = [UInt8](repeating: 0, count: 1024)
    private var started = 0
    private var summary: Summary

    init(_ load: Load<Conversation>) {
        self.load = load
        let count = min(load.concurrency, load.total)
        connections = (0..<count).map { _ in Connection(load.beginning) }
        poll = PollSet(places: count)
        summary = Summary(concurrency: load.concurrency)
    }

    /// Sends all requests of the load.
    mutating func run(progress: (Int) -> Void) throws(SystemError) -> Summary {
        for place in connections.indices { begin(place) }
        while true {
            connectWaiting()
            progress(summary.count)
            guard summary.count < load.total else { return summary }
            guard try poll.wait(milliseconds: waiting.isEmpty ? nil : Self.pauseOfFullBacklog) else { continue }
            for place in connections.indices where poll.isReady(place: place) { proceed(place) }
        }
    }

    /// Starts the next request, if there is one, in this slot.
    private mutating func begin(_ place: Int) {
        guard started < load.total else { return }
        started += 1
        connections[place].begin()
        waiting.append(place)
    }

    /// Connects the waiting slots, until the backlog is full.
    private mutating func connectWaiting() {
        while let place = waiting.popFirst() {
            do {
                guard try connections[place].connect(to: load.socket) else { return waiting.prepend(place) }
                send(place)
            } catch {
                end(place, .failed(.unconnected(error)))
            }
        }
    }

    private mutating func send(_ place: Int) {
        let connection = connections[place]
        do {
            try connection.send()
        } catch {
            return end(place, .failed(.requestNotSent))
        }
        connection.watch(in: &poll, at: place)
    }

    private mutating func proceed(_ place: Int) {
        let connection = connections[place]
        if connection.hasOutput { return send(place) }
        if let outcome = connection.receive(&buffer) { return end(place, outcome) }
        if connection.hasOutput { send(place) }
    }

    private mutating func end(_ place: Int, _ outcome: ProbeOutcome) {
        poll.forget(place: place)
        summary.add(outcome, latency: connections[place].end())
        begin(place)
    }
}
