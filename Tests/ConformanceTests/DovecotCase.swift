import Foundation
import TestSupport

/// Something that a client of Dovecot's protocol sends, and the answers.
struct DovecotCase: Sendable, CustomStringConvertible {
    /// Servers of the protocol.
    enum Make: String, CaseIterable, Sendable, CustomStringConvertible {
        case ours, dovecot
        var description: String { rawValue }

        /// Those that can be started here: Dovecot needs root.
        static let available: [Make] = geteuid() == 0 ? allCases : [.ours]
    }

    /// What the server does.
    struct Course: Hashable, Sendable {
        /// The lines after each piece, in any order.
        var lines: [[String]]
        /// Whether the connection is closed after the last line.
        var isClosed = false
    }

    let description: String
    /// Lines, or parts of lines, each sent after the answers to the one before it.
    let pieces: [[UInt8]]
    let dovecot: Course
    /// What our daemon does differently, and why.
    let difference: (course: Course, reason: String)?

    func expected(of make: Make) -> Course {
        make == .ours ? difference?.course ?? dovecot : dovecot
    }
}

// MARK: Making cases

extension DovecotCase {
    static let reasonAlways = "without a reason, older Postfix shows and logs the last challenge as the reason"

    /// The answers to one piece.
    struct Reply {
        var dovecot: [String]
        var ours: [String]
        var reason: String?

        static func same(_ lines: String...) -> Reply { Reply(dovecot: lines, ours: lines) }

        static func differs(_ lines: [String], ours: [String], _ reason: String) -> Reply {
            Reply(dovecot: lines, ours: ours, reason: reason)
        }

        static func + (left: Reply, right: Reply) -> Reply {
            Reply(
                dovecot: left.dovecot + right.dovecot,
                ours: left.ours + right.ours,
                reason: left.reason ?? right.reason
            )
        }
    }

    /// A case whose connection stays open.
    ///
    /// The client's greeting goes in front of the first piece.
    static func open(_ description: String, minor: Int = 2, _ steps: (sent: String, reply: Reply)...) -> DovecotCase {
        make(description, greeting(minor), steps, isClosed: (false, false))
    }

    /// A case whose connection is closed by both servers after the last piece.
    static func closed(_ description: String, minor: Int = 2, _ steps: (sent: String, reply: Reply)...) -> DovecotCase {
        make(description, greeting(minor), steps, isClosed: (true, true))
    }

    /// A case whose connection only our daemon closes after the last piece.
    static func closedByOurs(_ description: String, _ steps: (sent: String, reply: Reply)...) -> DovecotCase {
        make(description, greeting(2), steps, isClosed: (false, true))
    }

    /// A case whose connection only Dovecot closes after the last piece.
    static func closedByDovecot(_ description: String, _ steps: (sent: String, reply: Reply)...) -> DovecotCase {
        make(description, greeting(2), steps, isClosed: (true, false))
    }

    /// A case with a client's greeting of its own, and after it a right login.
    static func greeting(_ description: String, _ lines: String, isAccepted: Bool) -> DovecotCase {
        make(
            description,
            lines,
            [(auth, isAccepted ? accepted : .same())],
            isClosed: (!isAccepted, !isAccepted)
        )
    }

    static func greeting(_ minor: Int) -> String { DovecotClient.greeting(minor: minor) }

    static func make(
        _ description: String,
        _ greeting: String,
        _ steps: [(sent: String, reply: Reply)],
        isClosed: (dovecot: Bool, ours: Bool)
    ) -> DovecotCase {
        var pieces = steps.map { Array($0.sent.utf8) }
        if !pieces.isEmpty { pieces[0] = Array(greeting.utf8) + pieces[0] }
        let theirs = Course(lines: steps.map { $0.reply.dovecot.sorted() }, isClosed: isClosed.dovecot)
        let own = Course(lines: steps.map { $0.reply.ours.sorted() }, isClosed: isClosed.ours)
        let reason = steps.compactMap(\.reply.reason).first
        return DovecotCase(
            description: description,
            pieces: pieces,
            dovecot: theirs,
            difference: reason.map { (own, $0) }
        )
    }

    // MARK: Parts of cases

    static let good = DovecotClient.plain("alice", "secret")
    static let wrong = DovecotClient.plain("alice", "wrong")
    /// A right login.
    static let auth = plain(1, "resp=" + good)
    /// The beginning of a login without an initial response.
    static let bare = "AUTH\t1\tPLAIN\tservice=smtp\n"
    static let login = "AUTH\t1\tLOGIN\tservice=smtp"

    static let accepted = Reply.same("OK\t1\tuser=alice")
    static let refused = refusal(user: "alice")
    static let unnamed = refusal(user: nil)
    static let empty = Reply.same("CONT\t1\t")
    static let askName = Reply.same("CONT\t1\tVXNlcm5hbWU6")
    static let askPassword = Reply.same("CONT\t1\tUGFzc3dvcmQ6")

    static func plain(_ id: Int, _ words: String) -> String { "AUTH\t\(id)\tPLAIN\tservice=smtp\t\(words)\n" }

    /// A refusal, with or without a name, and with a reason from ours.
    static func refusal(_ id: Int = 1, user: String?) -> Reply {
        let line = "FAIL\t\(id)" + (user.map { "\tuser=\($0)" } ?? "")
        return .differs([line], ours: [line + "\treason=Authentication failed"], reasonAlways)
    }

    /// A refusal for which Dovecot has a name that is none, or that nobody could be told.
    static func nameless(_ name: String, _ reason: String) -> Reply {
        .differs(
            ["FAIL\t1\tuser=\(name)\toriginal_user=\(name)"],
            ours: ["FAIL\t1\treason=Authentication failed"],
            reason
        )
    }

    static func invalid(_ place: String) -> Reply {
        .same("FAIL\t1\tcode=invalid_base64\treason=Invalid base64 data in \(place) response")
    }

    static func unknownRequest(_ id: Int) -> Reply { .same("FAIL\t\(id)\treason=Authentication request timed out") }

    static func base64(_ text: String) -> String { DovecotClient.base64(text) }
}
