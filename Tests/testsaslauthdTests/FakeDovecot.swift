import Glibc
import Platform
import Synchronization

/// A server of Dovecot's authentication protocol on its own socket, one connection after the other.
final class FakeDovecot: Sendable {
    /// How it answers a line, given the words; without an answer it closes the connection.
    typealias Answer = @Sendable (_ words: [String]) -> String?

    static let greeting = """
        VERSION\t1\t2
        MECH\tPLAIN\tplaintext
        MECH\tLOGIN\tplaintext
        SPID\t4294967295
        CUID\t1
        COOKIE\t00112233445566778899aabbccddeeff
        DONE

        """

    let folder: ScratchFolder
    let path: String
    private let state = Mutex<(connections: Int, lines: [String])>((0, []))

    var connections: Int { state.withLock { $0.connections } }
    /// The lines that came.
    var lines: [String] { state.withLock { $0.lines } }

    /// With `inPieces`, every byte is sent by itself.
    init(greeting: String = greeting, inPieces: Bool = false, answer: @escaping Answer = FakeDovecot.accept) throws {
        // A client may close the connection before it has read everything.
        signal(SIGPIPE, SIG_IGN)
        folder = try ScratchFolder()
        path = folder.path + "/mux"
        let socket = try UnixSocket.listen(at: path)
        try serveClients(of: socket, while: { [weak self] in self != nil }) { [weak self] connection in
            self?.serve(connection, greeting, inPieces, answer)
        }
    }

    private func serve(
        _ connection: borrowing OwnedDescriptor,
        _ greeting: String,
        _ inPieces: Bool,
        _ answer: Answer
    ) {
        state.withLock { $0.connections += 1 }
        var held: [UInt8] = []
        send(greeting, to: connection, inPieces)
        while let count = try? connection.read(into: &held, limit: 4096), count > 0 {
            while let end = held.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: held[..<end], as: UTF8.self)
                held.removeSubrange(...end)
                state.withLock { $0.lines.append(line) }
                guard let text = answer(line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init))
                else { return }
                send(text, to: connection, inPieces)
            }
        }
    }

    private func send(_ text: String, to connection: borrowing OwnedDescriptor, _ inPieces: Bool) {
        let bytes = Array(text.utf8)
        guard inPieces else {
            try? connection.writeAll(bytes.span)
            return
        }
        for byte in bytes { try? connection.writeAll([byte].span) }
    }

    // MARK: Answers

    static let accept: Answer = { words in words[0] == "AUTH" ? "OK\t\(words[1])\tuser=alice\n" : "" }
    static let refuse: Answer = { words in
        words[0] == "AUTH" ? "FAIL\t\(words[1])\tuser=alice\treason=Authentication failed\n" : ""
    }
    static let close: Answer = { words in words[0] == "AUTH" ? nil : "" }
    static let unavailable: Answer = { words in
        words[0] == "AUTH" ? "FAIL\t\(words[1])\tuser=alice\ttemp\tcode=temp_fail\treason=Later\n" : ""
    }

    /// Asks for name and password; accepts alice with secret.
    static let login: Answer = { words in
        switch (words[0], words.last) {
        case ("AUTH", _): "CONT\t\(words[1])\tVXNlcm5hbWU6\n"
        case ("CONT", "YWxpY2U="): "CONT\t\(words[1])\tUGFzc3dvcmQ6\n"
        case ("CONT", "c2VjcmV0"): "OK\t\(words[1])\tuser=alice\n"
        case ("CONT", _): "FAIL\t\(words[1])\tuser=alice\n"
        default: ""
        }
    }
}
