internal import Authentication
internal import Platform

/// Parses a value of `--dovecot`.
enum DovecotListenerReader {
    enum Key: String, CaseIterable {
        case user, group, mode, mechanisms, deadline, unavailable, hold
    }

    /// What is wrong with a value, and what was expected.
    struct Fault: Error, Hashable {
        let message: String

        init(_ message: String) { self.message = message }

        /// A value that `key` cannot have.
        init(_ key: Key, _ value: String, expected: String) {
            message = "\(key.rawValue)=\(value): expected \(expected)"
        }
    }

    private static let deadlines = 1...300
    private static let holds = 0...300

    static func listener(_ text: String) throws(Fault) -> DovecotListener {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        var listener = DovecotListener(path: try path(parts[0]))
        var given: Set<Key> = []
        for part in parts.dropFirst() {
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let key = try key(sides[0])
            guard sides.count == 2 else { throw Fault("\(key.rawValue): expected \(key.rawValue)=VALUE") }
            guard given.insert(key).inserted else { throw Fault("\(key.rawValue)= is given twice") }
            try set(key, sides[1], of: &listener)
        }
        if !given.contains(.hold) { listener.hold = DovecotListener.defaultHold(deadline: listener.deadline) }
        guard listener.hold < listener.deadline else {
            throw Fault(
                .hold,
                String(listener.hold),
                expected: "less than the deadline of \(listener.deadline) seconds"
            )
        }
        return listener
    }

    private static func path(_ text: String) throws(Fault) -> String {
        guard text.hasPrefix("/"), !text.hasSuffix("/"), let last = text.split(separator: "/").last,
            last != ".", last != "..", !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F })
        else { throw Fault("expected the absolute path of a socket, then key=value after commas") }
        let path = DovecotListener(path: text).path
        guard path.utf8.count <= UnixSocket.maximumPathLength else {
            throw Fault("the path is longer than \(UnixSocket.maximumPathLength) bytes")
        }
        return path
    }

    private static func key(_ name: String) throws(Fault) -> Key {
        if let key = Key(rawValue: name) { return key }
        let keys = Key.allCases.map(\.rawValue)
        guard let nearest = EditDistance.nearest(to: name, among: keys) else {
            throw Fault("unknown key '\(name)'; the keys are \(keys.joined(separator: ", "))")
        }
        throw Fault("unknown key '\(name)'. Did you mean '\(nearest)'?")
    }

    private static func set(_ key: Key, _ value: String, of listener: inout DovecotListener) throws(Fault) {
        switch key {
        case .user:
            guard !value.isEmpty else { throw Fault(key, value, expected: "the name of an account") }
            listener.user = value
        case .group:
            guard !value.isEmpty else { throw Fault(key, value, expected: "the name of a group") }
            listener.group = value
        case .mode:
            guard let mode = FileMode(optionText: value) else {
                throw Fault(key, value, expected: "an octal number from 0 to 0777")
            }
            listener.mode = mode
        case .mechanisms: listener.mechanisms = try mechanisms(value)
        case .deadline: listener.deadline = try number(key, value, deadlines)
        case .unavailable:
            guard let answer = DovecotListener.UnavailableAnswer(rawValue: value) else {
                throw Fault(key, value, expected: "auto, close or fail")
            }
            listener.unavailable = answer
        case .hold: listener.hold = try number(key, value, holds)
        }
    }

    private static func number(_ key: Key, _ value: String, _ range: ClosedRange<Int>) throws(Fault) -> Int {
        guard let number = Int(value), range.contains(number) else {
            throw Fault(
                key,
                value,
                expected: "a number of seconds from \(range.lowerBound) to \(range.upperBound)"
            )
        }
        return number
    }

    private static func mechanisms(_ value: String) throws(Fault) -> [SASLMechanism] {
        var mechanisms: [SASLMechanism] = []
        for name in value.split(separator: "+", omittingEmptySubsequences: false) {
            guard let mechanism = SASLMechanism(name: Array(name.utf8).span) else {
                let names = SASLMechanism.allCases.map { $0.name.lowercased() }
                throw Fault(
                    .mechanisms,
                    value,
                    expected: "\(names.joined(separator: ", ")), or several with + between them"
                )
            }
            guard !mechanisms.contains(mechanism) else {
                throw Fault("mechanisms=\(value): \(mechanism.name) is given twice")
            }
            mechanisms.append(mechanism)
        }
        return mechanisms
    }
}
