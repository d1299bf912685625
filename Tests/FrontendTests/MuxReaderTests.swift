import Authentication
import MuxProtocol
import Testing

@testable import Frontend

@Suite struct MuxReaderTests {
    static let four: [UInt8] =
        [0, 5] + Array("alice".utf8) + [0, 6] + Array("secret".utf8) + [0, 4] + Array("smtp".utf8) + [0, 0]

    private static func reader() -> MuxReader {
        MuxReader(parser: RequestParser(maximumFieldLength: 256))
    }

    /// What comes of bytes, in a form that can be compared.
    private static func read(_ reader: inout MuxReader, _ bytes: [UInt8], ignoringAddress: Bool = false) -> String {
        switch reader.read(bytes.span, ignoringAddress: ignoringAddress) {
        case .wait: "wait"
        case .waitForAddress: "wait for address"
        case .request(let request): "\(request.login) \(request.remote)"
        case .error(let error): "error: \(error)"
        }
    }

    @Test func `four fields are a request at once`() {
        var reader = Self.reader()
        #expect(Self.read(&reader, Self.four) == "alice ")
    }

    @Test func `byte by byte works`() {
        var reader = Self.reader()
        for length in 1..<Self.four.count {
            #expect(Self.read(&reader, Array(Self.four[..<length])) == "wait")
        }
        #expect(Self.read(&reader, Self.four) == "alice ")
    }

    @Test func `an overlong field is an error as soon as its length is there`() {
        var reader = Self.reader()
        #expect(Self.read(&reader, [1, 1]) == "error: login exceeded MAX_REQ_LEN: 256")
    }

    @Test func `a fifth field that has begun is waited for, and done without when that is wanted`() {
        var reader = Self.reader()
        let begun = Self.four + [0, 15] + Array("192.0.2.1".utf8)
        #expect(Self.read(&reader, begun) == "wait for address")
        #expect(Self.read(&reader, begun + [0x3B]) == "wait")
        #expect(Self.read(&reader, begun + [0x3B], ignoringAddress: true) == "alice ")
    }

    @Test func `a fifth field that comes in time counts`() {
        var reader = Self.reader()
        #expect(Self.read(&reader, Self.four + [0]) == "wait for address")
        #expect(Self.read(&reader, Self.four + [0, 9] + Array("192.0.2.1".utf8)) == "alice 192.0.2.1")
    }
}
