import Authentication
import Digests
import TestSupport

/// A login whose password is not sent, with one oddity, and the course that it takes.
struct DovecotProofCase: Sendable, CustomStringConvertible {
    /// What the client sends; by default what belongs to the password.
    struct Client: Sendable {
        var user = "alice"
        var password = "secret"
        /// Parameters of AUTH, each with a tab before it.
        var words = ""
        /// An initial response of SCRAM; otherwise the message follows after an empty challenge.
        var isInitial = true
        /// The initial response of CRAM-MD5.
        var initial: String?
        var header = "n,,"
        /// The first message of SCRAM without the header.
        var bare: @Sendable (_ user: String, _ nonce: String) -> String = { "n=\($0),r=\($1)" }
        var nonce = "fyko+d2lbbFgONRv9qkxdawL"
        /// The attributes before the proof.
        var final: @Sendable (_ binding: String, _ nonce: String) -> String = { "c=\($0),r=\($1)" }
        /// What is made of the last message: the whole response, or the proof in base64 with `,p=` before it.
        var changed: @Sendable (String) -> String = { $0 }
        /// The line after the server's last message, behind the identifier.
        var last = ""

        init(_ change: (inout Client) -> Void = { _ in }) { change(&self) }
    }

    let mechanism: SASLMechanism
    let name: String
    let client: Client
    let dovecot: [String]
    /// What our daemon does differently, and why.
    let difference: (course: [String], reason: String)?

    var description: String { "\(mechanism.name): \(name)" }

    func expected(of make: DovecotCase.Make) -> [String] {
        make == .ours ? difference?.course ?? dovecot : dovecot
    }
}

// MARK: The table

extension DovecotProofCase {
    static let all =
        SASLMechanism.allCases.filter(\.hasParameters).flatMap { mechanism in scram.map { $0(mechanism) } }
        + cram.map { $0(.cramMD5) }

    private typealias Row = @Sendable (SASLMechanism) -> DovecotProofCase

    private static let reason = "\treason=Authentication failed"
    private static let accepted = ["challenge", "signature", "OK\t1\tuser=alice"]
    private static let sameAnswers = "a client must not learn which users exist"

    /// A course that both servers take.
    private static func same(_ name: String, _ course: [String], _ change: @escaping @Sendable (inout Client) -> Void)
        -> Row
    {
        { DovecotProofCase(mechanism: $0, name: name, client: Client(change), dovecot: course, difference: nil) }
    }

    /// A refusal after the lines of `course`, with or without a name, and with a reason from ours.
    private static func refused(
        _ name: String,
        after course: [String] = [],
        user: String? = "alice",
        _ change: @escaping @Sendable (inout Client) -> Void
    ) -> Row {
        let line = "FAIL\t1" + (user.map { "\tuser=\($0)" } ?? "")
        let difference = (course + [line + reason], DovecotCase.reasonAlways)
        return differs(name, course + [line], difference, change)
    }

    private static func differs(
        _ name: String,
        _ course: [String],
        _ difference: (course: [String], reason: String),
        _ change: @escaping @Sendable (inout Client) -> Void
    ) -> Row {
        { mechanism in
            let client = Client(change)
            return DovecotProofCase(
                mechanism: mechanism,
                name: name,
                client: client,
                dovecot: course,
                difference: difference
            )
        }
    }

    private static let scram: [Row] = headers + names + finals + ends

    private static let headers: [Row] = [
        same("the right password", accepted) { _ in },
        same("after an empty challenge", ["CONT\t1\t"] + accepted) { $0.isInitial = false },
        same("a client that could bind", accepted) { $0.header = "y,," },
        same("the same authorization identity", accepted) { $0.header = "n,a=alice," },
        differs(
            "another authorization identity",
            ["FAIL\t1\tuser=alice"],
            (["FAIL\t1\tuser=alice\tauthz\tcode=authz_fail" + reason], "the code that is documented for it")
        ) { $0.header = "n,a=bob," },
        refused("channel binding", user: nil) { $0.header = "p=tls-unique,," },
        refused("an unknown flag", user: nil) { $0.header = "x,," },
        refused("no header", user: nil) { $0.header = "" },
        refused("something else than an authorization identity", user: nil) { $0.header = "n,b=alice," },
    ]

    private static let names: [Row] = [
        refused("a required extension", user: nil) { $0.bare = { "m=x,n=\($0),r=\($1)" } },
        refused("no name", user: nil) { $0.bare = { "r=\($1)" } },
        refused("no nonce", user: nil) { $0.bare = { user, _ in "n=\(user)" } },
        refused("an equals sign in the name", user: nil) { $0.bare = { "n=\($0)=,r=\($1)" } },
        differs(
            "an encoded comma in the name",
            ["FAIL\t1\tuser=a,b\toriginal_user=a,b"],
            (
                ["challenge", "signature", "OK\t1\tuser=a,b"],
                "Dovecot's auth_username_chars has no comma; saslauthd takes logins with commas"
            )
        ) {
            $0.user = "a,b"
            $0.bare = { "n=\($0.replacing(",", with: "=2C")),r=\($1)" }
        },
        same("an extension after the nonce", accepted) { $0.bare = { "n=\($0),r=\($1),x=y" } },
        differs(
            "an empty nonce",
            accepted,
            (["FAIL\t1\tuser=alice" + reason], "a nonce has one character at least, or an old challenge serves again")
        ) { $0.nonce = "" },
        differs(
            "an unknown user",
            ["FAIL\t1\tuser=nobody"],
            (["challenge", "FAIL\t1\tuser=nobody" + reason], sameAnswers)
        ) {
            $0.user = "nobody"
        },
    ]

