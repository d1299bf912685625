internal import Authentication

/// What a server reports about a password in addition to the result of a bind.
///
/// The control of draft-behera-ldap-password-policy, 1.3.6.1.4.1.42.2.27.8.5.1.
struct PasswordPolicy: Hashable, Sendable {
    static let oid = "1.3.6.1.4.1.42.2.27.8.5.1"

    enum Warning: Hashable, Sendable {
        case secondsLeft(Int)
        case graceLoginsLeft(Int)
    }

    enum Problem: UInt8, Hashable, Sendable, CaseIterable {
        case passwordExpired = 0
        case accountLocked = 1
        case changeAfterReset = 2
        case passwordModNotAllowed = 3
        case mustSupplyOldPassword = 4
        case insufficientPasswordQuality = 5
        case passwordTooShort = 6
        case passwordTooYoung = 7
        case passwordInHistory = 8
        case passwordTooLong = 9
    }

    var warning: Warning?
    var problem: Problem?

    init(warning: Warning? = nil, problem: Problem? = nil) {
        self.warning = warning
        self.problem = problem
    }

    /// Reads the value of the control, in BER; `nil` for anything else.
    init?(_ value: Span<UInt8>) {
        var reader = BERReader(value)
        guard let content = reader.next(tag: 0x30), reader.isAtEnd else { return nil }
        var fields = BERReader(content)
        if let choice = fields.next(tag: 0xA0) {
            var reader = BERReader(choice)
            let isInSeconds = reader.begins(with: 0x80)
            guard let number = reader.number(tag: isInSeconds ? 0x80 : 0x81), reader.isAtEnd else { return nil }
            warning = isInSeconds ? .secondsLeft(number) : .graceLoginsLeft(number)
        }
        if fields.begins(with: 0x81) {
            guard let number = fields.number(tag: 0x81), let code = UInt8(exactly: number),
                let known = Problem(rawValue: code)
            else { return nil }
            problem = known
        }
        guard fields.isAtEnd else { return nil }
    }
}

extension PasswordPolicy: CustomStringConvertible {
    var description: String {
        let warning: String? =
            switch warning {
            case .secondsLeft(let seconds): "the password expires in \(seconds) s"
            case .graceLoginsLeft(let count): "the password has expired, grace logins left: \(count)"
            case nil: nil
            }
        let problem: String? =
            switch problem {
            case .passwordExpired: "the password has expired"
            case .accountLocked: "the account is locked"
            case .changeAfterReset: "the password must be changed"
            case .some(let other): "password policy: \(other)"
            case nil: nil
            }
        return [problem, warning].compactMap { $0 }.joined(separator: ", ")
    }
}

/// Reads elements of BER with lengths of up to four bytes, as 389-ds writes them.
private struct BERReader: ~Escapable {
    private var rest: Span<UInt8>

    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>) { rest = bytes }

    var isAtEnd: Bool { rest.isEmpty }

    func begins(with tag: UInt8) -> Bool { !rest.isEmpty && rest[0] == tag }

    /// The content of the next element where it has that tag; `nil` leaves it there.
    @_lifetime(copy self)
    @_lifetime(self: copy self)
    mutating func next(tag: UInt8) -> Span<UInt8>? {
        guard rest.count >= 2, rest[0] == tag else { return nil }
        var (start, length) = (2, Int(rest[1]))
        if length >= 0x80 {
            let count = length & 0x7F
            guard 1...4 ~= count, rest.count >= 2 + count else { return nil }
            length = 0
            for index in 2..<2 + count { length = length << 8 | Int(rest[index]) }
            start += count
        }
        guard rest.count - start >= length else { return nil }
        let content = rest.extracting(start..<start + length)
        rest = rest.extracting((start + length)...)
        return content
    }

    /// The number that the next element holds, where it has that tag and is not negative.
    @_lifetime(self: copy self)
    mutating func number(tag: UInt8) -> Int? {
        guard let content = next(tag: tag), 1...5 ~= content.count, content[0] < 0x80 else { return nil }
        var number = 0
        for index in content.indices { number = number << 8 | Int(content[index]) }
        return number
    }
}
