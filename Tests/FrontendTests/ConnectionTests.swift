import Authentication
import MuxProtocol
import Testing

@testable import Frontend

/// The same in a form that can be compared.
extension Connection {
    mutating func hears(_ bytes: [UInt8]) -> String { Self.name(received(bytes.span)) }
    mutating func graceEnds(_ bytes: [UInt8]) -> String { Self.name(addressGraceEnded(bytes.span)) }
    mutating func ends(_ bytes: [UInt8]) -> String { Self.name(inputEnded(bytes.span)) }
    mutating func hearsSurplus(_ count: Int) -> String { Self.name(surplus(count)) }

    private static func name(_ action: consuming Action) -> String {
        switch consume action {
        case .wait: "wait"
        case .waitForAddress: "wait for address"
        case .ask(let request): "ask \(request.login) \(request.remote)"
        case .refuse(let error): "refuse: \(error)"
        case .close: "close"
        }
    }
}

@Suite struct ConnectionTests {
    static let four: [UInt8] =
        [0, 5] + Array("alice".utf8) + [0, 6] + Array("secret".utf8) + [0, 4] + Array("smtp".utf8) + [0, 0]

    static func connection() -> Connection {
        Connection(parser: RequestParser(maximumFieldLength: 256))
    }

    @Test func `four fields are asked about at once`() {
        var connection = Self.connection()
        #expect(connection.hears(Self.four) == "ask alice ")
        #expect(!connection.isUnfinished)
    }

    @Test func `byte by byte works`() {
        var connection = Self.connection()
        for length in 1..<Self.four.count {
            #expect(connection.hears(Array(Self.four[..<length])) == "wait")
        }
        #expect(connection.hears(Self.four) == "ask alice ")
    }

    @Test func `an overlong field is refused as soon as its length is there`() {
        var connection = Self.connection()
        #expect(connection.hears([1, 1]) == "refuse: login exceeded MAX_REQ_LEN: 256")
    }

    @Test func `a fifth field that has begun is waited for once, then done without`() {
        var connection = Self.connection()
        let begun = Self.four + [0, 15] + Array("192.0.2.1".utf8)
        #expect(connection.hears(begun) == "wait for address")
        #expect(connection.hears((begun + [0x3B])) == "wait")
        #expect(connection.graceEnds(begun) == "ask alice ")
        #expect(connection.graceEnds(begun) == "wait", "the request is asked once")
    }

    @Test func `a fifth field that comes in time counts`() {
        var connection = Self.connection()
        #expect(connection.hears((Self.four + [0])) == "wait for address")
        let whole = Self.four + [0, 9] + Array("192.0.2.1".utf8)
        #expect(connection.hears(whole) == "ask alice 192.0.2.1")
    }

    @Test func `a client that ends before its request is whole is closed without a word`() {
        var connection = Self.connection()
        #expect(connection.hears(Array(Self.four.dropLast())) == "wait")
        #expect(connection.ends(Array(Self.four.dropLast())) == "close")
    }

    @Test func `a client may half-close after its request`() {
        var connection = Self.connection()
        _ = connection.received(Self.four.span)
        #expect(connection.ends([]) == "wait")
        let closesAtOnce = connection.answered()
        #expect(closesAtOnce, "nothing is left to drain")
    }

    @Test func `what comes after the answer is drained, within bounds`() {
        var connection = Self.connection()
        _ = connection.hears(Self.four)
        let closesAtOnce = connection.answered()
        #expect(!closesAtOnce, "it may have more to say, and must not be told that nobody listens")
        #expect(connection.hearsSurplus(Connection.longestDrain) == "wait")
        #expect(connection.hearsSurplus(1) == "close")
    }
}