    private static let finals: [Row] = [
        refused("a wrong password", after: ["challenge"]) { $0.password = "wrong" },
        refused("another header in the proof", after: ["challenge"]) { $0.final = { "c=eSws,r=\($1)" } },
        refused("another nonce in the proof", after: ["challenge"]) { $0.final = { "c=\($0),r=\($1)x" } },
        refused("a shorter nonce in the proof", after: ["challenge"]) { $0.final = { "c=\($0),r=\($1.dropLast())" } },
        same("an extension before the proof", accepted) { $0.final = { "c=\($0),r=\($1),x=y" } },
        refused("no proof", after: ["challenge"]) { $0.changed = { _ in "" } },
        refused("an empty proof", after: ["challenge"]) { $0.changed = { _ in ",p=" } },
        refused("a short proof", after: ["challenge"]) { $0.changed = { _ in ",p=QUJD" } },
        refused("a proof that is not base64", after: ["challenge"]) { $0.changed = { _ in ",p=!" } },
    ]

    private static let ends: [Row] = [
        same("the server's last message in its answer", ["challenge", "OK\t1\tuser=alice\tsignature"]) {
            $0.words = "\tfinal-resp-ok"
        },
        differs(
            "something after the server's last message",
            accepted,
            (["challenge", "signature", "FAIL\t1\tuser=alice" + reason], "RFC 5802 has no such message")
        ) { $0.last = "eA==" },
    ]

    private static let cram: [Row] = [
        same("the right password", ["challenge", "OK\t1\tuser=alice"]) { _ in },
        same("an initial response", ["challenge", "OK\t1\tuser=alice"]) { $0.initial = "alice" },
        same("an empty initial response", ["challenge", "OK\t1\tuser=alice"]) { $0.initial = "" },
        differs(
            "digits in capitals",
            ["challenge", "FAIL\t1\tuser=alice"],
            (["challenge", "OK\t1\tuser=alice"], "they are the same number")
        ) { client in
            client.changed = { response in
                response.replacing("alice", with: "").uppercased().replacing(" ", with: "alice ")
            }
        },
        refused("a wrong password", after: ["challenge"]) { $0.password = "wrong" },
        refused("an unknown user", after: ["challenge"], user: "nobody") { $0.user = "nobody" },
        refused("a short digest", after: ["challenge"]) { $0.changed = { String($0.dropLast()) } },
        refused("a digest that has other letters", after: ["challenge"]) { $0.changed = { $0.dropLast() + "g" } },
        refused("no digest", after: ["challenge"]) { $0.changed = { _ in "alice " } },
        refused("no blank", after: ["challenge"], user: nil) { $0.changed = { $0.replacing(" ", with: "") } },
        refused("an empty response", after: ["challenge"], user: nil) { $0.changed = { _ in "" } },
    ]
}

// MARK: What the client computes

extension DovecotProofCase.Client {
    /// The first line of a login.
    func begin(_ mechanism: SASLMechanism) -> String {
        let initial = mechanism.hasParameters ? (isInitial ? header + bare(user, nonce) : nil) : initial
        let response = initial.map { "\tresp=" + ($0.isEmpty ? "=" : DovecotClient.base64($0)) } ?? ""
        return "AUTH\t1\t\(mechanism.name)\tservice=smtp\(words)\(response)\n"
    }

    /// The response to a challenge, and the signature that the server has to show then.
    func answer(_ mechanism: SASLMechanism, _ challenge: String) -> (response: String, signature: String?) {
        let password = Array(password.utf8)
        guard let algorithm = mechanism.scramAlgorithm else {
            let digest = DigestAlgorithm.md5.hmac(key: password.span, Array(challenge.utf8).span)
            return (changed("\(user) \(hexadecimal(digest))"), nil)
        }
        let fields = challenge.split(separator: ",").map { $0.dropFirst(2) }
        guard fields.count == 3, let rounds = Int(fields[2]),
            let salt = Secret.decoding(strictBase64: Array(fields[1].utf8).span)
        else { return ("", nil) }
        let final = final(DovecotClient.base64(header), String(fields[0]))
        let text = Array("\(bare(user, nonce)),\(challenge),\(final)".utf8)
        guard let keys = SCRAMClientKeys(algorithm, password: password.span, salt: salt.span, rounds: rounds) else {
            return ("", nil)
        }
        let response = final + changed(",p=" + base64(keys.proof(of: text.span)))
        return (response, "v=" + base64(keys.serverSignature(of: text.span)))
    }

    private func base64(_ secret: consuming Secret?) -> String {
        switch consume secret {
        case .some(let bytes): String(decoding: [UInt8](copying: bytes.base64.span), as: UTF8.self)
        case nil: ""
        }
    }

    private func hexadecimal(_ secret: consuming Secret?) -> String {
        switch consume secret {
        case .some(let bytes): String(decoding: [UInt8](copying: bytes.hexadecimal.span), as: UTF8.self)
        case nil: ""
        }
    }
}
