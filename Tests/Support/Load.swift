internal import Foundation
internal import Synchronization

/// Clients that send requests to a daemon without a pause, each request on a new connection, until `stop`.
package final class Load: Sendable {
    private struct State {
        var isStopped = false
        var running = 0
        var answers: [String: Int] = [:]
    }

    private let state = Mutex(State())

    /// Starts `count` threads that each send one of `requests` to `socket`; a request is named by its index.
    package init(_ socket: String, count: Int = 8, _ requests: [[String]]) {
        state.withLock { $0.running = count }
        for number in 0..<count {
            let request = requests[number % requests.count]
            let name = number % requests.count
            // Not tasks, as they block.
            Thread { [self] in
                while !state.withLock(\.isStopped) {
                    let answer = Self.answer(socket, request)
                    state.withLock { $0.answers["\(name): \(answer)", default: 0] += 1 }
                }
                state.withLock { $0.running -= 1 }
            }.start()
        }
    }

    private static func answer(_ socket: String, _ request: [String]) -> String {
        do {
            let client = try MuxClient(socket)
            try client.send(request.flatMap { MuxClient.request($0) })
            return try "\(client.answer())"
        } catch {
            return "\(error)"
        }
    }

    /// The number of each answer, by the index of the request and the answer: `0: "OK"`.
    package var answers: [String: Int] { state.withLock(\.answers) }

    /// Waits for `count` more of `answer`; returns whether they arrived.
    @discardableResult
    package func awaits(_ answer: String, _ count: Int = 50) -> Bool {
        let before = answers[answer] ?? 0
        return waitUntil { (answers[answer] ?? 0) >= before + count }
    }

    /// Stops the clients, waits for outstanding answers, and returns the numbers of all answers.
    @discardableResult
    package func stop() -> [String: Int] {
        state.withLock { $0.isStopped = true }
        waitUntil { state.withLock(\.running) == 0 }
        return answers
    }

}
