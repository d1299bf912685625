import Authentication
import SASLDB

extension Secret {
    init(_ text: String) {
        let bytes = Array(text.utf8)
        self.init(copying: bytes.span)
    }

    var text: String { String(decoding: [UInt8](copying: span), as: UTF8.self) }
}

extension SASLDBUser {
    init(_ userid: String) {
        self.init(userid: ByteString(userid), defaultRealm: "")
    }
}

extension SASLDBReader {
    mutating func text(of userid: String) throws(SASLDBError) -> String? {
        switch try password(of: SASLDBUser(userid)) {
        case .some(let secret): secret.text
        case .none: nil
        }
    }
}
