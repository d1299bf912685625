import Authentication
import Platform

@testable import DovecotProtocol

/// An event, in a form that can be compared.
enum Seen: Hashable {
    case begin(UInt32, SASLMechanism, service: ByteString, remote: ByteString, Message, Set<String>, replacing: UInt32?)
    case proceed(UInt32, String)
    case cancel(UInt32)
    case send(String, ending: UInt32?)
    case close(Violation)

    enum Message: Hashable {
        case absent
        case text(String)
    }

    /// A request of PLAIN from service smtp, as most tests send it.
    static func plain(_ id: UInt32, _ message: Message = .absent, replacing: UInt32? = nil) -> Seen {
        .begin(id, .plain, service: "smtp", remote: "", message, [], replacing: replacing)
    }
}

/// A connection, the keys of its requests, and a clock.
struct Trial: ~Copyable {
    var connection: DovecotConnection
    var keys: [UInt32: RequestKey] = [:]
    var now = Instant(nanoseconds: 1)

    static let greeting = "VERSION\t1\t2\nCPID\t4711\n"

    init(
        minorVersion: UInt32? = 2,
        _ mechanisms: [SASLMechanism] = [.plain, .login],
        _ unavailable: UnavailableAnswer = .automatic,
        _ limits: DovecotConnection.Limits = .init()
    ) {
        connection = DovecotConnection(mechanisms: mechanisms, unavailable: unavailable, limits: limits)
        if let minorVersion { _ = feed("VERSION\t1\t\(minorVersion)\nCPID\t4711\n") }
    }

    mutating func feed(_ text: String) -> [Seen] {
        feed(Array(text.utf8))
    }

    mutating func feed(_ bytes: [UInt8]) -> [Seen] {
        var piece = bytes.span
        var seen: [Seen] = []
        while let event = connection.next(&piece) { seen.append(note(event)) }
        precondition(piece.isEmpty)
        return seen
    }

    /// Feeds a line that begins a login; returns its key.
    mutating func begin(_ id: UInt32, _ mechanism: SASLMechanism = .plain) -> RequestKey {
        _ = feed("AUTH\t\(id)\t\(mechanism.name)\tservice=smtp\n")
        return keys[id] ?? RequestKey(id: id, serial: 0)
    }

    /// Feeds a line that begins a login, and sends a challenge.
    mutating func beginAndChallenge(_ id: UInt32) -> RequestKey {
        let key = begin(id)
        _ = connection.challenge(Span(), to: key, now: now)
        return key
    }

    private mutating func note(_ event: consuming DovecotEvent) -> Seen {
        switch consume event {
        case .begin(let key, let command, let replaced):
            keys[key.id] = key
            let flags = [
                command.isSecured ? "secured" : nil,
                command.isExemptFromAddressPenalty ? "no-penalty" : nil,
                command.acceptsFinalMessage ? "final-resp-ok" : nil,
            ]
            return .begin(
                key.id,
                command.mechanism,
                service: command.service,
                remote: command.remote,
                Self.text(command.initialResponse),
                Set(flags.compactMap(\.self)),
                replacing: replaced?.id
            )
        case .proceed(let key, let message):
            return .proceed(key.id, String(decoding: [UInt8](copying: message.span), as: UTF8.self))
        case .cancel(let key): return .cancel(key.id)
        case .send(let line, let key): return .send(String(decoding: line, as: UTF8.self), ending: key?.id)
        case .close(let violation): return .close(violation)
        }
    }

    private static func text(_ message: borrowing ClientMessage) -> Seen.Message {
        switch message {
        case .absent: .absent
        case .bytes(let bytes): .text(String(decoding: [UInt8](copying: bytes.span), as: UTF8.self))
        case .invalidBase64: .text("invalid")
        }
    }
}

extension DovecotAnswer {
    var text: String {
        switch self {
        case .line(let bytes): String(decoding: bytes, as: UTF8.self)
        case .close: "close"
        case .none: "none"
        }
    }
}
