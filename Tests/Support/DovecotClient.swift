internal import Foundation
internal import Platform

/// A client of Dovecot's authentication protocol that sends exactly the bytes that a test chooses.
package final class DovecotClient {
    /// What the server does next.
    package enum Event: Hashable, Sendable, CustomStringConvertible {
        /// A line, without its line break.
        case line(String)
        /// The connection is closed.
        case end
        /// The connection is closed, and the system has thrown away what was not read.
        case reset
        /// None of these within a minute.
        case silence

        package var description: String {
            switch self {
            case .line(let text): text
            case .end: "(end)"
            case .reset: "(reset)"
            case .silence: "(silence)"
            }
        }
    }

    /// The lines with which a client begins.
    package static func greeting(minor: Int) -> String { "VERSION\t1\t\(minor)\nCPID\t1\n" }

    /// A connection that two threads may use, one for each direction.
    private final class Connection: Sendable {
        let socket: OwnedDescriptor

        init(to path: String) throws { socket = try UnixSocket.connect(to: path) }

        /// Sends bytes; a server that has closed the connection does not read them.
        func send(_ bytes: [UInt8]) throws {
            do throws(SystemError) {
                try socket.writeAll(bytes.span)
            } catch {
                guard error.number == EPIPE || error.number == ECONNRESET else { throw error }
            }
        }
    }

    private let connection: Connection
    private var input: [UInt8] = []

    package init(_ path: String) throws {
        connection = try Connection(to: path)
        signal(SIGPIPE, SIG_IGN)
    }

    /// Connects, reads the server's greeting, and sends that of a client with this minor version.
    package convenience init(_ path: String, minor: Int) throws {
        try self.init(path)
        try send(Self.greeting(minor: minor))
        _ = try greeting()
    }

    /// Waits for the server's greeting, and returns its lines.
    package func greeting() throws -> [String] {
        var lines: [String] = []
        while lines.last != "DONE" {
            guard case .line(let line) = event() else {
                throw DovecotFailure(text: "the greeting ends after \(lines)")
            }
            lines.append(line)
        }
        return lines
    }

    /// The bytes of the first read; they are also part of the lines.
    package func firstPiece() throws -> [UInt8] {
        _ = try waitForInput(on: [connection.socket.rawValue], milliseconds: 60_000)
        _ = try connection.socket.read(into: &input, limit: 65_536)
        return input
    }

    /// Sends bytes; a server that has closed the connection does not read them.
    package func send(_ bytes: [UInt8]) throws {
        try connection.send(bytes)
    }

    package func send(_ text: String) throws { try send(Array(text.utf8)) }

    /// Sends `text` from another thread, and then ends the output if requested; the result waits until that is done.
    ///
    /// The server may not read it all before its answers are read.
    package func sendInBackground(_ text: String, endingOutput: Bool = false) -> () -> Void {
        let isDone = DispatchSemaphore(value: 0)
        Thread { [connection] in
            try? connection.send(Array(text.utf8))
            if endingOutput { connection.socket.endOutput() }
            isDone.signal()
        }.start()
        return { isDone.wait() }
    }

    /// The message of PLAIN in base64.
    package static func plain(_ login: String, _ password: String, as other: String = "") -> String {
        base64("\(other)\0\(login)\0\(password)")
    }

    package static func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }

    /// A line that begins a login with PLAIN and an initial response.
    package static func login(_ id: UInt32, _ login: String, _ password: String, _ words: String = "") -> String {
        "AUTH\t\(id)\tPLAIN\tservice=smtp\(words)\tresp=\(plain(login, password))\n"
    }

    /// Begins a login with PLAIN and an initial response; `words` are further parameters with tabs before them.
    package func begin(_ id: UInt32, _ login: String, _ password: String, _ words: String = "") throws {
        try send(Self.login(id, login, password, words))
    }

    /// Waits for the server's next line, or the end.
    package func event() -> Event {
        do throws(SystemError) {
            while true {
                if let end = input.firstIndex(of: UInt8(ascii: "\n")) {
                    let line = String(decoding: input[..<end], as: UTF8.self)
                    input.removeFirst(end + 1)
                    return .line(line)
                }
                guard try !waitForInput(on: [connection.socket.rawValue], milliseconds: 60_000).isEmpty else {
                    return .silence
                }
                if try connection.socket.read(into: &input, limit: 65_536) == 0 { return .end }
            }
        } catch {
            return error.number == ECONNRESET ? .reset : .silence
        }
    }

    /// Waits for `count` events, or fewer if the connection ends.
    package func events(_ count: Int) -> [Event] {
        var events: [Event] = []
        while events.count < count {
            events.append(event())
            guard case .line = events[events.count - 1] else { break }
        }
        return events
    }

    /// The lines that come before the answer to a message for a request that does not exist, which is sent now.
    ///
    /// That answer comes at once, so these lines are all that the server had to send by now.
    package func linesSoFar() throws -> [Event] {
        try send("CONT\t4294967294\t\n")
        var events: [Event] = []
        while true {
            let event = event()
            if event == .line("FAIL\t4294967294\treason=Authentication request timed out") { return events }
            events.append(event)
            guard case .line = event else { return events }
        }
    }

    package func endOutput() { connection.socket.endOutput() }

    /// Whether the server has closed both directions.
    package var isClosedByServer: Bool { connection.socket.hasHungUp }

    /// Whether the server has closed the connection, or sent something.
    package var hasEvent: Bool { !input.isEmpty || connection.socket.hasInput }
}

/// Dovecot or a server of its protocol does not do what it should.
package struct DovecotFailure: Error, CustomStringConvertible {
    package let text: String
    package var description: String { text }
}
