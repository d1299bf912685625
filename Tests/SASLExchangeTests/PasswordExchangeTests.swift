import Authentication
import SASLExchange
import TestSupport
import Testing

@Suite struct PasswordExchangeTests {
    @Test(arguments: ["\0alice\0secret", "alice\0alice\0secret"])
    func `PLAIN is one message, with or without initial response`(message: String) {
        var initial = Trial(.plain)
        #expect(initial.begin(message) == .checkPassword("alice", "secret"))
        #expect(initial.accepted() == .accepted("alice", nil))
        var later = Trial(.plain)
        #expect(later.begin(nil) == .challenge(""))
        #expect(later.receive(message) == .checkPassword("alice", "secret"))
        #expect(later.accepted() == .accepted("alice", nil))
    }

    @Test(
        arguments: [
            ("", .malformed, nil), ("alice", .malformed, nil), ("alice\0secret", .malformed, nil),
            ("\0alice\0secret\0", .malformed, nil), ("\0alice\0secret\0x", .malformed, nil),
            ("\0\0\0", .malformed, nil),
            ("\0\0secret", .emptyLogin, nil), ("\0\0", .emptyLogin, nil), ("\0alice\0", .emptyPassword, "alice"),
            ("bob\0alice\0secret", .otherIdentity, "alice"), ("Alice\0alice\0secret", .otherIdentity, "alice"),
            ("alice \0alice\0secret", .otherIdentity, "alice"), ("\0al\tice\0secret", .unprintableLogin, nil),
            ("\0alice\n\0secret", .unprintableLogin, nil), ("\0alice\u{7F}\0secret", .unprintableLogin, nil),
        ] as [(String, SASLFailure, ByteString?)]
    )
    func `any other message of PLAIN fails, and nobody is asked`(
        message: String,
        failure: SASLFailure,
        login: ByteString?
    ) {
        var initial = Trial(.plain)
        #expect(initial.begin(message) == .failed(failure, login))
        #expect(initial.accepted() == .failed(.unexpected, nil))
        var later = Trial(.plain)
        _ = later.begin(nil)
        #expect(later.receive(message) == .failed(failure, login))
    }

    @Test func `PLAIN takes every byte but zero in a password`() {
        let password = [UInt8](1...255)
        var trial = Trial(.plain)
        _ = trial.begin(nil)
        #expect(
            trial.receive([0, 0x61, 0] + password) == .checkPassword("a", String(decoding: password, as: UTF8.self))
        )
    }

    @Test(arguments: [nil, ""])
    func `LOGIN asks for the name and the password`(initial: String?) {
        var trial = Trial(.login)
        #expect(trial.begin(initial) == .challenge("Username:"))
        #expect(trial.receive("alice") == .challenge("Password:"))
        #expect(trial.receive(" secret ") == .checkPassword("alice", " secret "))
        #expect(trial.accepted() == .accepted("alice", nil))
    }

    @Test func `an initial response of LOGIN is the name`() {
        var trial = Trial(.login)
        #expect(trial.begin("alice") == .challenge("Password:"))
        #expect(trial.receive("secret") == .checkPassword("alice", "secret"))
    }

    @Test(
        arguments: [
            ("", .emptyLogin), ("al\0ice", .unprintableLogin), ("al\tice", .unprintableLogin),
            ("\0", .unprintableLogin),
        ] as [(String, SASLFailure)]
    )
    func `a name that cannot be one ends LOGIN before the password`(name: String, failure: SASLFailure) {
        var trial = Trial(.login)
        _ = trial.begin(nil)
        #expect(trial.receive(name) == .failed(failure, nil))
        #expect(trial.receive("secret") == .failed(.unexpected, nil))
    }

    @Test(arguments: [("", SASLFailure.emptyPassword), ("sec\0ret", .malformed), ("\0", .malformed)])
    func `a password that cannot be one ends LOGIN`(password: String, failure: SASLFailure) {
        var trial = Trial(.login)
        _ = trial.begin("alice")
        #expect(trial.receive(password) == .failed(failure, "alice"))
    }

    @Test(arguments: SASLMechanism.allCases)
    func `nothing is accepted before a verdict is asked for`(mechanism: SASLMechanism) {
        var fresh = Trial(mechanism)
        #expect(fresh.accepted() == .failed(.unexpected, nil))
        var begun = Trial(mechanism)
        _ = begun.begin(nil)
        #expect(begun.accepted([UInt8](repeating: 0, count: 32)) == .failed(.unexpected, nil))
        var early = Trial(mechanism)
        #expect(early.receive("\0alice\0secret") == .failed(.unexpected, nil))
    }

    @Test func `an exchange is accepted once`() {
        var trial = Trial(.plain)
        _ = trial.begin("\0alice\0secret")
        #expect(trial.accepted() == .accepted("alice", nil))
        #expect(trial.accepted() == .failed(.unexpected, nil))
    }

    @Test func `a message instead of a verdict ends the exchange`() {
        var trial = Trial(.plain)
        _ = trial.begin("\0alice\0secret")
        #expect(trial.receive("\0bob\0secret") == .failed(.unexpected, nil))
        #expect(trial.accepted() == .failed(.unexpected, nil))
    }

    @Test func `a signature for a mechanism without one is not accepted`() {
        var trial = Trial(.plain)
        _ = trial.begin("\0alice\0secret")
        #expect(trial.accepted([1]) == .failed(.unusableAnswer, "alice"))
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `hostile messages are never accepted`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let alphabet: [UInt8] = [0, 0, 0x20, 0x2C, 0x3D, 0x61, 0x6E, 0x70, 0x72, 0x63, 0x0A, 0xFF, 0x41]
        for mechanism in SASLMechanism.allCases {
            var trial = Trial(mechanism)
            var last = Bool.random(using: &random) ? trial.begin(nil) : trial.begin("n,,n=a,r=b")
            for _ in 0..<6 {
                if case .prepare = last { last = trial.prepared(SCRAMParameters(salt: "salt", rounds: 4096)) }
                let length = Int.random(in: 0..<20, using: &random)
                last = trial.receive((0..<length).map { _ in alphabet.randomElement(using: &random) ?? 0 })
                if case .accepted = last { Issue.record("accepted without a verdict") }
            }
        }
    }
}
