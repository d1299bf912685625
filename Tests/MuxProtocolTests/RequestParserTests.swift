import Authentication
import Testing

@testable import MuxProtocol

/// What a parse came to, in a form that can be compared.
enum Outcome: Equatable {
    case incomplete(Int)
    case addressIncomplete(Int)
    case complete(login: ByteString, password: [UInt8], service: ByteString, realm: ByteString, remote: ByteString)
    case refused(MuxError)
}

func parse(_ bytes: [UInt8], limit: Int = 256, ignoringAddress: Bool = false) -> Outcome {
    do throws(MuxError) {
        let parser = RequestParser(maximumFieldLength: limit)
        switch try parser.parse(bytes.span, ignoringAddress: ignoringAddress) {
        case .incomplete(let needed): return .incomplete(needed)
        case .addressIncomplete(let needed): return .addressIncomplete(needed)
        case .complete(let request):
            return .complete(
                login: request.login,
                password: [UInt8](copying: request.password.span),
                service: request.service,
                realm: request.realm,
                remote: request.remote
            )
        }
    } catch {
        return .refused(error)
    }
}

func field(_ text: String) -> [UInt8] {
    field(Array(text.utf8))
}

func field(_ bytes: [UInt8]) -> [UInt8] {
    [UInt8(bytes.count >> 8), UInt8(bytes.count & 0xFF)] + bytes
}

@Suite struct RequestParserTests {
    static let four = field("alice") + field("secret") + field("smtp") + field("example.org")
    static let withoutAddress = Outcome.complete(
        login: "alice",
        password: Array("secret".utf8),
        service: "smtp",
        realm: "example.org",
        remote: ""
    )

    @Test func `four fields are a request`() {
        #expect(parse(Self.four) == Self.withoutAddress)
    }

    @Test func `a fifth field is the client's address`() {
        let whole = Self.four + field("192.0.2.1;49152")
        let expected = Outcome.complete(
            login: "alice",
            password: Array("secret".utf8),
            service: "smtp",
            realm: "example.org",
            remote: "192.0.2.1;49152"
        )
        #expect(parse(whole) == expected)
        #expect(parse(whole, ignoringAddress: true) == Self.withoutAddress)
    }

    @Test func `every beginning of a request asks for more, and never for more than there will be`() {
        for length in 0..<Self.four.count {
            guard case .incomplete(let needed) = parse(Array(Self.four[..<length])) else {
                Issue.record("a request cut after \(length) bytes was taken for whole")
                continue
            }
            #expect(needed > length && needed <= Self.four.count)
        }
    }

    @Test func `a fifth field that has begun is waited for`() {
        let fifth = field("192.0.2.1;49152")
        for length in 1..<fifth.count {
            guard case .addressIncomplete(let needed) = parse(Self.four + fifth[..<length]) else {
                Issue.record("\(length) bytes of a fifth field were not waited for")
                continue
            }
            #expect(needed > Self.four.count + length && needed <= Self.four.count + fifth.count)
        }
    }

    @Test(arguments: [
        field([UInt8](repeating: 0x61, count: 257)),
        field("a") + [0],
        field([0x61, 0, 0x62]),
    ])
    func `a wrong fifth field costs the address and nothing else`(fifth: [UInt8]) {
        #expect(parse(Self.four + fifth) == Self.withoutAddress)
    }

    @Test func `a field may have 256 bytes and no more`() {
        let longest = [UInt8](repeating: 0x61, count: 256)
        let rest = field("b") + field("c") + field("d")
        guard case .complete(let login, _, _, _, _) = parse(field(longest) + rest) else {
            Issue.record("256 bytes were refused")
            return
        }
        #expect(login.count == 256)
        #expect(parse([1, 1]) == .refused(.tooLong(.login, limit: 256)), "refused before its bytes arrive")
        #expect(parse([0xFF, 0xFF]) == .refused(.tooLong(.login, limit: 256)))
        #expect(parse([1, 1], limit: 8160) == .incomplete(259))
    }

    @Test(arguments: [Field.login, .password, .service, .realm])
    func `each field is measured and named`(culprit: Field) {
        let before = [field("a"), field("b"), field("c")].prefix(culprit.rawValue).joined()
        #expect(parse(before + [1, 1]) == .refused(.tooLong(culprit, limit: 256)))
        #expect(parse(before + field([0x61, 0])) == .refused(.holdsZeroByte(culprit)))
    }

    @Test func `empty login wins over empty password, and both wait for all fields`() {
        let rest = field("smtp") + field("")
        #expect(parse(field("") + field("") + rest) == .refused(.emptyLogin))
        #expect(parse(field("a") + field("") + rest) == .refused(.emptyPassword))
        #expect(parse(field("") + field("") + field("") + field("example.org")) == .refused(.emptyLogin))
        #expect(parse(field("") + field("x") + field("") + field("")) == .refused(.emptyLogin))
        #expect(parse(field("") + field("") + field("")) == .incomplete(8))
    }

    @Test func `a request of nothing is known as one, with a fifth field too`() {
        let nothing = field("") + field("") + field("") + field("")
        #expect(parse(nothing) == .refused(.emptyRequest))
        #expect(parse(nothing + field("192.0.2.1;1")) == .refused(.emptyRequest))
    }

    @Test func `service and realm may be empty`() {
        guard case .complete = parse(field("a") + field("b") + field("") + field("")) else {
            Issue.record("refused")
            return
        }
    }

    @Test func `what the writer writes the parser reads`() {
        let secret = Secret(copying: Array("secret".utf8).span)
        let bytes = RequestWriter.request(
            login: "alice",
            password: secret,
            service: "smtp",
            realm: "example.org",
            address: nil
        )
        #expect(bytes == Self.four)
    }
}
